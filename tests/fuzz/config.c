/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as config.lua and as module.lua: no crash, no hang beyond the
 * budget, and what is accepted can be shown and written as C.
 *
 * tests/fuzz/run names what it is built with, and smaller bounds, so that
 * endless loops do not take all of the time. Run from the repository's root.
 * Seeds: the fixtures of tests/reject, configs and every module.lua.
 */
#include <assert.h>
#include <string.h>

#include "catalogue.h"
#include "native.h"
#include "option.h"
#include "repository.h"
#include "type.h"

/* ---- Build-time C: every call gives zeros, or fails ------------------- */

bool
native_call(const struct module *module, const struct function *function,
	    const struct native_value *arguments, struct native_value *result,
	    struct native_failure *failure)
{
	static const uint8_t zeros[C_RECORD_BYTES_MAX];
	struct bytes bytes = { zeros, sizeof zeros };

	(void)module;
	(void)arguments;
	*failure = (struct native_failure){ .code = E0406, .text = "none" };
	return function->result.kind != C_BYTES &&
	       c_type_decode(&bytes, &function->result, result);
}

void
native_complain(const struct native_failure *failure, struct where where,
		const char *subject, const char *function)
{
	diag(failure->code, where, subject, "%s: %s", function, failure->text);
}

/* ---- Options ---------------------------------------------------------- */

const char *
host_hex(const uint8_t *bytes, size_t size)
{
	return arena_printf("%0*x", (int)size * 2, bytes[0]);
}

/* Words that are right for some option of the fixtures, or for none. */
static void
give_options(struct build *build)
{
	static const char *const words[] = {
		"env=prod", "message=Hello", "http=8080", "idle=15second",
	};
	size_t i;

	for (i = 0; i < countof(words); i++)
		option_set(build, words[i]);
}

/* ---- One input ------------------------------------------------------- */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
show_part(void *out, const struct part *part)
{
	assert(part->setting != NULL && part->value != NULL);
	if (part->is_set)
		buffer_printf(out, "%s = %s", part->name,
			      type_show(part->setting, part->value));
	buffer_printf(out, " %s %s", origin_show(part->origin),
		      origin_show(part->replaced));
}

static void
write_values(const struct instance *instance)
{
	const struct module *module = instance->module;
	struct buffer out = { 0 };
	size_t i;

	for (i = 0; i < module->settings.count; i++) {
		const struct setting *setting = &module->settings.at[i];
		bool is_set = instance->origins[i].kind != ORIGIN_NONE;

		struct part whole = {
			setting->name, setting, &instance->values[i],
			&instance->origins[i], &instance->replaced[i], is_set,
		};

		type_each_part(&whole, show_part, &out);
		type_write_c(&out, setting, &instance->values[i], is_set);
	}
	free(out.at);
}

static void
as_configuration(void)
{
	struct build build = { .config_path = "fuzz/config.lua",
			       .catalogue = catalogue };
	size_t i, slot;

	give_options(&build);
	evaluate(&build);
	if (diag_number != 0)
		return;
	assert(build.image.platform != NULL && build.image.memory_bytes > 0);
	resolve(&build);
	if (diag_number != 0)
		return;
	for (i = 0; i < build.instances.count; i++) {
		const struct instance *instance = build.instances.at[i];

		for (slot = 0; slot < instance->module->requires.count; slot++)
			assert(instance->wires[slot] != NULL ||
			       instance->module->requires.at[slot].is_optional);
		write_values(instance);
	}
}

static void
as_module(void)
{
	struct module module = { .name = "fuzz", .folder = "fuzz",
				 .label = "fuzz",
				 .where = { "fuzz/module.lua", 0, 0 } };
	size_t i;

	module_read(catalogue, &module);
	assert((module.state == MODULE_READ) == (diag_number == 0));
	if (module.state != MODULE_READ)
		return;
	assert(module.summary != NULL && module.sources_count != 0);
	for (i = 0; i < module.settings.count; i++) {
		const struct setting *setting = &module.settings.at[i];
		struct buffer out = { 0 };

		assert(setting->doc != NULL && setting->min <= setting->max);
		type_write_c(&out, setting, &setting->default_value,
			     setting->has_default);
		type_allowed(setting);
		free(out.at);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	input = (struct bytes){ bytes, size };
	diag_number = 0;
	as_configuration();
	diag_number = 0;
	as_module();
	arena_release();
	return 0;
}
