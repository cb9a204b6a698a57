/* SPDX-License-Identifier: ISC */
/*
 * Hermetic Lua: nothing outside is visible, every bound holds, and what is
 * computed does not depend on hash seeds or addresses.
 *
 * Needs: script script_item script_words script_list script_text script_guard scan scan_tree scan_emit base diag host
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "script.h"

static struct buffer output;

static int
word_put(lua_State *L)
{
	size_t size;
	const char *text = luaL_checklstring(L, 1, &size);

	buffer_add(&output, text, size);
	buffer_add(&output, ";", 1);
	return 0;
}

static int
run_body(lua_State *L)
{
	struct script *script = script_of(L);

	lua_newtable(L);
	script_push_words(script);
	lua_pushcfunction(L, word_put);
	lua_setfield(L, -2, "put");
	script_load(script, 0, 1);
	lua_call(L, 0, 0);
	return 0;
}

/* The script's diagnostics are left for the caller; true: it ended well. */
static bool
run_keeping(const char *text, struct script **kept)
{
	struct script *script = script_open_text("t.lua",
		(struct bytes){ (const uint8_t *)text, strlen(text) });
	bool is_good;

	output.size = 0;
	if (output.at != NULL)
		output.at[0] = '\0';
	if (script == NULL)
		return false;
	is_good = script_protect(script, run_body);
	script_close(script);
	if (kept != NULL)
		*kept = script;
	return is_good;
}

static void
assert_puts(const char *text, const char *expected)
{
	assert_true(run_keeping(text, NULL));
	assert_string_equal(output.at == NULL ? "" : output.at, expected);
}

/* It fails, and not for a bound. */
static void
assert_fails(const char *text)
{
	struct script *script = NULL;
	size_t before = diag_count();

	assert_false(run_keeping(text, &script));
	assert_int_equal(diag_count(), before + 1);
	if (script != NULL)
		assert_null(script->spent);
}

static void
assert_spent(const char *text)
{
	struct script *script = NULL;
	size_t before = diag_count();

	assert_false(run_keeping(text, &script));
	assert_int_equal(diag_count(), before + 1);
	assert_non_null(script);
	assert_non_null(script->spent);
}

/* ---- What is there --------------------------------------------------- */

static void
basic_words(void **state)
{
	(void)state;
	assert_puts("put(type(nil)) put(type({})) put(tostring(12)) "
		    "put(tostring(true)) put(tostring(nil))",
		    "nil;table;12;true;nil;");
	assert_puts("put(tostring(tonumber('0x10'))) "
		    "put(type(tonumber('1 2'))) put(tostring(tonumber(7)))",
		    "16;nil;7;");
	assert_puts("put(tostring(select('#', 1, nil, 3))) "
		    "put(select(2, 'a', 'b', 'c')) put((select(-1, 'a', 'b')))",
		    "3;b;b;");
	assert_puts("local ok, why = pcall(error, 'no') put(tostring(ok)) "
		    "put(why)", "false;no;");
	assert_puts("local ok, why = pcall(function() local x = nil; x() end) "
		    "put(why)",
		    "attempt to call a nil value (local 'x');");
	assert_puts("put((select(2, pcall(function() return 'in' end))))",
		    "in;");
	assert_fails("assert(false, 'no')");
	assert_fails("error({})");
	assert_fails("tostring({})");
	assert_fails("tostring(put)");
}

static void
text_words(void **state)
{
	(void)state;
	assert_puts("put(text.sub('hello', 2, -2)) put(('hello'):sub(-3)) "
		    "put(text.sub('hello', 0)) put(text.sub('hello', 4, 2))",
		    "ell;llo;hello;;");
	assert_puts("put(text.upper('a\\xe4z')) put(('AZ'):lower()) "
		    "put(text.rep('ab', 3)) put(text.rep('', 1 << 60))",
		    "A\xe4Z;az;ababab;;");
	assert_puts("put(tostring(text.byte('A'))) put(text.char(104, 105)) "
		    "put(tostring(text.find('a.b.c', '.', 3)))",
		    "65;hi;4;");
	assert_puts("put(text.join(text.split('a,b,,c', ','), '|'))",
		    "a|b||c;");
	assert_puts("put(text.format('%5d|%-4s|%04x|%%|%s', 42, 'ab', 255, 7))",
		    "   42|ab  |00ff|%|7;");
	assert_fails("text.format('%p', {})");
	assert_fails("text.format('%n')");
	assert_fails("text.format('%')");
	assert_fails("text.format('%99999d', 1)");
	assert_fails("text.format('%d', 1.5)");
	assert_fails("text.rep('x', 1 << 40)");
	assert_fails("text.split('x', '')");
	assert_fails("text.nothing()");
	assert_fails("text.upper = nil");
	assert_fails("local s = ''; s.x = 1");
}

static void
list_words(void **state)
{
	(void)state;
	assert_puts("local l = list.sort { 3, 1, 2 } put(text.join(l, ' '))",
		    "1 2 3;");
	assert_puts("local l = list.sort({ 'b1', 'a1', 'b0', 'a0' }, "
		    "function(a, b) return a:sub(1, 1) < b:sub(1, 1) end) "
		    "put(text.join(l, ' '))", "a1 a0 b1 b0;");
	/* An order that is none ends all the same. */
	assert_puts("local l = list.sort({ 1, 2, 3, 4, 5 }, "
		    "function() return true end) put(tostring(#l))", "5;");
	assert_puts("local l = {} list.append(list.append(l, 'a'), 'b') "
		    "put(text.join(l))", "ab;");
	assert_fails("list.sort { 1, 'a' }");
	assert_fails("list.sort({ 1, 2 }, function() error('x') end)");
}

static void
walking_is_in_order(void **state)
{
	(void)state;
	assert_puts("for k, v in pairs { b = 1, a = 2, 'x', [-3] = 4, ['10'] = 5 }"
		    " do put(k .. '=' .. v) end",
		    "-3=4;1=x;10=5;a=2;b=1;");
	assert_puts("for i, v in ipairs { 'x', 'y', nil, 'z' } do put(i .. v) "
		    "end", "1x;2y;");
	assert_puts("local t = { a = 1, b = 2 } for k in pairs(t) do t[k] = nil "
		    "put(k) end", "a;b;");
	assert_fails("for k in pairs { [1.5] = 1 } do end");
	assert_fails("for k in pairs { [{}] = 1 } do end");
	assert_fails("for k in pairs { [true] = 1 } do end");
}

/* ---- What is not there ----------------------------------------------- */

static void
nothing_outside(void **state)
{
	static const char *const words[] = {
		"_G", "collectgarbage", "coroutine", "debug", "dofile",
		"getmetatable", "io", "load", "loadfile", "loadstring", "math",
		"next", "os", "package", "print", "rawequal", "rawget",
		"rawlen", "rawset", "require", "setmetatable", "string",
		"table", "utf8", "warn",
	};
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < countof(words); i++) {
		snprintf(text, sizeof text, "put(type(%s))", words[i]);
		assert_puts(text, "nil;");
	}
}

static void
no_bytecode(void **state)
{
	(void)state;
	assert_fails("\x1bLua");
}

/* ---- Bounds ---------------------------------------------------------- */

static void
steps_are_bounded(void **state)
{
	(void)state;
	assert_spent("while true do end");
	assert_spent("while true do pcall(function() while true do end end) "
		     "end");
	assert_spent("local function f() return pcall(f) end while true do f() "
		     "end");
	assert_spent("pcall(function() while true do end end) "
		     "put('survived')");
	assert_spent("while true do for k in pairs { 1, 2, 3 } do end end");
	assert_spent("local s = text.rep('x', 16000) "
		     "while true do text.find(s, 'y') end");
	assert_spent("list.sort(text.split(text.rep('a,', 8000), ','), "
		     "function() while true do end end)");
	assert_spent("local s = text.rep('a', 16000) while true do "
		     "text.split(s, 'a') end");
	assert_spent("::a:: goto a");
	assert_spent("local s = text.rep('x', 16000) local t = s .. '' "
		     "while true do local a = s < t end");
	assert_spent("local t = {} for i = 1, 200000 do t['k' .. i] = i end "
		     "for k in pairs(t) do t[k] = nil end "
		     "while true do pairs(t) end");
	assert_spent("while true do pcall(error, 'x') end");
}

static void
memory_is_bounded(void **state)
{
	(void)state;
	assert_spent("local s = 'x' while true do s = s .. s end");
	assert_spent("local t = {} while true do list.append(t, {}) end");
	assert_spent("local t = {} while true do pcall(list.append, t, {}) "
		     "end");
	assert_spent("local s = text.rep('x', 16000) while true do "
		     "local a = s .. 'y' end");
	assert_spent("local t = {} for i = 1, 1 << 40 do t[i] = i end");
	/* One instruction that copies all that a function was given. */
	assert_spent("local function f(n, ...) if n > 0 then "
		     "return f(n - 1, n, ...) end while true do "
		     "local a = { ... } end end f(240)");
}

static void
depth_is_bounded(void **state)
{
	struct buffer text = { 0 };
	size_t i;

	(void)state;
	assert_fails("local function f(a, b, c, d) return (f(a, b, c, d)) end f()");
	assert_fails("local function f() list.sort({ 1, 2 }, f) end f()");
	for (i = 0; i < 100000; i++)
		buffer_add(&text, "(", 1);
	assert_fails(text.at);
	text.size = 0;
	for (i = 0; i < 100000; i++)
		buffer_add(&text, "{", 1);
	assert_fails(text.at);
}

/* ---- Determinism ----------------------------------------------------- */

static void
hash_seeds_do_not_show(void **state)
{
	static const char text[] =
		"local t = {} for i = 1, 200 do t['k' .. i * 7919 % 211] = i end "
		"for k, v in pairs(t) do put(k .. v) end "
		"local l = {} for k, v in pairs(t) do list.append(l, k) end "
		"put(text.join(list.sort(l, function(a, b) "
		"return #a < #b end)))";
	char *first;
	struct script *script;
	int64_t steps;
	size_t taken, i;

	(void)state;
	assert_true(run_keeping(text, &script));
	first = arena_copy(output.at);
	steps = script->steps;
	taken = script->taken_bytes;
	for (i = 0; i < 20; i++) {
		assert_true(run_keeping(text, &script));
		assert_string_equal(output.at, first);
		assert_int_equal(script->steps, steps);
		assert_int_equal(script->taken_bytes, taken);
	}
}

static void
messages_lose_their_place(void **state)
{
	(void)state;
	assert_string_equal(script_message("@:12: text"), "text");
	assert_string_equal(script_message("@:x"), "@:x");
	assert_string_equal(script_message("12: text"), "12: text");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(basic_words),
		cmocka_unit_test(text_words),
		cmocka_unit_test(list_words),
		cmocka_unit_test(walking_is_in_order),
		cmocka_unit_test(nothing_outside),
		cmocka_unit_test(no_bytecode),
		cmocka_unit_test(steps_are_bounded),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(hash_seeds_do_not_show),
		cmocka_unit_test(messages_lose_their_place),
	};

	return cmocka_run_group_tests_name("script", tests, NULL, NULL);
}
