/* SPDX-License-Identifier: ISC */
/*
 * Freeze: the configuration as C. Nothing below this stage reads Lua.
 *
 * Writes one unit for each instance, machine.c with the start order, the
 * option headers of third-party code, and the contract note; then lists
 * everything that is to be compiled. The C is meant to be read: every value
 * carries its origin.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "content.h"
#include "freeze.h"
#include "instance.h"
#include "label.h"
#include "option.h"
#include "slot.h"
#include "unicc.h"

/* ---- Files below generated/ --------------------------------------------- */

struct freezer {
	struct build *build;
	LIST(const char *) written;	/* names directly below generated/ */
};

static void
write_generated(struct freezer *freezer, const char *name,
		const struct buffer *text)
{
	const char *path = host_join(freezer->build->generated_path, name);
	const char *slash = strchr(name, '/');
	struct bytes bytes = { (const uint8_t *)text->at, text->size };

	*list_add(&freezer->written) =
		slash == NULL ? name : arena_copy_n(name, (size_t)(slash - name));
	if (freezer->build->is_check_only)
		return;
	if ((slash != NULL && !host_make_folders(host_folder_of(path))) ||
	    !host_write_if_changed(path, bytes))
		diag_cannot_write(path);
}

static int
name_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* generated/ is unicc's own folder: what an earlier configuration left there
 * would mislead a reader. */
static void
remove_stale(struct freezer *freezer)
{
	const char *folder = freezer->build->generated_path, **names;
	size_t count, at = 0, i;

	if (freezer->build->is_check_only || !host_list(folder, &names, &count))
		return;
	qsort(freezer->written.at, freezer->written.count,
	      sizeof *freezer->written.at, name_order);
	/* Both lists are sorted. */
	for (i = 0; i < count; i++) {
		while (at < freezer->written.count &&
		       strcmp(freezer->written.at[at], names[i]) < 0)
			at++;
		if (at == freezer->written.count ||
		    !text_equal(freezer->written.at[at], names[i]))
			unlink(host_join(folder, names[i]));
	}
}

/* ---- Its files ------------------------------------------------------------ */

static void
freeze_instance(struct freezer *freezer, const struct instance *instance)
{
	struct buffer out = { 0 };

	freeze_write_instance(&out, freezer->build, instance);
	write_generated(freezer, arena_printf("%s.c", instance->name), &out);
}

/* The files that enter the image, as assembly. */
static void
freeze_bodies(struct freezer *freezer, const struct instance *instance)
{
	size_t i;

	for (i = 0; i < instance->module->settings.count; i++) {
		struct buffer out = { 0 };

		if (!content_is_there(instance, i))
			continue;
		content_write_bodies(&out, instance, i);
		write_generated(freezer, arena_printf("%s.s",
				instance_setting_name(instance, i)), &out);
	}
}

/*
 * The option header of third-party code. STEM.h holds the settings; the
 * module's own STEM_fixed.h, included last, holds what follows from them and
 * what is no setting.
 */
static void
freeze_options(struct freezer *freezer, const struct instance *instance)
{
	const struct module *module = instance->module;
	struct buffer out = { 0 };
	const char *header = module->option_header;
	size_t i;

	if (header == NULL)
		return;
	buffer_printf(&out, "/* %s of %s: %s. Written by unicc. */\n", header,
		      instance->name, freeze_origin(&instance->origin));
	for (i = 0; i < module->settings.count; i++) {
		const struct setting *setting = &module->settings.at[i];

		if (setting->option != NULL)
			buffer_printf(&out, "#define %s %lld\t/* %s: %s */\n",
				      setting->option,
				      (long long)instance->values[i].number,
				      setting->name,
				      freeze_origin(&instance->origins[i]));
	}
	buffer_printf(&out, "#include <%s/%.*s_fixed.h>\n", module->name,
		      (int)(strlen(header) - 2), header);
	write_generated(freezer, arena_printf("%s/%s", instance->name, header),
			&out);
}

static void
freeze_machine(struct freezer *freezer)
{
	struct buffer out = { 0 };

	freeze_write_machine(&out, freezer->build);
	write_generated(freezer, "machine.c", &out);
}

const char *
freeze_contract_line(const struct instance *instance)
{
	return arena_printf("%s %s %s %d", instance->name,
			    instance->module->name,
			    instance->module->device.bus,
			    instance->device_slot);
}

/* The devices the host must give, as a note that the host's tools read. */
static void
freeze_contract(struct freezer *freezer)
{
	const struct build *build = freezer->build;
	struct buffer out = { 0 };
	size_t i;

	buffer_printf(&out, "/* The host's contract. Written by unicc. */\n"
			    "\t.section .note.unicc.contract, \"a\", @note\n"
			    "\t.balign 4\n\t.long 6, 2f - 1f, 2\n"
			    "\t.asciz \"unicc\"\n\t.balign 4\n1:\n");
	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		if (instance->device_slot >= 0)
			buffer_printf(&out, "\t.ascii \"%s\\n\"\n",
				      freeze_contract_line(instance));
	}
	buffer_printf(&out, "2:\n\t.balign 4\n");
	write_generated(freezer, "contract.s", &out);
}

static void
freeze_slots(struct freezer *freezer)
{
	struct slots slots = slots_of(freezer->build);
	struct buffer out = { 0 };

	if (slots.bytes == 0)
		return;
	slots_write_assembly(&out, &slots);
	write_generated(freezer, "slots.s", &out);
}

/* ---- The stage ------------------------------------------------------------- */

void
freeze(struct build *build)
{
	struct freezer freezer = { .build = build };
	size_t i, j;

	label_add(build->catalogue->root, "");
	label_add(host_folder_of(build->config_path), "config/");
	if (!build->is_out_given)
		build->out_path = host_join(
			host_folder_of(build->config_path),
			arena_printf("build/%s", option_folder(build)));
	build->generated_path = host_join(build->out_path, "generated");
	if (!build->is_check_only && !package_lock(build->out_path))
		return;
	if (!build->is_check_only &&
	    !host_make_folders(build->generated_path)) {
		diag_cannot_write(build->generated_path);
		return;
	}
	for (i = 0; i < build->instances.count; i++) {
		struct instance *instance = build->instances.at[i];

		for (j = 0; j < instance->module->settings.count; j++)
			content_read(build, instance, j);
	}
	if (diag_count() != 0)
		return;
	for (i = 0; i < build->instances.count; i++) {
		freeze_instance(&freezer, build->instances.at[i]);
		freeze_options(&freezer, build->instances.at[i]);
		freeze_bodies(&freezer, build->instances.at[i]);
	}
	freeze_machine(&freezer);
	freeze_contract(&freezer);
	freeze_slots(&freezer);
	remove_stale(&freezer);
	if (!build->is_check_only && diag_count() == 0)
		freeze_list_units(build);
}
