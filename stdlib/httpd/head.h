/* SPDX-License-Identifier: ISC */
/*
 * What the prebuilt heads and httpd agree on. check.c writes the heads on the
 * build machine; response.c sends them and writes the rarer ones itself.
 *
 * A prebuilt head runs from the status line to its last field; the blank line
 * is not part of it, because Date and Connection may follow.
 */
#ifndef HTTPD_HEAD_H
#define HTTPD_HEAD_H

#define HEAD_OK "HTTP/1.1 200 OK\r\n"
#define HEAD_TYPE "Content-Type: "
#define HEAD_LENGTH "Content-Length: "
#define HEAD_ETAG "ETag: "
#define HEAD_GZIP "Content-Encoding: gzip\r\n"
#define HEAD_VARY "Vary: Accept-Encoding\r\n"
#define HEAD_RANGES "Accept-Ranges: bytes\r\n"

/*
 * The compressed form is another representation and needs a strong tag of its
 * own (RFC 9110, 8.8.3.3): "TAG" becomes "TAG-gzip".
 */
#define ETAG_GZIP "-gzip"

enum {
	TYPE_MAX_BYTES = 128,
	ETAG_MAX_BYTES = 64,
	ETAG_HASH_BYTES = 8,
	/* Any head httpd writes, but for the fields of the setting headers. */
	HEAD_MAX_BYTES = 768,
	/* The fields of the setting headers, together. */
	HEADERS_MAX_BYTES = 512,
};

#endif
