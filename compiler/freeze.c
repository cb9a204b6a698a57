/* SPDX-License-Identifier: ISC */
/*
 * Freeze: the configuration as C. Nothing below this stage reads Lua.
 *
 * Writes one unit for each instance (its wiring, its settings, then the
 * module's sources), machine.c with the start order, the option headers of
 * third-party code, and the contract note; then lists everything that is to
 * be compiled. The C is meant to be read: every value carries its origin.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalogue.h"
#include "content.h"
#include "device.h"
#include "libc.h"
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
		diag(E0605, (struct where){ path, 0, 0 }, NULL, "%s",
		     strerror(errno));
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

/*
 * An origin, or a name, inside of a comment: names of files and keys of maps
 * hold any byte, and none may end the comment, its line or begin another.
 */
static const char *
comment(const char *text)
{
	struct buffer out = { 0 };
	const char *copy;
	size_t i;

	for (i = 0; text[i] != '\0'; i++) {
		bool is_pair = i != 0 && ((text[i] == '/' && text[i - 1] == '*') ||
					  (text[i] == '*' && text[i - 1] == '/'));

		buffer_printf(&out, "%s%c", is_pair ? " " : "",
			      (unsigned char)text[i] < ' ' || text[i] == '\\'
				      ? '?' : text[i]);
	}
	copy = arena_copy_n(out.size == 0 ? "" : out.at, out.size);
	free(out.at);
	return copy;
}

/* ---- One instance -------------------------------------------------------- */

static const struct interface *
find_interface(const struct build *build, const char *name)
{
	size_t i;

	for (i = 0; i < build->catalogue->interfaces_count; i++)
		if (text_equal(build->catalogue->interfaces[i].name, name))
			return &build->catalogue->interfaces[i];
	return NULL;
}

static const struct requirement *
requirement_met_by(const struct instance *user, const struct instance *provider,
		   const char *interface, size_t *index)
{
	size_t i;

	for (i = 0; i < user->module->requires.count; i++) {
		const struct requirement *requirement =
			&user->module->requires.at[i];

		if (user->wires[i] == provider &&
		    text_equal(requirement->interface, interface)) {
			*index = i;
			return requirement;
		}
	}
	return NULL;
}

/* The place of user among the users of provider's interface. */
static size_t
consumer_index(const struct instance *provider, const struct instance *user,
	       const char *interface)
{
	size_t i, slot, index = 0;

	for (i = 0; i < provider->users_count; i++) {
		if (provider->users[i] == user)
			break;
		if (requirement_met_by(provider->users[i], provider, interface,
				       &slot) != NULL)
			index++;
	}
	return index;
}

static void
write_requirement(struct buffer *out, const struct build *build,
		  const struct instance *instance, size_t index)
{
	const struct requirement *requirement =
		&instance->module->requires.at[index];
	const struct interface *interface =
		find_interface(build, requirement->interface);
	const struct instance *provider = instance->wires[index];

	buffer_printf(out, "#define %s_provider %s", interface->name,
		      provider == NULL ? "absent" : provider->name);
	if (provider != NULL)
		buffer_printf(out, "\t/* %s: %s */\n", requirement->slot,
			      comment(origin_show(&instance->wire_origins[index])));
	else
		buffer_printf(out, "\t/* %s */\n", requirement->slot);
	if (requirement->is_optional)
		buffer_printf(out, "enum { %s_is_present = %d };\n",
			      interface->name, provider != NULL);
	if (provider != NULL &&
	    (interface->is_exclusive || interface->calls_back))
		buffer_printf(out, "#define %s_consumer %s\n", interface->name,
			      instance->name);
	if (provider != NULL && interface->calls_back)
		buffer_printf(out, "enum { %s_consumer_index = %zu };\n",
			      interface->name,
			      consumer_index(provider, instance,
					     interface->name));
}

static void
write_provision(struct buffer *out, const struct build *build,
		const struct instance *instance, const char *name)
{
	const struct interface *interface = find_interface(build, name);
	size_t i, slot, index = 0;

	buffer_printf(out, "#define %s_provider %s\n", name, instance->name);
	if (interface->calls_back)
		buffer_printf(out, "#define %s_consumers(X)", name);
	for (i = 0; i < instance->users_count; i++) {
		const struct instance *user = instance->users[i];

		if (requirement_met_by(user, instance, name, &slot) == NULL)
			continue;
		if (interface->calls_back)
			buffer_printf(out, " X(%zu, %s)", index++, user->name);
		else if (interface->is_exclusive)
			buffer_printf(out, "#define %s_consumer %s\n", name,
				      user->name);
	}
	if (interface->calls_back)
		buffer_printf(out, "\n");
}

static unsigned
devices_count(const struct build *build, const char *bus)
{
	unsigned count = 0;

	while (device_at(build, bus, (int)count) != NULL)
		count++;
	return count;
}

static void
write_wiring(struct buffer *out, const struct build *build,
	     const struct instance *instance)
{
	const struct module *module = instance->module;
	size_t i;

	buffer_printf(out, "\n/* Wiring. */\n#define instance_name \"%s\"\n",
		      instance->name);
	for (i = 0; i < module->requires.count; i++)
		write_requirement(out, build, instance, i);
	for (i = 0; i < module->provides_count; i++)
		write_provision(out, build, instance, module->provides[i]);
	if (instance->device_slot >= 0)
		buffer_printf(out, "enum { device_slot = %d, devices_count = %u "
				   "};\t/* of %s */\n",
			      instance->device_slot,
			      devices_count(build, module->device.bus),
			      module->device.bus);
}

static void
write_hooks(struct buffer *out, const struct instance *instance)
{
	const struct module *module = instance->module;
	size_t i;

	if (module->hooks == 0 || text_equal(module->name, instance->name))
		return;
	buffer_printf(out, "\n/* Hooks. */\n");
	for (i = 0; i < HOOKS; i++)
		if (module->hooks & hook_names[i].hook)
			buffer_printf(out, "#define %s_%s %s_%s\n", module->name,
				      hook_names[i].c_name, instance->name,
				      hook_names[i].c_name);
}

static void
write_origin(void *context, const struct part *part)
{
	buffer_printf(context, "/* %s: %s%s */\n", comment(part->name),
		      part->is_set ? comment(origin_show(part->origin))
				   : "not given",
		      part->value->is_sealed ? ", sealed" : "");
}

static void
write_origins(struct buffer *out, const struct instance *instance, size_t index)
{
	const struct setting *setting = &instance->module->settings.at[index];
	struct part whole = {
		.name = setting->name,
		.setting = setting,
		.value = &instance->values[index],
		.origin = &instance->origins[index],
		.is_set = instance->origins[index].kind != ORIGIN_NONE,
	};

	type_each_part(&whole, write_origin, out);
}

static void
write_settings(struct buffer *out, const struct instance *instance)
{
	const struct module *module = instance->module;
	size_t i;

	if (module->settings.count != 0)
		buffer_printf(out, "\n/* Settings. */\n");
	for (i = 0; i < module->settings.count; i++) {
		const struct setting *setting = &module->settings.at[i];
		bool is_set = instance->origins[i].kind != ORIGIN_NONE;

		write_origins(out, instance, i);
		if (instance->values[i].is_sealed)
			slot_write_c(out, instance, i);
		else
			type_write_c(out, setting, &instance->values[i],
				     is_set);
	}
}

static void
write_sources(struct buffer *out, const struct build *build,
	      const struct instance *instance)
{
	const struct module *module = instance->module;
	const struct platform *platform = build->image.platform;
	size_t i;

	buffer_printf(out, "\n");
	for (i = 0; i < module->sources_count; i++)
		buffer_printf(out, "#include <%s/%s>\n", module->name,
			      module->sources[i]);
	for (i = 0; i < module->package_files_count; i++)
		buffer_printf(out, "#include <%s>\n",
			      module->package_files[i]);
	if (text_equal(module->name, "kernel"))
		for (i = 0; i < platform->sources_count; i++)
			buffer_printf(out, "#include <%s>\n",
				      platform->sources[i]);
}

static void
freeze_instance(struct freezer *freezer, const struct instance *instance)
{
	const struct build *build = freezer->build;
	struct buffer out = { 0 };

	buffer_printf(&out,
		      "/* %s: %s, %s. Written by unicc: edit the configuration. "
		      "*/\n#include <unicc/types.h>\n",
		      instance->name, instance->module->name,
		      comment(origin_show(&instance->origin)));
	write_wiring(&out, build, instance);
	write_hooks(&out, instance);
	write_settings(&out, instance);
	write_sources(&out, build, instance);
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
				content_name(instance, i)), &out);
	}
}

/* ---- Option headers of third-party code ---------------------------------- */

/*
 * STEM.h holds the settings; the module's own STEM_fixed.h, included last,
 * holds what follows from them and what is no setting.
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
		      instance->name, comment(origin_show(&instance->origin)));
	for (i = 0; i < module->settings.count; i++) {
		const struct setting *setting = &module->settings.at[i];

		if (setting->option != NULL)
			buffer_printf(&out, "#define %s %lld\t/* %s: %s */\n",
				      setting->option,
				      (long long)instance->values[i].number,
				      setting->name,
				      comment(origin_show(&instance->origins[i])));
	}
	buffer_printf(&out, "#include <%s/%.*s_fixed.h>\n", module->name,
		      (int)(strlen(header) - 2), header);
	write_generated(freezer, arena_printf("%s/%s", instance->name, header),
			&out);
}

/* ---- The machine ---------------------------------------------------------- */

static void
write_calls(struct buffer *out, const struct build *build, enum hook hook,
	    const char *format)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		if (instance->module->hooks & hook)
			buffer_printf(out, format, instance->name,
				      instance->name);
	}
}

static const struct instance *
clock_of(const struct build *build)
{
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];
		const struct module *module = instance->module;

		for (j = 0; j < module->requires.count; j++)
			if ((module->hooks & HOOK_DEADLINE) &&
			    text_equal(module->requires.at[j].interface, "clock"))
				return instance->wires[j];
	}
	return NULL;
}

static bool
has_hook(const struct build *build, enum hook hook)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++)
		if (build->instances.at[i]->module->hooks & hook)
			return true;
	return false;
}

static void
write_arm(struct buffer *out, const struct build *build)
{
	const struct instance *clock = clock_of(build);

	buffer_printf(out, "\nvoid\nmachine_arm(void)\n{\n");
	if (clock != NULL) {
		buffer_printf(out, "\tuint64_t earliest_ns = UINT64_MAX;\n\n");
		write_calls(out, build, HOOK_DEADLINE,
			    "\tearliest_ns = earlier(earliest_ns, "
			    "%s_deadline_ns());\n%.0s");
		buffer_printf(out, "\t%s_clock_alarm(earliest_ns);\n",
			      clock->name);
	}
	buffer_printf(out, "}\n");
}

/* Only what has started is stopped, users before providers. */
static void
write_stops(struct buffer *out, const struct build *build)
{
	size_t i;

	buffer_printf(out, "\nvoid\nmachine_stop(void)\n{\n");
	for (i = build->instances.count; i-- != 0;) {
		const char *name = build->instances.at[i]->name;

		if (build->instances.at[i]->module->hooks & HOOK_STOP)
			buffer_printf(out, "\tif (started_count > %zu) {\n"
					   "\t\tkernel_instance = \"%s\";\n"
					   "\t\t%s_stop();\n\t}\n",
				      i, name, name);
	}
	buffer_printf(out, "}\n");
}

static void
write_slots_check(struct buffer *out, const struct slots *slots)
{
	size_t i;

	for (i = 0; i < slots->list.count; i++)
		buffer_printf(out, "\tkernel_need_slot(\"%s\", slot_%zu);\n",
			      slots->list.at[i].name, i);
}

static void
write_starts(struct buffer *out, const struct build *build,
	     const struct slots *slots)
{
	size_t i;

	buffer_printf(out, "\n/* Instances that have started. */\n"
			   "static unsigned started_count;\n"
			   "\nvoid\nmachine_start(void)\n{\n");
	write_slots_check(out, slots);
	for (i = 0; i < build->instances.count; i++) {
		const char *name = build->instances.at[i]->name;

		if (build->instances.at[i]->module->hooks & HOOK_START)
			buffer_printf(out, "\tkernel_instance = \"%s\";\n"
				"\tkernel_started(kernel_instance, "
				"%s_start());\n\tstarted_count = %zu;\n",
				name, name, i + 1);
	}
	buffer_printf(out, "}\n");
}

static void
freeze_machine(struct freezer *freezer)
{
	const struct build *build = freezer->build;
	const struct instance *clock = clock_of(build);
	struct slots slots = slots_of(build);
	struct buffer out = { 0 };
	size_t i;

	buffer_printf(&out, "/* The machine %s: who starts, in which order. "
			    "Written by unicc. */\n#include <unicc/kernel.h>\n\n",
		      build->image.name);
	write_calls(&out, build, HOOK_START, "int %s_start(void);\n%.0s");
	write_calls(&out, build, HOOK_EVENT, "bool %s_event(void);\n%.0s");
	write_calls(&out, build, HOOK_DEADLINE,
		    "uint64_t %s_deadline_ns(void);\n%.0s");
	write_calls(&out, build, HOOK_STOP, "void %s_stop(void);\n%.0s");
	if (clock != NULL)
		buffer_printf(&out, "void %s_clock_alarm(uint64_t deadline_ns);\n",
			      clock->name);
	for (i = 0; i < slots.list.count; i++)
		buffer_printf(&out, "extern const int slot_%zu "
				    "__asm__(\"%s.filled\");\n",
			      i, slots.list.at[i].name);
	buffer_printf(&out, "\nconst char machine_name[] = \"%s\";\n",
		      build->image.name);
	buffer_printf(&out, "const bool machine_has_events = %s;\n",
		      has_hook(build, HOOK_EVENT) ? "true" : "false");
	if (clock != NULL)
		buffer_printf(&out, "\nstatic inline uint64_t\n"
				    "earlier(uint64_t a, uint64_t b)\n"
				    "{\n\treturn a < b ? a : b;\n}\n");
	write_starts(&out, build, &slots);
	buffer_printf(&out, "\nbool\nmachine_event(void)\n{\n"
			    "\tbool again = false;\n\n");
	write_calls(&out, build, HOOK_EVENT,
		    "\tkernel_instance = \"%s\";\n\tagain |= %s_event();\n");
	buffer_printf(&out, "\treturn again;\n}\n");
	write_arm(&out, build);
	write_stops(&out, build);
	write_generated(freezer, "machine.c", &out);
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
			buffer_printf(&out, "\t.ascii \"%s %s %s %d\\n\"\n",
				      instance->name, instance->module->name,
				      instance->module->device.bus,
				      instance->device_slot);
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

/* ---- What is to be compiled ------------------------------------------------ */

static struct unit *
add_unit(struct build *build, const char *name, const char *source,
	 const char *label)
{
	struct unit *unit = list_add(&build->units);

	unit->name = name;
	unit->source = source;
	unit->label = label;
	return unit;
}

static struct unit *
add_generated(struct build *build, const char *name, const char *extension)
{
	const char *file = arena_printf("%s.%s", name, extension);

	return add_unit(build, file, host_join(build->generated_path, file),
			arena_printf("generated/%s", file));
}

static const char *
include_flag(const char *folder)
{
	return arena_printf("-I%s", folder);
}

/*
 * Where a module's third-party package lies unpacked; NULL if it has none, or
 * after diag().
 */
static const char *
package_folder(const struct build *build, const struct module *module)
{
	const struct catalogue *catalogue = build->catalogue;
	size_t i;

	for (i = 0; module->package != NULL && i < catalogue->packages_count; i++)
		if (text_equal(catalogue->packages[i].name, module->package))
			return sources_folder(&catalogue->packages[i]);
	return NULL;
}

/* The include path that an instance adds. A package is system code: the
 * compiler's warnings about it are not for the user. */
static void
add_flags(const struct build *build, const struct instance *instance,
	  struct unit *unit)
{
	const struct module *module = instance->module;
	const char *folder = package_folder(build, module);
	LIST(const char *) flags = { 0 };
	size_t i;

	if (module->is_users)
		*list_add(&flags) =
			include_flag(host_folder_of(module->folder));
	if (module->option_header != NULL)
		*list_add(&flags) = include_flag(
			host_join(build->generated_path, instance->name));
	for (i = 0; folder != NULL && i < module->package_includes_count; i++) {
		const char *include = module->package_includes[i];

		*list_add(&flags) = include_flag(
			text_starts(include, "package:")
				? host_join(folder, include + 8)
				: host_join(module->folder, include));
	}
	if (folder != NULL) {
		*list_add(&flags) = "-isystem";
		*list_add(&flags) = folder;
	}
	unit->flags = flags.at;
	unit->flags_count = flags.count;
}

static void
list_instance(struct build *build, struct instance *instance)
{
	const struct module *module = instance->module;
	struct unit *unit;
	size_t i;

	unit = add_generated(build, instance->name, "c");
	unit->instance = instance;
	add_flags(build, instance, unit);
	for (i = 0; i < module->settings.count; i++)
		if (content_is_there(instance, i)) {
			unit = add_generated(build,
					     content_name(instance, i), "s");
			unit->instance = instance;
			unit->flags = content_flags(&unit->flags_count);
		}
}

static void
list_units(struct build *build)
{
	const struct platform *platform = build->image.platform;
	size_t i, count;

	for (i = 0; i < build->instances.count; i++)
		list_instance(build, build->instances.at[i]);
	add_generated(build, "machine", "c");
	add_generated(build, "contract", "s");
	if (slots_of(build).bytes != 0)
		add_generated(build, "slots", "s");
	for (i = 0; i < platform->assembly_count; i++) {
		const char *file = platform->assembly[i];

		add_unit(build, strrchr(file, '/') + 1,
			 host_join(build->catalogue->root, file), file);
	}
	/* All sources are fetched before anything is compiled. */
	if (diag_count() == 0)
		libc_includes(build->catalogue, &count);
}

void
freeze(struct build *build)
{
	struct freezer freezer = { .build = build };
	size_t i, j;

	if (!build->is_out_given)
		build->out_path = host_join(
			host_folder_of(build->config_path),
			arena_printf("build/%s", option_folder(build)));
	build->generated_path = host_join(build->out_path, "generated");
	if (!build->is_check_only && !package_lock(build->out_path))
		return;
	if (!build->is_check_only &&
	    !host_make_folders(build->generated_path)) {
		diag(E0605, (struct where){ build->generated_path, 0, 0 }, NULL,
		     "%s", strerror(errno));
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
		list_units(build);
}
