/* SPDX-License-Identifier: ISC */
/*
 * Build-time C: what module.lua declares of a module's check.c, and calls of
 * it.
 *
 * How a declared function looks in C (c_type_write) is part of the contract
 * with a module; its symbol is MODULE_NAME:
 *
 *     flag                 bool
 *     u8 .. u64, i8 .. i64 uint8_t .. uint64_t, int8_t .. int64_t
 *     ipv4                 uint32_t, in host order
 *     ipv6, cidr, mac      struct ipv6, cidr, mac (unicc/types.h)
 *     a record             struct MODULE_RECORD, by value
 *     text                 const char *, which may be NULL
 *     bytes NAME           const uint8_t *NAME, size_t NAME_bytes
 *     result bytes[N]      size_t, and behind the arguments uint8_t *result,
 *                          size_t result_max: how many it wrote, N at most
 */
#ifndef UNICC_NATIVE_H
#define UNICC_NATIVE_H

#include "unicc.h"

enum {
	C_ARGUMENTS_MAX = 16,
	C_FIELDS_MAX = 16,	/* of a record */
	C_RECORDS_DEEP_MAX = 4,
	C_RECORD_BYTES_MAX = 512,
};

/* A value of any declared type. */
struct native_value {
	struct value value;	/* numbers, addresses; text, which may be NULL */
	struct bytes bytes;
	struct native_value *fields;	/* a record's, in order */
};

struct native_call {
	const struct native_value *arguments;	/* as many as declared */
	struct native_value result;	/* texts and bytes are in the arena */
};

/* Why a call could not be made. */
struct native_failure {
	enum diag_code code;	/* E0406, E0407, E0408; E0601: told of already */
	const char *text;
	struct where also;	/* another place involved, if it has a file */
	const char *also_text;
	size_t call;		/* which of the calls */
};

/*
 * Make calls of one function, in a child that can do nothing else: one for
 * each module, started at first use. They go out together and come back
 * together, so many calls cost about as much as one. False: *failure says why.
 */
bool native_call_all(const struct module *module,
		     const struct function *function,
		     struct native_call *calls, size_t calls_count,
		     struct native_failure *failure);
bool native_call(const struct module *module, const struct function *function,
		 const struct native_value *arguments,
		 struct native_value *result, struct native_failure *failure);

/* Record a failure as an error at where. */
void native_complain(const struct native_failure *failure, struct where where,
		     const char *subject, const char *function);

/* native_library.c: the module's check.c as a shared object, built if it is a
 * user's; NULL: *failure says why. */
const char *native_library(const struct module *module,
			   struct native_failure *failure);

/* The declarations that every check.c is compiled with, as a header. */
void native_write_header(struct buffer *out, const struct module *module);

/* ---- c_type.c: the table of types ----------------------------------------- */

/* Cut a type off *at; false if there is none. Records are the module's. */
bool c_type_take(const char **at, const struct module *module,
		 struct c_type *type);

/* Read "RESULT (TYPE NAME, ...)"; NULL, or what is wrong with it. */
const char *c_signature_read(const char *text, const struct module *module,
			     struct function *function);

/* Read "TYPE NAME, ..." of a record's fields; NULL, or what is wrong. */
const char *c_record_read(const char *text, const struct module *module,
			  struct c_record *record);

/* "u32", "bytes[4096]", a record's name: as declared. */
const char *c_type_show(const struct c_type *type);
/* "broadcast(cidr network) -> ipv4" */
const char *c_signature_show(const struct function *function);
/* "ipv4 first, ipv4 last" */
const char *c_record_show(const struct c_record *record);
const char *c_type_show_value(const struct c_type *type,
			      const struct native_value *value);

/* Its name in C; a record's has the module's before it. */
const char *c_type_in_c(const struct c_type *type, const char *module);

/* The setting whose values the type has, under this name. C_BYTES and records
 * have none. */
struct setting c_type_setting(const struct c_type *type, const char *name);

/* Can a setting be an argument of this type, whatever its value? */
bool c_type_takes(const struct c_type *type, const struct setting *setting);

/* The type for the child: see native_wire.h. */
void c_type_write_code(struct buffer *out, const struct c_type *type);

/* Append a value as the child reads it, and read one that it wrote. False: the
 * bytes are none, or hold more than the type allows. */
void c_type_encode(struct buffer *out, const struct c_type *type,
		   const struct native_value *value);
bool c_type_decode(struct bytes *in, const struct c_type *type,
		   struct native_value *value);

#endif
