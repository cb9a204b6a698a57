/* SPDX-License-Identifier: ISC */
/* The numbers a LAPIC's driver knows; nothing is linked. */
#ifndef FUZZ_MACHINE_H
#define FUZZ_MACHINE_H

#define VECTOR_LINES 32
#define LINE_TIMER 24
#define INTERRUPT_LINK_VECTORS()

#endif
