/* SPDX-License-Identifier: ISC */
/*
 * Suspending a PV guest. The toolstack writes its memory to a file, by the
 * list of frames that its builder had made, and reads it into other frames:
 * then it puts these into that list and into every page table.
 *
 * 1. It must find the list before it asks for anything: shared_info leads to a
 *    page of the frames of pages of the frames of the list's pages.
 * 2. A table may hold no frame that is not the domain's own: what Xen shares is
 *    unmapped before.
 * 3. The start info page says which pages are the console's and xenstore's: as
 *    places in the list while suspended, as frames again afterwards.
 */
#include <string.h>
#include <machine.h>
#include <hypercall_pv.h>
#include <shared.h>
#include <start_info.h>
#include <suspend.h>
#include <unicc/error.h>
#include <unicc/kernel.h>
#include <unicc/types.h>

SHARED_PAGES static union {
	struct start_info info;
	char bytes[PAGE_BYTES];
} start_info_page;
SHARED_PAGES static uint64_t list_ends[2][TABLE_ENTRIES];
SHARED_PAGES static uint64_t list_frames[TABLE_ENTRIES];
SHARED_PAGES static uint64_t list_frames_frame[TABLE_ENTRIES];

static bool
map(const void *page, uint64_t entry)
{
	return hypercall_update_va_mapping(page, entry, UVMF_INVLPG) == 0;
}

/* Once: afterwards the toolstack keeps these mappings right. False: the host
 * gave so much memory that its list is longer than one page can tell. */
static bool
map_builder(void)
{
	static bool is_mapped;

	if (!is_mapped &&
	    builder.pages_count <= TABLE_ENTRIES * TABLE_ENTRIES)
		is_mapped = map(&start_info_page, builder.start_info | PRESENT |
				WRITABLE | NO_EXECUTE) &&
			    map(list_ends[0], builder.list_ends[0] | PRESENT |
				NO_EXECUTE) &&
			    map(list_ends[1], builder.list_ends[1] | PRESENT |
				NO_EXECUTE);
	return is_mapped;
}

void
platform_offer_suspend(void)
{
	size_t pages = (builder.pages_count + TABLE_ENTRIES - 1) /
		       TABLE_ENTRIES;
	size_t first = builder.list_pfn, i;

	if (!map_builder())
		return;
	for (i = 0; i < pages; i++)
		list_frames[i] = list_ends[(first + i) / TABLE_ENTRIES -
					   first / TABLE_ENTRIES]
					  [(first + i) % TABLE_ENTRIES];
	list_frames_frame[0] = shared_frame(list_frames);
	shared_page.info.arch.max_pfn = builder.pages_count;
	shared_page.info.arch.pfn_to_mfn_frame_list_list =
		shared_frame(list_frames_frame);
}

/* The place of a frame in the list, from the table that Xen shows to all. */
static uint64_t
place_of_frame(uint64_t frame)
{
	return ((const uint64_t *)MACH2PHYS_VIRT_START)[frame];
}

static void
unmap_shared(void)
{
	size_t i;

	kernel_assert(map(&shared_page, 0));
	for (i = 0; i < countof(grant_pages) && grant_pages[i] != NULL; i++)
		kernel_assert(map(grant_pages[i], 0));
}

static void
map_shared_again(void)
{
	kernel_assert(map(&shared_page, start_info_page.info.shared_info |
			  PRESENT | WRITABLE | NO_EXECUTE));
	mask_upcalls();
}

int
shared_suspend(void)
{
	struct sched_shutdown shutdown = { .reason = SHUTDOWN_suspend };
	struct start_info *info = &start_info_page.info;
	struct start_info before;
	unsigned i;

	if (!map_builder())
		return E_ABSENT;
	before = *info;
	info->store_mfn = place_of_frame(info->store_mfn);
	info->console.domU.mfn = place_of_frame(info->console.domU.mfn);
	unmap_shared();
	/* Not 0: called off (elfnote.h, XEN_ELFNOTE_SUSPEND_CANCEL). */
	if (hypercall_suspend(&shutdown, shared_frame(info)) != 0) {
		*info = before;
		map_shared_again();
		for (i = 0; i < countof(grant_pages) && grant_pages[i]; i++)
			kernel_assert(shared_map_grants(i, grant_pages[i]));
		return E_BUSY;
	}
	map_shared_again();
	start_info_given.console.port = info->console.domU.evtchn;
	start_info_given.xenstore.port = info->store_evtchn;
	memset(grant_pages, 0, sizeof grant_pages);
	return 0;
}
