/* SPDX-License-Identifier: ISC */
/* The hypercalls that only a PV guest makes (see hypercall.h). */
#ifndef UNICC_XEN_HYPERCALL_PV_H
#define UNICC_XEN_HYPERCALL_PV_H

#include <hypercall.h>

static inline long
hypercall_set_trap_table(const struct trap_info *table)
{
	long result;

	HYPERCALL(result, __HYPERVISOR_set_trap_table, "+D"(table));
	return result;
}

/* SCHEDOP_shutdown with the frame of the start info page, which Xen leaves in
 * rdx for the toolstack to find. */
static inline long
hypercall_suspend(struct sched_shutdown *shutdown, uint64_t frame)
{
	unsigned operation = SCHEDOP_shutdown;
	long result;

	HYPERCALL(result, __HYPERVISOR_sched_op, "+D"(operation),
		  "+S"(shutdown), "+d"(frame));
	return result;
}

/* Make entry the page table entry of address. */
static inline long
hypercall_update_va_mapping(const void *address, uint64_t entry, unsigned flush)
{
	long result;

	HYPERCALL(result, __HYPERVISOR_update_va_mapping, "+D"(address),
		  "+S"(entry), "+d"(flush));
	return result;
}

/* Of this domain; how many were done is not told. */
static inline long
hypercall_mmuext_op(const struct mmuext_op *operations, unsigned count)
{
	register unsigned domain __asm__("r10") = DOMID_SELF;
	unsigned *done = NULL;
	long result;

	HYPERCALL(result, __HYPERVISOR_mmuext_op, "+D"(operations),
		  "+S"(count), "+d"(done), "+r"(domain));
	return result;
}

#endif
