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
static const char reference_kind, module_kind;

struct evaluation *
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

void
push_reference(lua_State *L, struct reference *reference)
{
	push_pointer(L, reference, &reference_kind);
}

void
push_module(lua_State *L, struct module *module)
{
	push_pointer(L, module, &module_kind);
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

bool
is_appended(const struct evaluation *evaluation, size_t token)
{
	const struct scan *scan = evaluation->script->scan;

	return evaluation->build->appended != NULL &&
	       token >= scan_first(scan, INCLUDE_APPENDED) &&
	       token < scan_first(scan, INCLUDE_APPENDED + 1);
}

/* ---- Instances ------------------------------------------------------- */

void
name_instance(struct evaluation *evaluation, struct reference *reference,
	      const char *name, size_t token)
{
	lua_State *L = evaluation->script->state;
	struct reference *forward;

	reference->name = name;
	reference->instance->name = name;
	*list_add(&evaluation->build->instances) = reference->instance;
	/* Uses above this line hold the reference that was made for them. */
	forward = named_pointer(L, &named_references, name);
	if (forward != NULL)
		forward->instance = reference->instance;
	if (forward != NULL)
		forward->token = token;
	else {
		lua_pushlightuserdata(L, reference);
		set_named(L, &named_references, name);
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
			named_pointer(L, &named_references, "kernel");

		if (named == NULL || named->instance == NULL)
			name_instance(evaluation, reference, "kernel", call);
		else
			is_free(evaluation, "kernel", call);
	}
	push_reference(L, reference);
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
	lua_rawsetp(L, LUA_REGISTRYINDEX, &named_words);
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

/* With other globals, what is assigned and read would not be seen; and what is
 * put in for our own purposes is nobody else's. */
static void
refuse_names(struct evaluation *evaluation)
{
	static const char *const refused[] = { "_ENV", SCRIPT_GUARD };
	struct script *script = evaluation->script;
	size_t i, j;

	for (i = 0; i < script->scan->tokens.count; i++)
		for (j = 0; j < countof(refused); j++)
			if (script->scan->tokens.at[i].kind == SCAN_NAME &&
			    scan_is(script->scan, i, refused[j])) {
				unknown_global(evaluation, refused[j], i);
				script->is_poisoned = true;
			}
}

static int
run_configuration(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	static const char *const tables[] = { &named_values, &named_bindings,
					      &named_references };
	size_t i;

	for (i = 0; i < countof(tables); i++) {
		lua_newtable(L);
		lua_rawsetp(L, LUA_REGISTRYINDEX, tables[i]);
	}
	make_kind(L, &reference_kind, "unicc instance", reference_index, NULL);
	make_function_kind(L);
	make_kind(L, &module_kind, "unicc module", module_field, call_module);
	make_words(evaluation);
	refuse_names(evaluation);
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
	if (diag_count() == 0)
		leave_out(build);
	if (build->is_variant)
		memset(build->image.budgets, 0, sizeof build->image.budgets);
	if (build->instances.count != 0)
		qsort(build->instances.at, build->instances.count,
		      sizeof *build->instances.at, instance_order);
}
