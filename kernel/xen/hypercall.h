/* SPDX-License-Identifier: ISC */
/*
 * The hypercalls that an image makes, and no others. [any; what is given by
 * pointer is borrowed] Each returns what Xen says: 0 or more, or a negative
 * number of <xen/errno.h>.
 *
 * The code behind hypercall_page is Xen's: 32 bytes a hypercall. Arguments go
 * in rdi, rsi, rdx, r10; rcx and r11 are lost (xen/arch-x86/xen-x86_64.h).
 */
#ifndef UNICC_XEN_HYPERCALL_H
#define UNICC_XEN_HYPERCALL_H

#include <xen/interface.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/hvm/hvm_op.h>
#include <xen/memory.h>
#include <xen/sched.h>

#define HYPERCALL(result, number, ...)                               \
	__asm__ volatile("call hypercall_page + %c[offset]"          \
			 : "=a"(result), __VA_ARGS__                 \
			 : [offset] "i"(32 * (number))               \
			 : "rcx", "r11", "memory")

static inline long
hypercall_event_channel_op(int operation, void *argument)
{
	long result;

	HYPERCALL(result, __HYPERVISOR_event_channel_op, "+D"(operation),
		  "+S"(argument));
	return result;
}

/* count structures from argument on. */
static inline long
hypercall_grant_table_op(unsigned operation, void *argument, unsigned count)
{
	long result;

	HYPERCALL(result, __HYPERVISOR_grant_table_op, "+D"(operation),
		  "+S"(argument), "+d"(count));
	return result;
}

static inline long
hypercall_memory_op(unsigned operation, void *argument)
{
	long result;

	HYPERCALL(result, __HYPERVISOR_memory_op, "+D"(operation),
		  "+S"(argument));
	return result;
}

static inline long
hypercall_sched_op(int operation, void *argument)
{
	long result;

	HYPERCALL(result, __HYPERVISOR_sched_op, "+D"(operation),
		  "+S"(argument));
	return result;
}

/* PVH only. */
static inline long
hypercall_hvm_op(unsigned operation, void *argument)
{
	long result;

	HYPERCALL(result, __HYPERVISOR_hvm_op, "+D"(operation),
		  "+S"(argument));
	return result;
}

#endif
