/* SPDX-License-Identifier: ISC */
/*
 * The grant table, version 1. Which references are free is known from private
 * memory alone: nothing in the table is trusted but the two bits by which Xen
 * says that the peer uses a page.
 *
 * A frame of the table holds 512 references and is mapped when the first of
 * them is needed.
 */
#include <unicc/error.h>
#include <unicc/kernel.h>
#include <machine.h>
#include <grant.h>
#include <hypercall.h>
#include <shared.h>
#include <suspend.h>

enum {
	FRAME_GRANTS = PAGE_BYTES / sizeof(struct grant_entry_v1),
	GRANTS_MAX = SHARED_GRANT_FRAMES * FRAME_GRANTS,
	END_TRIES_MAX = 16,
};

SHARED_PAGES static struct grant_entry_v1 grants[GRANTS_MAX];
static unsigned frames_mapped;

/* References never given out start at fresh; those given back are a list. */
static unsigned fresh = GNTTAB_NR_RESERVED_ENTRIES;
static uint16_t next_free[GRANTS_MAX];	/* 0: the last one */
static uint16_t first_free;		/* 0: none */

/* 0: none is left. */
static unsigned
take_reference(void)
{
	unsigned reference = first_free;

	if (reference != 0) {
		first_free = next_free[reference];
		return reference;
	}
	if (frames_mapped == 0 || fresh == frames_mapped * FRAME_GRANTS) {
		if (frames_mapped == SHARED_GRANT_FRAMES ||
		    !shared_map_grants(frames_mapped, grants +
					      frames_mapped * FRAME_GRANTS))
			return 0;
		frames_mapped++;
	}
	return fresh++;
}

int
grant_share(uint16_t domain, const void *page, bool is_read_only,
	    uint32_t *reference)
{
	uint16_t flags = GTF_permit_access | (is_read_only ? GTF_readonly : 0);
	unsigned taken;

	kernel_assert((uintptr_t)page % PAGE_BYTES == 0);
	taken = take_reference();
	if (taken == 0)
		return E_FULL;
	grants[taken].domid = domain;
	grants[taken].frame = (uint32_t)shared_frame(page);
	/* The flags, written last, make the entry valid (grant_table.h). */
	__atomic_store_n(&grants[taken].flags, flags, __ATOMIC_RELEASE);
	*reference = taken;
	return 0;
}

bool
grant_end(uint32_t reference)
{
	uint16_t flags;
	unsigned tries;

	kernel_assert(reference < fresh);
	/* Xen sets bits when the peer begins to use the page, at any time. */
	for (tries = 0; tries < END_TRIES_MAX; tries++) {
		flags = __atomic_load_n(&grants[reference].flags,
					__ATOMIC_RELAXED);
		kernel_assert(flags != 0);	/* not ended before */
		if (flags & (GTF_reading | GTF_writing))
			return false;
		if (!__atomic_compare_exchange_n(&grants[reference].flags,
						 &flags, 0, false,
						 __ATOMIC_SEQ_CST,
						 __ATOMIC_RELAXED))
			continue;
		next_free[reference] = first_free;
		first_free = (uint16_t)reference;
		return true;
	}
	return false;
}

/* The table that the domain goes on with is another one, and empty. */
void
grant_forget(void)
{
	frames_mapped = 0;
	fresh = GNTTAB_NR_RESERVED_ENTRIES;
	first_free = 0;
}
