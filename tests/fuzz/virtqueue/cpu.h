/* SPDX-License-Identifier: ISC */
/* The CPU of a driver under test: its device registers are functions. */
#ifndef FUZZ_CPU_H
#define FUZZ_CPU_H

#include <stdint.h>

uint32_t cpu_mmio_read(uintptr_t address);
uint8_t cpu_mmio_read_8(uintptr_t address);
void cpu_mmio_write(uintptr_t address, uint32_t value);
uint64_t cpu_time_stamp(void);

#endif
