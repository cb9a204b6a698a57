/* SPDX-License-Identifier: ISC */
/*
 * Diagnostics: what the user is told, in order of file and line, once a stage
 * has found all it can find.
 *
 *     configs/web.lua:9:3: error E0203: ip.adress: tcpip has no such setting
 *         fix: write address
 *
 * diag.def lists every code: X(code, exit status, one-line title).
 */
#ifndef UNICC_DIAG_H
#define UNICC_DIAG_H

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses (unicc(1), EXIT STATUS). */
enum status {
	STATUS_OK = 0,
	STATUS_CONFIG = 1,	/* the configuration is wrong */
	STATUS_USAGE = 2,
	STATUS_MACHINE = 3,	/* the toolchain or the machine failed */
	STATUS_CONTRACT = 4,	/* a verification, budget or contract */
	STATUS_GUEST = 5,	/* the guest ended with exit N, N not 0 */
	STATUS_LOST = 6,	/* the guest panicked or was lost */
};

/* A place in a file as the user named it; line 0: the file as a whole. */
struct where {
	const char *file;	/* NULL: no place; kept, arena or constant */
	unsigned line;		/* from 1 */
	unsigned column;	/* from 1, in bytes; 0: unknown */
};

enum diag_code {
#define X(code, status, title) code,
#include "diag.def"
#undef X
	DIAG_CODES
};

/*
 * Record one error. subject is the thing as the user spelled it ("ip.address"),
 * or NULL; the message says what was found and what is allowed. Copied.
 */
void diag(enum diag_code code, struct where where, const char *subject,
	  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Add to the newest error: another place involved; the one suggested edit. */
void diag_also(struct where where, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void diag_fix(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A file or folder could not be written: E0605 with the reason in errno. */
void diag_cannot_write(const char *path);

/* How many errors stand recorded. A stage fails when this has grown. */
size_t diag_count(void);

/*
 * Print and forget all recorded errors, sorted by place, to stderr (as one
 * JSON object a line when diag_json is set). The exit status: the largest of
 * the codes' statuses, STATUS_OK if there were none.
 */
enum status diag_flush(void);
extern bool diag_json;

/* "E0203" and the title of a code. */
const char *diag_name(enum diag_code code);
const char *diag_title(enum diag_code code);

#endif
