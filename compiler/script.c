/* SPDX-License-Identifier: ISC */
/* Hermetic Lua: see script.h. */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unicc.h"

/* Instructions between two looks at the budget. */
enum { STEPS_BETWEEN = 1000 };

struct script *
script_of(lua_State *state)
{
	struct script *script;

	memcpy(&script, lua_getextraspace(state), sizeof script);
	return script;
}

/* ---- Bounds ---------------------------------------------------------- */

/* The token of the innermost Lua function that runs. */
static size_t
running_token(lua_State *L)
{
	lua_Debug ar;
	int level;

	for (level = 0; lua_getstack(L, level, &ar) != 0; level++) {
		lua_getinfo(L, "l", &ar);
		if (ar.currentline > 0)
			return (size_t)ar.currentline - 1;
	}
	return 0;
}

static const char text_too_long[] = "a text is longer than 16 KiB";

static void
note_spent(struct script *script, const char *bound)
{
	if (script->spent != NULL)
		return;
	script->spent = bound;
	script->spent_token = running_token(script->state);
}

static void on_count(lua_State *L, lua_Debug *ar);

static void
spend(struct script *script, const char *bound)
{
	note_spent(script, bound);
	/* From here on every instruction raises, inside any pcall too. */
	lua_sethook(script->state, on_count, LUA_MASKCOUNT, 1);
	lua_pushstring(script->state, bound);
	lua_error(script->state);
}

static void
on_count(lua_State *L, lua_Debug *ar)
{
	struct script *script = script_of(L);

	if (script->spent != NULL)
		spend(script, script->spent);
	/* An instruction that copies ... costs as much as there is in it. */
	if (lua_getlocal(L, ar, -SCRIPT_ARGUMENTS_MAX) != NULL)
		spend(script, "a function is given more than 200 arguments");
	if (diag_count() > SCRIPT_ERRORS_MAX)
		spend(script, "it makes more than 1000 errors");
	script_charge(script, STEPS_BETWEEN);
}

void
script_charge(struct script *script, size_t steps)
{
	script->steps += steps < SCRIPT_STEPS_MAX ? (int64_t)steps
						  : SCRIPT_STEPS_MAX;
	if (script->steps > SCRIPT_STEPS_MAX)
		spend(script, "it takes more than 10 million steps");
}

void
script_charge_walk(struct script *script, size_t bytes_a_step)
{
	script_charge(script, 10 + script->held_bytes / bytes_a_step);
}

/*
 * lua_Alloc. A new object's old_size is its kind (Lua 5.4 manual, lua_Alloc).
 * The first refusal is final, although liblua then collects and asks again:
 * one that could be survived would be met many times, at a collection each.
 */
static void *
allocate(void *owner, void *old, size_t old_size, size_t size)
{
	struct script *script = owner;
	size_t kind = old == NULL ? old_size : 0, growth;
	void *block;

	if (old == NULL)
		old_size = 0;
	if (size == 0) {
		script->held_bytes -= old_size;
		free(old);
		return NULL;
	}
	growth = size > old_size ? size - old_size : 0;
	if (kind == LUA_TSTRING && size > SCRIPT_TEXT_BYTES_MAX) {
		note_spent(script, text_too_long);
		return NULL;
	}
	if (growth > SCRIPT_TAKEN_BYTES_MAX - script->taken_bytes) {
		note_spent(script, "it takes more than 1 GiB of memory in all");
		return NULL;
	}
	if (growth != 0 && script->held_bytes + growth > SCRIPT_HELD_BYTES_MAX) {
		note_spent(script, "it holds more than 64 MiB of memory");
		return NULL;
	}
	block = realloc(old, size);
	if (block == NULL)
		return NULL;
	script->held_bytes += size - old_size;
	script->taken_bytes += growth;
	return block;
}

/* ---- Opening --------------------------------------------------------- */

static struct script *
open_state(struct script *script)
{
	script->state = lua_newstate(allocate, script);
	if (script->state == NULL) {
		fputs("unicc: out of memory\n", stderr);
		exit(STATUS_MACHINE);
	}
	memcpy(lua_getextraspace(script->state), &script, sizeof script);
	lua_sethook(script->state, on_count, LUA_MASKCOUNT, STEPS_BETWEEN);
	return script;
}

struct script *
script_open_text(const char *file, struct bytes text)
{
	struct where whole = { file, 0, 0 };
	struct scan *scan;

	if (text.size > SCRIPT_FILE_BYTES_MAX) {
		diag(E0101, whole, NULL, "it has more than 4 MiB");
		return NULL;
	}
	scan = scan_text(file, text);
	return scan == NULL ? NULL : script_open_scan(scan);
}

struct script *
script_open_scan(struct scan *scan)
{
	struct script *script = arena_alloc(1, sizeof *script);

	script->file = scan->file;
	script->scan = scan;
	script->reported = arena_alloc(script->scan->tokens.count, 1);
	return open_state(script);
}

struct script *
script_open(const char *path, const char *file)
{
	struct bytes text;

	if (!host_read(path, &text)) {
		diag(E0101, (struct where){ file, 0, 0 }, NULL, "%s",
		     host_read_error());
		return NULL;
	}
	return script_open_text(file, text);
}

void
script_close(struct script *script)
{
	if (script->state != NULL)
		lua_close(script->state);
	script->state = NULL;
}

/* ---- Errors ---------------------------------------------------------- */

const char *
script_message(const char *message)
{
	const char *at = message;

	/* The chunk is called "@"; liblua writes "@:17: ". */
	if (at[0] != '@' || at[1] != ':')
		return message;
	at += 2;
	while (*at >= '0' && *at <= '9')
		at++;
	return at[0] == ':' && at[1] == ' ' ? at + 2 : message;
}

static int
on_error(lua_State *L)
{
	struct script *script = script_of(L);

	if (script->spent != NULL)
		return 1;
	script->failure_token = running_token(L);
	if (lua_type(L, 1) == LUA_TSTRING)
		script->failure =
			arena_copy(script_message(lua_tostring(L, 1)));
	else if (lua_type(L, 1) == LUA_TNUMBER)
		script->failure = "an error that is a number";
	else
		script->failure = arena_printf("an error that is a %s",
					       luaL_typename(L, 1));
	return 1;
}

static void
report(struct script *script, int status)
{
	if (script->spent != NULL) {
		diag(E0109, script_where(script, script->spent_token), NULL,
		     "%s", script->spent);
		return;
	}
	if (status == LUA_ERRMEM) {
		/* The machine's own memory: no bound of ours was met. */
		diag(E0109, (struct where){ script->file, 0, 0 }, NULL,
		     "the machine has no memory left");
		return;
	}
	if (script->is_poisoned)
		return;
	diag(E0103, script_where(script, script->failure_token), NULL, "%s",
	     script->failure != NULL ? script->failure : "it nests too deeply");
}

bool
script_protect(struct script *script, lua_CFunction body)
{
	lua_State *L = script->state;
	int status;

	lua_pushcfunction(L, on_error);
	lua_pushcfunction(L, body);
	status = lua_pcall(L, 0, 0, -2);
	lua_settop(L, 0);
	if (status == LUA_OK && script->spent == NULL)
		return true;
	report(script, status);
	return false;
}

/* ---- Loading --------------------------------------------------------- */

struct reader {
	size_t lines_left;	/* empty ones before the text */
	const char *text;
	size_t size;
};

static const char *
read_chunk(lua_State *L, void *data, size_t *size)
{
	static const char lines[] = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";
	struct reader *reader = data;
	const char *text = reader->text;

	(void)L;
	if (reader->lines_left != 0) {
		*size = reader->lines_left < sizeof lines - 1
				? reader->lines_left
				: sizeof lines - 1;
		reader->lines_left -= *size;
		return lines;
	}
	*size = reader->size;
	reader->text = NULL;
	reader->size = 0;
	return text;
}

/*
 * liblua says "'}' expected (to close '{' at line 3) near 'y'". Its lines are
 * tokens: the first gives the place, the second another place.
 */
static void
report_syntax(struct script *script, const char *text)
{
	const char *message = script_message(text), *at_line, *close;
	size_t token = 0;

	if (message != text)
		token = strtoul(text + 2, NULL, 10);
	token = token == 0 ? 0 : token - 1;
	at_line = strstr(message, " at line ");
	close = at_line == NULL ? NULL : strchr(at_line, ')');
	if (close == NULL) {
		diag(E0102, script_where(script, token), NULL, "%s", message);
		return;
	}
	diag(E0102, script_where(script, token), NULL, "%.*s%s",
	     (int)(at_line - message), message, close);
	diag_also(script_where(script, strtoul(at_line + 9, NULL, 10) - 1),
		  "opened here");
}

void
script_load(struct script *script, size_t file, int environment)
{
	lua_State *L = script->state;
	struct buffer emitted = { 0 };
	struct reader reader = { 0 };
	int status;

	scan_emit(script->scan, file, SCRIPT_GUARD, &emitted);
	reader.lines_left = scan_first(script->scan, file);
	reader.text = arena_copy_n(emitted.size ? emitted.at : "",
				   emitted.size);
	reader.size = emitted.size;
	free(emitted.at);
	status = lua_load(L, read_chunk, &reader, "=@", "t");
	if (status == LUA_ERRSYNTAX) {
		report_syntax(script, lua_tostring(L, -1));
		script->is_poisoned = true;
	} else if (status == LUA_ERRRUN) {
		/* liblua's parser has one error of its own, and no place. */
		diag(E0102, script_where(script, scan_deepest(script->scan, file)),
		     NULL, "it nests too deeply");
		script->is_poisoned = true;
	}
	/* Nothing of the file runs yet: the text stands in it. */
	if (script->spent == text_too_long)
		script->spent_token = scan_longest(script->scan, file);
	if (status != LUA_OK)
		lua_error(L);
	lua_pushvalue(L, environment);
	lua_pushstring(L, SCRIPT_GUARD);
	script_push_guard(L);
	lua_rawset(L, -3);
	lua_setupvalue(L, -2, 1);
}

size_t
script_operator(struct script *script)
{
	return running_token(script->state);
}

size_t
script_token(struct script *script)
{
	return scan_callee(script->scan, running_token(script->state));
}

struct where
script_where(const struct script *script, size_t token)
{
	return scan_where(script->scan, token);
}

bool
script_is_new(struct script *script, size_t token, enum diag_code code)
{
	uint8_t bit = (uint8_t)(1u << (code % 8));

	if (token >= script->scan->tokens.count)
		token = script->scan->tokens.count - 1;
	if (script->reported[token] & bit)
		return false;
	script->reported[token] |= bit;
	return true;
}

/* ---- Poison ---------------------------------------------------------- */

static const char poison_key = 0;

static int
poison_again(lua_State *L)
{
	script_push_poison(script_of(L));
	return 1;
}

static int
poison_false(lua_State *L)
{
	lua_pushboolean(L, 0);
	return 1;
}

static int
poison_nothing(lua_State *L)
{
	(void)L;
	return 0;
}

static void
make_poison(lua_State *L)
{
	static const char *const again[] = {
		"__index", "__call", "__add", "__sub", "__mul", "__div",
		"__mod", "__pow", "__unm", "__idiv", "__band", "__bor",
		"__bxor", "__shl", "__shr", "__bnot", "__concat", "__len",
	};
	size_t i;

	lua_newuserdatauv(L, 0, 0);
	lua_createtable(L, 0, countof(again) + 3);
	for (i = 0; i < countof(again); i++) {
		lua_pushcfunction(L, poison_again);
		lua_setfield(L, -2, again[i]);
	}
	lua_pushcfunction(L, poison_false);
	lua_setfield(L, -2, "__lt");
	lua_pushcfunction(L, poison_false);
	lua_setfield(L, -2, "__le");
	lua_pushcfunction(L, poison_nothing);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, -2);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &poison_key);
}

void
script_push_poison(struct script *script)
{
	lua_State *L = script->state;

	script->is_poisoned = true;
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &poison_key) != LUA_TNIL)
		return;
	lua_pop(L, 1);
	make_poison(L);
}

bool
script_is_poison(lua_State *L, int index)
{
	bool is_same;

	if (lua_type(L, index) != LUA_TUSERDATA)
		return false;
	index = lua_absindex(L, index);
	lua_rawgetp(L, LUA_REGISTRYINDEX, &poison_key);
	is_same = lua_rawequal(L, index, -1);
	lua_pop(L, 1);
	return is_same;
}
