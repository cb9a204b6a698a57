/* SPDX-License-Identifier: ISC */
/*
 * Flip a bit of a built image, of its manifest or of a file beside it, and
 * verification names what was hit: every bit of the image's header and notes,
 * and bits spread over all the rest of each file.
 *
 * flips DIR IMAGE FILE...: the image is DIR/IMAGE, the files lie in DIR. Built
 * with compiler/ verify_files.c built.c manifest_root.c elf.c elf_parts.c.
 */
#include <stdio.h>

#include "memory.h"
#include "elf_parts.h"
#include "tokens.h"

enum { SAMPLES = 1000 };

/* ---- One flip -------------------------------------------------------------- */

static void
verify(void)
{
	struct verification verification;

	said_count = 0;
	verify_files(files[0].path, &verification);
	verify_folder(&verification);
	manifest_close(&verification.manifest);
	arena_release();
}

/* The part of the whole image that a byte belongs to. */
static const char *
part_at(size_t offset)
{
	struct bytes file = { files[0].at, files[0].size };
	struct elf_image image;
	struct elf_parts parts;
	size_t i;

	assert(elf_read(file, &image) == NULL);
	parts = elf_parts(file, &image);
	for (i = 0; i < parts.count; i++)
		if (offset - parts.at[i].offset < parts.at[i].bytes)
			return parts.at[i].name;
	return "nothing";
}

static bool
is_named(size_t file, const char *part)
{
	if (said_count == 0 || !text_equal(said_file, files[file].path))
		return false;
	if (text_ends(files[file].path, ".manifest.json"))
		return said_code == E0608 || said_code == E1009;
	if (said_code != E0607 || said_count != 1)
		return false;
	return file != 0 || text_equal(said_subject, part);
}

/* Is it of audit.json's lines, which no hash covers? */
static bool
is_line(size_t file, size_t offset)
{
	static const char start[] = "\"config_lines\":[\n";
	static const char end[] = "],\n\"causes\"", origin[] = "\"origin\":\"";
	const char *text = (const char *)files[file].at, *at = text + offset;
	const char *lines = strstr(text, start), *line = at;

	if (!text_ends(files[file].path, "/audit.json"))
		return false;
	assert(lines != NULL && strstr(lines, end) != NULL);
	if (at >= lines + strlen(start) && at < strstr(lines, end))
		return true;
	while (at > text && at[0] >= '0' && at[0] <= '9')
		at--;
	while (line > text && line[-1] != '\n')
		line--;
	line = strstr(line, origin);
	return at[0] == ':' && at != text + offset && line != NULL &&
	       line < at && strchr(line + strlen(origin), '"') > at;
}

/* Has C the same tokens with this bit as without? */
static bool
is_comment(size_t file, size_t bit)
{
	struct bytes text = { files[file].at, files[file].size };
	enum token_language language = tokens_language(files[file].path);
	uint8_t was[32], is[32];

	if (strstr(files[file].path, "/generated/") == NULL)
		return false;
	tokens_hash(text, language, was);
	files[file].at[bit / 8] ^= (uint8_t)(1u << bit % 8);
	tokens_hash(text, language, is);
	files[file].at[bit / 8] ^= (uint8_t)(1u << bit % 8);
	return memcmp(was, is, sizeof was) == 0;
}

static size_t flips_count, missed_count;

static void
flip(size_t file, size_t bit)
{
	char part[64] = "";

	if (file == 0)
		snprintf(part, sizeof part, "%s", part_at(bit / 8));
	files[file].is_hashed = false;
	files[file].at[bit / 8] ^= (uint8_t)(1u << bit % 8);
	verify();
	files[file].at[bit / 8] ^= (uint8_t)(1u << bit % 8);
	files[file].is_hashed = true;
	flips_count++;
	if (is_named(file, part) || is_line(file, bit / 8) ||
	    (said_count == 0 && is_comment(file, bit)))
		return;
	missed_count++;
	printf("# bit %zu of %s, part %s: %zu errors, first %s about %s of %s\n",
	       bit, files[file].path, part, said_count,
	       said_count == 0 ? "none" : said_code == E0607 ? "E0607"
				 : said_code == E0608 ? "E0608" : "another",
	       said_subject, said_file);
}

static void
flip_spread(size_t file)
{
	size_t bits = files[file].size * 8, i;

	for (i = 0; i < SAMPLES && i < bits; i++)
		flip(file, bits < SAMPLES ? i : i * (bits / SAMPLES) + i % 8);
}

/* Header and notes, whole. */
static void
flip_whole_parts(void)
{
	size_t offset, bit;

	for (offset = 0; offset < files[0].size; offset++) {
		const char *part = part_at(offset);
		bool is_whole = text_equal(part, "header") ||
				text_equal(part, "padding") ||
				text_starts(part, "note");

		for (bit = 0; is_whole && bit < 8; bit++)
			flip(0, offset * 8 + bit);
		arena_release();
	}
}

/* ---- The whole ------------------------------------------------------------- */

static void
load(const char *folder, const char *name)
{
	char path[512];
	FILE *file;
	size_t i = files_count++;

	assert(i < FILES_MAX);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "rb");
	assert(file != NULL);
	fseek(file, 0, SEEK_END);
	files[i].size = (size_t)ftell(file);
	rewind(file);
	files[i].at = malloc(files[i].size + 1);
	files[i].at[files[i].size] = '\0';
	files[i].path = strdup(path);
	assert(fread(files[i].at, 1, files[i].size, file) == files[i].size);
	fclose(file);
	host_sha256((struct bytes){ files[i].at, files[i].size },
		    files[i].sha256);
	files[i].is_hashed = true;
}

static void
result(size_t number, bool is_good, const char *name)
{
	printf("%sok %zu - %s: %zu flips\n", is_good ? "" : "not ", number,
	       name, flips_count);
	flips_count = missed_count = 0;
}

int
main(int argc, char **argv)
{
	size_t i;

	assert(argc > 2);
	for (i = 2; i < (size_t)argc; i++)
		load(argv[1], argv[i]);
	printf("1..%zu\n", files_count + 2);
	verify();
	result(1, said_count == 0, "what was built is intact");
	flip_whole_parts();
	result(2, missed_count == 0 && flips_count > 2000,
	       "every bit of header and notes");
	for (i = 0; i < files_count; i++) {
		flip_spread(i);
		result(i + 3, missed_count == 0, argv[i + 2]);
	}
	return 0;
}
