/* SPDX-License-Identifier: ISC */
/* Audit, what only the build knows: units, instances and the link map. */
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "content.h"
#include "freeze.h"
#include "instance.h"
#include "label.h"
#include "slot.h"
#include "unicc.h"

static const char *
show_where(const struct origin *origin)
{
	return origin->where.line == 0
		? origin->where.file
		: arena_printf("%s:%u", origin_file(origin),
			       origin->where.line);
}

const char *
audit_show_origin(const struct origin *origin)
{
	if (origin->kind == ORIGIN_CONFIG)
		return show_where(origin);
	if (origin->kind == ORIGIN_OPTION ||
	    origin->kind == ORIGIN_OPTION_DEFAULT)
		return arena_printf("option %s (%s)", origin->by,
				    show_where(origin));
	return origin_show(origin);
}

static size_t
find_instance(const struct build *build, const struct instance *instance)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++)
		if (build->instances.at[i] == instance)
			return i;
	return AUDIT_NONE;
}

static bool
has_default(const struct build *build, const char *interface)
{
	const struct platform *platform = build->image.platform;
	size_t i;

	for (i = 0; i < platform->providers_count; i++)
		if (text_equal(platform->provider_interfaces[i], interface))
			return true;
	return false;
}

/* Would the configuration be refused without the provider's line? */
static bool
is_need(const struct build *build, const struct instance *user, size_t slot)
{
	const struct requirement *requirement =
		&user->module->requires.at[slot];

	return user->wanted_wires[slot] != NULL ||
	       user->wires[slot]->origin.kind == ORIGIN_IMPLIED ||
	       (!requirement->is_optional &&
		!has_default(build, requirement->interface));
}

static void
add_instance(struct audit *audit, const struct build *build,
	     const struct instance *instance)
{
	const struct module *module = instance->module;
	struct audit_cause *cause = list_add(&audit->causes);
	size_t i;

	cause->name = instance->name;
	cause->value = cause->module = module->name;
	cause->origin = audit_show_origin(&instance->origin);
	cause->is_always = text_equal(module->name, "kernel");
	cause->is_implied = instance->origin.kind == ORIGIN_IMPLIED &&
			    !cause->is_always;
	cause->is_provider = module->provides_count != 0 &&
			     instance->origin.kind == ORIGIN_CONFIG;
	cause->needs = arena_alloc(module->requires.count + 1,
				   sizeof *cause->needs);
	cause->takes = arena_alloc(module->requires.count + 1,
				   sizeof *cause->takes);
	for (i = 0; i < module->requires.count; i++) {
		size_t provider = find_instance(build, instance->wires[i]);

		if (provider == AUDIT_NONE)
			continue;
		if (is_need(build, instance, i))
			cause->needs[cause->needs_count++] = provider;
		else
			cause->takes[cause->takes_count++] = provider;
	}
}

/* A setting somebody wrote whose files are in the image. */
static void
add_contents(struct audit *audit, const struct instance *instance, size_t index)
{
	const struct module *module = instance->module;
	size_t i;

	for (i = 0; i < module->settings.count; i++) {
		struct audit_cause *cause;

		if (instance->values[i].content == NULL ||
		    !origin_is_written(&instance->origins[i]))
			continue;
		cause = list_add(&audit->causes);
		cause->name = arena_printf("%s.%s", instance->name,
					   module->settings.at[i].name);
		cause->value = type_show(&module->settings.at[i],
					 &instance->values[i]);
		cause->module = module->name;
		cause->origin = audit_show_origin(&instance->origins[i]);
		cause->needs = arena_alloc(1, sizeof *cause->needs);
		cause->needs[cause->needs_count++] = index;
	}
}

/* A sealed value lies in a slot of its own, because it is sealed. */
static void
add_slots(struct audit *audit, const struct build *build)
{
	struct slots slots = slots_of(build);
	size_t i;

	for (i = 0; i < slots.list.count; i++) {
		const struct slot *slot = &slots.list.at[i];
		const struct instance *instance = slot->instance;
		struct audit_cause *cause = list_add(&audit->causes);
		bool is_replaced =
			instance->replaced[slot->index].kind != ORIGIN_NONE;

		cause->name = slot->name;
		cause->value = "sealed";
		cause->module = instance->module->name;
		/* What fills the slot brings in no byte: the line that has it
		 * sealed does. */
		cause->origin = audit_show_origin(
			is_replaced ? &instance->replaced[slot->index]
				    : &instance->origins[slot->index]);
		cause->needs = arena_alloc(1, sizeof *cause->needs);
		cause->needs[cause->needs_count++] =
			find_instance(build, instance);
	}
}

/* "generated/www.content.s" is of www.content if that is a cause, else of
 * www. */
static size_t
cause_of(const struct audit *audit, const struct build *build,
	 const struct unit *unit)
{
	size_t i;

	if (unit->instance == NULL)
		return AUDIT_NONE;
	for (i = build->instances.count; i < audit->causes.count; i++)
		if (text_equal(unit->name, arena_printf("%s.s",
						audit->causes.at[i].name)))
			return i;
	return find_instance(build, unit->instance);
}

static const char *
module_of(const struct unit *unit)
{
	if (unit->instance != NULL)
		return unit->instance->module->name;
	return text_starts(unit->label, "generated/") ||
			       text_starts(unit->label, "kernel/")
		       ? "kernel"
		       : "libc";
}

/* The configuration's text, to show what each of its lines costs. */
static void
add_lines(struct audit *audit, const char *path)
{
	struct bytes text;
	size_t start, end;

	if (!host_read(path, &text))
		return;
	for (start = 0; start < text.size; start = end + 1) {
		for (end = start; end < text.size && text.at[end] != '\n';)
			end++;
		*list_add(&audit->config_lines) = arena_copy_n(
			(const char *)text.at + start, end - start);
	}
}

void
audit_of_build(struct audit *audit, const struct build *build)
{
	size_t i;

	*audit = (struct audit){
		.name = build->image.name,
		.config = label_shown(build->config_path),
		.file = build->elf,
		.debug = build->debug,
	};
	add_lines(audit, build->config_path);
	for (i = 0; i < build->instances.count; i++)
		add_instance(audit, build, build->instances.at[i]);
	for (i = 0; i < build->instances.count; i++)
		add_contents(audit, build->instances.at[i], i);
	add_slots(audit, build);
	for (i = 0; i < build->units.count; i++) {
		const struct unit *unit = &build->units.at[i];
		struct audit_unit *row = list_add(&audit->units);

		row->label = unit->label;
		row->module = module_of(unit);
		row->cause = cause_of(audit, build, unit);
	}
}

static const char contract_note[] = ".note.unicc.contract";
enum { NOTE_HEADER_BYTES = 20 };	/* up to the payload */

static size_t
find_section(const struct audit *audit, const char *name)
{
	size_t i;

	for (i = 0; i < audit->sections.count; i++)
		if (text_equal(audit->sections.at[i].name, name))
			break;
	return i;
}

/* The contract is one section; each device's line is made one, of its
 * instance. What aligns its end is of the last. */
static void
split_contract(struct audit *audit, const struct build *build)
{
	size_t at = find_section(audit, contract_note), i;
	struct audit_section *section;
	struct audit_unit *unit;
	uint64_t address, end;

	if (at == audit->sections.count ||
	    audit->sections.at[at].size == NOTE_HEADER_BYTES)
		return;
	address = audit->sections.at[at].address + NOTE_HEADER_BYTES;
	end = audit->sections.at[at].address + audit->sections.at[at].size;
	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		if (instance->device_slot < 0)
			continue;
		unit = list_add(&audit->units);
		unit->label = "generated/contract.s";
		unit->module = instance->module->name;
		unit->cause = i;
		section = list_add(&audit->sections);
		section->name = contract_note;
		section->address = address;
		section->size = strlen(freeze_contract_line(instance)) +
				1;	/* \n */
		section->unit = audit->units.count - 1;
		address += section->size;
	}
	audit->sections.at[at].size = NOTE_HEADER_BYTES;
	audit->sections.at[audit->sections.count - 1].size += end - address;
	audit_sort_sections(audit);
}

/* The slots are one section; each is made one, of its setting. */
static void
split_slots(struct audit *audit, const struct build *build)
{
	struct slots slots = slots_of(build);
	size_t at = find_section(audit, ".note.unicc.slots"), i;
	size_t first = audit->causes.count - slots.list.count;
	struct audit_section *section;
	struct audit_unit *unit;
	uint64_t start, end;

	if (at == audit->sections.count || slots.list.count == 0)
		return;
	start = audit->sections.at[at].address + NOTE_HEADER_BYTES;
	end = audit->sections.at[at].address + audit->sections.at[at].size;
	audit->sections.at[at].size = NOTE_HEADER_BYTES +
				      slots.list.at[0].offset;
	for (i = 0; i < slots.list.count; i++) {
		const struct slot *slot = &slots.list.at[i];

		unit = list_add(&audit->units);
		unit->label = "generated/slots.s";
		unit->module = slot->instance->module->name;
		unit->cause = first + i;
		section = list_add(&audit->sections);
		section->name = ".note.unicc.slots";
		section->address = start + slot->offset;
		section->size = (i + 1 == slots.list.count
					 ? end
					 : start + slots.list.at[i + 1].offset) -
				section->address;
		section->unit = audit->units.count - 1;
	}
	audit_sort_sections(audit);
}

/* ---- The files of content ------------------------------------------------- */

static int
section_name_order(const void *a, const void *b)
{
	const struct audit_section *const *first = a, *const *second = b;

	return strcmp((*first)->name, (*second)->name);
}

struct names {
	struct audit_section **sections;	/* by name */
	size_t count;
};

static void
add_file(const struct names *names, const char *symbol, const char *label)
{
	struct audit_section wanted = {
		.name = arena_printf(".rodata.%s", symbol),
	};
	struct audit_section *key = &wanted, **found;

	found = bsearch(&key, names->sections, names->count,
			sizeof *names->sections, section_name_order);
	if (found != NULL)
		*list_add(&(*found)->files) = label;
}

/* A body and its compressed form are of all files that hold its bytes. */
static void
add_files(struct audit *audit, const struct build *build)
{
	struct names names = {
		arena_alloc(audit->sections.count + 1, sizeof *names.sections),
		audit->sections.count,
	};
	const struct content_file **files;
	const char *label;
	size_t i, j, k, count;

	for (i = 0; i < names.count; i++)
		names.sections[i] = &audit->sections.at[i];
	if (names.count != 0)
		qsort(names.sections, names.count, sizeof *names.sections,
		      section_name_order);
	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		for (j = 0; j < instance->module->settings.count; j++) {
			files = content_files(instance, j, &count);
			for (k = 0; k < count; k++) {
				label = content_label(instance, j, files[k]);
				add_file(&names, files[k]->symbol, label);
				add_file(&names,
					 arena_printf("%s_gzip",
						      files[k]->symbol),
					 label);
			}
		}
	}
}

bool
audit_map_of_build(struct audit *audit, const struct build *build)
{
	size_t count = build->units.count, i;
	const char **names = arena_alloc(count + 1, sizeof *names);
	const char **objects = arena_alloc(count + 1, sizeof *objects);
	const char *wrong;

	for (i = 0; i < count; i++) {
		objects[i] = build->units.at[i].object;
		names[i] = strrchr(objects[i], '/') - 2;
	}
	wrong = audit_read_map(audit, build->map, names);
	if (wrong != NULL) {
		diag(E0901, (struct where){ build->config_path, 0, 0 }, NULL,
		     "%s", wrong);
		return false;
	}
	audit_read_objects(audit, objects, count);
	add_files(audit, build);
	split_contract(audit, build);
	split_slots(audit, build);
	return true;
}
