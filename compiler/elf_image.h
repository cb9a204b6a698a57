/* SPDX-License-Identifier: ISC */
/*
 * Images as ELF files: reading what may be anybody's bytes, and writing the
 * smallest file that boots.
 *
 * A written image holds, in this order and with no gap over 3 bytes:
 *
 *     ELF header | program headers | text | constants | data
 *
 * There are no sections. Zeros at the end of a segment are left to the loader.
 * The PT_NOTE lies inside the constants, so notes are stored once.
 */
#ifndef UNICC_ELF_IMAGE_H
#define UNICC_ELF_IMAGE_H

#include "base.h"

enum {
	ELF_LEAVES = 3,		/* text, constants, data */
	ELF_SEGMENTS_MAX = 8,
	ELF_HASH_BYTES = 32,
	ELF_IDENTITY_BYTES = (2 + ELF_LEAVES) * ELF_HASH_BYTES,
};

struct elf_segment {
	uint64_t address;	/* physical */
	uint64_t memory_bytes;
	bool is_executable, is_writable;
	struct bytes bytes;	/* what the file holds of it */
	size_t offset;		/* of these in the file */
};

struct elf_image {
	uint64_t entry;
	struct elf_segment segments[ELF_SEGMENTS_MAX];	/* PT_LOAD */
	size_t segments_count;
	uint64_t notes_address;	/* PT_NOTE; inside a segment */
	struct bytes notes;
	size_t notes_offset;
	/* unicc's identity note (unicc/note.h): offset of its payload of
	 * ELF_IDENTITY_BYTES in the file: code root, instance root, leaves. */
	size_t identity_offset;
	/* The note of slots (slot.h); at NULL if no value is sealed. The bytes
	 * from secrets_offset on, to the end of it, are secrets. */
	struct bytes slots;
	size_t slots_offset, secrets_offset;	/* in the file */
	uint64_t end;		/* first address after every segment */
};

/* What an image's identity note says. */
struct elf_identity {
	uint8_t code_root[ELF_HASH_BYTES];
	uint8_t instance_root[ELF_HASH_BYTES];
	uint8_t leaves[ELF_LEAVES][ELF_HASH_BYTES];
};

/*
 * Read the program headers of an x86-64 executable. file is borrowed and the
 * image points into it. NULL, or what keeps the file from being an image of
 * unicc; any bytes may be given.
 */
const char *elf_read(struct bytes file, struct elf_image *image);

/* The file that boots; in the arena. */
struct bytes elf_pack(const struct elf_image *image);

void elf_identity_get(struct bytes file, const struct elf_image *image,
		      struct elf_identity *identity);
/* Fill in the identity note of a file that elf_read took; file is changed. */
void elf_identity_set(uint8_t *file, const struct elf_image *image,
		      const struct elf_identity *identity);

/*
 * The hash of each kind of segment: entry address, then for each segment of
 * the kind its place and size in memory and its bytes without trailing zeros.
 * The identity note's payload and secrets count as zero. The same for an image
 * and for the linked file it was packed from, if their slots are.
 */
void elf_leaves(struct bytes file, const struct elf_image *image,
		uint8_t leaves[ELF_LEAVES][ELF_HASH_BYTES]);

/* A copy with every slot empty, as what was linked has them. */
struct bytes elf_without_slots(struct bytes file,
			       const struct elf_image *image);

/* A copy with every secret empty. */
struct bytes elf_without_secrets(struct bytes file,
				 const struct elf_image *image);

/* The hash of the sealed slots, secrets left out: of nothing if there are
 * none. */
void elf_sealed_leaf(const struct elf_image *image,
		     uint8_t leaf[ELF_HASH_BYTES]);

/* The hash of the whole file; the identity note's payload does count, secrets
 * are zeros. */
void elf_file_hash(struct bytes file, const struct elf_image *image,
		   uint8_t sha256[ELF_HASH_BYTES]);

/* The note of unicc of this type (unicc/note.h); at NULL if there is none. */
struct bytes elf_note(const struct elf_image *image, uint32_t type);

struct elf_symbol {
	const char *name;
	uint64_t address, size;
	bool is_function, is_object;
};

/* The symbols of a linked file, by address; in the arena. */
void elf_symbols(struct bytes file, struct elf_symbol **symbols,
		 size_t *symbols_count);

#endif
