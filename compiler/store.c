/* SPDX-License-Identifier: ISC */
/* The store on disk; see store.h for its layout and promises. */
#include "store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "label.h"
#include "tokens.h"
#include "unicc.h"

/*
 * A file that changed less than this before it was hashed may change again
 * without another time stamp: its stamp is not kept. File systems count in
 * ticks of the kernel, 10 ms at most.
 */
static const int64_t settle_ns = 20 * 1000 * 1000;

static void *files;		/* tree of struct read_file by path */
static LIST(struct read_file *) files_list;
static void *stamps;		/* tree of struct read_file, as recalled */
static const char *stamps_path;
static bool is_stamp_new;

static const char *work_folder;
static int work_lock = -1;

static const int64_t day_ns = (int64_t)24 * 60 * 60 * 1000000000;
enum { KEPT_DAYS = 30 };

static int
file_compare(const void *a, const void *b)
{
	const struct read_file *first = a, *second = b;

	return strcmp(first->path, second->path);
}

static int64_t
time_ns(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return time_ns(&now);
}

/* ---- Stamps --------------------------------------------------------------- */

/* "SHA256 TOKENS|- SIZE INODE CHANGED PATH" */
static void
recall_stamp(const char *line)
{
	struct read_file *file = arena_alloc(1, sizeof *file);
	char *rest;

	if (strlen(line) < 68 || !text_hex(line, file->sha256, 32))
		return;
	line += 65;
	file->has_tokens = line[0] != '-';
	if (file->has_tokens &&
	    (strlen(line) < 66 || !text_hex(line, file->tokens, 32)))
		return;
	line += file->has_tokens ? 65 : 2;
	file->size = strtoll(line, &rest, 10);
	file->inode = strtoll(rest, &rest, 10);
	file->changed_ns = strtoll(rest, &rest, 10);
	if (rest[0] != ' ' || rest[1] != '/')
		return;
	file->path = rest + 1;
	tsearch(file, &stamps, file_compare);
}

void
store_open(const char *out_path)
{
	const char *path = label_absolute(out_path);
	uint8_t sha256[32];
	struct bytes bytes;
	char *at, *end;

	host_sha256((struct bytes){ (const uint8_t *)path, strlen(path) },
		    sha256);
	stamps_path = arena_printf("%s/stamps/%s", host_cache_folder(),
				   host_hex(sha256, 8));
	if (!host_read(stamps_path, &bytes))
		return;
	at = arena_copy_n((const char *)bytes.at, bytes.size);
	while ((end = strchr(at, '\n')) != NULL) {
		*end = '\0';
		recall_stamp(at);
		at = end + 1;
	}
}

void
store_close(void)
{
	struct buffer text = { 0 };
	size_t i;

	if (!is_stamp_new || stamps_path == NULL)
		return;
	for (i = 0; i < files_list.count; i++) {
		const struct read_file *file = files_list.at[i];

		if (!file->is_trusted || strchr(file->path, '\n') != NULL)
			continue;
		buffer_printf(&text, "%s %s %lld %lld %lld %s\n",
			      host_hex(file->sha256, 32),
			      file->has_tokens ? host_hex(file->tokens, 32)
					       : "-",
			      (long long)file->size, (long long)file->inode,
			      (long long)file->changed_ns, file->path);
	}
	/* Without stamps the next build hashes again; nothing else is lost. */
	if (host_make_folders(host_folder_of(stamps_path)))
		host_write(stamps_path, (struct bytes){
			(const uint8_t *)text.at, text.size });
	is_stamp_new = false;
}

/* ---- Files ---------------------------------------------------------------- */

static bool
take_stamp(struct read_file *file)
{
	struct read_file *const *found = tfind(file, &stamps, file_compare);

	if (found == NULL || (*found)->size != file->size ||
	    (*found)->inode != file->inode ||
	    (*found)->changed_ns != file->changed_ns)
		return false;
	memcpy(file->sha256, (*found)->sha256, 32);
	memcpy(file->tokens, (*found)->tokens, 32);
	file->has_tokens = (*found)->has_tokens;
	file->is_trusted = true;
	return true;
}

static bool
hash_file(struct read_file *file)
{
	int64_t before_ns = now_ns();
	struct bytes bytes;

	if (!host_read(file->path, &bytes))
		return false;
	host_sha256(bytes, file->sha256);
	file->is_trusted = file->changed_ns < before_ns - settle_ns;
	is_stamp_new |= file->is_trusted;
	return true;
}

struct read_file *
store_file(const char *path)
{
	struct read_file *file = arena_alloc(1, sizeof *file), **found;
	struct stat status;
	int64_t changed_ns;

	file->path = label_absolute(path);
	found = tfind(file, &files, file_compare);
	if (found != NULL)
		return *found;
	if (stat(file->path, &status) != 0)
		return NULL;
	file->size = status.st_size;
	file->inode = (int64_t)status.st_ino;
	file->changed_ns = time_ns(&status.st_mtim);
	changed_ns = time_ns(&status.st_ctim);
	if (changed_ns > file->changed_ns)
		file->changed_ns = changed_ns;
	if (!take_stamp(file) && !hash_file(file))
		return NULL;
	file->label = label_of(file->path);
	tsearch(file, &files, file_compare);
	*list_add(&files_list) = file;
	return file;
}

const uint8_t *
store_tokens(struct read_file *file)
{
	struct bytes bytes;

	if (!tokens_are_in(file->path))
		return file->sha256;
	if (!file->has_tokens && host_read(file->path, &bytes)) {
		tokens_hash(bytes, tokens_language(file->path), file->tokens);
		file->has_tokens = true;
		is_stamp_new |= file->is_trusted;
	}
	return file->tokens;
}

/* ---- Places --------------------------------------------------------------- */

const char *
store_path(const char *kind, const uint8_t key[32])
{
	const char *hex = host_hex(key, 32);

	return arena_printf("%s/%s/%.2s/%s", host_cache_folder(), kind, hex,
			    hex);
}

static int
lock_folder(const char *folder)
{
	int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0) {
		close(lock);
		lock = -1;
	}
	return lock;
}

/* Remove the work folders whose makers are gone: their locks can be had. */
static void
sweep(const char *base)
{
	const char **names;
	size_t count, i;

	if (!host_list(base, &names, &count))
		return;
	for (i = 0; i < count; i++) {
		const char *folder = host_join(base, names[i]);
		int lock = lock_folder(folder);

		if (lock < 0)
			continue;
		host_remove_folder(folder);
		close(lock);
	}
}

/* ---- Age -------------------------------------------------------------------- */

static bool
is_older(const char *path, int64_t age_ns)
{
	struct stat status;

	return stat(path, &status) == 0 &&
	       time_ns(&status.st_mtim) < now_ns() - age_ns;
}

void
store_use(const char *path)
{
	if (is_older(path, day_ns))
		utimensat(AT_FDCWD, path, NULL, 0);
}

/* KIND/ab/abcd...: every file that nobody used for KEPT_DAYS. */
static void
prune_kind(const char *kind)
{
	const char *base = host_join(host_cache_folder(), kind);
	const char **folders, **names;
	size_t folders_count, count, i, j;

	if (!host_list(base, &folders, &folders_count))
		return;
	for (i = 0; i < folders_count; i++) {
		const char *folder = host_join(base, folders[i]);

		if (!host_list(folder, &names, &count))
			continue;
		for (j = 0; j < count; j++)
			if (is_older(host_join(folder, names[j]),
				     KEPT_DAYS * day_ns))
				unlink(host_join(folder, names[j]));
	}
}

static void
prune(void)
{
	const char *mark = host_join(host_cache_folder(), "pruned");

	if (host_exists(mark) && !is_older(mark, day_ns))
		return;
	if (!host_write(mark, (struct bytes){ (const uint8_t *)"", 0 }))
		return;
	prune_kind("objects");
	prune_kind("records");
	prune_kind("links");
	prune_kind("maps");
	prune_kind("audits");
}

const char *
store_work_folder(void)
{
	const char *base = host_join(host_cache_folder(), "work");
	char *folder;

	if (work_folder != NULL)
		return work_folder;
	if (!host_make_folders(base))
		return NULL;
	sweep(base);
	prune();
	do {
		folder = arena_printf("%s/%ld.XXXXXX", base, (long)getpid());
		host_hold();
		if (mkdtemp(folder) == NULL)
			folder = NULL;
		else
			host_remove_on_interrupt(folder);
		host_release();
		if (folder == NULL)
			return NULL;
		/* Another's sweep may take it before it is locked. */
		work_lock = lock_folder(folder);
	} while (work_lock < 0 || !host_exists(folder));
	work_folder = folder;
	atexit(store_remove_work);
	return folder;
}

void
store_remove_work(void)
{
	if (work_folder == NULL)
		return;
	host_remove_folder(work_folder);
	host_keep(work_folder);
	close(work_lock);
	work_folder = NULL;
}

bool
store_adopt(const char *path, const char *place)
{
	return host_make_folders(host_folder_of(place)) &&
	       rename(path, place) == 0;
}
