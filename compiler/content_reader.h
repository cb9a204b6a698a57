/* SPDX-License-Identifier: ISC */
/* What the files that read content share: content*.c. */
#ifndef UNICC_CONTENT_READER_H
#define UNICC_CONTENT_READER_H

#include <sys/stat.h>

#include "unicc.h"

enum { CONTENT_FOLDERS_DEEP_MAX = 64 };

struct content_reader {
	struct build *build;
	struct instance *instance;
	const struct setting *setting;
	struct where where;	/* of the setting's value */
	const char *subject;	/* "www.content"; of a part: "app.pages[2]" */
	const char *symbol;	/* begins the symbols of the bodies */
	bool is_part;
	struct content *content;
	int64_t left_bytes;	/* of the machine's memory */
	/* The folders on the way down, to notice a loop. */
	dev_t devices[CONTENT_FOLDERS_DEEP_MAX];
	ino_t nodes[CONTENT_FOLDERS_DEEP_MAX];
	size_t depth;
};

/* Put the bodies of the reader's content into the store; E0605. */
void content_store_bodies(struct content_reader *reader);

/* Make of its files, which are read, all that they need in the image; E0405,
 * E0406, E0605. */
void content_complete(struct content_reader *reader);

/* Of type file or files, or with such parts. */
bool content_holds_files(const struct setting *setting);

/* Say of every file of the setting whether it is the one that brings its body
 * in. */
void content_find_owners(const struct instance *instance,
			 size_t setting_index);

#endif
