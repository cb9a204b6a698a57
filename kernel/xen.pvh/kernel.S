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
#include <hypercalls.S>
