/* SPDX-License-Identifier: ISC */
/* Where two builds differ: see compare.h. */
#include "compare.h"

#include <cjson/cJSON.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "elf_parts.h"
#include "unicc.h"

static size_t
first_difference(struct bytes first, struct bytes second)
{
	size_t i = 0;

	while (i < first.size && i < second.size && first.at[i] == second.at[i])
		i++;
	return i;
}

static const char *
byte_at(struct bytes file, size_t offset)
{
	return offset < file.size ? arena_printf("%02x", file.at[offset])
				  : "the end";
}

static const char *
bytes_at(struct bytes first, struct bytes second, size_t offset)
{
	return arena_printf("%s against %s", byte_at(first, offset),
			    byte_at(second, offset));
}

/* ---- The image ------------------------------------------------------------- */

/* " (function tcp_input)" for an offset in this image, " (behind start)" in
 * assembly, or "". */
static const char *
symbol_at(const struct elf_image *image, size_t offset, struct bytes debug)
{
	const char *near = NULL;
	struct elf_symbol *symbols;
	uint64_t address = 0;
	size_t count, i;

	for (i = 0; i < image->segments_count; i++) {
		const struct elf_segment *segment = &image->segments[i];

		if (offset - segment->offset < segment->bytes.size)
			address = segment->address + offset - segment->offset;
	}
	elf_symbols(debug, &symbols, &count);
	for (i = 0; i < count && symbols[i].address <= address; i++) {
		near = symbols[i].name;
		if ((symbols[i].is_function || symbols[i].is_object) &&
		    address - symbols[i].address < symbols[i].size)
			return arena_printf(" (%s %s)", symbols[i].is_function
							    ? "function"
							    : "object",
					    symbols[i].name);
	}
	return near == NULL ? "" : arena_printf(" (behind %s)", near);
}

/*
 * The first byte that differs within a segment, as an offset in second. A
 * longer segment moves all that follows and changes the header: the first
 * cause is looked for, not the first byte of the file.
 */
static bool
first_in_segments(const struct elf_image *first, const struct elf_image *second,
		  size_t *first_offset, size_t *offset)
{
	size_t i, into;

	for (i = 0; i < first->segments_count && i < second->segments_count;
	     i++) {
		const struct elf_segment *one = &first->segments[i];
		const struct elf_segment *other = &second->segments[i];

		into = first_difference(one->bytes, other->bytes);
		if (into == one->bytes.size && into == other->bytes.size)
			continue;
		*first_offset = one->offset + into;
		*offset = other->offset + into;
		return true;
	}
	return false;
}

/* The identity note differs because something else does: as in every hash, its
 * bytes count as zero. */
static const char *
read_without_identity(struct bytes file, struct elf_image *image)
{
	uint8_t *copy = arena_alloc(file.size + 1, 1);
	const char *wrong = elf_read(file, image);

	if (wrong != NULL)
		return wrong;
	memcpy(copy, file.at, file.size);
	memset(copy + image->identity_offset, 0, ELF_IDENTITY_BYTES);
	return elf_read((struct bytes){ copy, file.size }, image);
}

static bool
compare_image(struct bytes first, struct bytes second, struct bytes debug,
	      struct difference *difference)
{
	size_t offset = first_difference(first, second), first_offset = offset;
	struct elf_image one, other;
	struct elf_parts parts;
	size_t i;

	if (read_without_identity(second, &other) != NULL)
		return false;
	if (read_without_identity(first, &one) == NULL)
		first_in_segments(&one, &other, &first_offset, &offset);
	parts = elf_parts(second, &other);
	difference->part = "end";
	for (i = 0; i < parts.count; i++)
		if (offset - parts.at[i].offset < parts.at[i].bytes)
			difference->part = parts.at[i].name;
	difference->text = arena_printf("first at offset %zu%s: %s against %s",
					first_offset,
					symbol_at(&other, offset, debug),
					byte_at(first, first_offset),
					byte_at(second, offset));
	return true;
}

/* ---- NAME.debug ------------------------------------------------------------ */

static Elf *
open_elf(struct bytes file)
{
	if (elf_version(EV_CURRENT) == EV_NONE)
		return NULL;
	/* libelf only reads; its type is older than const. */
	return elf_memory((char *)(uintptr_t)file.at, file.size);
}

/* What the file holds of section number i; false: there is none. */
static bool
section_bytes(Elf *elf, struct bytes file, size_t i, struct bytes *bytes,
	      const char **name)
{
	Elf_Scn *section = elf_getscn(elf, i);
	GElf_Shdr header;
	size_t names;

	if (section == NULL || gelf_getshdr(section, &header) == NULL ||
	    elf_getshdrstrndx(elf, &names) != 0)
		return false;
	*name = elf_strptr(elf, names, header.sh_name);
	*bytes = (struct bytes){ file.at, 0 };
	if (header.sh_type != SHT_NOBITS && header.sh_offset <= file.size &&
	    header.sh_size <= file.size - header.sh_offset)
		*bytes = (struct bytes){ file.at + header.sh_offset,
					 (size_t)header.sh_size };
	return *name != NULL;
}

/* The first section that differs: what moves behind it says nothing. */
static bool
compare_sections(Elf *one, struct bytes first, Elf *other, struct bytes second,
		 struct difference *difference)
{
	struct bytes bytes, with;
	const char *name, *with_name;
	size_t i, offset;

	for (i = 1; section_bytes(one, first, i, &bytes, &name) &&
		    section_bytes(other, second, i, &with, &with_name); i++) {
		offset = first_difference(bytes, with);
		if (offset == bytes.size && offset == with.size)
			continue;
		difference->part = arena_copy(name);
		difference->text = arena_printf("first at its offset %zu: %s",
						offset,
						bytes_at(bytes, with, offset));
		return true;
	}
	return false;
}

static bool
compare_debug(struct bytes first, struct bytes second,
	      struct difference *difference)
{
	Elf *one = open_elf(first), *other = open_elf(second);
	bool is_found = one != NULL && other != NULL &&
			compare_sections(one, first, other, second, difference);

	elf_end(one);
	elf_end(other);
	return is_found;
}

/* ---- JSON ------------------------------------------------------------------ */

static bool
is_same(const cJSON *first, const cJSON *second)
{
	char *one = cJSON_PrintUnformatted(first);
	char *other = cJSON_PrintUnformatted(second);
	bool is = one == NULL || other == NULL ? one == other
					       : text_equal(one, other);

	free(one);
	free(other);
	return is;
}

/* As it stands in a message: short and on one line. */
static const char *
show_value(const cJSON *value)
{
	char *printed = value == NULL ? NULL : cJSON_PrintUnformatted(value);
	const char *text = "nothing";

	if (printed != NULL)
		text = strlen(printed) <= 100
			       ? text_utf8(printed)
			       : arena_printf("%s...",
					      text_utf8(arena_copy_n(printed,
								     96)));
	free(printed);
	return text;
}

/* Go down to the first value that differs; its path is written. */
static void
find_value(const cJSON **first, const cJSON **second, struct buffer *path)
{
	const cJSON *one = *first, *other = *second;
	size_t i = 0;

	if (one == NULL || other == NULL || one->type != other->type ||
	    one->child == NULL || other->child == NULL)
		return;
	one = one->child;
	other = other->child;
	while (one->next != NULL && other->next != NULL &&
	       is_same(one, other)) {
		one = one->next;
		other = other->next;
		i++;
	}
	if (is_same(one, other)) {
		one = one->next;
		other = other->next;
		i++;
	}
	if ((one != NULL ? one : other)->string != NULL)
		buffer_printf(path, ".%s",
			      text_utf8((one != NULL ? one : other)->string));
	else
		buffer_printf(path, "[%zu]", i);
	*first = one;
	*second = other;
	find_value(first, second, path);
}

/* What says why, before what follows from it: the roots and hashes. */
static const char *
telling_field(const cJSON *one, const cJSON *other)
{
	static const char *const names[] = {
		"platform", "memory_bytes", "options", "instances",
		"toolchain", "compiler_flags", "sources", "inputs",
	};
	size_t i;

	for (i = 0; i < countof(names); i++)
		if (!is_same(cJSON_GetObjectItemCaseSensitive(one, names[i]),
			     cJSON_GetObjectItemCaseSensitive(other,
							      names[i])))
			return names[i];
	return NULL;
}

static bool
compare_json(struct bytes first, struct bytes second,
	     struct difference *difference)
{
	cJSON *one = cJSON_ParseWithLength((const char *)first.at, first.size);
	cJSON *other = cJSON_ParseWithLength((const char *)second.at,
					     second.size);
	const cJSON *first_value = one, *second_value = other;
	struct buffer path = { 0 };
	bool is_compared = one != NULL && other != NULL && !is_same(one, other);

	if (is_compared) {
		const char *name = telling_field(one, other);

		if (name != NULL) {
			buffer_printf(&path, ".%s", name);
			first_value = cJSON_GetObjectItemCaseSensitive(one,
								       name);
			second_value = cJSON_GetObjectItemCaseSensitive(other,
									name);
		}
		find_value(&first_value, &second_value, &path);
		difference->part = path.size == 0 ? NULL : path.at + 1;
		difference->text = arena_printf("%s against %s",
						show_value(first_value),
						show_value(second_value));
	}
	cJSON_Delete(one);
	cJSON_Delete(other);
	return is_compared;
}

/* ---- Any other file -------------------------------------------------------- */

static bool
is_text(struct bytes file)
{
	return memchr(file.at, '\0', file.size) == NULL;
}

static const char *
line_around(struct bytes file, size_t offset)
{
	size_t start = offset, end = offset;

	while (start != 0 && file.at[start - 1] != '\n')
		start--;
	while (end < file.size && file.at[end] != '\n' && end - start < 100)
		end++;
	return text_utf8(arena_copy_n((const char *)file.at + start,
				      end - start));
}

static void
compare_lines(struct bytes first, struct bytes second,
	      struct difference *difference)
{
	size_t offset = first_difference(first, second), line = 1, i;

	for (i = 0; i < offset; i++)
		line += first.at[i] == '\n';
	difference->text = arena_printf(
		"first in line %zu: \"%s\" against \"%s\"", line,
		line_around(first, offset), line_around(second, offset));
}

bool
compare_output(const char *name, struct bytes first, struct bytes second,
	       struct bytes debug, struct difference *difference)
{
	*difference = (struct difference){ 0 };
	if (first.size == second.size &&
	    memcmp(first.at, second.at, first.size) == 0)
		return false;
	if (text_ends(name, ".elf") &&
	    compare_image(first, second, debug, difference))
		return true;
	if (text_ends(name, ".debug") &&
	    compare_debug(first, second, difference))
		return true;
	if (text_ends(name, ".json") && compare_json(first, second, difference))
		return true;
	if (is_text(first) && is_text(second))
		compare_lines(first, second, difference);
	else
		difference->text = arena_printf(
			"first at offset %zu: %s",
			first_difference(first, second),
			bytes_at(first, second,
				 first_difference(first, second)));
	return true;
}
