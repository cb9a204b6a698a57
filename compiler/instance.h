/* SPDX-License-Identifier: ISC */
/* Instances before they are wired: what evaluate and resolve both make. */
#ifndef UNICC_INSTANCE_H
#define UNICC_INSTANCE_H

#include "unicc.h"

/* A new instance with the module's defaults, without name, origin or wires. */
struct instance *instance_make(struct module *module);

/* The instance of that name, which has size bytes; NULL: there is none. */
struct instance *instance_named(const struct build *build, const char *name,
				size_t size);

/* What a setting of the instance is called: "www.content". */
const char *instance_setting_name(const struct instance *instance,
				  size_t index);

/* Where its value is written; where the instance is, if it is written
 * nowhere. */
struct where instance_value_where(const struct instance *instance,
				  size_t index);

/* A setting of the instance as type_each_part takes it, called so. */
struct part instance_part(const struct instance *instance, size_t index);

/* For qsort over struct instance *: by name, bytewise. */
int instance_order(const void *a, const void *b);

/* Is there a value at this setting's place, and is it known by now: a sealed
 * one may be filled in later, and a secret always is. */
bool instance_has_value(const struct instance *instance, size_t index);

#endif
