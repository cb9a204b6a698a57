/* SPDX-License-Identifier: ISC */
/*
 * Walks the tables that Xen says it uses for us; ends with exit 0 only if
 * nothing is to be complained about (walk.h).
 *
 * A PV guest runs in user mode, and its tables hold machine frames. The upper
 * half of the address space has 16 entries that are Xen's, and nothing of ours.
 */
#include <xen/shared.h>
enum { RUNS_IN_USER_MODE = 1 };
#include <pagewalk/walk.h>

enum { XEN_FIRST = 256, XEN_COUNT = 16 };

extern char page_tables[];

static uint64_t
table_at(uint64_t frame)
{
	const char *page;

	for (page = page_tables; page < image_end; page += PAGE_BYTES)
		if (shared_frame(page) == frame / PAGE_BYTES)
			return (uintptr_t)page;
	return 0;
}

static bool
is_asked_for(uint64_t address)
{
	(void)address;
	return false;
}

int
pagewalk_pv_start(void)
{
	const volatile uint64_t *entries;
	uint64_t cr3;
	unsigned i;

	__asm__ volatile("mov %%cr3, %0" : "=r"(cr3));	/* Xen answers */
	walk(cr3 & PAGE_FRAME, 4, XEN_FIRST, 0, PAGE_WRITABLE | PAGE_USER);
	entries = (const volatile uint64_t *)table_at(cr3 & PAGE_FRAME);
	for (i = XEN_FIRST + XEN_COUNT; entries != NULL && i < ENTRIES; i++)
		if (entries[i] & PAGE_PRESENT)
			complain("an entry of the upper half", i);
	finish();
}
