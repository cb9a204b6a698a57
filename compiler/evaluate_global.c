/* SPDX-License-Identifier: ISC */
/* Reading and assigning a global of a configuration. */
#include "catalogue.h"
#include "evaluate.h"

/* A module's word, made and its module.lua read at first use. */
static bool
push_module_word(struct evaluation *evaluation, const char *name)
{
	lua_State *L = evaluation->script->state;
	struct module *module =
		catalogue_module(evaluation->build->catalogue, name);

	if (module == NULL || !module_is_named(module))
		return false;
	if (module->state == MODULE_BROKEN)
		script_push_poison(evaluation->script);
	else
		push_module(L, module);
	lua_pushvalue(L, -1);
	set_named(L, &named_words, name);
	return true;
}

struct reference *
reference_named(struct evaluation *evaluation, const char *name, size_t token)
{
	lua_State *L = evaluation->script->state;
	struct reference *reference = named_pointer(L, &named_references, name);

	if (reference != NULL)
		return reference;
	reference = arena_alloc(1, sizeof *reference);
	reference->name = name;
	reference->token = token;
	lua_pushlightuserdata(L, reference);
	set_named(L, &named_references, name);
	return reference;
}

/* Push the reference called name, which may be made further down. */
static void
push_reference_named(struct evaluation *evaluation, const char *name,
		     size_t token)
{
	push_reference(evaluation->script->state,
		       reference_named(evaluation, name, token));
}

/* Reading a global. */
int
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
	if (push_named(L, &named_words, name) != LUA_TNIL)
		return 1;
	if (push_named(L, &named_values, name) != LUA_TNIL) {
		binding = named_pointer(L, &named_bindings, name);
		binding->is_used = true;
		return 1;
	}
	name = arena_copy(name);
	token = scan_name_before(script->scan, script_token(script), name);
	if (push_module_word(evaluation, name))
		return 1;
	if (named_pointer(L, &named_references, name) != NULL ||
	    scan_is_assigned(script->scan, name, &assigned)) {
		push_reference_named(evaluation, name, token);
		return 1;
	}
	if (script_is_new(script, token, E0104))
		unknown_global(evaluation, name, token);
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
	binding->is_used = named_pointer(L, &named_references, name) != NULL;
	*list_add(&evaluation->bindings) = binding;
	lua_pushlightuserdata(L, binding);
	set_named(L, &named_bindings, name);
	lua_pushvalue(L, 3);
	set_named(L, &named_values, name);
}

/* Assigning a global: arguments are the globals, the name, the value. */
int
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
