/* SPDX-License-Identifier: ISC */
/* What the parts of an x86_64 kernel and its drivers know of each other. */
#ifndef UNICC_X86_64_MACHINE_H
#define UNICC_X86_64_MACHINE_H

#define SELECTOR_CODE 8
#define SELECTOR_TASK 16

/*
 * Exceptions have the CPU's vectors. Line 0 .. 23 is a pin of the IOAPIC, and
 * one more is the LAPIC's timer. The vector of each is VECTOR_LINES + line.
 */
#define VECTOR_EXCEPTIONS_COUNT 22
#define VECTOR_LINES 32
#define LINE_TIMER 24
#define LINES_COUNT (LINE_TIMER + 1)
#define VECTOR_SPURIOUS (VECTOR_LINES + LINES_COUNT)
#define VECTORS_COUNT (VECTOR_SPURIOUS + 1)

/* Bytes between the code of one vector and the next. */
#define VECTOR_EXCEPTION_STRIDE 8
#define VECTOR_LINE_STRIDE 16

#define PAGE_BYTES 4096

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the image lies; from image.lds. */
extern char text_start[], text_end[], constants_start[], constants_end[];
extern char data_start[], data_end[], fault_guard[], stack_guard[];
extern char sealed_start[], image_end[];

/* The value of the stack protector came from RDRAND. Set by start.S. */
extern const bool cpu_guard_is_random;

/* Not 0: the CPU refuses to execute data. Set by start.S. */
extern const uint32_t cpu_no_execute;

/* Jumped to from start.S, on the machine's stack, interrupts closed. */
_Noreturn void kernel_main(void);

/* Called from exceptions.S on the stack of faults. */
_Noreturn void cpu_fault(const uint64_t *frame, uint64_t address);

/*
 * End the machine like kernel_panic, for the code at from. at_is_known: the
 * fact is about the address at.
 */
struct kernel_fault {
	const char *fact;
	uintptr_t from;
	uintptr_t at;
	bool at_is_known;
};
_Noreturn void kernel_fault(const char *instance,
			    const struct kernel_fault *fault);

/*
 * Keep the handlers of lines.S in the image, and with them their gates: a
 * reference that takes no byte (R_X86_64_NONE).
 */
#define INTERRUPT_LINK_VECTORS() \
	__asm__ volatile(".reloc ., R_X86_64_NONE, line_code")

/* Let the LAPIC take interrupts; nothing is open yet. */
void interrupt_prepare(void);

/* Before every start, in a machine with event hooks. */
void platform_prepare(void);

/* Wait for something that is open, or for the alarm. What was raised before
 * the call ends it at once. */
void platform_idle(void);

/* Leave the machine. status is what the host may learn. */
_Noreturn void platform_power_off(unsigned status);
#endif

#endif
