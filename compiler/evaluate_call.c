/* SPDX-License-Identifier: ISC */
/*
 * Evaluate, calls of a module's functions: tcpip.broadcast("10.0.2.15/24").
 *
 * A function that module.lua gives a doc is a field of the module's name. Its
 * arguments are accepted as settings of the same types are, and its result is
 * a plain value of Lua: a whole number, true or false, a text (addresses are
 * texts), or a table of these for a record.
 */
#include <string.h>

#include "catalogue.h"
#include "evaluate.h"
#include "native.h"
#include "native_wire.h"
#include "type.h"

enum {
	/* What a call costs of the budget of steps: 10000 calls at most. */
	CALL_STEPS = 1000,
	BYTES_A_STEP = 16,
};

static const char function_kind;

struct callee {
	const struct module *module;
	const struct function *function;
};

/* ---- The value ------------------------------------------------------------- */

static const char *
name_of(const struct callee *callee)
{
	return arena_printf("%s.%s", callee->module->name,
			    callee->function->name);
}

static int
no_such_function(lua_State *L, const struct module *module)
{
	struct script *script = script_of(L);
	size_t token = script_token(script), count = 0, i;
	const char **names = arena_alloc(module->functions.count + 1,
					 sizeof *names);
	const char *name = lua_type(L, 2) == LUA_TSTRING
				? arena_copy(lua_tostring(L, 2)) : "?";
	const char *nearest;

	for (i = 0; i < module->functions.count; i++)
		if (module->functions.at[i].doc != NULL)
			names[count++] = module->functions.at[i].name;
	token = scan_name_before(script->scan, token, name);
	if (script_is_new(script, token, E0409)) {
		diag(E0409, script_where(script, token),
		     arena_printf("%s.%s", module->name, name),
		     count == 0 ? "%s has no functions that a configuration "
				  "can call"
				: "%s has no such function", module->name);
		nearest = text_nearest(name, names, count);
		if (nearest != NULL)
			diag_fix("write %s.%s", module->name, nearest);
		else if (count != 0)
			diag_fix("unicc doc %s lists them", module->name);
		else
			diag_fix("an instance is made with %s { ... }",
				 module->name);
	}
	script_push_poison(script);
	return 1;
}

int
module_field(lua_State *L)
{
	const struct module *module = module_at(L, 1);
	const struct function *function = NULL;
	struct callee *callee;

	script_charge(script_of(L), 5);
	if (lua_type(L, 2) == LUA_TSTRING)
		function = module_function(module, lua_tostring(L, 2));
	if (function == NULL || function->doc == NULL)
		return no_such_function(L, module);
	callee = lua_newuserdatauv(L, sizeof *callee, 0);
	*callee = (struct callee){ module, function };
	lua_rawgetp(L, LUA_REGISTRYINDEX, &function_kind);
	lua_setmetatable(L, -2);
	return 1;
}

/* ---- Arguments ------------------------------------------------------------- */

/* One argument, or a field of one that is a record. */
struct argument {
	const struct c_type *type;
	const char *subject;	/* "tcpip.broadcast: network" */
};

static bool accept(const struct argument *argument, const struct item *item,
		   struct native_value *value);

static bool
refuse(const struct argument *argument, const struct item *item,
       const char *allowed)
{
	if (!script_is_poison(item->script->state, item->index))
		diag(E0202, item_where(item), argument->subject,
		     "found %s; allowed is %s", value_found(item), allowed);
	return false;
}

static bool
accept_record(const struct argument *argument, const struct item *item,
	      struct native_value *value)
{
	const struct c_record *record = argument->type->record;
	const char *allowed = arena_printf("a table of %s",
					   c_record_show(record));
	lua_State *L = item->script->state;
	struct item_keys keys;
	bool is_good = true;
	struct item field;
	size_t i;

	if (lua_type(L, item->index) != LUA_TTABLE)
		return refuse(argument, item, allowed);
	keys = item_keys(item);
	value->fields = arena_alloc(record->fields_count,
				    sizeof *value->fields);
	for (i = 0; i < record->fields_count; i++) {
		if (!item_field(item, record->field_names[i], &field)) {
			diag(E0204, item_where(item), argument->subject,
			     "%s must be given", record->field_names[i]);
			return false;
		}
		is_good &= accept(&(struct argument){ &record->fields[i],
				arena_printf("%s.%s", argument->subject,
					     record->field_names[i]) },
				  &field, &value->fields[i]);
		lua_pop(L, 1);
	}
	if (keys.names_count != record->fields_count ||
	    keys.elements_count != 0 || keys.strange != NULL)
		return refuse(argument, item, allowed);
	return is_good;
}

static bool
accept(const struct argument *argument, const struct item *item,
       struct native_value *value)
{
	struct type_blame blame = { .subject = argument->subject };
	lua_State *L = item->script->state;
	struct setting setting;
	const char *text;
	size_t size;

	if (argument->type->kind == C_RECORD)
		return accept_record(argument, item, value);
	if (argument->type->kind != C_BYTES) {
		setting = c_type_setting(argument->type, argument->subject);
		return type_accept(&setting, item, &blame, &value->value);
	}
	if (lua_type(L, item->index) != LUA_TSTRING)
		return refuse(argument, item, "a text");
	text = lua_tolstring(L, item->index, &size);
	value->bytes = (struct bytes){
		(const uint8_t *)arena_copy_n(text, size), size };
	return true;
}

/* The places of the arguments in a call that is written out: each begins behind
 * the opening bracket or a comma. Those that cannot be seen are at the call. */
static void
find_tokens(const struct script *script, size_t call, size_t *tokens,
	    size_t count)
{
	const struct scan *scan = script->scan;
	size_t at = call, end, i;

	for (i = 0; i < count; i++)
		tokens[i] = call;
	while (scan_is(scan, at + 1, ".") || scan_is(scan, at + 1, ":"))
		at += 2;
	at++;
	if (!scan_is(scan, at, "(")) {
		/* f "text", f { ... } */
		if (count != 0)
			tokens[0] = at;
		return;
	}
	end = scan->tokens.at[at].partner;
	for (i = 0, at++; i < count && at < end; at++) {
		if (tokens[i] == call)
			tokens[i] = at;
		if (scan->tokens.at[at].partner > at)
			at = scan->tokens.at[at].partner;
		else if (scan_is(scan, at, ","))
			i++;
	}
}

static bool
accept_all(lua_State *L, const struct callee *callee, size_t call,
	   struct native_value *values)
{
	const struct function *function = callee->function;
	struct script *script = script_of(L);
	size_t given = (size_t)lua_gettop(L) - 1, i;
	size_t tokens[C_ARGUMENTS_MAX] = { 0 };
	bool is_good = true;

	if (given != function->arguments_count) {
		diag(E0202, script_where(script, call), name_of(callee),
		     "found %zu argument%s; it takes %zu", given,
		     given == 1 ? "" : "s", function->arguments_count);
		diag_fix("it is declared as %s", c_signature_show(function));
		return false;
	}
	find_tokens(script, call, tokens, given);
	for (i = 0; i < given; i++) {
		struct item item = item_at(script, (int)i + 2, tokens[i]);
		struct argument argument = { &function->arguments[i],
			arena_printf("%s: %s", name_of(callee),
				     function->argument_names[i]) };

		is_good &= !script_is_poison(L, item.index) &&
			   accept(&argument, &item, &values[i]);
	}
	return is_good;
}

/* ---- Results --------------------------------------------------------------- */

/* Reading a field that the record does not have; upvalue 1 is the record. */
static int
no_such_field(lua_State *L)
{
	const struct c_record *record =
		lua_touserdata(L, lua_upvalueindex(1));
	struct script *script = script_of(L);
	size_t token = script_token(script);
	const char *name = lua_type(L, 2) == LUA_TSTRING
				? arena_copy(lua_tostring(L, 2)) : "?";
	const char *nearest = text_nearest(name, record->field_names,
					   record->fields_count);

	token = scan_name_before(script->scan, token, name);
	if (script_is_new(script, token, E0206)) {
		diag(E0206, script_where(script, token), name,
		     "a %s has no such field; it is %s", record->name,
		     c_record_show(record));
		if (nearest != NULL)
			diag_fix("write %s", nearest);
	}
	script_push_poison(script);
	return 1;
}

/* Give the table on top the record's metatable, made at its first use. */
static void
set_record_kind(lua_State *L, const struct c_record *record)
{
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, record) == LUA_TNIL) {
		lua_pop(L, 1);
		lua_createtable(L, 0, 1);
		lua_pushlightuserdata(L, (void *)(uintptr_t)record);
		lua_pushcclosure(L, no_such_field, 1);
		lua_setfield(L, -2, "__index");
		lua_pushvalue(L, -1);
		lua_rawsetp(L, LUA_REGISTRYINDEX, record);
	}
	lua_setmetatable(L, -2);
}

static void
push_result(lua_State *L, const struct c_type *type,
	    const struct native_value *value)
{
	size_t i;

	switch (type->kind) {
	case C_FLAG:
		lua_pushboolean(L, value->value.number != 0);
		break;
	case C_TEXT: case C_BYTES:
		if (value->bytes.at == NULL)
			lua_pushnil(L);
		else
			lua_pushlstring(L, (const char *)value->bytes.at,
					value->bytes.size);
		break;
	case C_IPV4: case C_IPV6: case C_CIDR: case C_MAC:
		lua_pushstring(L, c_type_show_value(type, value));
		break;
	case C_RECORD:
		lua_createtable(L, 0, (int)type->record->fields_count);
		for (i = 0; i < type->record->fields_count; i++) {
			push_result(L, &type->record->fields[i],
				    &value->fields[i]);
			lua_setfield(L, -2, type->record->field_names[i]);
		}
		set_record_kind(L, type->record);
		break;
	default:
		lua_pushinteger(L, value->value.number);
	}
}

static size_t
bytes_of(const struct native_value *values, size_t count)
{
	size_t bytes = 0, i;

	for (i = 0; i < count; i++)
		bytes += values[i].bytes.size +
			 (values[i].value.text == NULL
				  ? 0 : strlen(values[i].value.text));
	return bytes;
}

/* The call. Arguments on the stack: the function itself, then what it is
 * given. */
static int
call_function(lua_State *L)
{
	struct script *script = script_of(L);
	const struct callee *callee = lua_touserdata(L, 1);
	size_t count = callee->function->arguments_count;
	size_t call = script_token(script);
	struct native_value *values;
	struct native_value result;
	struct native_failure failure;

	script_charge(script, CALL_STEPS);
	values = arena_alloc(count + 1, sizeof *values);
	if (!accept_all(L, callee, call, values)) {
		script_push_poison(script);
		return 1;
	}
	script_charge(script, bytes_of(values, count) / BYTES_A_STEP);
	if (!native_call(callee->module, callee->function, values, &result,
			 &failure)) {
		if (script_is_new(script, call, failure.code))
			native_complain(&failure, script_where(script, call),
					name_of(callee),
					callee->function->name);
		script_push_poison(script);
		return 1;
	}
	script_charge(script, bytes_of(&result, 1) / BYTES_A_STEP);
	push_result(L, &callee->function->result, &result);
	return 1;
}

static int
function_index(lua_State *L)
{
	const struct callee *callee = lua_touserdata(L, 1);

	return luaL_error(L, "%s is a function: write %s(...)",
			  name_of(callee), name_of(callee));
}

void
make_function_kind(lua_State *L)
{
	lua_newtable(L);
	lua_pushstring(L, "unicc function");
	lua_setfield(L, -2, "__name");
	lua_pushcfunction(L, function_index);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, call_function);
	lua_setfield(L, -2, "__call");
	lua_rawsetp(L, LUA_REGISTRYINDEX, &function_kind);
}

const char *
call_written(const struct evaluation *evaluation, const struct item *value)
{
	const struct catalogue *catalogue = evaluation->build->catalogue;
	const struct scan *scan = value->script->scan;
	const struct scan_token *token;
	struct callee callee;

	if (value->token + 3 >= scan->tokens.count ||
	    !scan_is(scan, value->token + 1, "."))
		return NULL;
	token = &scan->tokens.at[value->token];
	callee.module = catalogue_module(
		catalogue, arena_copy_n(token[0].text, token[0].size));
	if (callee.module == NULL)
		return NULL;
	callee.function = module_function(
		callee.module, arena_copy_n(token[2].text, token[2].size));
	return callee.function == NULL || callee.function->doc == NULL
		       ? NULL : name_of(&callee);
}
