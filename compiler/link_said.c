/* SPDX-License-Identifier: ISC */
/*
 * What the linker said, in the user's terms.
 *
 *     ld.lld-19: error: undefined symbol: NAME
 *     >>> referenced by FILE:LINE (LABEL:LINE)
 *     >>>               OBJECT:(FUNCTION)
 *
 * The label leads back to the file, and the units that read it to instances.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile.h"
#include "label.h"
#include "link_said.h"
#include "store.h"
#include "tokens.h"
#include "toolchain.h"

/* One undefined symbol, and the first place that refers to it. */
struct missing {
	const char *symbol;
	const char *label;	/* NULL: unknown */
	unsigned line;
	const char *function;	/* "" unknown */
};

static bool
is_read_by(const struct unit *unit, const char *label)
{
	size_t i;

	for (i = 0; i < unit->reads_count; i++)
		if (text_equal(unit->reads[i]->label, label))
			return true;
	return false;
}

/* The unit that calls: it read the file, and its instance's name starts the
 * function's name if several did. */
static const struct unit *
calling_unit(const struct build *build, const struct missing *missing)
{
	const struct unit *found = NULL;
	size_t i;

	for (i = 0; i < build->units.count; i++) {
		const struct unit *unit = &build->units.at[i];

		if (missing->label == NULL ||
		    !is_read_by(unit, missing->label))
			continue;
		if (unit->instance != NULL &&
		    text_starts(missing->function,
				arena_printf("%s_", unit->instance->name)))
			return unit;
		if (found == NULL)
			found = unit;
	}
	return found;
}

/* The instance whose name and a "_" start the symbol: who should have it. */
static const struct instance *
provider_of(const struct build *build, const char *symbol)
{
	const struct instance *best = NULL;
	size_t i;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		if (text_starts(symbol, arena_printf("%s_", instance->name)) &&
		    (best == NULL ||
		     strlen(instance->name) > strlen(best->name)))
			best = instance;
	}
	return best;
}

/* The word nearest to the symbol among those the unit's files call. */
static const char *
nearest_call(const struct unit *unit, const char *symbol)
{
	LIST(const char *) words = { 0 };
	struct tokens tokens;
	struct token token, before = { 0 };
	struct bytes bytes;
	const char *word;
	size_t i;

	for (i = 0; unit != NULL && i < unit->reads_count; i++) {
		if (!host_read(unit->reads[i]->path, &bytes))
			continue;
		tokens_open(&tokens, bytes,
			    tokens_language(unit->reads[i]->path));
		while ((token = tokens_next(&tokens)).kind != TOKEN_END) {
			if (token.at[0] == '(' && before.kind == TOKEN_WORD) {
				word = arena_copy_n(before.at, before.size);
				if (!text_equal(word, symbol))
					*list_add(&words) = word;
			}
			before = token;
		}
	}
	return text_nearest(symbol, words.at, words.count);
}

static struct where
place_of(const struct build *build, const struct missing *missing,
	 const struct unit *unit)
{
	const char *path = missing->label == NULL ? NULL
						  : label_path(missing->label);

	if (path != NULL && !text_starts(missing->label, "generated/"))
		return (struct where){ compile_show_path(build, path),
				       missing->line, 0 };
	if (unit != NULL && unit->instance != NULL &&
	    unit->instance->origin.where.file != NULL)
		return unit->instance->origin.where;
	return (struct where){ build->config_path, 0, 0 };
}

static bool
is_hook(const char *name)
{
	static const char *const hooks[] = {
		"start", "event", "deadline_ns", "stop",
	};
	size_t i;

	for (i = 0; i < countof(hooks); i++)
		if (text_equal(name, hooks[i]))
			return true;
	return false;
}

/* machine.c calls the hooks that module.lua lists, whoever defines them. */
static void
tell_missing_hook(const struct instance *instance, const char *hook)
{
	const struct module *module = instance->module;

	diag(E0603, module->where,
	     arena_printf("%s_%s", module->name, hook),
	     "the module lists the hook %s, and none of its sources defines "
	     "this function", hook);
	if (instance->origin.where.file != NULL)
		diag_also(instance->origin.where, "the instance is here");
}

static void
tell_missing(const struct build *build, const struct missing *missing)
{
	const struct unit *unit = calling_unit(build, missing);
	const struct instance *provider = provider_of(build, missing->symbol);
	const struct instance *caller = unit == NULL ? NULL : unit->instance;
	const char *nearest = nearest_call(unit, missing->symbol);

	if (caller == NULL && provider != NULL &&
	    is_hook(missing->symbol + strlen(provider->name) + 1)) {
		tell_missing_hook(provider, missing->symbol +
						    strlen(provider->name) + 1);
		return;
	}
	diag(E0603, place_of(build, missing, unit), missing->symbol,
	     caller == NULL ? "%s calls it and nothing provides it"
			    : "instance %s calls it and nothing provides it",
	     caller == NULL ? "the image" : caller->name);
	if (caller != NULL && caller->origin.where.file != NULL)
		diag_also(caller->origin.where, "the instance is here");
	if (provider != NULL && provider != caller)
		diag_also(provider->origin.where,
			  "%s is of module %s, which has no %s",
			  provider->name, provider->module->name,
			  missing->symbol + strlen(provider->name) + 1);
	if (nearest != NULL)
		diag_fix("write %s", nearest);
}

/* "... (LABEL:LINE)": the place as debug information has it; "unicc/" is the
 * folder that compilation is said to happen in. */
static void
take_place(const char *line, struct missing *missing)
{
	const char *at = strchr(line, '('), *colon;

	if (at == NULL || missing->label != NULL)
		return;
	at += text_starts(at, "(unicc/") ? strlen("(unicc/") : 1;
	colon = strrchr(at, ':');
	if (colon == NULL)
		return;
	missing->label = arena_copy_n(at, (size_t)(colon - at));
	missing->line = (unsigned)strtoul(colon + 1, NULL, 10);
}

static void
take_function(const char *line, struct missing *missing)
{
	const char *at = strstr(line, ":(");

	if (at != NULL && missing->function[0] == '\0')
		missing->function = arena_copy_n(at + 2,
						 strcspn(at + 2, ")"));
}

/* The unit whose object a line of the linker's names. */
static const struct unit *
unit_named(const struct build *build, const char *line)
{
	size_t i;

	for (i = 0; i < build->units.count; i++)
		if (strstr(line, strrchr(build->units.at[i].object, '/') + 1) !=
		    NULL)
			return &build->units.at[i];
	return NULL;
}

/*
 * "duplicate symbol: NAME", then a line for each definition. Only what hooks
 * and interfaces name may be visible outside a unit.
 */
static void
tell_twice(const struct build *build, const char *symbol, const char *rest)
{
	struct where where = { build->config_path, 0, 0 };
	const struct unit *units[2] = { NULL, NULL }, *unit;
	size_t count = 0, size, i;

	for (; text_starts(rest, ">>> ") && count < countof(units);
	     rest += size + (rest[size] == '\n')) {
		size = strcspn(rest, "\n");
		unit = unit_named(build, arena_copy_n(rest, size));
		if (unit != NULL)
			units[count++] = unit;
	}
	for (i = 0; i < count; i++)
		if (units[i]->instance != NULL &&
		    units[i]->instance->origin.where.file != NULL)
			where = units[i]->instance->origin.where;
	diag(E0602, where, symbol, "it is defined in %s and in %s",
	     count > 0 ? units[0]->name : "one unit",
	     count > 1 ? units[1]->name : "another");
	diag_fix("make it static, or include the instance's name in its own");
}

static void
tell_other(const char *text)
{
	if (strstr(text, "No space left") != NULL)
		diag(E0605, (struct where){ host_cache_folder(), 0, 0 }, NULL,
		     "%s", text);
	else
		diag(E0604, (struct where){ 0 }, NULL, "%s", text);
}

void
link_said(const struct build *build, const char *said, int status)
{
	static const char error[] = "error: ", undefined[] = "undefined symbol: ";
	static const char twice[] = "duplicate symbol: ";
	struct missing missing = { .function = "" };
	size_t before = diag_count(), size;
	const char *at, *line, *text;

	for (at = said; *at != '\0'; at += size + (at[size] == '\n')) {
		size = strcspn(at, "\n");
		line = arena_copy_n(at, size);
		text = strstr(line, error);
		if (text_starts(line, ">>> referenced by ")) {
			take_place(line, &missing);
		} else if (text_starts(line, ">>> ")) {
			take_function(line, &missing);
		} else if (missing.symbol != NULL) {
			tell_missing(build, &missing);
			missing = (struct missing){ .function = "" };
		}
		if (text == NULL)
			continue;
		text += sizeof error - 1;
		if (text_starts(text, undefined))
			missing = (struct missing){
				.symbol = text + sizeof undefined - 1,
				.function = "",
			};
		else if (text_starts(text, twice))
			tell_twice(build, text + sizeof twice - 1,
				   at + size + (at[size] == '\n'));
		else
			tell_other(text);
	}
	if (missing.symbol != NULL)
		tell_missing(build, &missing);
	/* lld writes to a mapped file: a full disk is a bus error to it. */
	if (diag_count() == before && status == 128 + SIGBUS)
		diag(E0605, (struct where){ host_cache_folder(), 0, 0 },
		     "the linked image", "%s", strerror(ENOSPC));
	else if (diag_count() == before)
		diag(E0604, (struct where){ 0 }, toolchain_linker.name,
		     "it ended with status %d%s%s", status,
		     said[0] == '\0' ? " and said nothing" : ": ", said);
}
