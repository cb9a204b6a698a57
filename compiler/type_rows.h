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

/* Well-formed UTF-8. */
bool type_is_utf8(const char *text);

/* The rows of numbers (type_number.c), and what one accepts, in words. */
bool type_accept_integer(const struct accept *accept);
const char *type_show_integer(const struct setting *setting,
			      const struct value *value);
const char *type_allowed_number(const struct setting *setting);

/* The rows of addresses (type_address.c). */
bool type_accept_ipv4(const struct accept *accept);
bool type_accept_ipv6(const struct accept *accept);
bool type_accept_cidr(const struct accept *accept);
bool type_accept_mac(const struct accept *accept);
const char *type_show_ipv4(const struct setting *setting,
			   const struct value *value);
const char *type_show_ipv6(const struct setting *setting,
			   const struct value *value);
const char *type_show_cidr(const struct setting *setting,
			   const struct value *value);
const char *type_show_mac(const struct setting *setting,
			  const struct value *value);

/* The rows of values made of values (type_items.c). */
bool type_accept_list(const struct accept *accept);
bool type_accept_map(const struct accept *accept);
bool type_accept_record(const struct accept *accept);
const char *type_show_items(const struct setting *setting,
			    const struct value *value);
const char *type_show_record(const struct setting *setting,
			     const struct value *value);

/*
 * How a type looks in C (type_write.c). write defines a setting of it; NULL: as an
 * object with an initialiser. initialise appends the initialiser of a value
 * inside of another; whatever that points to is defined before, in writer->out.
 */
struct type_writer {
	struct buffer *out;
	const char *c_name;	/* of the setting */
	size_t data_count;	/* objects so far that values point to */
};
struct type_form {
	void (*write)(struct type_writer *writer, const struct setting *setting,
		      const struct value *value);
	void (*initialise)(struct type_writer *writer, struct buffer *text,
			   const struct setting *setting,
			   const struct value *value);
	const char *name;	/* of a value inside of another; NULL: made from
				 * the setting's */
};
const struct type_form *type_form(enum type type);

typedef void type_write(struct type_writer *writer,
			const struct setting *setting,
			const struct value *value);
type_write type_write_flag, type_write_integer, type_write_text,
	type_write_choice, type_write_items;
typedef void type_initialise(struct type_writer *writer, struct buffer *text,
			     const struct setting *setting,
			     const struct value *value);
type_initialise type_c_flag, type_c_integer, type_c_text, type_c_choice,
	type_c_ipv4, type_c_ipv6, type_c_cidr, type_c_mac, type_c_file,
	type_c_files, type_c_items, type_c_record;

#endif
