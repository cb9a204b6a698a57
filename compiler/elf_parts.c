/* SPDX-License-Identifier: ISC */
/* Cutting an image's file into named parts. */
#include "elf_parts.h"

#include <elf.h>
#include <string.h>

enum { NOTE_HEADER_BYTES = 12, NOTE_ALIGN = 4 };

const char elf_part_secrets[] = "secrets";

const char *
elf_segment_name(const struct elf_segment *segment)
{
	return segment->is_executable ? "text"
	       : segment->is_writable ? "data"
				      : "constants";
}

/* Add what lies between the last part and offset, and then a part. */
static void
add(struct elf_parts *parts, const char *name, size_t offset, size_t bytes)
{
	size_t end = 0;

	if (parts->count != 0)
		end = parts->at[parts->count - 1].offset +
		      parts->at[parts->count - 1].bytes;
	if (offset > end)
		*list_add(parts) = (struct elf_part){ "padding", end,
						      offset - end };
	if (bytes != 0)
		*list_add(parts) = (struct elf_part){ name, offset, bytes };
}

/* The size of the first of these notes and its name; 0: it is no note. */
static size_t
first_note(struct bytes notes, const char **name)
{
	uint32_t name_bytes, payload_bytes, type;
	uint64_t size;

	if (notes.size < NOTE_HEADER_BYTES)
		return 0;
	memcpy(&name_bytes, notes.at, sizeof name_bytes);
	memcpy(&payload_bytes, notes.at + 4, sizeof payload_bytes);
	memcpy(&type, notes.at + 8, sizeof type);
	size = ((uint64_t)name_bytes + NOTE_ALIGN - 1) & ~(uint64_t)3;
	size += NOTE_HEADER_BYTES;
	size += ((uint64_t)payload_bytes + NOTE_ALIGN - 1) & ~(uint64_t)3;
	if (name_bytes == 0 || size > notes.size)
		return 0;
	*name = arena_printf("note %.*s %u", (int)name_bytes,
			     (const char *)notes.at + NOTE_HEADER_BYTES, type);
	*name = text_utf8(*name);
	return (size_t)size;
}

/* A note; secrets at its end are a part of their own. */
static void
add_note(struct elf_parts *parts, const struct elf_image *image,
	 const char *name, size_t offset, size_t size)
{
	size_t end = image->slots_offset + image->slots.size;
	size_t secrets = end - image->secrets_offset;

	if (secrets == 0 || offset + size != end ||
	    image->secrets_offset < offset) {
		add(parts, name, offset, size);
		return;
	}
	add(parts, name, offset, size - secrets);
	add(parts, elf_part_secrets, image->secrets_offset, secrets);
}

static void
add_notes(struct elf_parts *parts, const struct elf_image *image)
{
	struct bytes notes = image->notes;
	size_t offset = image->notes_offset;
	const char *name = "notes";
	size_t size;

	while (notes.size != 0) {
		size = first_note(notes, &name);
		if (size == 0) {
			name = "notes";
			size = notes.size;
		}
		add_note(parts, image, name, offset, size);
		offset += size;
		notes.at += size;
		notes.size -= size;
	}
}

static void
add_segment(struct elf_parts *parts, const struct elf_image *image,
	    const struct elf_segment *segment)
{
	const char *name = elf_segment_name(segment);
	size_t end = segment->offset + segment->bytes.size;
	size_t notes_end = image->notes_offset + image->notes.size;

	if (image->notes_offset < segment->offset || notes_end > end) {
		add(parts, name, segment->offset, segment->bytes.size);
		return;
	}
	add(parts, name, segment->offset,
	    image->notes_offset - segment->offset);
	add_notes(parts, image);
	add(parts, name, notes_end, end - notes_end);
}

/* The segment that lies next in the file at or behind offset, or NULL. */
static const struct elf_segment *
next_segment(const struct elf_image *image, size_t offset)
{
	const struct elf_segment *next = NULL;
	size_t i;

	for (i = 0; i < image->segments_count; i++) {
		const struct elf_segment *segment = &image->segments[i];

		if (segment->bytes.size != 0 && segment->offset >= offset &&
		    (next == NULL || segment->offset < next->offset))
			next = segment;
	}
	return next;
}

struct elf_parts
elf_parts(struct bytes file, const struct elf_image *image)
{
	size_t headers = sizeof(Elf64_Ehdr) +
			 (image->segments_count + 1) * sizeof(Elf64_Phdr);
	const struct elf_segment *segment;
	struct elf_parts parts = { 0 };
	size_t end = headers;

	add(&parts, "header", 0, headers);
	while ((segment = next_segment(image, end)) != NULL) {
		add_segment(&parts, image, segment);
		end = segment->offset + segment->bytes.size;
	}
	add(&parts, "padding", end, file.size > end ? file.size - end : 0);
	return parts;
}
