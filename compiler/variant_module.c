/* SPDX-License-Identifier: ISC */
/*
 * Variants with a module that is not in the image: an instance of it, and of
 * each module that it cannot be without. See variant.h.
 */
#include <string.h>

#include "catalogue.h"
#include "variant.h"

enum { DEPTH_MAX = 8 };

struct addition {
	const struct build *build;
	struct buffer lines, with;
	bool is_possible;
};

/* Is the wire filled by itself: by an instance that is there, or by one that the
 * platform has for it? */
static bool
is_filled(const struct build *build, const char *interface)
{
	const struct platform *platform = build->image.platform;
	const struct interface *is = catalogue_interface(build->catalogue,
							 interface);
	size_t i, count = 0;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		if (module_provides(instance->module, interface) &&
		    !(is->is_exclusive && instance->users_count != 0))
			count++;
	}
	for (i = 0; count == 0 && i < platform->providers_count; i++)
		if (text_equal(platform->provider_interfaces[i], interface))
			count++;
	return count == 1;
}

static struct module *
find_provider(const struct build *build, const char *interface)
{
	size_t i;

	for (i = 0; i < build->catalogue->modules.count; i++) {
		struct module *module = catalogue_module(
			build->catalogue,
			build->catalogue->modules.at[i]->name);

		if (module != NULL && module->state == MODULE_READ &&
		    module_is_named(module) && module_provides(module, interface) &&
		    module_runs_on(module, build->image.platform))
			return module;
	}
	return NULL;
}

/* Is the setting to be written for a module that another one needs? Without an
 * optional one it may refuse to be. */
static bool
is_written(const struct setting *setting, bool is_needed)
{
	return setting->is_optional ? is_needed : !setting->has_default;
}

/* What must be given, and what is to be; shown: for the user, who has values of
 * his own. */
static void
add_settings(struct addition *addition, const struct module *module,
	     const struct alternative *with, struct buffer *words,
	     struct buffer *shown)
{
	bool is_any = false;
	const char *value;
	size_t i;

	for (i = 0; i < module->settings.count; i++) {
		const struct setting *setting = &module->settings.at[i];

		if (with != NULL && with->setting == setting) {
			buffer_printf(words, "%s = %s, ", setting->name,
				      with->value);
			buffer_printf(shown, "%s%s", shown->size == 0 ? "" : ", ",
				      with->shown);
			continue;
		}
		if (!is_written(setting, with == NULL))
			continue;
		value = variant_example(setting);
		if (value == NULL && !setting->is_optional)
			addition->is_possible = false;
		if (value == NULL)
			continue;
		is_any = true;
		buffer_printf(words, "%s = %s, ", setting->name, value);
		if (with != NULL)
			buffer_printf(shown, "%s%s = ...",
				      shown->size == 0 ? "" : ", ",
				      setting->name);
	}
	if (with == NULL && is_any)
		buffer_printf(shown, "...");
}

static const char *
name_of(const struct module *module)
{
	return arena_printf("unicc_added_%s", module->name);
}

static bool
is_added(const struct addition *addition, const struct module *module)
{
	return addition->lines.size != 0 &&
	       strstr(addition->lines.at,
		      arena_printf("(\"%s\",", name_of(module))) != NULL;
}

/* Its providers first. What is to be written for it. */
static const char *
add_module(struct addition *addition, const struct module *module,
	   const struct alternative *with, unsigned depth)
{
	struct buffer words = { 0 }, shown = { 0 };
	size_t i;

	if (depth == DEPTH_MAX)
		addition->is_possible = false;
	for (i = 0; addition->is_possible && i < module->requires.count; i++) {
		const struct requirement *requirement =
			&module->requires.at[i];
		const struct module *provider;
		const char *shown_provider;

		if (requirement->is_optional ||
		    is_filled(addition->build, requirement->interface))
			continue;
		provider = find_provider(addition->build,
					 requirement->interface);
		if (provider == NULL) {
			addition->is_possible = false;
			break;
		}
		buffer_printf(&words, "%s = %s, ", requirement->slot,
			      name_of(provider));
		if (is_added(addition, provider))
			continue;
		shown_provider = add_module(addition, provider, NULL, depth + 1);
		buffer_printf(&addition->with, "%s%s",
			      addition->with.size == 0 ? "" : ", ",
			      shown_provider);
	}
	add_settings(addition, module, with, &words, &shown);
	buffer_printf(&addition->lines, "instance(\"%s\", %s { %s })\n",
		      name_of(module), module->name,
		      words.size == 0 ? "" : words.at);
	return shown.size == 0 ? arena_printf("NAME = %s {}", module->name)
			       : arena_printf("NAME = %s { %s }", module->name,
					      shown.at);
}

bool
variant_with_module(struct with_module *out, const struct build *build,
		    const struct module *module,
		    const struct alternative *with)
{
	struct addition addition = { .build = build, .is_possible = true };

	if (!module_runs_on(module, build->image.platform))
		return false;
	*out = (struct with_module){ .variant = {
		.config_path = build->config_path,
		.asked = build,
		.may_be_unused = true,
	} };
	out->shown = add_module(&addition, module, with, 0);
	out->with = addition.with.size == 0 ? "" : addition.with.at;
	out->variant.lines = addition.lines.at;
	out->variant.name = out->shown;
	return addition.is_possible;
}
