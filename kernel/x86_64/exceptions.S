/* SPDX-License-Identifier: ISC */
/* Where the CPU comes with an exception: cpu_fault, which never returns. */
#include <platform.h>
#include <machine.h>

	.section .text.exceptions, "ax", @progbits
	.globl exception_vectors
	.balign VECTOR_EXCEPTION_STRIDE
exception_vectors:
	.set vector, 0
	.rept VECTOR_EXCEPTIONS_COUNT
	.balign VECTOR_EXCEPTION_STRIDE
	push $vector
	jmp exception
	.set vector, vector + 1
	.endr
exception:
	PLATFORM_FAULT		/* rdi: the frame, rsi: a page fault's address */
	and $-16, %rsp
	cld
	call cpu_fault
