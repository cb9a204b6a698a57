/* SPDX-License-Identifier: ISC */
/*
 * What the library that scripts see is made of: script_words.c, script_list.c
 * and script_text.c.
 *
 * Every function charges for work that grows with its arguments, gives the
 * same result whatever the hash seed and the addresses are, and leaves its
 * arguments alone (list.append apart).
 */
#ifndef UNICC_SCRIPT_WORDS_H
#define UNICC_SCRIPT_WORDS_H

#include "script.h"

/* The words of list and of text, as luaL_setfuncs wants them. */
extern const luaL_Reg script_list_words[], script_text_words[];

int word_pairs(lua_State *L);
int word_ipairs(lua_State *L);
int word_tostring(lua_State *L);

/* This word costs as much as so many instructions. Raises when spent. */
static inline void
word_charge(lua_State *L, size_t steps)
{
	script_charge(script_of(L), steps);
}

#endif
