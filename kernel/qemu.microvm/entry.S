/* SPDX-License-Identifier: ISC */
/*
 * Entry of an image: is the memory there? QEMU does not tell a loader, so the
 * image looks: .bss is zero, and where there is no memory nothing that is
 * written stays; the last page of an image is where it ends first. What
 * follows in memory is start.S.
 */
	.code32
	.section .text.start, "ax", @progbits
	.globl start
start:
	incl image_end - 4
	cmpl $1, image_end - 4
	jne refuse_memory
	decl image_end - 4
