/* SPDX-License-Identifier: ISC */
/*
 * Build-time C: the table of a folder of files, by the functions that read it
 * (unicc/files.h).
 */
#include <unicc/files.h>

enum { FILES_MAX = 65535, BUCKETS_MAX = 65536 };

static const char *path_of[FILES_MAX];
static uint32_t hash_of[FILES_MAX];
static uint32_t start_of[BUCKETS_MAX + 1];
static uint32_t order[FILES_MAX];

/* check.c has no libc: what unicc/files.h and clang call is here. */
int memcmp(const void *left, const void *right, size_t size);

int
memcmp(const void *left, const void *right, size_t size)
{
	const uint8_t *a = left, *b = right;

	for (; size != 0 && *a == *b; size--) {
		a++;
		b++;
	}
	return size == 0 ? 0 : *a - *b;
}

static bool
is_path_less(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return (uint8_t)*a < (uint8_t)*b;
}

/* Note where each path begins; how many there are, FILES_MAX + 1: too many. */
static uint32_t
split(const char *paths, size_t paths_bytes)
{
	uint32_t count = 0;
	size_t start = 0, i;

	for (i = 0; i < paths_bytes; i++) {
		if (paths[i] != '\0')
			continue;
		if (count == FILES_MAX)
			return FILES_MAX + 1;
		path_of[count] = paths + start;
		hash_of[count++] = files_hash(paths + start, i - start);
		start = i + 1;
	}
	return count;
}

static void
sort_bucket(uint32_t start, uint32_t end)
{
	uint32_t i, at, file;

	for (i = start + 1; i < end; i++) {
		file = order[i];
		for (at = i; at > start &&
			     is_path_less(path_of[file], path_of[order[at - 1]]);
		     at--)
			order[at] = order[at - 1];
		order[at] = file;
	}
}

/* By bucket, then by path; a bucket holds about one. */
static void
sort(uint32_t count, uint32_t buckets_count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		start_of[files_bucket(hash_of[i], buckets_count)]++;
	for (i = 1; i <= buckets_count; i++)
		start_of[i] += start_of[i - 1];
	/* Each is its bucket's end now, and comes down to its start. */
	for (i = 0; i < count; i++)
		order[--start_of[files_bucket(hash_of[i], buckets_count)]] = i;
	for (i = 0; i < buckets_count; i++)
		sort_bucket(start_of[i], start_of[i + 1]);
}

/*
 * paths is one text after the other, each with its NUL. The result is words of
 * 32 bits: how many buckets; for each entry of the table which path it is, from
 * 0, and its hash; for each bucket its first entry, and after the last one how
 * many entries there are. No word: there are too many paths.
 */
size_t
kernel_files_table(const uint8_t *paths, size_t paths_bytes, uint8_t *result,
		   size_t result_max)
{
	void *aligned = result;
	uint32_t *words = aligned;
	uint32_t count = split((const char *)paths, paths_bytes);
	uint32_t buckets_count = 1, i;
	size_t at = 0;

	while (buckets_count < count)
		buckets_count *= 2;
	if (count > FILES_MAX || 4 * (2 * (size_t)count + buckets_count + 2) >
					 result_max)
		return 0;
	sort(count, buckets_count);
	words[at++] = buckets_count;
	for (i = 0; i < count; i++) {
		words[at++] = order[i];
		words[at++] = hash_of[order[i]];
	}
	for (i = 0; i <= buckets_count; i++)
		words[at++] = start_of[i];
	return at * 4;
}
