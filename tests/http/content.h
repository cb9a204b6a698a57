/* SPDX-License-Identifier: ISC */
/*
 * Content of a host build of httpd: the table that freeze writes for a real
 * image, laid out at start by the same rules, with heads by httpd's own
 * build-time code.
 */
#ifndef TESTS_HTTP_CONTENT_H
#define TESTS_HTTP_CONTENT_H

#include <stddef.h>
#include <unicc/files.h>

enum {
	CONTENT_FILES_MAX = 8192,
	CONTENT_BUCKETS = 4096,
};

/* What httpd_content points to; filled by content_lay_out. */
extern struct file content_entries[CONTENT_FILES_MAX];
extern uint16_t content_starts[CONTENT_BUCKETS + 1];

#define CONTENT_DEFINE                                              \
	static const struct files httpd_content = {                 \
		content_entries, content_starts, CONTENT_BUCKETS,   \
	}

/*
 * Add one file. path, type and bytes are kept; gzip may be NULL; the tag is
 * made of the plain bytes. A path that ends in "/index.html" also answers for
 * its folder.
 */
void content_add(const char *path, const char *type, const void *bytes,
		 size_t size_bytes, const void *gzip, size_t gzip_bytes);

/* Order what was added into buckets. */
void content_lay_out(void);

/* Add every regular file below folder, compressed where that saves a tenth. */
void content_add_folder(const char *folder);

#endif
