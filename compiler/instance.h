/* SPDX-License-Identifier: ISC */
/* Instances before they are wired: what evaluate and resolve both make. */
#ifndef UNICC_INSTANCE_H
#define UNICC_INSTANCE_H

#include "unicc.h"

/* A new instance with the module's defaults, without name, origin or wires. */
struct instance *instance_make(struct module *module);

/* For qsort over struct instance *: by name, bytewise. */
int instance_order(const void *a, const void *b);

#endif
