/* SPDX-License-Identifier: ISC */
/*
 * Walks page tables, prints each run of pages that are mapped alike, and
 * complains unless
 *
 *     no page is both writable and executable,
 *     only text is executable, and only constants and what is sealed read-only,
 *     page zero and both guard pages are absent,
 *     no page is there but the image's and its devices',
 *     no two pages show the same frame,
 *     the tables lie in pages that cannot be written.
 *
 * Who includes it says what differs between platforms: table_at, the address
 * at which the table in a frame can be read, 0 for one that is not ours;
 * is_asked_for, whether a page outside the image belongs there; and
 * RUNS_IN_USER_MODE, without which no page is open to user mode.
 */
#include <stdint.h>
#include <unicc/kernel.h>
#include <machine.h>

enum {
	PAGE_PRESENT = 1, PAGE_WRITABLE = 2, PAGE_USER = 4, PAGE_LARGE = 128,
	ENTRIES = 512,
	FRAMES_MAX = 4096,
};

#define PAGE_NO_EXECUTE (1ull << 63)
#define PAGE_FRAME 0x000ffffffffff000ull

static uint64_t table_at(uint64_t frame);
static bool is_asked_for(uint64_t address);

/* A run of pages with one set of permissions. */
struct run {
	uint64_t from, to, frame, rights;
};

static struct run run;
static uint64_t frames[FRAMES_MAX];
static unsigned frames_count;
static unsigned complaints;

static void
complain(const char *what, uint64_t at)
{
	complaints++;
	kernel_log(instance_name, "%s at 0x%x", what, at);
}

static bool
is_in(uint64_t address, const char *start, const char *end)
{
	return address >= (uintptr_t)start && address < (uintptr_t)end;
}

static void
print_run(void)
{
	if (run.from != run.to)
		kernel_log(instance_name, "0x%x .. 0x%x %s%s%s",
			   run.from, run.to, "r",
			   run.rights & PAGE_WRITABLE ? "w" : "-",
			   run.rights & PAGE_NO_EXECUTE ? "-" : "x");
}

static void
judge_frame(uint64_t address, uint64_t frame)
{
	unsigned i;

	for (i = 0; i < frames_count; i++)
		if (frames[i] == frame)
			complain("a frame shown twice", address);
	kernel_assert(frames_count < FRAMES_MAX);
	frames[frames_count++] = frame;
}

static void
judge(uint64_t address, uint64_t frame, uint64_t rights)
{
	bool is_writable = rights & PAGE_WRITABLE;
	bool is_executable = !(rights & PAGE_NO_EXECUTE);

	if (is_writable && is_executable)
		complain("writable and executable", address);
	if (rights & PAGE_USER && !RUNS_IN_USER_MODE)
		complain("open to user mode", address);
	if (is_executable != is_in(address, text_start, text_end))
		complain("executable or not, against the layout", address);
	if (is_writable && is_in(address, text_start, data_start))
		complain("constants writable", address);
	if (is_writable && is_in(address, sealed_start, image_end))
		complain("sealed writable", address);
	if (is_in(address, stack_guard, stack_guard + PAGE_BYTES) ||
	    is_in(address, fault_guard, fault_guard + PAGE_BYTES))
		complain("a guard page present", address);
	if (address == 0)
		complain("page zero present", address);
	if (!is_in(address, text_start, image_end) && !is_asked_for(address))
		complain("a page nobody asked for", address);
	judge_frame(address, frame);
}

static void
see_page(uint64_t address, uint64_t frame, uint64_t rights)
{
	judge(address, frame, rights);
	if (address != run.to || rights != run.rights) {
		print_run();
		run.from = address;
	}
	run.to = address + PAGE_BYTES;
	run.rights = rights;
}

/*
 * The first count entries of the table in frame. rights: what the levels above
 * allow. level 1 is the last.
 */
static void
walk(uint64_t frame, unsigned level, unsigned count, uint64_t address,
     uint64_t rights)
{
	uint64_t table = table_at(frame);
	const volatile uint64_t *entries = (const volatile uint64_t *)table;
	uint64_t entry, both;
	unsigned i;

	if (!is_in(table, sealed_start, image_end)) {
		complain("a table that is not sealed", frame);
		return;
	}
	for (i = 0; i < count; i++, address += 1ull << (3 + 9 * level)) {
		entry = entries[i];
		if (!(entry & PAGE_PRESENT))
			continue;
		both = (entry & rights & (PAGE_WRITABLE | PAGE_USER)) |
		       ((entry | rights) & PAGE_NO_EXECUTE);
		if (level == 1)
			see_page(address, entry & PAGE_FRAME, both);
		else if (entry & PAGE_LARGE)
			complain("a large page", address);
		else
			walk(entry & PAGE_FRAME, level - 1, ENTRIES, address,
			     both);
	}
}

_Noreturn static void
finish(void)
{
	print_run();
	kernel_log(instance_name, "%u pages, %u complaints",
		   (uint64_t)frames_count, (uint64_t)complaints);
	kernel_exit(complaints != 0);
}
