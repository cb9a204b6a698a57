/* SPDX-License-Identifier: ISC */
/*
 * What the CPU refuses to do ends the machine, with the fact by name. An
 * assertion is the one instruction ud2.
 */
#include <unicc/kernel.h>
#include <machine.h>

enum {
	VECTOR_DIVIDE = 0,
	VECTOR_NMI = 2,
	VECTOR_INVALID_OPCODE = 6,
	VECTOR_DOUBLE_FAULT = 8,
	VECTOR_PROTECTION = 13,
	VECTOR_PAGE_FAULT = 14,

	/* Error code of a page fault (Intel SDM 3A, 4.7). */
	FAULT_PRESENT = 1,
	FAULT_WRITE = 2,
	FAULT_FETCH = 16,
};

static bool
is_within(uintptr_t address, const char *start, const char *end)
{
	return address >= (uintptr_t)start && address < (uintptr_t)end;
}

static const char *
page_fault_fact(uintptr_t address, uint64_t error)
{
	if (is_within(address, stack_guard, stack_guard + PAGE_BYTES) ||
	    is_within(address, fault_guard, fault_guard + PAGE_BYTES))
		return "stack overflow";
	if (error & FAULT_FETCH)
		return error & FAULT_PRESENT ? "execution of data" :
					       "execution of an absent page";
	if (error & FAULT_PRESENT)
		return is_within(address, text_start, text_end) ?
			       "write to text" : "write to a read-only page";
	if (address < PAGE_BYTES)
		return error & FAULT_WRITE ? "write to page zero" :
					     "read of page zero";
	return error & FAULT_WRITE ? "write to an absent page" :
				     "read of an absent page";
}

static const char *
vector_fact(uint64_t vector)
{
	switch (vector) {
	case VECTOR_DIVIDE:
		return "division error";
	case VECTOR_NMI:
		return "non-maskable interrupt";
	case VECTOR_INVALID_OPCODE:
		return "assertion failed";
	case VECTOR_DOUBLE_FAULT:
		return "double fault";
	case VECTOR_PROTECTION:
		return "general protection";
	default:
		return "unexpected exception";
	}
}

/* frame: the vector, an error code for some, then rip (SDM 3A, 6.14.2). */
_Noreturn void
cpu_fault(const uint64_t *frame, uint64_t address)
{
	const uint64_t vectors_with_error = 0x227d00;	/* 8, 10 .. 14, 17, 21 */
	uint64_t vector = frame[0];
	bool has_error = vectors_with_error >> vector & 1;
	struct kernel_fault fault = {
		.from = frame[has_error ? 2 : 1],
	};

	if (vector == VECTOR_PAGE_FAULT) {
		fault.fact = page_fault_fact(address, frame[1]);
		fault.at = address;
		fault.at_is_known = true;
	} else {
		fault.fact = vector_fact(vector);
	}
	kernel_fault(kernel_instance, &fault);
}

_Noreturn void __stack_chk_fail(void);

/* Called by compiled code when a function's guard has changed. */
_Noreturn void
__stack_chk_fail(void)
{
	kernel_panic(kernel_instance, "stack smashed");
}
