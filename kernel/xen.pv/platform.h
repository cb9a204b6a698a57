/* SPDX-License-Identifier: ISC */
/* What a PV guest's assembly and C agree on. */
#ifndef UNICC_PLATFORM_H
#define UNICC_PLATFORM_H

/*
 * Pseudo-physical memory starts here: page zero and all that lies between are
 * never mapped, and frame 0 of the domain is the image's first page.
 */
#define PLATFORM_VIRT_BASE 0x100000

/* Where vcpu_info has the address of a page fault (xen/arch-x86/xen.h). */
#define PLATFORM_CR2 16

/* Xen pushes rcx and r11 on top of what a CPU does. */
#define PLATFORM_FAULT               \
	pop %rax;                    \
	add $16, %rsp;               \
	push %rax;                   \
	mov %rsp, %rdi;              \
	mov shared_page + PLATFORM_CR2, %rsi

#endif
