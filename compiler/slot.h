/* SPDX-License-Identifier: ISC */
/*
 * Slots: where the values lie that are filled in after the build.
 *
 * All slots of an image are the payload of one note of unicc
 * (unicc/note.h), so they are read-only and anybody can find them:
 *
 *     4 bytes     size of this part: it and the sealed slots, by name
 *     sealed      each 4 bytes, 1 once it is filled, then the value
 *     secrets     the same, to the end; their bytes count as zero in every
 *                 hash
 *
 * Values are as C has them on x86-64, at multiples of 4 bytes: an int, size,
 * duration or port that would be an enumerator, a flag and a choice are an
 * int; a text or secret is its length as an int and its bytes, NUL behind.
 *
 * The slots are an object of their own, so that no compiler sees a value of
 * theirs; what is linked holds zeros, and unicc fills in what the
 * configuration or `unicc seal` gives. C sees, in place of type.h's:
 *
 *     flag, port, choice, number      extern const int NAME, or const slot_u64
 *                                     or slot_i64 where it fits no int
 *     text, secret                    extern const char NAME[] and
 *                                     extern const int NAME_length
 *     ipv4, ipv6, cidr, mac           extern const of the same type
 *
 * NAME_is_set of an optional setting stays an enumerator.
 */
#ifndef UNICC_SLOT_H
#define UNICC_SLOT_H

#include "unicc.h"

struct slot {
	const char *name;	/* "ip.address" */
	struct instance *instance;
	size_t index;		/* of its setting */
	size_t offset;		/* in the payload */
	size_t bytes;
};

struct slots {
	LIST(struct slot) list;	/* the sealed by name, then the secrets */
	size_t sealed_bytes;	/* up to the first secret */
	size_t bytes;		/* of the whole payload; 0: no slots */
};

/* Those of a build's instances. */
struct slots slots_of(const struct build *build);

const struct setting *slot_setting(const struct slot *slot);
struct value *slot_value(const struct slot *slot);
bool slot_is_secret(const struct slot *slot);

/* Append the C and the assembly, as above. */
void slot_write_c(struct buffer *out, const struct instance *instance,
		  size_t index);
void slots_write_assembly(struct buffer *out, const struct slots *slots);

/* Write the values of the sealed slots into a payload; secrets are left. */
void slots_fill(const struct slots *slots, uint8_t *payload);

/* Write a secret; secret.size is at most its setting's max. */
void slot_fill_secret(const struct slot *slot, struct bytes secret,
		      uint8_t *payload);

/* What a slot of this setting, which is no secret, takes, and what it holds: false
 * if these bytes are no value of its type, or of an empty slot. The setting may
 * be anybody's. */
size_t slot_bytes(const struct setting *setting);
bool slot_read(const struct setting *setting, const uint8_t *at,
	       struct value *value);

/* Is the slot filled in this payload? */
bool slot_is_filled(const struct slot *slot, const uint8_t *payload);

/* For people: "10.0.2.15/24 (sealed)", "sealed, not filled", "secret". */
const char *slot_show(const struct setting *setting, const struct value *value);

#endif
