/* SPDX-License-Identifier: ISC */
/*
 * The types of settings: how Lua's values become ours.
 *
 * How each looks in C (type_write_c) is part of the contract with a module's
 * sources; NAME is MODULE_SETTING, size and duration with their unit behind:
 *
 *     flag, port        enum { NAME = 1 };
 *     int, size (_bytes), duration (_ns)
 *                       the same if the declared range fits an int, else
 *                       static const uint64_t (int64_t if it can be negative)
 *     text              static const char NAME[] = "..."; and
 *                       enum { NAME_length = 3 }; no text holds a zero byte
 *     choice            enum { NAME_A = 0, NAME_B = 1, NAME = 1 };
 *     ipv4              static const uint32_t NAME, in host order
 *     ipv6, cidr, mac   static const struct ipv6 NAME, struct cidr NAME, ...
 *     list              static const ITEM NAME[] and enum { NAME_count = N };
 *     map               static const struct pair NAME[], by key, and the same;
 *                       of anything but text: struct NAME_entry, key and value
 *     record            static const struct NAME NAME
 *
 * An empty list or map has one zero element and a count of 0, as C has no
 * empty arrays. An optional setting also has enum { NAME_is_set = 1 }; one
 * that is not given is there all the same, as zero or "".
 *
 * A sealed value is declared by slot.c instead, and so is every secret.
 *
 * A value inside of another, an item of a list or a map or a field of a record,
 * is one object:
 *
 *     flag, port        bool, uint16_t
 *     int               int64_t
 *     size, duration    uint64_t; a field's name has _bytes or _ns behind
 *     text              const char *
 *     choice            int, with enumerators NAME_A = 0, ...
 *     ipv4, ipv6, cidr, mac as above; file is struct blob, files struct files
 *     list              struct NAME_list { items, count }
 *     map               struct NAME_map { items, count }
 *     record            struct NAME
 *
 * where NAME is the path: MODULE_SETTING of its items, MODULE_SETTING_FIELD of
 * a field, and _item behind for a list or a map that is itself an item. An
 * optional field has bool FIELD_is_set before it.
 */
#ifndef UNICC_TYPE_H
#define UNICC_TYPE_H

#include "script.h"
#include "unicc.h"

enum {
	TEXT_BYTES_MAX = 1024,	/* of a text setting that declares no max */
	LIST_ITEMS_MAX = 10000,	/* of a list or map that declares none */
	SLOT_TEXT_BYTES_MAX = 4096,	/* of what can be sealed */
};

/* Whom to blame for a wrong value. */
struct type_blame {
	const char *subject;	/* "ip.address" */
	bool is_module;		/* a default in module.lua: always E0501 */
	bool is_manifest;	/* no user's: always E0608 */
	/* NULL, or what knows more of a part's origin than where it stands. */
	void (*refine)(const struct type_blame *blame, const struct item *part,
		       struct origin *origin);
	void *owner;		/* the caller's */
};

/* By its word in module.lua; TYPES if there is none. */
enum type type_by_name(const char *name);

/*
 * Check what the user wrote against the setting and convert it. False after
 * diag(): E0202, E0203, E0205 (or E0501), at the value's own place.
 */
bool type_accept(const struct setting *setting, const struct item *item,
		 const struct type_blame *blame, struct value *value);

/* The same, and *origin: where it stands, or what blame knows better. */
bool type_accept_part(const struct setting *setting, const struct item *item,
		      const struct type_blame *blame, struct value *value,
		      struct origin *origin);

/* Is it a table whose keys are all fields of the record? False after diag(). */
bool type_accept_keys(const struct setting *setting, const struct item *item,
		      const struct type_blame *blame);

/* What a setting accepts: "a size from 4 KiB to 1 MiB". */
const char *type_allowed(const struct setting *setting);

/* A number as one would write it in a configuration: "16 * KiB". */
const char *type_write_number(enum type type, int64_t number);

/* A number in the setting's unit: "16 KiB", "15 s", "80". */
const char *type_show_number(enum type type, int64_t number);

/* Read back what type_show_number has shown; false: it is no such number. */
bool type_read_number(enum type type, const char *shown, int64_t *number);

/* The suffix of C names: "_bytes", "_ns" or "". */
const char *type_c_suffix(enum type type);

/* Is the setting, an int, size, duration or port, an enumerator in C? */
bool type_is_enumerator(const struct setting *setting);

/* The bounds that a type has by itself, for settings that declare none. */
void type_default_range(struct setting *setting);

/* What begins the names of a setting in C, and of all its parts. The setting's
 * item and fields, which may be shared, become its own. (type_names.c) */
void type_set_c_name(struct setting *setting, const char *c_name);

/* The name of a field in its struct: "timeout_ns". */
const char *type_c_member(const struct setting *field);

/* No two settings of a module take the same name in C (E0501). */
void type_check_names(const struct module *module);

/* What an entry of a map is called: app.routes.index, app.routes["/a b"] */
const char *type_entry_name(const char *subject, const char *key);

/* The place of a field in record->fields and in a value's items;
 * record->fields.count: there is none of that name. */
size_t type_field_index(const struct setting *record, const char *name);

/* Is this a name for an instance, a setting, a slot: [a-z][a-z0-9_]*? */
bool is_name(const char *text);

/* For an image, and so for files: [a-z][a-z0-9_-]*? */
bool is_image_name(const char *text);

/* Can it not be a name of its own in C: a keyword, or a macro there? */
bool is_c_word(const char *text);

#endif
