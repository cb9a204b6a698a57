/* SPDX-License-Identifier: ISC */
/* What the readers of declarations (build.lua, module.lua) share. */
#ifndef UNICC_CATALOGUE_H
#define UNICC_CATALOGUE_H

#include "script.h"
#include "unicc.h"

/* Read module->folder/module.lua; its state is MODULE_READ or, after diag(),
 * MODULE_BROKEN. (module.c) */
void module_read(const struct catalogue *catalogue, struct module *module);

/* Find the user's own modules: those in folder, unless it is the catalogue. */
void catalogue_add_users(struct catalogue *catalogue, const char *folder);

/* False for libc, which is part of every image and is never written down. */
bool module_is_named(const struct module *module);

bool module_runs_on(const struct module *module,
		    const struct platform *platform);
bool module_provides(const struct module *module, const char *interface);

/* A module's function by name; NULL: it has none. (module_function.c) */
const struct function *module_function(const struct module *module,
				       const char *name);

/* The place of a setting in module->settings and in an instance's values;
 * module->settings.count: it has none of that name. (module.c) */
size_t module_setting_index(const struct module *module, const char *name);

/* The hooks: their words in module.lua, and what ends their names in C. */
enum { HOOKS = 4 };
extern const struct hook_name {
	enum hook hook;
	const char *name, *c_name;
} hook_names[HOOKS];

const struct interface *catalogue_interface(const struct catalogue *catalogue,
					    const char *name);

/*
 * Fields of a declaration. A field of the wrong type is reported (E0501) at
 * its own line and taken as absent; an absent one is NULL, false or 0, and
 * its caller's to complain about. declare_table leaves the table on the Lua
 * stack for the caller to pop, if it returns true.
 */
const char *declare_text(const struct item *table, const char *key);
const char **declare_texts(const struct item *table, const char *key,
			   size_t *count);
bool declare_flag(const struct item *table, const char *key);
/* For declare_wrong: the element that declare_texts returned as texts[index],
 * if all of them were texts. */
struct item declare_element(const struct item *table, const char *key,
			    size_t index);
bool declare_integer(const struct item *table, const char *key,
		     int64_t *number);
bool declare_table(const struct item *table, const char *key,
		   struct item *field);

/* The keys of a table; those not known are reported. known NULL: any. */
struct item_keys declare_keys(const struct item *table, const char *what,
			      const char *const *known, size_t known_count);

void declare_wrong(const struct item *item, const char *subject,
		   const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
