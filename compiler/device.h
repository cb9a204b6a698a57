/* SPDX-License-Identifier: ISC */
/* What a host is told of a device (the table device of module.lua). */
#ifndef UNICC_DEVICE_H
#define UNICC_DEVICE_H

#include "unicc.h"

/* A text of the module's with the words in it filled in: see device.c. */
const char *device_text(const struct build *build,
			const struct instance *instance, const char *text);

/* Are there no other words in it, and is every setting of a type that a host
 * can be told: int, size, port, text, choice, mac? */
bool device_text_is_good(const struct module *module, const char *text);

/* The value of a setting by name; NULL: there is none, or it is not
 * given, or not yet. */
const struct value *device_value(const struct instance *instance,
				 const char *name);

/* Refuse, with diag(), a setting's text that would be more than a value in
 * what a host is told. */
void device_check(const struct build *build);

/* The instance at this place of a bus; NULL: there is none. */
const struct instance *device_at(const struct build *build, const char *bus,
				 int slot);

/* Has the image a network device that a port can be forwarded to? */
bool device_has_network(const struct build *build);

#endif
