/* SPDX-License-Identifier: ISC */
/* Audit, what its code can do, as JSON. */
/* The interface as it is now: names have changed. */
#define __XEN_INTERFACE_VERSION__ 0x00040e00
#include <stdint.h>
#include <xen/xen.h>

#include "audit_json.h"

/* ---- Names of numbers ---------------------------------------------------------- */

struct name {
	uint64_t from, to;
	const char *is;
};

/* PC/AT ports, and what QEMU has besides. */
static const struct name ports[] = {
	{ 0x20, 0x21, "interrupt controller" }, { 0x40, 0x43, "timer" },
	{ 0x60, 0x64, "keyboard controller" }, { 0x70, 0x71, "clock and CMOS" },
	{ 0xa0, 0xa1, "interrupt controller" }, { 0xe9, 0xe9, "debug console" },
	{ 0xf4, 0xf4, "isa-debug-exit" }, { 0x3f8, 0x3ff, "COM1" },
	{ 0xcf8, 0xcff, "PCI configuration" },
};

/* Intel SDM 4, 2.1. */
static const struct name msrs[] = {
	{ 0x10, 0x10, "TSC" }, { 0x1b, 0x1b, "APIC_BASE" },
	{ 0x277, 0x277, "PAT" }, { 0x6e0, 0x6e0, "TSC_DEADLINE" },
	{ 0xc0000080, 0xc0000080, "EFER" }, { 0xc0000081, 0xc0000081, "STAR" },
	{ 0xc0000082, 0xc0000082, "LSTAR" },
	{ 0xc0000100, 0xc0000100, "FS_BASE" },
	{ 0xc0000101, 0xc0000101, "GS_BASE" },
};

#define HYPERCALL(name) { __HYPERVISOR_##name, __HYPERVISOR_##name, #name }
static const struct name hypercalls[] = {
	HYPERCALL(set_trap_table), HYPERCALL(mmu_update), HYPERCALL(set_gdt),
	HYPERCALL(stack_switch), HYPERCALL(set_callbacks),
	HYPERCALL(fpu_taskswitch), HYPERCALL(update_descriptor),
	HYPERCALL(memory_op), HYPERCALL(multicall),
	HYPERCALL(update_va_mapping), HYPERCALL(set_timer_op),
	HYPERCALL(xen_version), HYPERCALL(console_io),
	HYPERCALL(grant_table_op), HYPERCALL(vm_assist), HYPERCALL(iret),
	HYPERCALL(vcpu_op), HYPERCALL(set_segment_base), HYPERCALL(mmuext_op),
	HYPERCALL(sched_op), HYPERCALL(event_channel_op), HYPERCALL(physdev_op),
	HYPERCALL(hvm_op),
};

static const char *
name_in(const struct name *names, size_t count, uint64_t number)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (number >= names[i].from && number <= names[i].to)
			return names[i].is;
	return NULL;
}

const char *
code_number_name(const struct code_fact *fact)
{
	if (!fact->is_known)
		return NULL;
	switch (fact->kind) {
	case CODE_PORT_READ: case CODE_PORT_WRITE:
		return name_in(ports, countof(ports), fact->number);
	case CODE_MSR_READ: case CODE_MSR_WRITE:
		return name_in(msrs, countof(msrs), fact->number);
	case CODE_HYPERCALL:
		return name_in(hypercalls, countof(hypercalls), fact->number);
	default:
		return NULL;
	}
}

/* ---- Writing -------------------------------------------------------------------- */

static void
add_segments(struct buffer *out, const struct audit *audit)
{
	size_t i;

	buffer_printf(out, ",\n\"segments\":[");
	for (i = 0; i < audit->image.segments_count; i++) {
		const struct elf_segment *segment = &audit->image.segments[i];

		buffer_printf(out, "%s{\"name\":\"%s\",\"address\":%llu,"
				   "\"memory_bytes\":%llu,\"file_bytes\":%zu,"
				   "\"is_writable\":%s,\"is_executable\":%s}",
			      i == 0 ? "\n" : ",\n",
			      segment->is_executable ? "text"
			      : segment->is_writable ? "data"
						     : "constants",
			      (unsigned long long)segment->address,
			      (unsigned long long)segment->memory_bytes,
			      segment->bytes.size,
			      segment->is_writable ? "true" : "false",
			      segment->is_executable ? "true" : "false");
	}
	buffer_printf(out, "]");
}

static void
add_facts(struct buffer *out, const struct code *code)
{
	const struct audit *audit = code->audit;
	size_t i, next;

	buffer_printf(out, ",\n\"facts\":[");
	for (i = 0; i < code->facts.count; i = next) {
		const struct code_fact *fact = &code->facts.at[i];
		const struct audit_node *node = &audit->nodes.at[fact->node];

		for (next = i + 1; next < code->facts.count &&
		     code_is_same(fact, &code->facts.at[next]);)
			next++;
		buffer_printf(out, "%s{\"kind\":\"%s\",\"number\":",
			      i == 0 ? "\n" : ",\n", code_facts[fact->kind]);
		if (fact->is_known)
			buffer_printf(out, "%llu",
				      (unsigned long long)fact->number);
		else
			buffer_printf(out, "null");
		buffer_printf(out, ",\"name\":");
		json_add_text(out, code_number_name(fact));
		buffer_printf(out, ",\"symbol\":");
		json_add_text(out, node->name);
		buffer_printf(out, ",\"module\":");
		json_add_text(out, audit_module_of(audit, node));
		buffer_printf(out, ",\"target\":");
		json_add_text(out, fact->target == AUDIT_NONE
				   ? NULL
				   : audit->nodes.at[fact->target].name);
		buffer_printf(out, ",\"count\":%zu}", next - i);
	}
	buffer_printf(out, "]");
}

static void
add_bound(struct buffer *out, const char *name, uint64_t bytes)
{
	if (bytes == CODE_NO_BOUND)
		buffer_printf(out, "\"%s\":null,", name);
	else
		buffer_printf(out, "\"%s\":%llu,", name,
			      (unsigned long long)bytes);
}

static void
add_functions(struct buffer *out, const struct audit *audit, const char *name,
	      const size_t *nodes, size_t count)
{
	size_t i;

	buffer_printf(out, "\"%s\":[", name);
	for (i = 0; i < count; i++) {
		buffer_printf(out, i == 0 ? "" : ",");
		json_add_text(out, audit->nodes.at[nodes[i]].name);
	}
	buffer_printf(out, "]");
}

static void
add_stacks(struct buffer *out, const struct code *code)
{
	size_t i, j;

	buffer_printf(out, ",\n\"stacks\":[");
	for (i = 0; i < code->stacks.count; i++) {
		const struct code_stack *stack = &code->stacks.at[i];

		buffer_printf(out, "%s{\"name\":\"%s\",\"allocated_bytes\":%llu,",
			      i == 0 ? "\n" : ",\n", stack->name,
			      (unsigned long long)stack->allocated_bytes);
		add_bound(out, "direct_bytes", stack->direct_bytes);
		add_bound(out, "bytes", stack->bytes);
		add_functions(out, code->audit, "path", stack->path.at,
			      stack->path.count);
		buffer_printf(out, ",");
		add_functions(out, code->audit, "unbounded",
			      stack->unbounded.at, stack->unbounded.count);
		buffer_printf(out, ",\"recursions\":[");
		for (j = 0; j < stack->recursions.count; j++) {
			buffer_printf(out, j == 0 ? "" : ",");
			json_add_text(out, stack->recursions.at[j]);
		}
		buffer_printf(out, "]}");
	}
	buffer_printf(out, "]");
}

void
json_add_code(struct buffer *out, const struct code *code)
{
	add_segments(out, code->audit);
	add_facts(out, code);
	add_stacks(out, code);
}
