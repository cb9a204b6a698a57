/* SPDX-License-Identifier: ISC */
/* What the files of stage freeze share: freeze*.c. */
#ifndef UNICC_FREEZE_H
#define UNICC_FREEZE_H

#include "unicc.h"

/* Append the C of an instance's unit, and of machine.c. */
void freeze_write_instance(struct buffer *out, const struct build *build,
			   const struct instance *instance);
void freeze_write_machine(struct buffer *out, const struct build *build);

/* "nic virtio_net virtio-mmio 0": of a device, in the contract note, where a line
 * break ends it. */
const char *freeze_contract_line(const struct instance *instance);

/* Append which of its hooks the kernel may call. */
void freeze_write_hooks(struct buffer *out, const struct build *build);

/* Fill build->units: what freeze has written, and the platform's assembly. */
void freeze_list_units(struct build *build);

/*
 * An origin, or a name, inside of a comment: names of files and keys of maps
 * hold any byte, and none may end the comment, its line or begin another.
 */
const char *freeze_comment(const char *text);
const char *freeze_origin(const struct origin *origin);

#endif
