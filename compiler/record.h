/* SPDX-License-Identifier: ISC */
/*
 * Records of the store: which files a compilation read, and what it gave.
 *
 * A key says how something is compiled (compiler, flags, the source's bytes);
 * under it lies an entry for each set of other files that was met, the newest
 * first. An entry holds while every file it names has the same bytes, and
 * would still be found in the same folder of the include path. So the object
 * of an unchanged unit is known without running anything.
 */
#ifndef UNICC_RECORD_H
#define UNICC_RECORD_H

#include "store.h"

struct include_path {
	const char **folders;	/* absolute, without a slash at the end */
	size_t count;
	unsigned number;	/* equal numbers, equal paths; from 1 */
};

struct record {
	uint8_t object[32];	/* hash, and name in the store */
	long long object_bytes;
	struct read_file **reads;	/* the source first */
	size_t reads_count;
	const char *said;	/* the compiler's warnings, or "" */
};

/* The entry that holds now; its object is there. */
bool record_find(const uint8_t key[32], const struct include_path *path,
		 struct record *record);

/* Add an entry; what cannot be written is not kept. */
void record_keep(const uint8_t key[32], const struct include_path *path,
		 const struct record *record);

#endif
