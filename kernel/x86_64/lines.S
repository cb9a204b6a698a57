/* SPDX-License-Identifier: ISC */
/*
 * Where the CPU comes when a line of the IOAPIC or the LAPIC's timer
 * interrupts it. A line only marks itself pending; it touches no register and
 * so saves none. It returns with interrupts closed: one idle wait takes one
 * interrupt, however fast a device raises them. The lines are dropped from
 * images that open none.
 */
#include <platform.h>
#include <machine.h>

#define LAPIC_EOI 0xb0

/* What the CPU has pushed when a line comes (Intel SDM 3A, 6.14.2). */
#define FRAME_FLAGS 16
#define FLAG_INTERRUPTS 0x200

	.section .text.lines, "ax", @progbits
	.globl line_code
	.balign VECTOR_LINE_STRIDE
line_code:
	.set line, 0
	.rept LINES_COUNT
	.balign VECTOR_LINE_STRIDE
	movb $1, interrupt_pending + line(%rip)
	jmp line_done
	.set line, line + 1
	.endr
	.balign VECTOR_LINE_STRIDE
	iretq			/* spurious: not acknowledged (SDM 3A, 10.9) */
	.balign VECTOR_LINE_STRIDE, 0xcc
line_done:
	movl $0, PLATFORM_LAPIC + LAPIC_EOI
	andl $~FLAG_INTERRUPTS, FRAME_FLAGS(%rsp)
	iretq
