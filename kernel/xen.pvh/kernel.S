/* SPDX-License-Identifier: ISC */
/*
 * The kernel's assembly is one unit, as its C is. The domain builder refuses
 * a domain that has less memory than the image takes: start.S is the entry.
 */
#include <start.S>
	.globl start
	.set start, start_32
#include <exceptions.S>
#include <pvh.S>
#include <identity.S>

	/* Xen writes it when platform.c says where. */
	.section .hypercalls, "ax", @nobits
	.balign PAGE_BYTES
	.globl hypercall_page
hypercall_page:
	.skip PAGE_BYTES
