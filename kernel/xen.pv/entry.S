/* SPDX-License-Identifier: ISC */
/*
 * Entry of a PV guest (xen.h, "Start-of-day memory layout"): 64-bit mode in
 * the builder's page tables, rsi at the start info page.
 *
 * When kernel_main runs, the tables are the image's own and sealed, as on the
 * other platforms; SSE and x87 are on. Only what platform_map calls uses the
 * protected stack, after the guard has been drawn.
 */
#include <platform.h>
#include <machine.h>

#define MXCSR_DEFAULT 0x1f80	/* all exceptions masked */

	.section .text.start, "ax", @progbits
	.globl start
start:
	cld
	mov $stack_end, %esp
	mov $0x80000001, %eax
	cpuid
	shr $20, %edx
	and $1, %edx
	mov %edx, cpu_no_execute
	call draw_guard
	fninit
	pushq $MXCSR_DEFAULT
	ldmxcsr (%rsp)
	pop %rax
	mov %rsi, %rdi
	call platform_map
	call kernel_main
	ud2

#include <guard.S>

	.section .sealed, "aw", @nobits
	.balign 4
	.globl cpu_no_execute
cpu_no_execute: .skip 4
