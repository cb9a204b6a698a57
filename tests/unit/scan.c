/* SPDX-License-Identifier: ISC */
/*
 * The scanner: tokens and their places, the tree of constructors, and that
 * liblua's lines are our tokens.
 *
 * Needs: scan scan_tree scan_emit base diag
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>

#include "scan.h"

static struct scan *
scan_of(const char *text)
{
	return scan_text("t.lua", (struct bytes){ (const uint8_t *)text,
						  strlen(text) });
}

static void
assert_place(const struct scan *scan, size_t token, unsigned line,
	     unsigned column)
{
	struct where where = scan_where(scan, token);

	assert_int_equal(where.line, line);
	assert_int_equal(where.column, column);
}

static void
places_of_tokens(void **state)
{
	struct scan *scan = scan_of("a = 1 -- x\n\tbb={}\r\nc\n\rd");

	(void)state;
	assert_int_equal(scan->tokens.count, 10);
	assert_place(scan, 0, 1, 1);
	assert_place(scan, 2, 1, 5);
	assert_place(scan, 3, 2, 2);
	assert_place(scan, 5, 2, 5);
	assert_place(scan, 7, 3, 1);
	assert_place(scan, 8, 4, 1);
	assert_int_equal(scan->tokens.at[9].kind, SCAN_END);
	assert_place(scan, 9, 4, 2);
	assert_place(scan, 1000, 4, 2);
}

static void
assert_string(const char *written, const char *bytes, size_t size)
{
	struct scan *scan = scan_of(written);

	assert_non_null(scan);
	assert_int_equal(scan->tokens.count, 2);
	assert_int_equal(scan->tokens.at[0].kind, SCAN_STRING);
	assert_int_equal(scan->tokens.at[0].size, size);
	assert_memory_equal(scan->tokens.at[0].text, bytes, size);
}

static void
strings_of_all_forms(void **state)
{
	(void)state;
	assert_string("'a\"b'", "a\"b", 3);
	assert_string("\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\'\"",
		      "\a\b\f\n\r\t\v\\\"'", 10);
	assert_string("'\\65\\0\\x41\\u{20AC}'", "A\0A\xe2\x82\xac", 6);
	assert_string("'\\u{7FFFFFFF}'", "\xfd\xbf\xbf\xbf\xbf\xbf", 6);
	assert_string("'a\\\nb\\z  \n  c'", "a\nbc", 4);
	assert_string("[[\nline\r\nnext]]", "line\nnext", 9);
	assert_string("[==[a]]b]=]c]==]", "a]]b]=]c", 8);
	assert_string("''", "", 0);
}

static void
assert_refused(const char *text, size_t size)
{
	size_t before = diag_count();

	assert_null(scan_text("t.lua", (struct bytes){ (const uint8_t *)text,
						       size }));
	assert_int_equal(diag_count(), before + 1);
}

static void
what_is_no_lua(void **state)
{
	static const char *const texts[] = {
		"'a", "'a\n'", "[[a", "--[[a", "'\\q'", "'\\300'", "'\\xg0'",
		"'\\u{80000000}'", "'\\u{}'", "a $ b", "\x1bLua", "'\\",
		"[=[a]]",
	};
	size_t i;

	(void)state;
	for (i = 0; i < countof(texts); i++)
		assert_refused(texts[i], strlen(texts[i]));
	assert_refused("a\0b", 3);
}

static void
keys_of_constructors(void **state)
{
	struct scan *scan = scan_of(
		"m { a = { b = 1, f = function() x = 2; return { c = 3 } end },"
		" 'item', [\"k\"] = 4; [5] = 6, [g()] = 7, h == 8 }");
	const struct scan_constructor *outer = scan_constructor(scan, 1);
	const struct scan_constructor *inner;
	const struct scan_key *key;

	(void)state;
	assert_non_null(outer);
	key = scan_key(outer, "a", 1);
	assert_non_null(key);
	assert_place(scan, key->key, 1, 5);
	assert_place(scan, key->value, 1, 9);
	inner = scan_constructor(scan, key->value);
	assert_non_null(inner);
	assert_non_null(scan_key(inner, "b", 1));
	assert_non_null(scan_key(inner, "f", 1));
	assert_null(scan_key(inner, "c", 1));
	assert_null(scan_key(inner, "x", 1));
	assert_non_null(scan_key(outer, "k", 1));
	assert_non_null(scan_item(outer, 5));
	assert_non_null(scan_item(outer, 1));
	assert_non_null(scan_item(outer, 2));	/* h == 8 */
	assert_null(scan_item(outer, 3));
	assert_null(scan_key(outer, "h", 1));
	assert_null(scan_key(outer, "g", 1));
}

static void
a_table_in_an_expression_is_no_value(void **state)
{
	struct scan *scan = scan_of("a = { {} or 1, {} .. x, ({})[1], {} }");

	(void)state;
	assert_null(scan_constructor(scan, 3));
	assert_null(scan_constructor(scan, 8));
	assert_non_null(scan_constructor(scan, 2));
}

static void
duplicates_are_reported_once_each(void **state)
{
	size_t before = diag_count();

	(void)state;
	assert_non_null(scan_of("a = { x = 1, ['x'] = 2, y = 3, 'z', [1] = 4,"
				" n = { x = 5 }, x = 6 }"));
	assert_int_equal(diag_count(), before + 3);
}

static void
arguments_of_calls(void **state)
{
	struct scan *scan = scan_of("port 'x' {} f({}) f({}, 1) a.b.c {} g()"
				    " h { k 'y' { } }");

	(void)state;
	assert_int_equal(scan_call_argument(scan, 0, 1), 2);
	assert_int_equal(scan_call_argument(scan, 0, 0), 0);
	assert_int_equal(scan_call_argument(scan, 4, 0), 6);
	assert_int_equal(scan_call_argument(scan, 9, 0), 9);
	assert_int_equal(scan_call_argument(scan, 16, 0), 21);
	assert_int_equal(scan_call_argument(scan, 23, 0), 23);
	/* Inside of a constructor liblua has looked one token ahead. */
	assert_int_equal(scan_callee(scan, 29), 28);
	assert_int_equal(scan_callee(scan, 28), 28);
	assert_int_equal(scan_call_argument(scan, 28, 1), 30);
}

static void
assignments(void **state)
{
	struct scan *scan = scan_of(
		"a = 1; local b = 2; c, d = 3, 4; t.e = 5;"
		"for i = 1, 2 do f = 6 end; g = { h = 7 };"
		"instance('j', x); if a == k then end a = 8");
	size_t token = 0;

	(void)state;
	assert_true(scan_is_assigned(scan, "a", &token));
	assert_int_equal(token, 0);
	assert_true(scan_is_assigned(scan, "c", &token));
	assert_true(scan_is_assigned(scan, "d", &token));
	assert_true(scan_is_assigned(scan, "f", &token));
	assert_true(scan_is_assigned(scan, "g", &token));
	assert_true(scan_is_assigned(scan, "j", &token));
	assert_false(scan_is_assigned(scan, "b", &token));
	assert_false(scan_is_assigned(scan, "e", &token));
	assert_false(scan_is_assigned(scan, "h", &token));
	assert_false(scan_is_assigned(scan, "i", &token));
	assert_false(scan_is_assigned(scan, "k", &token));
	assert_int_equal(scan_assignment_before(scan, 3, "a"), 0);
	assert_true(scan_assignment_before(scan, 1000, "a") > 0);
}

/* ---- liblua agrees --------------------------------------------------- */

static int
note_line(lua_State *L)
{
	lua_Debug ar;

	lua_getstack(L, 1, &ar);
	lua_getinfo(L, "l", &ar);
	lua_pushinteger(L, ar.currentline - 1);
	lua_setglobal(L, "token");
	return 0;
}

/* The token at which liblua sees the call of note in text. */
static size_t
token_of_call(const char *text)
{
	struct scan *scan = scan_of(text);
	struct buffer emitted = { 0 };
	lua_State *L = luaL_newstate();
	size_t token;

	scan_emit(scan, 0, NULL, &emitted);
	lua_register(L, "note", note_line);
	assert_int_equal(luaL_loadbufferx(L, emitted.at, emitted.size, "=t",
					  "t"), LUA_OK);
	assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
	lua_getglobal(L, "token");
	token = scan_callee(scan, (size_t)lua_tointeger(L, -1));
	lua_close(L);
	return token;
}

static void
lines_of_liblua_are_tokens(void **state)
{
	(void)state;
	assert_int_equal(token_of_call("note { a = 1,\n b = 2 }"), 0);
	assert_int_equal(token_of_call("x = note\n{\n}"), 2);
	assert_int_equal(token_of_call("x = [[\n\n]] note(x, 1)"), 3);
	assert_int_equal(token_of_call("x = { note { 1 }, 2 }"), 3);
	assert_int_equal(token_of_call("x = { a = note { 1 }, 2 }"), 5);
	assert_int_equal(token_of_call("return note {}"), 1);
	assert_int_equal(token_of_call("x = 1 + (note {} or 2)"), 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_of_tokens),
		cmocka_unit_test(strings_of_all_forms),
		cmocka_unit_test(what_is_no_lua),
		cmocka_unit_test(keys_of_constructors),
		cmocka_unit_test(a_table_in_an_expression_is_no_value),
		cmocka_unit_test(duplicates_are_reported_once_each),
		cmocka_unit_test(arguments_of_calls),
		cmocka_unit_test(assignments),
		cmocka_unit_test(lines_of_liblua_are_tokens),
	};

	return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
