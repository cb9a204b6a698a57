/* SPDX-License-Identifier: ISC */
/*
 * Walks the tables that the CPU uses, from CR3 on, where a table's frame is
 * its address, and reads the control bits; ends with exit 0 only if nothing is
 * to be complained about (walk.h) and what the CPU offers is on.
 */
#include <platform.h>
#include <cpu.h>
enum { RUNS_IN_USER_MODE = 0 };
#include <pagewalk/walk.h>

enum {
	CR0_WP = 1 << 16,
	CR4_UMIP = 1 << 11, CR4_SMEP = 1 << 20, CR4_SMAP = 1 << 21,
	EFER_NXE = 1 << 11,
	/* CPUID leaf 7 (Intel SDM 2A). */
	EXTENDED_SMEP = 1 << 7, EXTENDED_SMAP = 1 << 20, EXTENDED_UMIP = 1 << 2,
};

#define MSR_EFER 0xc0000080u

static uint64_t
table_at(uint64_t frame)
{
	return frame;
}

static bool
is_asked_for(uint64_t address)
{
#define IS_DEVICE(virtual, physical) \
	if (address == (virtual)) \
		return true;
	PLATFORM_PAGES(IS_DEVICE)
#undef IS_DEVICE
	(void)address;
	return false;
}

/* A bit of a control register: on, unless the CPU does not offer it. */
static void
judge_bit(uint64_t value, uint64_t bit, bool is_offered, const char *name)
{
	kernel_log(instance_name, "%s is %s", name,
		   value & bit ? "on" : is_offered ? "off" : "not offered");
	complaints += is_offered && !(value & bit);
}

int
pagewalk_start(void)
{
	struct cpuid extended = cpu_id(7);
	uint64_t cr0, cr3, cr4;
	uint32_t efer, efer_high;

	__asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
	__asm__ volatile("mov %%cr3, %0" : "=r"(cr3));
	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	__asm__ volatile("rdmsr" : "=a"(efer), "=d"(efer_high) : "c"(MSR_EFER));
	judge_bit(cr0, CR0_WP, true, "CR0.WP");
	judge_bit(efer, EFER_NXE, true, "EFER.NXE");
	judge_bit(cr4, CR4_SMEP, extended.ebx & EXTENDED_SMEP, "CR4.SMEP");
	judge_bit(cr4, CR4_SMAP, extended.ebx & EXTENDED_SMAP, "CR4.SMAP");
	judge_bit(cr4, CR4_UMIP, extended.ecx & EXTENDED_UMIP, "CR4.UMIP");
	walk(cr3 & PAGE_FRAME, 4, ENTRIES, 0, PAGE_WRITABLE | PAGE_USER);
	finish();
}
