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
 *     cidr, mac         static const struct cidr NAME, struct mac NAME
 *     list              static const ITEM NAME[] and enum { NAME_count = N };
 *     map               static const struct pair NAME[], by key, and the same
 *
 * An empty list or map has one zero element and a count of 0, as C has no
 * empty arrays. An optional setting also has enum { NAME_is_set = 1 }; one
 * that is not given is there all the same, as zero or "".
 *
 * A sealed value is declared by slot.c instead, and so is every secret.
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
};

/* By its word in module.lua; TYPES if there is none. */
enum type type_by_name(const char *name);

/*
 * Check what the user wrote against the setting and convert it. False after
 * diag(): E0202, E0203, E0205 (or E0501), at the value's own place.
 */
bool type_accept(const struct setting *setting, const struct item *item,
		 const struct type_blame *blame, struct value *value);

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

/* Is this a name for an instance, a setting, a slot: [a-z][a-z0-9_]*? */
bool is_name(const char *text);

/* For an image, and so for files: [a-z][a-z0-9_-]*? */
bool is_image_name(const char *text);

#endif
