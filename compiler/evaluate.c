/* SPDX-License-Identifier: ISC */
/*
 * Evaluate: run the configuration and write down what was asked for.
 *
 * A global that is assigned is an instance's name, or a plain value for use
 * in expressions. A name may be used before the line that assigns it, as a
 * wire: such a use is a reference that is settled at the end, so that order
 * in the file means nothing.
 *
 * Every error that can be found is recorded; a word that is not understood
 * becomes poison (script.h), so that one mistake is reported once.
 */
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "evaluate.h"
#include "instance.h"
#include "option.h"
#include "type.h"

/* Keys in the Lua registry. */
static const char words_key, values_key, bindings_key, references_key,
	reference_kind, module_kind;

static struct evaluation *
evaluation_of(lua_State *L)
{
	return script_of(L)->owner;
}

struct where
where_of(const struct evaluation *evaluation, size_t token)
{
	return script_where(evaluation->script, token);
}

/* ---- References and modules as Lua values ---------------------------- */

/* The pointer in a userdata made by push_pointer with this kind, or NULL. */
static void *
pointer_at(lua_State *L, int index, const char *kind)
{
	bool is_kind = false;

	if (lua_type(L, index) != LUA_TUSERDATA ||
	    !lua_getmetatable(L, index))
		return NULL;
	lua_rawgetp(L, LUA_REGISTRYINDEX, kind);
	is_kind = lua_rawequal(L, -1, -2);
	lua_pop(L, 2);
	return is_kind ? *(void **)lua_touserdata(L, index) : NULL;
}

static void
push_pointer(lua_State *L, void *pointer, const char *kind)
{
	*(void **)lua_newuserdatauv(L, sizeof pointer, 0) = pointer;
	lua_rawgetp(L, LUA_REGISTRYINDEX, kind);
	lua_setmetatable(L, -2);
}

struct reference *
reference_at(lua_State *L, int index)
{
	return pointer_at(L, index, &reference_kind);
}

struct module *
module_at(lua_State *L, int index)
{
	return pointer_at(L, index, &module_kind);
}

const char *
value_found(const struct item *item)
{
	lua_State *L = item->script->state;
	const struct reference *reference = reference_at(L, item->index);
	const struct module *module = module_at(L, item->index);

	if (reference != NULL)
		return reference->name == NULL
			       ? "an instance"
			       : arena_printf("the instance %s",
					      reference->name);
	if (module != NULL)
		return arena_printf("the module %s", module->name);
	return item_found(item);
}

static int
reference_index(lua_State *L)
{
	const struct reference *reference = reference_at(L, 1);

	if (reference->instance == NULL)
		return luaL_error(L, "%s is made further down: here it can "
				  "only be a wire", reference->name);
	return luaL_error(L, "an instance has no values to read");
}

/* ---- Names ----------------------------------------------------------- */

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

static bool
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

/* Push registry[table_key][name]. */
static int
push_named(lua_State *L, const char *table_key, const char *name)
{
	int type;

	lua_rawgetp(L, LUA_REGISTRYINDEX, table_key);
	type = lua_getfield(L, -1, name);
	lua_remove(L, -2);
	return type;
}

/* registry[table_key][name] = the value on top, which is popped. */
static void
set_named(lua_State *L, const char *table_key, const char *name)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, table_key);
	lua_insert(L, -2);
	lua_setfield(L, -2, name);
	lua_pop(L, 1);
}

bool
is_appended(const struct evaluation *evaluation, size_t token)
{
	const struct scan *scan = evaluation->script->scan;

	return evaluation->build->appended != NULL &&
	       token >= scan_first(scan, INCLUDE_APPENDED) &&
	       token < scan_first(scan, INCLUDE_APPENDED + 1);
}

static void *
named_pointer(lua_State *L, const char *table_key, const char *name)
{
	void *pointer;

	push_named(L, table_key, name);
	pointer = lua_touserdata(L, -1);
	lua_pop(L, 1);
	return pointer;
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
	is_word = push_named(L, &words_key, name) != LUA_TNIL;
	lua_pop(L, 1);
	return is_word ? "a word of unicc" : NULL;
}

/* Complain if name is already something. */
static bool
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
	reference = named_pointer(L, &references_key, name);
	binding = named_pointer(L, &bindings_key, name);
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

/* ---- Instances ------------------------------------------------------- */

static void
name_instance(struct evaluation *evaluation, struct reference *reference,
	      const char *name, size_t token)
{
	lua_State *L = evaluation->script->state;
	struct reference *forward;

	reference->name = name;
	reference->instance->name = name;
	*list_add(&evaluation->build->instances) = reference->instance;
	/* Uses above this line hold the reference that was made for them. */
	forward = named_pointer(L, &references_key, name);
	if (forward != NULL)
		forward->instance = reference->instance;
	if (forward != NULL)
		forward->token = token;
	else {
		lua_pushlightuserdata(L, reference);
		set_named(L, &references_key, name);
	}
	reference->token = token;
}

/* A module's word: upvalue-free, the module is the called userdata. */
static int
call_module(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	struct script *script = evaluation->script;
	struct module *module = module_at(L, 1);
	size_t call = script_token(script);
	const char *subject = subject_of(script, call, module);
	struct reference *reference;
	struct item table;

	/* What C keeps of an instance is not counted as memory of Lua. */
	script_charge(script, 100 + 10 * module->settings.count +
				      module->default_values_count);
	lua_settop(L, 2);
	table = item_at(script, 2, scan_call_argument(script->scan, call, 0));
	if (lua_type(L, 2) != LUA_TTABLE) {
		if (!script_is_poison(L, 2)) {
			diag(E0202, where_of(evaluation, call), subject,
			     "%s is given %s; it takes a table", module->name,
			     value_found(&table));
			diag_fix("write %s { ... }", module->name);
		}
		script_push_poison(script);
		return 1;
	}
	reference = arena_alloc(1, sizeof *reference);
	reference->instance = instance_make(module);
	reference->token = call;
	reference->instance->origin = (struct origin){
		ORIGIN_CONFIG, where_of(evaluation, call), NULL };
	read_settings(evaluation, reference->instance, &table, subject);
	*list_add(&evaluation->made) = reference;
	if (text_equal(module->name, "kernel")) {
		/* There is one in every image: using it is naming it. */
		const struct reference *named =
			named_pointer(L, &references_key, "kernel");

		if (named == NULL || named->instance == NULL)
			name_instance(evaluation, reference, "kernel", call);
		else
			is_free(evaluation, "kernel", call);
	}
	push_pointer(L, reference, &reference_kind);
	return 1;
}

/* instance("www1", httpd { ... }) */
static int
word_instance(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	struct script *script = evaluation->script;
	struct reference *reference;
	size_t call = script_token(script);
	struct item name_item;
	const char *name;

	lua_settop(L, 2);
	name_item = item_at(script, 1, call);
	name = item_text(&name_item);
	reference = reference_at(L, 2);
	if (script_is_poison(L, 1) || script_is_poison(L, 2)) {
		script_push_poison(script);
		return 1;
	}
	if (name == NULL || reference == NULL || reference->instance == NULL) {
		diag(E0202, where_of(evaluation, call), "instance",
		     "it takes a name and a new instance");
		diag_fix("write instance(\"NAME\", MODULE { ... })");
		script_push_poison(script);
		return 1;
	}
	if (reference->name != NULL) {
		diag(E0105, where_of(evaluation, call), name,
		     "this instance is called %s already", reference->name);
	} else if (check_name(evaluation, name, call) &&
		   is_free(evaluation, name, call)) {
		name_instance(evaluation, reference, name, call);
	} else {
		/* Said already; that it has no name is not the mistake. */
		reference->name = name;
	}
	lua_pushvalue(L, 2);
	return 1;
}

/* ---- Globals --------------------------------------------------------- */

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
};

static void
unknown_name(struct evaluation *evaluation, const char *name, size_t token)
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

/* A module's word, made and its module.lua read at first use. */
static bool
push_module(struct evaluation *evaluation, const char *name)
{
	lua_State *L = evaluation->script->state;
	struct module *module =
		catalogue_module(evaluation->build->catalogue, name);

	if (module == NULL || !module_is_named(module))
		return false;
	if (module->state == MODULE_BROKEN)
		script_push_poison(evaluation->script);
	else
		push_pointer(L, module, &module_kind);
	lua_pushvalue(L, -1);
	set_named(L, &words_key, name);
	return true;
}

struct reference *
reference_named(struct evaluation *evaluation, const char *name, size_t token)
{
	lua_State *L = evaluation->script->state;
	struct reference *reference = named_pointer(L, &references_key, name);

	if (reference != NULL)
		return reference;
	reference = arena_alloc(1, sizeof *reference);
	reference->name = name;
	reference->token = token;
	lua_pushlightuserdata(L, reference);
	set_named(L, &references_key, name);
	return reference;
}

/* Push the reference called name, which may be made further down. */
static void
push_reference(struct evaluation *evaluation, const char *name, size_t token)
{
	push_pointer(evaluation->script->state,
		     reference_named(evaluation, name, token), &reference_kind);
}

/* Reading a global. */
static int
global_get(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	struct script *script = evaluation->script;
	struct binding *binding;
	const char *name;
	size_t token, assigned;

	if (lua_type(L, 2) != LUA_TSTRING)
		return luaL_error(L, "a name is a text");
	script_charge(script, 5);
	name = lua_tostring(L, 2);
	if (push_named(L, &words_key, name) != LUA_TNIL)
		return 1;
	if (push_named(L, &values_key, name) != LUA_TNIL) {
		binding = named_pointer(L, &bindings_key, name);
		binding->is_used = true;
		return 1;
	}
	name = arena_copy(name);
	token = scan_name_before(script->scan, script_token(script), name);
	if (push_module(evaluation, name))
		return 1;
	if (named_pointer(L, &references_key, name) != NULL ||
	    scan_is_assigned(script->scan, name, &assigned)) {
		push_reference(evaluation, name, token);
		return 1;
	}
	if (script_is_new(script, token, E0104))
		unknown_name(evaluation, name, token);
	script_push_poison(script);
	return 1;
}

static void
bind_value(struct evaluation *evaluation, const char *name, size_t token)
{
	lua_State *L = evaluation->script->state;
	struct binding *binding = arena_alloc(1, sizeof *binding);

	binding->name = name;
	binding->token = token;
	/* Used as a wire further up: that is the mistake then. */
	binding->is_used = named_pointer(L, &references_key, name) != NULL;
	*list_add(&evaluation->bindings) = binding;
	lua_pushlightuserdata(L, binding);
	set_named(L, &bindings_key, name);
	lua_pushvalue(L, 3);
	set_named(L, &values_key, name);
}

/* Assigning a global: arguments are the globals, the name, the value. */
static int
global_set(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	struct script *script = evaluation->script;
	struct reference *reference;
	const char *name;
	size_t token;

	if (lua_type(L, 2) != LUA_TSTRING)
		return luaL_error(L, "a name is a text");
	script_charge(script, 50);
	name = arena_copy(lua_tostring(L, 2));
	token = scan_assignment_before(script->scan, script_token(script), name);
	reference = reference_at(L, 3);
	if (reference != NULL && reference->name != NULL &&
	    reference->instance != NULL &&
	    text_equal(reference->name, name))
		return 0;	/* www = instance("www", ...) */
	if (!is_free(evaluation, name, token)) {
		if (reference != NULL && reference->name == NULL)
			reference->name = name;
		return 0;
	}
	if (script_is_poison(L, 3)) {
		bind_value(evaluation, name, token);
		return 0;
	}
	if (lua_isnil(L, 3)) {
		diag(E0202, where_of(evaluation, token), name,
		     "nothing is assigned to it");
		return 0;
	}
	if (module_at(L, 3) != NULL) {
		const struct module *module = module_at(L, 3);

		diag(E0202, where_of(evaluation, token), name,
		     "the module %s itself is assigned, not an instance",
		     module->name);
		diag_fix("write %s = %s { ... }", name, module->name);
		return 0;
	}
	if (reference == NULL) {
		bind_value(evaluation, name, token);
	} else if (reference->name != NULL) {
		diag(E0105, where_of(evaluation, token), name,
		     "this instance is called %s already", reference->name);
		diag_fix("use %s", reference->name);
	} else if (check_name(evaluation, name, token)) {
		name_instance(evaluation, reference, name, token);
	} else {
		reference->name = name;
	}
	return 0;
}

/* ---- The end of the file --------------------------------------------- */

static void
settle_wires(struct evaluation *evaluation)
{
	size_t i;

	for (i = 0; i < evaluation->wires.count; i++) {
		const struct wire *wire = &evaluation->wires.at[i];
		const struct reference *provider = wire->provider;

		if (provider->instance != NULL)
			wire->instance->wanted_wires[wire->slot] =
				provider->instance;
		else if (!evaluation->script->is_poisoned)
			diag(E0202, where_of(evaluation, wire->token),
			     wire->subject, "%s is no instance; allowed is one "
			     "that provides %s", provider->name,
			     wire->instance->module->requires.at[wire->slot]
				     .interface);
	}
}

/* A value that this evaluation did not need, as in env == "prod" and x or y,
 * is used all the same. */
static bool
is_read(const struct scan *scan, const struct binding *binding)
{
	size_t i;

	for (i = 0; i < scan->tokens.count; i++)
		if (i != binding->token &&
		    scan->tokens.at[i].kind == SCAN_NAME &&
		    scan_is(scan, i, binding->name) &&
		    !scan_is(scan, i + 1, "=") &&
		    (i == 0 || (!scan_is(scan, i - 1, ".") &&
				!scan_is(scan, i - 1, ":"))))
			return true;
	return false;
}

static void
report_unused(struct evaluation *evaluation)
{
	size_t i;

	for (i = 0; i < evaluation->made.count; i++) {
		const struct reference *reference = evaluation->made.at[i];
		const char *module = reference->instance->module->name;

		if (reference->name != NULL)
			continue;
		diag(E0107, where_of(evaluation, reference->token), module,
		     "an instance needs a name");
		diag_fix("write NAME = %s { ... }, or instance(\"NAME\", %s "
			 "{ ... })", module, module);
	}
	for (i = 0; i < evaluation->bindings.count; i++) {
		const struct binding *binding = evaluation->bindings.at[i];

		if (!binding->is_used && !evaluation->script->is_poisoned &&
		    !is_read(evaluation->script->scan, binding)) {
			diag(E0110, where_of(evaluation, binding->token),
			     binding->name, "nothing uses this value");
			diag_fix("remove it, or use it");
		}
	}
}

static void
finish(struct evaluation *evaluation)
{
	if (diag_count() == 0)
		report_sealed(evaluation);
	if (!evaluation->script->is_poisoned)
		apply_given(evaluation);
	settle_wires(evaluation);
	if (!evaluation->script->is_poisoned)
		option_report_unknown(evaluation->build);
	report_unused(evaluation);
	if (!evaluation->has_image && !evaluation->script->is_poisoned) {
		diag(E0108, (struct where){ evaluation->script->file, 0, 0 },
		     "image", "the configuration does not say which image");
		diag_fix("add image { name = \"NAME\", platform = "
			 "\"qemu.microvm\", memory = 4 * MiB }");
	}
}

/* ---- Running it ------------------------------------------------------ */

static void
make_kind(lua_State *L, const char *kind, const char *name,
	  lua_CFunction index, lua_CFunction call)
{
	lua_newtable(L);
	lua_pushstring(L, name);
	lua_setfield(L, -2, "__name");
	lua_pushcfunction(L, index);
	lua_setfield(L, -2, "__index");
	if (call != NULL) {
		lua_pushcfunction(L, call);
		lua_setfield(L, -2, "__call");
	}
	lua_rawsetp(L, LUA_REGISTRYINDEX, kind);
}

static void
make_words(struct evaluation *evaluation)
{
	const struct catalogue *catalogue = evaluation->build->catalogue;
	lua_State *L = evaluation->script->state;
	size_t i;

	lua_newtable(L);
	script_push_words(evaluation->script);
	lua_pushcfunction(L, word_image);
	lua_setfield(L, -2, "image");
	lua_pushcfunction(L, word_include);
	lua_setfield(L, -2, "include");
	lua_pushcfunction(L, word_override);
	lua_setfield(L, -2, "override");
	lua_pushcfunction(L, word_option);
	lua_setfield(L, -2, "option");
	lua_pushcfunction(L, word_sealed);
	lua_setfield(L, -2, "sealed");
	lua_pushcfunction(L, word_instance);
	lua_setfield(L, -2, "instance");
	for (i = 0; i < catalogue->words_count; i++) {
		lua_pushinteger(L, catalogue->words[i].number);
		lua_setfield(L, -2, catalogue->words[i].name);
	}
	for (i = 0; i < catalogue->modules.count; i++) {
		const struct module *module = catalogue->modules.at[i];

		if (lua_getfield(L, -1, module->name) != LUA_TNIL)
			diag(E0501, module->where, module->name,
			     "a module of this name cannot be used: it is a "
			     "word of unicc");
		lua_pop(L, 1);
	}
	lua_rawsetp(L, LUA_REGISTRYINDEX, &words_key);
}

static void
report_return(struct evaluation *evaluation)
{
	const struct scan *scan = evaluation->script->scan;
	size_t token = scan_first(scan, 1);

	while (token != 0 && !scan_is(scan, token - 1, "return"))
		token--;
	diag(E0110, where_of(evaluation, token - 1), "return",
	     "nothing uses what a configuration returns");
	diag_fix("remove it");
}

/* With other globals, what is assigned and read would not be seen. */
static void
refuse_environment(struct evaluation *evaluation)
{
	struct script *script = evaluation->script;
	size_t i;

	for (i = 0; i < script->scan->tokens.count; i++)
		if (script->scan->tokens.at[i].kind == SCAN_NAME &&
		    scan_is(script->scan, i, "_ENV")) {
			unknown_name(evaluation, "_ENV", i);
			script->is_poisoned = true;
		}
}

static int
run_configuration(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	static const char *const tables[] = { &values_key, &bindings_key,
					      &references_key };
	size_t i;

	for (i = 0; i < countof(tables); i++) {
		lua_newtable(L);
		lua_rawsetp(L, LUA_REGISTRYINDEX, tables[i]);
	}
	make_kind(L, &reference_kind, "unicc instance", reference_index, NULL);
	make_function_kind(L);
	make_kind(L, &module_kind, "unicc module", module_field, call_module);
	make_words(evaluation);
	refuse_environment(evaluation);
	lua_newtable(L);
	lua_newtable(L);
	lua_pushcfunction(L, global_get);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, global_set);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, -2);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &include_globals);
	script_load(evaluation->script, 0, lua_gettop(L));
	lua_call(L, 0, 1);
	if (!lua_isnil(L, -1))
		report_return(evaluation);
	if (evaluation->build->appended != NULL) {
		lua_rawgetp(L, LUA_REGISTRYINDEX, &include_globals);
		script_load(evaluation->script, INCLUDE_APPENDED,
			    lua_gettop(L));
		lua_call(L, 0, 0);
	}
	apply_overrides(evaluation);
	return 0;
}

void
evaluate(struct build *build)
{
	struct evaluation evaluation = { .build = build };
	struct scan *scan;

	catalogue_add_users(build->catalogue,
			    host_folder_of(build->config_path));
	option_collect(build);
	scan = include_read(build, &evaluation.includes);
	if (scan == NULL)
		return;
	evaluation.script = script_open_scan(scan);
	evaluation.script->owner = &evaluation;
	if (script_protect(evaluation.script, run_configuration))
		finish(&evaluation);
	script_close(evaluation.script);
	if (build->instances.count != 0)
		qsort(build->instances.at, build->instances.count,
		      sizeof *build->instances.at, instance_order);
}
