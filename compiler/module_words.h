/* SPDX-License-Identifier: ISC */
/* What module.c and module_setting.c share: the words of module.lua. */
#ifndef UNICC_MODULE_WORDS_H
#define UNICC_MODULE_WORDS_H

#include "catalogue.h"
#include "type.h"

/* What the words of module.lua yield: light userdata to one of these. */
enum declared_kind {
	DECLARED_SETTING,
	DECLARED_PART,	/* a setting without a name: what each item is */
	DECLARED_OPTIONAL,
	DECLARED_MODULE,
};

struct declared {
	enum declared_kind kind;
	struct setting setting;
	const char *interface;
};

struct module_reading {
	const struct catalogue *catalogue;
	struct module *module;
	bool is_declared;	/* module { } was called */
};

/* The reading that a word is called in. */
struct module_reading *module_reading_of(lua_State *L);

/* A new result of a word, on the Lua stack too. */
struct declared *module_push_declared(lua_State *L, enum declared_kind kind);

/* What stands at item, if it is the result of a word of that kind; else NULL. */
const struct declared *module_declared_at(const struct item *item,
					  enum declared_kind kind);

/* A word like port: upvalue 1 is the type. Called with the setting's name, it
 * returns what takes the setting's table. Called with a table, it is the type of
 * an item: list "ports" { of = port { range = { 1, 1023 } }, ... }. */
int module_setting_word(lua_State *L);

/* module_function.c: records, functions and checks of module { }; after the
 * settings. */
void module_read_functions(const struct module_reading *reading,
			   const struct item *table);

#endif
