/* SPDX-License-Identifier: ISC */
/*
 * A PV guest starts in page tables of the domain builder, in which everything
 * can be written. It makes its own, in the same place and with the same
 * permissions as on the other platforms, has Xen check them, and lets go of
 * the builder's: what the image does not map is not mapped.
 *
 * 1. Xen takes a page as a table only while nobody can write it.
 * 2. Frames are machine frames. The builder's list of them is read once; from
 *    then on the tables themselves tell the frame of a page.
 */
#include <platform.h>
#include <machine.h>
#include <hypercall_pv.h>
#include <shared.h>
#include <start_info.h>
#include <unicc/kernel.h>
#include <unicc/types.h>

/* Page table entries, as in start.S; Xen itself adds what it needs. */
#define PRESENT 0x61u
#define WRITABLE 0x02u
#define NO_EXECUTE (cpu_no_execute ? 1ull << 63 : 0)
#define FRAME 0x000ffffffffff000ull

enum { TABLE_ENTRIES = PAGE_BYTES / sizeof(uint64_t), TABLES_UPPER = 3 };

_Static_assert(offsetof(struct vcpu_info, arch.cr2) == PLATFORM_CR2,
	       "exceptions find the address of a page fault");

SHARED_PAGES union shared_page shared_page;
SHARED_PAGES static char console_page[PAGE_BYTES];
SHARED_PAGES static char xenstore_page[PAGE_BYTES];
struct start_info_given start_info_given;

/*
 * What a suspension needs of the builder's pages, which nothing maps until
 * then. The list of frames has one word a page of memory.
 */
static struct {
	uint64_t start_info;	/* machine addresses */
	uint64_t list_ends[2];	/* the pages that hold the list's own frames */
	size_t list_pfn;	/* the list's first page */
	size_t pages_count;	/* of all memory */
} builder;

/* Pages that frames of the grant table have been mapped over. */
static void *grant_pages[SHARED_GRANT_FRAMES];

/* From image.lds: levels 4, 3, 2, then the last ones. */
extern uint64_t page_tables[][TABLE_ENTRIES];
extern char page_tables_count[], fault_stack[], fault_stack_end[];
extern char stack[], stack_end[], exception_vectors[];

void platform_map(const struct start_info *given);

/* ---- Tables ---------------------------------------------------------------- */

static uint64_t *
entry_of(const void *page)
{
	return &page_tables[TABLES_UPPER][(uintptr_t)page / PAGE_BYTES];
}

/* The entry of a page in the builder's own words. */
static uint64_t
frame_of(const struct start_info *given, const void *page)
{
	const uint64_t *frames = (const uint64_t *)given->mfn_list;

	return frames[((uintptr_t)page - PLATFORM_VIRT_BASE) / PAGE_BYTES] *
	       PAGE_BYTES;
}

/* The list's own pages lie in one or two pages of the list, since it has 512
 * at most: 1 GiB of memory. */
static void
remember_builder(const struct start_info *given)
{
	const char *list = (const char *)given->mfn_list;
	size_t first = (given->mfn_list - PLATFORM_VIRT_BASE) / PAGE_BYTES;
	size_t last = first + (given->nr_pages - 1) / TABLE_ENTRIES;

	builder.start_info = frame_of(given, given);
	builder.list_ends[0] = frame_of(given, list + first / TABLE_ENTRIES *
						      PAGE_BYTES);
	builder.list_ends[1] = frame_of(given, list + last / TABLE_ENTRIES *
						      PAGE_BYTES);
	builder.list_pfn = first;
	builder.pages_count = given->nr_pages;
}

static void
map_range(const struct start_info *given, const char *start, const char *end,
	  uint64_t rights)
{
	for (; start < end; start += PAGE_BYTES)
		*entry_of(start) = frame_of(given, start) | PRESENT | rights;
}

/* What start.S has as a table of ranges. */
static void
map_image(const struct start_info *given)
{
	uint64_t data = WRITABLE | NO_EXECUTE;

	map_range(given, text_start, text_end, 0);
	map_range(given, constants_start, constants_end, NO_EXECUTE);
	map_range(given, data_start, data_end, data);
	map_range(given, fault_stack, fault_stack_end, data);
	map_range(given, stack, stack_end, data);
	map_range(given, sealed_start, image_end, NO_EXECUTE);
}

static struct start_channel
map_channel(char *page, uint64_t frame, uint32_t port)
{
	if (frame == 0)
		return (struct start_channel){ 0 };
	*entry_of(page) = frame * PAGE_BYTES | PRESENT | WRITABLE | NO_EXECUTE;
	return (struct start_channel){ page, port };
}

static void
map_shared(const struct start_info *given)
{
	*entry_of(&shared_page) = given->shared_info | PRESENT | WRITABLE |
				  NO_EXECUTE;
	start_info_given.console = map_channel(
		console_page, given->console.domU.mfn,
		given->console.domU.evtchn);
	start_info_given.xenstore = map_channel(
		xenstore_page, given->store_mfn, given->store_evtchn);
}

/* Join the tables, and take from the builder's the right to write them. */
static void
link_tables(const struct start_info *given)
{
	size_t count = TABLES_UPPER + (uintptr_t)page_tables_count, i;
	uint64_t frame;

	for (i = 0; i < count; i++) {
		frame = frame_of(given, page_tables[i]) | PRESENT;
		if (i != 0 && i < TABLES_UPPER)
			page_tables[i - 1][0] = frame | WRITABLE;
		else if (i != 0)
			page_tables[TABLES_UPPER - 1][i - TABLES_UPPER] =
				frame | WRITABLE;
	}
	for (i = 0; i < count; i++)
		kernel_assert(hypercall_update_va_mapping(
			page_tables[i],
			frame_of(given, page_tables[i]) | PRESENT,
			UVMF_INVLPG) == 0);
}

static void
switch_tables(const struct start_info *given)
{
	uint64_t ours = frame_of(given, page_tables) / PAGE_BYTES;
	uint64_t builders = frame_of(given, (void *)given->pt_base) /
			    PAGE_BYTES;
	const struct mmuext_op operations[] = {
		{ .cmd = MMUEXT_PIN_L4_TABLE, .arg1.mfn = ours },
		{ .cmd = MMUEXT_NEW_BASEPTR, .arg1.mfn = ours },
		{ .cmd = MMUEXT_UNPIN_TABLE, .arg1.mfn = builders },
	};

	kernel_assert(hypercall_mmuext_op(operations,
					  countof(operations)) == 0);
}

/* What is pending is looked at, never told. */
static void
mask_upcalls(void)
{
	shared_page.info.vcpu_info[0].evtchn_upcall_mask = 1;
}

/* ---- Exceptions ------------------------------------------------------------ */

static void
set_exceptions(void)
{
	struct trap_info traps[VECTOR_EXCEPTIONS_COUNT + 1] = { 0 };
	unsigned i;

	for (i = 0; i < VECTOR_EXCEPTIONS_COUNT; i++)
		traps[i] = (struct trap_info){
			.vector = (uint8_t)i,
			.cs = FLAT_KERNEL_CS,
			.address = (uintptr_t)exception_vectors +
				   VECTOR_EXCEPTION_STRIDE * i,
		};
	kernel_assert(hypercall_set_trap_table(traps) == 0);
}

/* Called by entry.S. given lies in pages of the builder, which are gone
 * afterwards. */
void
platform_map(const struct start_info *given)
{
	map_image(given);
	map_shared(given);
	remember_builder(given);
	link_tables(given);
	switch_tables(given);
	mask_upcalls();
	set_exceptions();
}

/* ---- Pages of others ------------------------------------------------------- */

uint64_t
shared_frame(const void *page)
{
	return (*entry_of(page) & FRAME) / PAGE_BYTES;
}

bool
shared_map_grants(unsigned index, void *page)
{
	xen_pfn_t frames[SHARED_GRANT_FRAMES];
	struct gnttab_setup_table setup = {
		.dom = DOMID_SELF,
		.nr_frames = index + 1,
		.frame_list.p = frames,
	};

	kernel_assert(index < SHARED_GRANT_FRAMES);
	grant_pages[index] = page;
	return hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1) == 0 &&
	       setup.status == GNTST_okay &&
	       hypercall_update_va_mapping(page, frames[index] * PAGE_BYTES |
						 PRESENT | WRITABLE |
						 NO_EXECUTE,
					   UVMF_INVLPG) == 0;
}
