/* SPDX-License-Identifier: ISC */
/* What is to be compiled of a configuration, and with which include path. */
#include <string.h>

#include "content.h"
#include "freeze.h"
#include "instance.h"
#include "libc.h"
#include "slot.h"

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
					     instance_setting_name(instance, i), "s");
			unit->instance = instance;
			unit->flags = content_flags(&unit->flags_count);
		}
}

void
freeze_list_units(struct build *build)
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
