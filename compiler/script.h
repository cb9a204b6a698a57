/* SPDX-License-Identifier: ISC */
/*
 * Hermetic Lua: one state for one file, closed, bounded and deterministic.
 *
 * Nothing of Lua's own library is opened. A script sees only the words it is
 * given (words_open and its caller's). What it does depends on its text
 * alone: no clock, no address, no hash order is visible.
 *
 * Bounds, all counted and none measured: VM instructions (C functions charge
 * theirs), memory held, memory ever taken, the size of one text. Once one is
 * exceeded the script cannot go on: every later instruction raises again, and
 * no pcall keeps the error (E0109).
 *
 * No C resource is owned across a call that can raise: everything C allocates
 * here lies in the arena.
 */
#ifndef UNICC_SCRIPT_H
#define UNICC_SCRIPT_H

#include <lauxlib.h>
#include <lua.h>

#include "scan.h"

/* A fuzzer meets the bounds sooner. */
#ifndef SCRIPT_STEPS_MAX
#define SCRIPT_STEPS_MAX (10 * 1000 * 1000)
#define SCRIPT_HELD_BYTES_MAX (64 << 20)
#endif

enum {
	SCRIPT_FILE_BYTES_MAX = 4 << 20,
	SCRIPT_TAKEN_BYTES_MAX = 1 << 30,
	SCRIPT_TEXT_BYTES_MAX = 16 << 10,
	SCRIPT_ARGUMENTS_MAX = 200,
	SCRIPT_ERRORS_MAX = 1000,	/* then it is not run any further */
};

struct script {
	lua_State *state;
	struct scan *scan;
	const char *file;	/* as shown */
	void *owner;		/* the caller's */
	/* What has gone wrong so far. */
	bool is_poisoned;	/* an error was reported and worked around */
	const char *spent;	/* the bound that was exceeded, or NULL */
	size_t spent_token;
	const char *failure;	/* the last error's text */
	size_t failure_token;
	uint8_t *reported;	/* by token: hashes of codes already reported */
	/* Counters. */
	int64_t steps;
	int64_t caught;		/* errors, by pcall */
	size_t held_bytes, taken_bytes;
};

/*
 * Read and scan the file at path, shown as file, and make a state for it. NULL
 * after diag(): E0101, E0102. The state is not freed before script_close.
 */
struct script *script_open(const char *path, const char *file);
struct script *script_open_text(const char *file, struct bytes text);
/* For what was scanned already. */
struct script *script_open_scan(struct scan *scan);
void script_close(struct script *script);
struct script *script_of(lua_State *state);

/*
 * Call body(state) protected, with whatever arguments it needs in
 * script->owner. False after diag(): E0103, E0109. An error that follows from
 * one already reported is not reported again.
 */
bool script_protect(struct script *script, lua_CFunction body);

/* Push a file of the scan, 0 being the first, as a function whose globals are those of the table at index
 * environment. Called from a protected body, which does not go on after a
 * syntax error (E0102). */
void script_load(struct script *script, size_t file, int environment);

/* The operator at which the running script calls into C. */
size_t script_operator(struct script *script);

/* The token at which the running script calls into C: the callee's first, if
 * it is a call that is written out. */
size_t script_token(struct script *script);
struct where script_where(const struct script *script, size_t token);

/* C work that costs as much as steps instructions. Raises when spent. */
void script_charge(struct script *script, size_t steps);

/* About to walk a table: one that was large and is empty now costs as much as
 * one that is full, and only the memory held bounds both. */
void script_charge_walk(struct script *script, size_t bytes_a_step);

/* False the second time for the same token and code: loops report once. */
bool script_is_new(struct script *script, size_t token, enum diag_code code);

/* Push the value that stands for one that could not be had; whatever is done
 * with it says nothing more. */
void script_push_poison(struct script *script);
bool script_is_poison(lua_State *state, int index);

/* script_guard.c: push what guards operators (scan_emit.c), as the global of
 * this name. */
#define SCRIPT_GUARD "unicc_guard"
void script_push_guard(lua_State *L);

/* Complain of a number that does not fit (E0124) and push poison: 1. */
int script_refuse_number(lua_State *L, size_t token, const char *shown);

/* The text of an error without liblua's "file:line:". */
const char *script_message(const char *message);

/* script_words.c: put the library into the table on top of the stack. */
void script_push_words(struct script *script);

/* ---- Reading tables: script_item.c ----------------------------------------- */

/* A value on the Lua stack, and where it was written. */
struct item {
	struct script *script;
	int index;		/* on the stack, absolute */
	size_t token;		/* its first token, or the nearest known */
	size_t key_token;	/* of its key; for a keyless one as token */
	const struct scan_constructor *constructor;	/* NULL: computed */
};

struct item item_at(struct script *script, int index, size_t token);

/* Push table[key] and describe it; false, and nothing pushed, if it is nil. */
bool item_field(const struct item *table, const char *key, struct item *field);
bool item_element(const struct item *table, int64_t number,
		  struct item *element);

struct where item_where(const struct item *item);
struct where item_key_where(const struct item *item);

/*
 * The table's keys: texts sorted bytewise; elements_count is the length of
 * the run 1, 2, 3, ... Any other key is strange: *strange says it, or NULL.
 * Empty ones are written in the table's constructor and hold nothing.
 */
struct item_keys {
	const char **names, **empty;
	size_t names_count, empty_count;
	size_t elements_count;
	const char *strange;
};
struct item_keys item_keys(const struct item *table);

/* All names, the empty ones last; NULL behind them. */
const char *item_keys_name(const struct item_keys *keys, size_t index);

/* Where the key of that name is written; where the table is, if nowhere. */
struct where item_name_where(const struct item *table, const char *name);

/* What stands there, for a message: `the text "abc"`, `3.5`, `a table`. */
const char *item_found(const struct item *item);

/* A text without a NUL inside, in the arena; NULL if it is anything else. */
const char *item_text(const struct item *item);

#endif
