/* SPDX-License-Identifier: ISC */
/*
 * One forbidden thing for each choice. Returning means that it was allowed:
 * the machine then ends with exit 1.
 */
#include <stdint.h>
#include <unicc/kernel.h>
#include <unicc/note.h>

extern const uint64_t __stack_chk_guard;

/* The compiler must not know what lies behind an address. */
static volatile uint8_t *
hidden(uintptr_t address)
{
	__asm__ volatile("" : "+r"(address));
	return (volatile uint8_t *)address;
}

static void
call(uintptr_t address)
{
	((void (*)(void))(uintptr_t)hidden(address))();
}

static unsigned
recurse(unsigned depth)
{
	volatile uint8_t kept[512];

	kept[depth % sizeof kept] = 1;
	if (depth == UINT32_MAX)
		return 0;
	return recurse(depth + 1) + kept[0];
}

/* Text of the length that hidden code knows, into less room. */
__attribute__((noinline)) static void
smash(void)
{
	volatile char room[16];
	volatile uint8_t *at = hidden((uintptr_t)room);
	unsigned i;

	for (i = 0; i < 64; i++)
		at[i] = 'A';
}

static uint32_t code_in_data[4] = { 0xc3c3c3c3 };	/* ret */

int
fault_start(void)
{
	unsigned zero = 0;

	switch (fault_kind) {
	case fault_kind_write_text:
		*hidden((uintptr_t)fault_start) = 0xc3;
		break;
	case fault_kind_write_constants:
		*hidden((uintptr_t)&unicc_note) = 0;
		break;
	case fault_kind_write_sealed:
		*hidden((uintptr_t)&__stack_chk_guard) = 0;
		break;
	case fault_kind_write_null:
		*hidden(16) = 0;
		break;
	case fault_kind_read_null:
		(void)*hidden(16);
		break;
	case fault_kind_read_absent:
		(void)*hidden(0x3fffffff);
		break;
	case fault_kind_execute_data:
		call((uintptr_t)code_in_data);
		break;
	case fault_kind_execute_absent:
		call(0x40000000);
		break;
	case fault_kind_overflow_stack:
		recurse(0);
		break;
	case fault_kind_smash_stack:
		smash();
		break;
	case fault_kind_assertion:
		kernel_assert(*hidden((uintptr_t)&unicc_note) == 0);
		break;
	case fault_kind_division:
		__asm__ volatile("divl %0" : "+r"(zero) : : "eax", "edx");
		break;
	case fault_kind_protection:
		(void)*hidden(0x8000000000000000);
		break;
	case fault_kind_fault_in_panic:
		kernel_panic(instance_name, (const char *)0x3fffffff);
	default:
		kernel_panic(instance_name, "told to");
	}
	kernel_log(instance_name, "nothing refused it");
	kernel_exit(1);
}
