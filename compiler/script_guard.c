/* SPDX-License-Identifier: ISC */
/*
 * The guard of whole numbers: what stands behind an operator in the text that
 * liblua is given (scan_emit.c), so that no result wraps without a word.
 *
 * OPERATOR with a left side holds it, in a value that has the guard's own
 * metamethods; OPERATOR with the right side then computes. A sign holds its one
 * side by way of ^. What is no whole number, liblua computes as ever. Called, it
 * looks at a key that is computed.
 */
#include "scan_tree.h"
#include "script_words.h"

/* In the Lua registry: the guard. */
static const char guard_key = 0;

static const struct operator {
	const char *event;
	int code;
} operators[] = {
	{ "__add", LUA_OPADD }, { "__sub", LUA_OPSUB }, { "__mul", LUA_OPMUL },
	{ "__idiv", LUA_OPIDIV }, { "__shl", LUA_OPSHL },
	{ "__shr", LUA_OPSHR }, { "__unm", LUA_OPUNM },
};

/* By 1 or more. A shift means a product with a power of two here. */
static bool
shift_overflows(int64_t number, int64_t by)
{
	int64_t result;

	if (by >= 63)
		return number != 0 && (by > 63 || number != -1);
	return __builtin_mul_overflow(number, INT64_C(1) << by, &result);
}

static bool
overflows(int code, int64_t left, int64_t right)
{
	int64_t result;

	switch (code) {
	case LUA_OPADD:
		return __builtin_add_overflow(left, right, &result);
	case LUA_OPSUB:
		return __builtin_sub_overflow(left, right, &result);
	case LUA_OPMUL:
		return __builtin_mul_overflow(left, right, &result);
	case LUA_OPIDIV:
		return left == INT64_MIN && right == -1;
	case LUA_OPUNM:
		return left == INT64_MIN;
	case LUA_OPSHL:
		return right > 0 && shift_overflows(left, right);
	case LUA_OPSHR:
		return right < 0 && shift_overflows(left, right == INT64_MIN
							? INT64_MAX : -right);
	default:
		return false;
	}
}

/* ---- What is no number ----------------------------------------------- */

/*
 * The name of the side that is written next to the operator at token: the last
 * one of NAME.NAME and so on. 0: it is something else.
 */
static size_t
side_name(const struct scan *scan, size_t token, bool is_left)
{
	size_t at = is_left ? token - 1 : token + 1;

	if ((is_left && token == 0) ||
	    scan_token_at(scan, at)->kind != SCAN_NAME)
		return 0;
	if (is_left)
		return at;
	while (scan_is(scan, at + 1, ".") &&
	       scan_token_at(scan, at + 2)->kind == SCAN_NAME)
		at += 2;
	return scan_is(scan, at + 1, "(") || scan_is(scan, at + 1, "[") ||
	       scan_is(scan, at + 1, "{") || scan_is(scan, at + 1, ":") ||
	       scan_token_at(scan, at + 1)->kind == SCAN_STRING ? 0 : at;
}

/* In the words of liblua, which has lost sight of the name. */
static int
refuse_side(lua_State *L, int side, size_t name)
{
	const struct scan *scan = script_of(L)->scan;
	const struct scan_token *token = scan_token_at(scan, name);
	const char *kind = luaL_typename(L, side), *shown = "";

	if (luaL_getmetafield(L, side, "__name") == LUA_TSTRING)
		kind = lua_tostring(L, -1);
	if (name != 0)
		shown = arena_printf(" (%s '%.*s')",
				     scan_is(scan, name - 1, ".") ? "field"
								  : "name",
				     (int)token->size, token->text);
	return luaL_error(L, "attempt to perform arithmetic on a %s value%s",
			  kind, shown);
}

/* A number, or what has its own opinion of the operator: poison, or sealed. */
static bool
is_side(lua_State *L, int side, const char *event)
{
	if (lua_type(L, side) == LUA_TNUMBER)
		return true;
	if (luaL_getmetafield(L, side, event) == LUA_TNIL)
		return false;
	lua_pop(L, 1);
	return true;
}

/* ---- Computing ------------------------------------------------------- */

static bool
is_guard(lua_State *L, int index)
{
	bool is_same;

	lua_rawgetp(L, LUA_REGISTRYINDEX, &guard_key);
	is_same = lua_rawequal(L, index, -1);
	lua_pop(L, 1);
	return is_same;
}

/* Push what holds the value at index. */
static int
hold(lua_State *L, int index, int guard)
{
	lua_newuserdatauv(L, 0, 1);
	lua_pushvalue(L, index);
	lua_setiuservalue(L, -2, 1);
	lua_getmetatable(L, guard);
	lua_setmetatable(L, -2);
	return 1;
}

int
script_refuse_number(lua_State *L, size_t token, const char *shown)
{
	struct script *script = script_of(L);

	if (script_is_new(script, token, E0124))
		diag(E0124, script_where(script, token), NULL,
		     SCAN_DOES_NOT_FIT, shown);
	script_push_poison(script);
	return 1;
}

static int
refuse_result(lua_State *L, int code)
{
	struct script *script = script_of(L);
	size_t at = script_operator(script);
	const struct scan_token *symbol = scan_token_at(script->scan, at);
	long long left = lua_tointeger(L, 1), right = lua_tointeger(L, 2);

	return script_refuse_number(L, at, code == LUA_OPUNM
		? arena_printf("-(%lld)", left)
		: arena_printf("%lld %.*s %lld", left, (int)symbol->size,
			       symbol->text, right));
}

/* The sides are at 1 and 2; a sign's only one at 1. */
static int
compute(lua_State *L, const struct operator *operator)
{
	bool is_unary = operator->code == LUA_OPUNM;
	size_t at;

	if (lua_isinteger(L, 1) && (is_unary || lua_isinteger(L, 2)) &&
	    overflows(operator->code, lua_tointeger(L, 1),
		      lua_tointeger(L, 2)))
		return refuse_result(L, operator->code);
	at = script_operator(script_of(L));
	if (!is_side(L, 1, operator->event))
		return refuse_side(L, 1, side_name(script_of(L)->scan, at,
						   !is_unary));
	if (!is_unary && lua_type(L, 1) == LUA_TNUMBER &&
	    !is_side(L, 2, operator->event))
		return refuse_side(L, 2, side_name(script_of(L)->scan, at,
						   false));
	lua_arith(L, operator->code);
	return 1;
}

/* Upvalue: the operator's place in the table. */
static int
operate(lua_State *L)
{
	const struct operator *operator =
		&operators[lua_tointeger(L, lua_upvalueindex(1))];

	lua_settop(L, 2);
	if (operator->code != LUA_OPUNM && is_guard(L, 2))
		return hold(L, 1, 2);
	lua_getiuservalue(L, 1, 1);
	lua_replace(L, 1);
	if (operator->code == LUA_OPUNM)
		lua_settop(L, 1);
	return compute(L, operator);
}

/* __pow: behind a sign. */
static int
hold_signed(lua_State *L)
{
	return hold(L, 2, 1);
}

/* ---- Computed keys --------------------------------------------------- */

/* The field of the constructor with the key at index, if it is written out. */
static const struct scan_key *
written_key(lua_State *L, int index, const struct scan_constructor *constructor)
{
	const char *text;
	int is_whole;
	lua_Integer number;
	size_t size;

	if (lua_type(L, index) == LUA_TSTRING) {
		text = lua_tolstring(L, index, &size);
		return scan_key(constructor, text, size);
	}
	number = lua_tointegerx(L, index, &is_whole);
	return is_whole ? scan_item(constructor, number) : NULL;
}

static void
refuse_key(lua_State *L, size_t token, size_t first)
{
	struct script *script = script_of(L);
	struct item key = item_at(script, 2, token);

	if (!script_is_new(script, token, E0106))
		return;
	diag(E0106, script_where(script, token), NULL,
	     "this key is %s: given twice in one table", item_found(&key));
	diag_also(script_where(script, first), "first given here");
	diag_fix("keep one of the two");
}

/* In such a table: the errors that were caught before it was begun. */
static const char caught_key = 0;

/*
 * registry[constructor] holds the computed keys of a table that is being made,
 * each with its token, and under guard_key what it holds for the same one's
 * table further out. An error that is caught may leave such a table behind, so
 * the keys of one that is older than the last of them are not looked at.
 */
static void
note_key(lua_State *L, const struct scan_constructor *constructor, size_t token)
{
	int64_t caught = script_of(L)->caught;

	if (token == constructor->first_computed) {
		lua_createtable(L, 0, 4);
		lua_rawgetp(L, LUA_REGISTRYINDEX, constructor);
		lua_rawsetp(L, -2, &guard_key);
		lua_pushinteger(L, caught);
		lua_rawsetp(L, -2, &caught_key);
		lua_rawsetp(L, LUA_REGISTRYINDEX, constructor);
	}
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, constructor) != LUA_TTABLE)
		return;
	lua_rawgetp(L, -1, &caught_key);
	if (lua_tointeger(L, -1) != caught) {
		lua_pushnil(L);
		lua_rawsetp(L, LUA_REGISTRYINDEX, constructor);
		return;
	}
	lua_pop(L, 1);
	lua_pushvalue(L, 2);
	if (lua_rawget(L, -2) != LUA_TNIL)
		refuse_key(L, token, (size_t)lua_tointeger(L, -1));
	lua_pop(L, 1);
	lua_pushvalue(L, 2);
	lua_pushinteger(L, (lua_Integer)token);
	lua_rawset(L, -3);
	if (token == constructor->last_computed) {
		lua_rawgetp(L, -1, &guard_key);
		lua_rawsetp(L, LUA_REGISTRYINDEX, constructor);
	}
}

/* __call: with a key; or with nothing, in place of a number that does not fit,
 * of which the scanner said. */
static int
take_key(lua_State *L)
{
	const struct scan *scan = script_of(L)->scan;
	size_t token = script_operator(script_of(L));
	uint32_t number = scan_token_at(scan, token)->constructor;
	const struct scan_constructor *constructor;
	const struct scan_key *written;

	if (lua_gettop(L) == 1) {
		script_push_poison(script_of(L));
		return 1;
	}
	lua_settop(L, 2);
	/* Of a key that is none, liblua says so. */
	if (number == 0 || lua_isnil(L, 2) || script_is_poison(L, 2) ||
	    (lua_type(L, 2) == LUA_TNUMBER &&
	     lua_tonumber(L, 2) != lua_tonumber(L, 2)))
		return 1;
	constructor = &scan->constructors.at[number - 1];
	written = written_key(L, 2, constructor);
	if (written != NULL)
		refuse_key(L, token, written->key);
	if (constructor->first_computed != constructor->last_computed)
		note_key(L, constructor, token);
	lua_settop(L, 2);
	return 1;
}

void
script_push_guard(lua_State *L)
{
	size_t i;

	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &guard_key) != LUA_TNIL)
		return;
	lua_pop(L, 1);
	lua_newuserdatauv(L, 0, 0);
	lua_newtable(L);
	for (i = 0; i < countof(operators); i++) {
		lua_pushinteger(L, (lua_Integer)i);
		lua_pushcclosure(L, operate, 1);
		lua_setfield(L, -2, operators[i].event);
	}
	lua_pushcfunction(L, hold_signed);
	lua_setfield(L, -2, "__pow");
	lua_pushcfunction(L, take_key);
	lua_setfield(L, -2, "__call");
	lua_setmetatable(L, -2);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &guard_key);
}
