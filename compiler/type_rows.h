/* SPDX-License-Identifier: ISC */
/* What the rows of the table of types (type.c) are made of. */
#ifndef UNICC_TYPE_ROWS_H
#define UNICC_TYPE_ROWS_H

#include "type.h"

/* What one conversion needs. */
struct accept {
	const struct setting *setting;
	const struct item *item;
	const struct type_blame *blame;
	struct value *value;
};

/* By the row of the setting's type; false after diag(). */
bool type_accept_one(const struct accept *accept);

/* Record an error at the item; in a module.lua each is E0501. */
void type_complain(const struct accept *accept, enum diag_code code,
		   const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The wrong type: false. Silent about what an earlier error left behind. */
bool type_refuse(const struct accept *accept);

/* The buffer's text, in the arena; the buffer is freed. */
const char *type_keep(struct buffer *buffer);

/* A number as C has it, INT64_MIN too. */
const char *type_c_number(int64_t number);

/* Well-formed UTF-8. */
bool type_is_utf8(const char *text);

/* type_items.c: what one item of a list or map must be, and their rows. */
struct setting type_item_setting(const struct setting *setting);
bool type_accept_list(const struct accept *accept);
bool type_accept_map(const struct accept *accept);
const char *type_show_items(const struct setting *setting,
			    const struct value *value);
void type_write_list(struct buffer *out, const struct setting *setting,
		     const struct value *value);
void type_write_map(struct buffer *out, const struct setting *setting,
		    const struct value *value);

#endif
