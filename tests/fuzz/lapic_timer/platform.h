/* SPDX-License-Identifier: ISC */
/* A LAPIC under test: its registers begin at address 0. */
#ifndef FUZZ_PLATFORM_H
#define FUZZ_PLATFORM_H

#define PLATFORM_LAPIC 0
#define PLATFORM_LAPIC_HZ 1000000000

#endif
