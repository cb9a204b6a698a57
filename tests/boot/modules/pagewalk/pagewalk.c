/* SPDX-License-Identifier: ISC */
/*
 * Prints each run of pages that the CPU maps alike, from CR3 on, and the
 * control bits; ends with exit 0 only if
 *
 *     no page is both writable and executable, or open to user mode,
 *     only text is executable, and only constants and what is sealed read-only,
 *     page zero and both guard pages are absent,
 *     no page is there but the image's and its devices',
 *     no two pages show the same frame,
 *     the tables lie in pages that cannot be written.
 */
#include <stdint.h>
#include <platform.h>
#include <unicc/kernel.h>
#include <machine.h>

enum {
	PAGE_PRESENT = 1, PAGE_WRITABLE = 2, PAGE_USER = 4, PAGE_LARGE = 128,
	ENTRIES = 512,
	CR0_WP = 1 << 16,
	CR4_UMIP = 1 << 11, CR4_SMEP = 1 << 20, CR4_SMAP = 1 << 21,
	EFER_NXE = 1 << 11,
	FRAMES_MAX = 4096,
};

#define MSR_EFER 0xc0000080u
#define PAGE_NO_EXECUTE (1ull << 63)
#define PAGE_FRAME 0x000ffffffffff000ull

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

static bool
is_asked_for(uint64_t address)
{
#define IS_DEVICE(virtual, physical) \
	if (address == (virtual)) \
		return true;
	PLATFORM_PAGES(IS_DEVICE)
#undef IS_DEVICE
	return is_in(address, text_start, image_end);
}

static void
judge(uint64_t address, uint64_t frame, uint64_t rights)
{
	bool is_writable = rights & PAGE_WRITABLE;
	bool is_executable = !(rights & PAGE_NO_EXECUTE);

	if (is_writable && is_executable)
		complain("writable and executable", address);
	if (rights & PAGE_USER)
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
	if (!is_asked_for(address))
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

/* rights: what the levels above allow. level 1 is the last. */
static void
walk(uint64_t table, unsigned level, uint64_t address, uint64_t rights)
{
	const volatile uint64_t *entries = (const volatile uint64_t *)table;
	uint64_t entry, both;
	unsigned i;

	if (!is_in(table, sealed_start, image_end)) {
		complain("a table that is not sealed", table);
		return;
	}
	for (i = 0; i < ENTRIES; i++, address += 1ull << (3 + 9 * level)) {
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
			walk(entry & PAGE_FRAME, level - 1, address, both);
	}
}

static void
judge_bit(uint64_t value, uint64_t bit, const char *name)
{
	kernel_log(instance_name, "%s is %s", name, value & bit ? "on" : "off");
	complaints += !(value & bit);
}

int
pagewalk_start(void)
{
	uint64_t cr0, cr3, cr4;
	uint32_t efer, efer_high;

	__asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
	__asm__ volatile("mov %%cr3, %0" : "=r"(cr3));
	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	__asm__ volatile("rdmsr" : "=a"(efer), "=d"(efer_high) : "c"(MSR_EFER));
	judge_bit(cr0, CR0_WP, "CR0.WP");
	judge_bit(efer, EFER_NXE, "EFER.NXE");
	judge_bit(cr4, CR4_SMEP, "CR4.SMEP");
	judge_bit(cr4, CR4_SMAP, "CR4.SMAP");
	judge_bit(cr4, CR4_UMIP, "CR4.UMIP");
	walk(cr3 & PAGE_FRAME, 4, 0, PAGE_WRITABLE | PAGE_USER);
	print_run();
	kernel_log(instance_name, "%u pages, %u complaints",
		   (uint64_t)frames_count, (uint64_t)complaints);
	kernel_exit(complaints != 0);
}
