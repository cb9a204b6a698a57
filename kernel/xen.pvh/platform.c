/* SPDX-License-Identifier: ISC */
/*
 * A PVH guest finds out where Xen is, and maps what it shares with others:
 * each over a page of the image's data. A frame that Xen owns takes the place
 * of ours in the guest's physical memory; a frame the builder has placed
 * elsewhere is put into the page tables, before those are sealed.
 */
#include <platform.h>
#include <machine.h>
#include <cpu.h>
#include <hypercall.h>
#include <shared.h>
#include <start_info.h>
#include <suspend.h>
#include <unicc/error.h>
#include <unicc/kernel.h>
#include <xen/hvm/params.h>

/* Xen's leaves of CPUID (Xen's public arch-x86/cpuid.h). */
enum { XEN_LEAF = 0x40000000, XEN_LEAF_HYPERCALLS = XEN_LEAF + 2 };

enum { UNUSED_VECTOR = 0xf0 };

#define PAGE_RIGHTS 0x8000000000000063u	/* as start.S maps data */

SHARED_PAGES union shared_page shared_page;
SHARED_PAGES static char console_page[PAGE_BYTES];
SHARED_PAGES static char xenstore_page[PAGE_BYTES];
struct start_info_given start_info_given;

extern uint64_t page_tables[];
extern char hypercall_page[];

void platform_map(void);

static bool
is_xen(void)
{
	struct cpuid id = cpu_id(XEN_LEAF);

	return id.ebx == 0x566e6558 && id.ecx == 0x65584d4d &&
	       id.edx == 0x4d4d566e;	/* "XenVMMXenVMM" */
}

static void
write_msr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value),
			 "d"((uint32_t)(value >> 32)) : "memory");
}

/* 0: not given. */
static uint64_t
parameter(uint32_t index)
{
	struct xen_hvm_param param = { .domid = DOMID_SELF, .index = index };

	if (hypercall_hvm_op(HVMOP_get_param, &param) != 0)
		return 0;
	return param.value;
}

static bool
map_over(unsigned space, unsigned index, void *page)
{
	struct xen_add_to_physmap add = {
		.domid = DOMID_SELF,
		.space = space,
		.idx = index,
		.gpfn = (uintptr_t)page / PAGE_BYTES,
	};

	return hypercall_memory_op(XENMEM_add_to_physmap, &add) == 0;
}

/* Hypercalls, and what Xen itself shares. */
static void
map_xen(void)
{
	write_msr(cpu_id(XEN_LEAF_HYPERCALLS).ebx, (uintptr_t)hypercall_page);
	kernel_assert(map_over(XENMAPSPACE_shared_info, 0, &shared_page));
}

/* frame 0: not given. */
static void *
map_page(char *page, uint64_t frame)
{
	uint64_t *entries = page_tables + 3 * (PAGE_BYTES / sizeof *entries);

	if (frame == 0)
		return NULL;
	entries[(uintptr_t)page / PAGE_BYTES] = frame * PAGE_BYTES |
						PAGE_RIGHTS;
	__asm__ volatile("invlpg (%0)" : : "r"(page) : "memory");
	return page;
}

static void
learn_ports(void)
{
	start_info_given.console.port =
		(uint32_t)parameter(HVM_PARAM_CONSOLE_EVTCHN);
	start_info_given.xenstore.port =
		(uint32_t)parameter(HVM_PARAM_STORE_EVTCHN);
}

/* Called by start.S while page tables can still be written. */
void
platform_map(void)
{
	if (!is_xen())
		cpu_reset();	/* nobody is there to be told */
	map_xen();
	start_info_given.console.page =
		map_page(console_page, parameter(HVM_PARAM_CONSOLE_PFN));
	start_info_given.xenstore.page =
		map_page(xenstore_page, parameter(HVM_PARAM_STORE_PFN));
	learn_ports();
}

/* The host knows all memory of a PVH guest. */
void
platform_offer_suspend(void)
{
}

/*
 * Name an interrupt for events, or none. It is never taken: all are closed. But
 * only a guest that names one is told by libxc that its suspension was called
 * off (xc_resume.c, modify_returncode).
 */
static void
name_interrupt(bool is_named)
{
	struct xen_hvm_param param = {
		.domid = DOMID_SELF,
		.index = HVM_PARAM_CALLBACK_IRQ,
		.value = is_named ? (uint64_t)HVM_PARAM_CALLBACK_TYPE_VECTOR
					    << 56 | UNUSED_VECTOR : 0,
	};

	hypercall_hvm_op(HVMOP_set_param, &param);
}

/* The frames of the console and of xenstore are part of what was saved. */
int
shared_suspend(void)
{
	struct sched_shutdown shutdown = { .reason = SHUTDOWN_suspend };
	bool is_called_off;

	name_interrupt(true);
	is_called_off = hypercall_sched_op(SCHEDOP_shutdown, &shutdown) != 0;
	name_interrupt(false);
	if (is_called_off)
		return E_BUSY;
	map_xen();
	learn_ports();
	return 0;
}

uint64_t
shared_frame(const void *page)
{
	return (uintptr_t)page / PAGE_BYTES;
}

bool
shared_map_grants(unsigned index, void *page)
{
	return map_over(XENMAPSPACE_grant_table, index, page);
}
