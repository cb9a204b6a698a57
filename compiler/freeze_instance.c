/* SPDX-License-Identifier: ISC */
/*
 * The C of one instance: its wiring, its settings, then the module's sources,
 * included.
 */
#include <stdlib.h>

#include "catalogue.h"
#include "device.h"
#include "freeze.h"
#include "instance.h"
#include "slot.h"

const char *
freeze_comment(const char *text)
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

const char *
freeze_origin(const struct origin *origin)
{
	struct origin labelled = *origin;

	/* However the configuration's path was written, the C is the same. */
	labelled.where.file = origin_file(origin);
	return freeze_comment(origin_show(&labelled));
}

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
			      freeze_origin(&instance->wire_origins[index]));
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
	buffer_printf(context, "/* %s: %s%s */\n", freeze_comment(part->name),
		      part->is_set ? freeze_origin(part->origin)
				   : "not given",
		      part->value->is_sealed ? ", sealed" : "");
}

static void
write_origins(struct buffer *out, const struct instance *instance, size_t index)
{
	struct part whole = instance_part(instance, index);

	whole.name = whole.setting->name;
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

void
freeze_write_instance(struct buffer *out, const struct build *build,
		      const struct instance *instance)
{
	buffer_printf(out,
		      "/* %s: %s, %s. Written by unicc: edit the configuration. "
		      "*/\n#include <unicc/types.h>\n",
		      instance->name, instance->module->name,
		      freeze_origin(&instance->origin));
	write_wiring(out, build, instance);
	write_hooks(out, instance);
	if (text_equal(instance->module->name, "kernel"))
		freeze_write_hooks(out, build);
	write_settings(out, instance);
	write_sources(out, build, instance);
}
