/* SPDX-License-Identifier: ISC */
/* What the files of stage resolve share: resolve*.c. */
#ifndef UNICC_RESOLVE_H
#define UNICC_RESOLVE_H

#include "unicc.h"

/* Where the configuration makes an instance. */
struct where instance_where(const struct instance *instance);

/* What a requirement is called in messages: "www.stack". */
const char *wire_name(const struct instance *instance, size_t slot);

/*
 * Refuse what two instances may not both have (E0307): all of it, or only what
 * is a value, which may be sealed. Wires and users are known by then.
 */
void resolve_refuse_taken(const struct build *build);
void resolve_refuse_taken_values(const struct build *build);

/* Put the instances, sorted by name, into the order in which they start; a
 * cycle is E0303. */
void resolve_order(struct build *build);

#endif
