/* SPDX-License-Identifier: ISC */
/*
 * /.well-known/unicc (RFC 8615): the roots of this image, as on its console.
 *
 * They become known after linking, so this is the one response whose bytes are
 * not frozen: they are written at start, from the image's identity note.
 */
#include <unicc/files.h>
#include <unicc/note.h>

#include "head.h"

#define IDENTITY_PATH "/.well-known/unicc"

enum { ROOT_DIGITS = 64, ETAG_DIGITS = 16 };

#define DIGITS_16 "................"
#define DIGITS_64 DIGITS_16 DIGITS_16 DIGITS_16 DIGITS_16
#define CODE_START "unicc code "
#define INSTANCE_START " instance "
#define HEAD_START HEAD_OK HEAD_TYPE "text/plain\r\n" HEAD_LENGTH "150\r\n" \
	HEAD_ETAG

static char identity_body[] =
	CODE_START DIGITS_64 INSTANCE_START DIGITS_64 "\n";
static char identity_head[] = HEAD_START "\"" DIGITS_16 "\"\r\n";
static char identity_etag[] = "\"" DIGITS_16 "\"";

_Static_assert(sizeof identity_body - 1 == 150, "the head tells its length");

static const struct file identity_file = {
	.path = IDENTITY_PATH,
	.path_bytes = sizeof IDENTITY_PATH - 1,
	.plain = {
		.bytes = (const uint8_t *)identity_body,
		.size_bytes = sizeof identity_body - 1,
		.head = identity_head,
		.head_bytes = sizeof identity_head - 1,
	},
	.type = "text/plain",
	.etag = identity_etag,
};

static void
identity_write_root(char *at, const uint8_t *root, size_t digits)
{
	static const char hex[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < digits; i++)
		at[i] = hex[root[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
}

static void
identity_start(void)
{
	const uint8_t *instance = unicc_note.instance_root;

	if (!httpd_identity)
		return;
	identity_write_root(identity_body + sizeof CODE_START - 1,
			    unicc_note.code_root, ROOT_DIGITS);
	identity_write_root(identity_body + sizeof identity_body - 2 -
				    ROOT_DIGITS, instance, ROOT_DIGITS);
	identity_write_root(identity_head + sizeof HEAD_START, instance,
			    ETAG_DIGITS);
	identity_write_root(identity_etag + 1, instance, ETAG_DIGITS);
}

/* The file at this path, if it is this one and is to be served. */
static const struct file *
identity_find(const void *path, size_t path_bytes)
{
	if (!httpd_identity || path_bytes != sizeof IDENTITY_PATH - 1 ||
	    memcmp(path, IDENTITY_PATH, path_bytes) != 0)
		return NULL;
	return &identity_file;
}
