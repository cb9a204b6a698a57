/* SPDX-License-Identifier: ISC */
/*
 * Verification: is a built image, and everything beside it, what its manifest
 * says, and is that what is asked for?
 *
 * Nothing here evaluates Lua or runs a compiler, but verify_build.c. Every
 * file may be anybody's.
 */
#ifndef UNICC_VERIFY_H
#define UNICC_VERIFY_H

#include "elf_image.h"
#include "manifest_root.h"
#include "unicc.h"

enum part_state {
	PART_INTACT, PART_CHANGED, PART_ABSENT,
	PART_SECRET,		/* no hash covers it */
	PART_BUT_LINES,		/* intact, but for what audit_lines.h says */
	PART_BUT_COMMENTS,	/* intact, but for what tokens.h says */
	PART_STRANGER,		/* the manifest does not know it */
	PART_FOREIGN,		/* nor is it what its name says */
};

/* What was looked at: a part of the image, or a file beside it. */
struct verify_row {
	const char *file;	/* its name, "web.elf" */
	const char *part;	/* "text"; NULL: the file as a whole */
	enum part_state state;
};

struct verification {
	const char *image_path;
	bool is_folder;		/* all that lies in it is asked about */
	struct bytes image;
	bool has_identity;	/* identity is read */
	struct elf_identity identity;
	bool has_manifest;
	struct manifest manifest;	/* whole NULL: nothing in it holds */
	LIST(struct verify_row) rows;
	size_t known_count;	/* rows of what the manifest knows */
	const char *signer;	/* whose signature holds, or NULL */
	const char *live;	/* which machine runs it, or NULL */
	const char *config;	/* of which configuration it is built, or NULL */
	bool has_skipped;	/* some files of that build are not here */
};

/*
 * Compare an image with its identity note and its manifest, and the files
 * beside it with the manifest. What differs is named: E0607 for a part of the
 * image or a file, E0608 for a field of the manifest. False: it cannot be
 * read.
 */
bool verify_files(const char *path, struct verification *verification);

/* verify_said.c: is what the manifest, whose root holds, says of the image true?
 * E0608 for each field that is not. image is what elf_read made of it. */
void verify_said(const struct verification *verification,
		 const struct elf_image *image);

/* verify_sealed.c: the same for sealed values. */
void verify_sealed(const struct verification *verification);

/* verify_folder.c: compare the generated C with the manifest, and look for files
 * that it does not know: E0607 for C that is another, and for files that a host
 * could be given as the image's. */
void verify_folder(struct verification *verification);

/* verify_live.c: compare the roots that a running machine tells, at an
 * http or https address or in a file with its console: E1001, E1002. */
void verify_live(struct verification *verification, const char *from);

/* verify_key.c: check NAME.sig with ssh-keygen: E1003. */
void verify_key(struct verification *verification, const char *signers);

/* verify_build.c: build its configuration now, through the store, and compare
 * every output: E0609. build holds what the user gave for it. */
void verify_build(struct verification *verification, struct build *build);

#endif
