/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as config.lua and as module.lua: no crash, no hang beyond the
 * budget, and what is accepted can be shown and written as C.
 *
 * Build with compiler/ scan.c script.c script_words.c type.c catalogue.c
 * module.c instance.c evaluate*.c resolve.c; -Icompiler; -llua5.4;
 * -DSCRIPT_STEPS_MAX=300000 -DSCRIPT_HELD_BYTES_MAX=4000000, so that endless
 * loops do not take all of the time. Run from the repository's root. Seeds: the fixtures of tests/reject, configs and every
 * module.lua.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "catalogue.h"
#include "unicc.h"

/* ---- Errors: counted; their texts are made, so that all of it is read  */

static size_t diag_number;

void
diag(enum diag_code code, struct where where, const char *subject,
     const char *format, ...)
{
	va_list args;

	assert(code < DIAG_CODES);
	assert(where.file == NULL || where.line == 0 || where.column != 0);
	assert(subject == NULL || strlen(subject) < SIZE_MAX);
	va_start(args, format);
	assert(arena_vprintf(format, args)[0] != '\0');
	va_end(args);
	diag_number++;
}

void
diag_also(struct where where, const char *format, ...)
{
	va_list args;

	(void)where;
	assert(diag_number != 0);
	va_start(args, format);
	arena_vprintf(format, args);
	va_end(args);
}

void
diag_fix(const char *format, ...)
{
	va_list args;

	assert(diag_number != 0);
	va_start(args, format);
	assert(arena_vprintf(format, args)[0] != '\0');
	va_end(args);
}

size_t
diag_count(void)
{
	return diag_number;
}

/* ---- Files: the input, and the catalogue of the repository ----------- */

static struct bytes input;

bool
host_read(const char *path, struct bytes *bytes)
{
	FILE *file;
	uint8_t *at;
	size_t room = 1 << 20;

	if (text_starts(path, "fuzz/")) {
		*bytes = input;
		return true;
	}
	file = fopen(path, "rb");
	if (file == NULL)
		return false;
	at = arena_alloc(room, 1);
	*bytes = (struct bytes){ at, fread(at, 1, room, file) };
	fclose(file);
	return true;
}

bool
host_exists(const char *path)
{
	FILE *file;

	/* The folder of the input is no folder of modules. */
	if (text_starts(path, "fuzz/"))
		return true;
	file = fopen(path, "rb");
	if (file != NULL)
		fclose(file);
	return file != NULL;
}

bool
host_list(const char *path, const char ***names, size_t *names_count)
{
	static const char *drivers[] = { "lapic_timer", "rdrand", "rtc", "uart",
					 "virtio_net", "virtio_rng" };
	static const char *stdlib[] = { "hello", "httpd", "tcpip" };
	bool is_drivers = text_equal(path, "drivers");

	if (!is_drivers && !text_equal(path, "stdlib"))
		return false;
	*names = is_drivers ? drivers : stdlib;
	*names_count = is_drivers ? countof(drivers) : countof(stdlib);
	return true;
}

const char *
host_join(const char *folder, const char *name)
{
	return text_equal(folder, ".") ? name
				       : arena_printf("%s/%s", folder, name);
}

const char *
host_folder_of(const char *path)
{
	(void)path;
	return "fuzz";
}

/* ---- One input ------------------------------------------------------- */

static struct catalogue *catalogue;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	size_t i;

	(void)argc;
	(void)argv;
	catalogue = catalogue_read(".");
	for (i = 0; i < catalogue->modules.count; i++)
		catalogue_module(catalogue, catalogue->modules.at[i]->name);
	if (diag_number != 0 || catalogue->modules.count < 5) {
		fputs("run from the repository's root\n", stderr);
		exit(1);
	}
	arena_keep();
	return 0;
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

		if (is_set)
			buffer_printf(&out, "%s", type_show(setting,
						&instance->values[i]));
		type_write_c(&out, setting, &instance->values[i], is_set);
		origin_show(&instance->origins[i]);
	}
	free(out.at);
}

static void
as_configuration(void)
{
	struct build build = { .config_path = "fuzz/config.lua",
			       .catalogue = catalogue };
	size_t i, slot;

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
		if (setting->has_default)
			type_write_c(&out, setting, &setting->default_value,
				     true);
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
