/* SPDX-License-Identifier: ISC */
/* The catalogue in the forms that other programs read. */
#ifndef UNICC_DOC_H
#define UNICC_DOC_H

#include "unicc.h"

/* The next module at or after *index that can be named and read; *index moves
 * behind it. NULL: there is none. (commands_catalogue.c) */
const struct module *doc_next_module(const struct catalogue *catalogue,
				     size_t *index);

/*
 * Each prints to stdout. False after diag(): doc/words.lua, where the words of
 * every configuration are described, cannot be read.
 */
bool doc_print_luacats(const struct catalogue *catalogue);
bool doc_print_luacheck(const struct catalogue *catalogue);

/* unicc-modules(7) in mdoc. */
bool doc_print_man(const struct catalogue *catalogue);

#endif
