/* SPDX-License-Identifier: ISC */
/* Instances before they are wired: what evaluate and resolve both make. */
#ifndef UNICC_INSTANCE_H
#define UNICC_INSTANCE_H

#include "unicc.h"

/* A new instance with the module's defaults, without name, origin or wires. */
struct instance *instance_make(struct module *module);

/* For qsort over struct instance *: by name, bytewise. */
int instance_order(const void *a, const void *b);

/* Is there a value at this setting's place, and is it known by now: a sealed
 * one may be filled in later, and a secret always is. */
bool instance_has_value(const struct instance *instance, size_t index);

#endif
