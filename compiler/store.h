/* SPDX-License-Identifier: ISC */
/*
 * The store: what was compiled and linked once, kept in the cache and shared
 * by every configuration, checkout and running unicc of a user.
 *
 *     objects/ab/abcd...      a file, named by the hash of its bytes
 *     records/ab/abcd...      what a key was made from and gave
 *     links/ab/abcd...        a linked image, named by the hash of its inputs
 *     maps/ab/abcd...         what lies where in it, in the linker's words
 *     audits/ab/abcd...       what the audit found, and found to be in order
 *     stamps/abcd...          hashes of files by size, inode and time
 *     work/PID.XXXXXX/        what is not finished; locked by its maker
 *     pruned                  its time: when old files were last removed
 *
 * Nothing in it holds a path of the machine (stamps apart), so a hit depends on
 * content alone. A file appears whole or not at all; two makers of one file
 * write the same bytes. Losing any of it costs time only: what nobody used for
 * a month is removed, at most once a day and only when something is compiled.
 */
#ifndef UNICC_STORE_H
#define UNICC_STORE_H

#include "base.h"

/* A file that something was made from. One for each path, never moved. */
struct read_file {
	const char *path;	/* absolute */
	const char *label;
	uint8_t sha256[32];
	uint8_t tokens[32];	/* see store_tokens */
	bool has_tokens;
	bool is_trusted;	/* its stamp may be kept */
	unsigned found_by;	/* record.c: the include path asked last, and */
	int found_in;		/* its answer */
	int64_t size, inode, changed_ns;	/* mtime and ctime, the later */
};

/* Recall the stamps of the build whose output is this folder, keep them. */
void store_open(const char *out_path);
void store_close(void);

/* A file and its hash; NULL with errno. */
struct read_file *store_file(const char *path);

/* The hash of its tokens if it is C or assembly, else of its bytes. */
const uint8_t *store_tokens(struct read_file *file);

/* "CACHE/KIND/ab/abcd...": where a file of the store lies or would lie. */
const char *store_path(const char *kind, const uint8_t key[32]);

/* Note that a file of the store is in use, so that it is not removed. */
void store_use(const char *path);

/* A new empty folder for unfinished files, removed at exit or by a later
 * unicc; NULL with errno. */
const char *store_work_folder(void);
void store_remove_work(void);

/* Move a finished file of the work folder to its place. False with errno. */
bool store_adopt(const char *path, const char *place);

#endif
