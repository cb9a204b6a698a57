/* SPDX-License-Identifier: ISC */
/*
 * Names of a configuration: what stands behind one, which can be given, and
 * what is said of one that nothing has.
 */
#include <string.h>

#include "catalogue.h"
#include "evaluate.h"

const char named_words, named_values, named_bindings, named_references;

int
push_named(lua_State *L, const char *table, const char *name)
{
	int type;

	lua_rawgetp(L, LUA_REGISTRYINDEX, table);
	type = lua_getfield(L, -1, name);
	lua_remove(L, -2);
	return type;
}

void
set_named(lua_State *L, const char *table, const char *name)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, table);
	lua_insert(L, -2);
	lua_setfield(L, -2, name);
	lua_pop(L, 1);
}

void *
named_pointer(lua_State *L, const char *table, const char *name)
{
	void *pointer;

	push_named(L, table, name);
	pointer = lua_touserdata(L, -1);
	lua_pop(L, 1);
	return pointer;
}

/* ---- Which can be given ---------------------------------------------- */

/* An instance's name is pasted into names of C: no macro may replace it. */
static bool
is_reserved(const char *name)
{
	/* What generated C and the image call their own. */
	static const char *const reserved[] = {
		"absent", "contract", "countof", "kernel", "libc", "machine",
		"unicc",
	};
	size_t i;

	for (i = 0; i < countof(reserved); i++)
		if (text_equal(reserved[i], name))
			return true;
	return is_c_word(name);
}

/* The interface whose macros begin like name, or NULL: clock_provider. */
static const char *
interface_of(const struct evaluation *evaluation, const char *name)
{
	const struct catalogue *catalogue = evaluation->build->catalogue;
	size_t i;

	for (i = 0; i < catalogue->interfaces_count; i++)
		if (text_starts(name,
				arena_printf("%s_", catalogue->interfaces[i].name)))
			return catalogue->interfaces[i].name;
	return NULL;
}

/* MODULE_start and its like are macros in an instance's unit. */
static bool
is_hook(const struct evaluation *evaluation, const char *name)
{
	static const char *const ends[] = { "start", "event", "deadline_ns",
					    "stop" };
	const struct catalogue *catalogue = evaluation->build->catalogue;
	size_t i, j;

	for (i = 0; i < catalogue->modules.count; i++) {
		const char *module = catalogue->modules.at[i]->name;

		if (!text_starts(name, module) || name[strlen(module)] != '_')
			continue;
		for (j = 0; j < countof(ends); j++)
			if (text_equal(name + strlen(module) + 1, ends[j]))
				return true;
	}
	return false;
}

/* A name like this one that can be used. */
static const char *
free_name(const char *name)
{
	char *copy;
	size_t i;

	if (is_name(name))
		return arena_printf("my_%s", name);
	copy = arena_printf("%s%.60s",
			    name[0] >= '0' && name[0] <= '9' ? "a" : "", name);
	for (i = 0; copy[i] != '\0'; i++) {
		char c = copy[i] >= 'A' && copy[i] <= 'Z'
				 ? (char)(copy[i] - 'A' + 'a') : copy[i];

		copy[i] = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
				  ? c : '_';
	}
	return is_name(copy) ? copy : "another name";
}

bool
check_name(struct evaluation *evaluation, const char *name, size_t token)
{
	const char *interface = interface_of(evaluation, name);

	if (is_name(name) && interface == NULL && !is_reserved(name) &&
	    !is_hook(evaluation, name))
		return true;
	if (is_name(name) && interface != NULL)
		diag(E0111, where_of(evaluation, token), name,
		     "names that begin with %s_ belong to the interface %s",
		     interface, interface);
	else if (is_name(name))
		diag(E0111, where_of(evaluation, token), name,
		     "unicc or C uses this name itself");
	else
		diag(E0111, where_of(evaluation, token), name,
		     "an instance's name is a letter a-z, then a-z, 0-9 and _, "
		     "64 at most");
	diag_fix("write %s", free_name(name));
	return false;
}

/* What a word of unicc is, for the error of assigning to it. NULL: no word. */
static const char *
word_kind(struct evaluation *evaluation, const char *name)
{
	const struct catalogue *catalogue = evaluation->build->catalogue;
	lua_State *L = evaluation->script->state;
	bool is_word;
	size_t i;

	for (i = 0; i < catalogue->words_count; i++)
		if (text_equal(catalogue->words[i].name, name))
			return "a unit";
	for (i = 0; i < catalogue->modules.count; i++)
		if (text_equal(catalogue->modules.at[i]->name, name))
			return "a module";
	is_word = push_named(L, &named_words, name) != LUA_TNIL;
	lua_pop(L, 1);
	return is_word ? "a word of unicc" : NULL;
}

bool
is_free(struct evaluation *evaluation, const char *name, size_t token)
{
	lua_State *L = evaluation->script->state;
	const char *kind = word_kind(evaluation, name);
	const struct reference *reference;
	const struct binding *binding;

	/* What is implied is called after its module; a variant names it so. */
	if (kind != NULL && !is_appended(evaluation, token)) {
		if (!script_is_new(evaluation->script, token, E0105))
			return false;
		diag(E0105, where_of(evaluation, token), name, "this is %s",
		     kind);
		diag_fix("choose another name");
		return false;
	}
	reference = named_pointer(L, &named_references, name);
	binding = named_pointer(L, &named_bindings, name);
	if (binding == NULL &&
	    (reference == NULL || reference->instance == NULL))
		return true;
	if (!script_is_new(evaluation->script, token, E0105))
		return false;
	diag(E0105, where_of(evaluation, token), name,
	     "assigned a second time");
	if (binding != NULL && binding->token == token) {
		diag_fix("in a loop, use a local");
		return false;
	}
	if (binding != NULL) {
		diag_also(where_of(evaluation, binding->token),
			  "first assigned here");
		diag_fix("give one of the two another name");
		return false;
	}
	if (reference->token == token) {
		diag_fix("in a loop, write instance(\"%s\" .. i, %s { ... })",
			 name, reference->instance->module->name);
		return false;
	}
	diag_also(where_of(evaluation, reference->token), "first made here");
	diag_fix("give one of the two another name");
	return false;
}

/* ---- One that nothing has -------------------------------------------- */

/* Words of Lua that are not here: why, and what there is instead. */
static const struct {
	const char *name, *why, *instead;
} not_here[] = {
	{ "string", "Lua's own library is not here", "use text" },
	{ "table", "Lua's own library is not here", "use list" },
	{ "math", "Lua's own library is not here",
	  "integers have // % << and >>" },
	{ "next", "a table has no order but that of pairs", "use pairs" },
	{ "print", "a configuration prints nothing",
	  "unicc config CONFIG.lua prints every value" },
	{ "os", "nothing outside of the configuration can be read", NULL },
	{ "io", "nothing outside of the configuration can be read", NULL },
	{ "require", "nothing outside of the configuration can be read", NULL },
	{ "dofile", "nothing outside of the configuration can be read", NULL },
	{ "loadfile", "nothing outside of the configuration can be read",
	  NULL },
	{ "load", "nothing is compiled while evaluating", NULL },
	{ "setmetatable", "tables are plain here", NULL },
	{ "getmetatable", "tables are plain here", NULL },
	{ "coroutine", "a configuration runs from top to bottom", NULL },
	{ "_ENV", "a name means the same everywhere", NULL },
	{ SCRIPT_GUARD, "unicc uses this name itself", NULL },
};

void
unknown_global(struct evaluation *evaluation, const char *name, size_t token)
{
	const struct catalogue *catalogue = evaluation->build->catalogue;
	const struct scan *scan = evaluation->script->scan;
	size_t count = catalogue->modules.count + catalogue->words_count +
		       scan->assignments.count + 6, i, at = 0;
	const char **names = arena_alloc(count, sizeof *names);
	const char *nearest;

	for (i = 0; i < countof(not_here); i++)
		if (text_equal(name, not_here[i].name)) {
			diag(E0104, where_of(evaluation, token), name, "%s",
			     not_here[i].why);
			if (not_here[i].instead != NULL)
				diag_fix("%s", not_here[i].instead);
			return;
		}
	diag(E0104, where_of(evaluation, token), name,
	     "nothing has this name");
	for (i = 0; i < catalogue->modules.count; i++)
		names[at++] = catalogue->modules.at[i]->name;
	for (i = 0; i < catalogue->words_count; i++)
		names[at++] = catalogue->words[i].name;
	for (i = 0; i < scan->assignments.count; i++)
		names[at++] = scan->assignments.at[i].name;
	names[at++] = "image";
	names[at++] = "instance";
	names[at++] = "option";
	names[at++] = "override";
	names[at++] = "include";
	names[at++] = "sealed";
	nearest = text_nearest(name, names, at);
	if (nearest != NULL)
		diag_fix("write %s", nearest);
	else if (scan_is(scan, token + 1, "{"))
		diag_fix("unicc modules lists what can be named");
}
