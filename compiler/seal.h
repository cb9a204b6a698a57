/* SPDX-License-Identifier: ISC */
/*
 * Sealing: a built image with other values in its slots.
 *
 * Everything is known from the image and its manifest; no compiler runs. What
 * comes out is, to the byte, what a build with these values gives.
 */
#ifndef UNICC_SEAL_H
#define UNICC_SEAL_H

#include "elf_image.h"
#include "manifest_root.h"
#include "package.h"
#include "script.h"
#include "slot.h"

struct sealing {
	const char *path;	/* the image */
	struct build build;	/* image, instances and elf, as they were built */
	struct elf_image image;
	struct elf_identity identity;
	struct slots slots;
	struct manifest manifest;
	const char *name;	/* which the manifest tells by now */
	struct script *script;	/* for values that come as text */
	/* What is to be, parallel to the slots; the manifest's values first. */
	struct value *values;	/* the manifest's, kept */
	struct bytes *secrets;	/* at NULL: as it is in the image */
	/* Of an image that is in no file: the files beside it. */
	struct outputs unwritten;
};

/*
 * Read an image and its manifest, and see that both are what was built, by this
 * unicc. False after diag(): E0606 to E0608, E0803. The catalogue is open.
 */
bool seal_open(struct sealing *sealing, const char *path);

/*
 * The same of what was built of a configuration and is in no file; it may have
 * nothing that is sealed. Then another build of it, with another layout, in its
 * place: slots and what they are given stay. Both are borrowed.
 */
bool seal_open_built(struct sealing *sealing, const struct build *built);
bool seal_take_built(struct sealing *sealing, const struct build *built);
void seal_close(struct sealing *sealing);

/* The slot of this name; NULL after diag(E0802). */
struct slot *seal_find(const struct sealing *sealing, const char *name,
		       struct where where);

/* Give a slot the value that is written so. False after diag(). */
bool seal_set(struct sealing *sealing, const struct slot *slot,
	      const char *text, struct where where);

/* Give a secret the bytes of a file. False after diag(E0804). */
bool seal_set_file(struct sealing *sealing, const struct slot *slot,
		   const char *path, struct where where);

/* Back to the manifest's values; what is wrong with one of them is told of
 * where. */
void seal_reset(struct sealing *sealing, struct where where);

/* The modules judge the values together. False after diag(). */
bool seal_check(const struct sealing *sealing);

/* The host files, the image and the manifest, all called name; of an image that
 * is in no file, all of them. */
struct outputs seal_outputs(struct sealing *sealing, const char *name);

/* Who that is: name, roots and values, as one line of JSON. */
const char *seal_line(const struct sealing *sealing);

/*
 * The files beside the image that no value changes, by the endings of their
 * names, as ".debug"; the name itself if it does not start with the image's.
 * Those that are there.
 */
struct kept {
	const char *path;	/* where it is */
	const char *name;	/* what it is called, without the image's name */
	bool is_named;		/* the image's name stands before it */
};
struct kept *seal_kept(const struct sealing *sealing, size_t *count);

#endif
