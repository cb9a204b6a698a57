/* SPDX-License-Identifier: ISC */
/* The page of text that Xen fills with the code of its hypercalls. */
#include <machine.h>

	.section .hypercalls, "ax", @nobits
	.balign PAGE_BYTES
	.globl hypercall_page
hypercall_page:
	.skip PAGE_BYTES
