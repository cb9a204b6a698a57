/* SPDX-License-Identifier: ISC */
/*
 * ELF files, read through libelf and written by hand.
 *
 * Every offset and size is checked against the file before use, and against
 * overflow. What a field means: System V ABI, chapters 4 and 5; notes: Linux
 * and Xen pad name and payload to 4 bytes.
 */
#include "elf_image.h"

#include <elf.h>
#include <gelf.h>
#include <libelf.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

static const char note_name[] = "unicc";

enum { NOTE_ALIGN = 4, NOTE_HEADER_BYTES = 12, NOTE_IDENTITY = 1,
       NOTE_SLOTS = 3, SLOTS_HEAD_BYTES = 4 };

static Elf *
open_file(struct bytes file)
{
	if (elf_version(EV_CURRENT) == EV_NONE)
		return NULL;
	/* libelf only reads; its type is older than const. */
	return elf_memory((char *)(uintptr_t)file.at, file.size);
}

static bool
is_inside(struct bytes file, uint64_t offset, uint64_t size)
{
	return offset <= file.size && size <= file.size - offset;
}

/* ---- Notes ----------------------------------------------------------------- */

static uint32_t
read_u32(const uint8_t *at)
{
	uint32_t number;

	memcpy(&number, at, sizeof number);
	return number;
}

/* Round up to the next note; the caller has bounded size by the notes. */
static size_t
note_pad(size_t size)
{
	return (size + NOTE_ALIGN - 1) & ~(size_t)(NOTE_ALIGN - 1);
}

struct bytes
elf_note(const struct elf_image *image, uint32_t type)
{
	struct bytes rest = image->notes, none = { NULL, 0 };

	while (rest.size >= NOTE_HEADER_BYTES) {
		uint32_t name_bytes = read_u32(rest.at);
		uint32_t payload_bytes = read_u32(rest.at + 4);
		const uint8_t *name = rest.at + NOTE_HEADER_BYTES;
		size_t left = rest.size - NOTE_HEADER_BYTES, used;

		if (name_bytes > left || note_pad(name_bytes) > left ||
		    payload_bytes > left - note_pad(name_bytes))
			return none;
		used = note_pad(name_bytes);
		if (read_u32(rest.at + 8) == type &&
		    name_bytes == sizeof note_name &&
		    memcmp(name, note_name, sizeof note_name) == 0)
			return (struct bytes){ name + used, payload_bytes };
		left -= used;
		used = note_pad(payload_bytes);
		if (used > left)
			return none;
		rest.size = left - used;
		rest.at = name + note_pad(name_bytes) + used;
	}
	return none;
}

static const char *
find_identity(struct bytes file, struct elf_image *image)
{
	struct bytes payload = elf_note(image, NOTE_IDENTITY);

	if (payload.at == NULL)
		return "it has no identity note of unicc";
	if (payload.size != ELF_IDENTITY_BYTES)
		return "its identity note has another size than this unicc's";
	image->identity_offset = (size_t)(payload.at - file.at);
	return NULL;
}

static const char *
find_slots(struct bytes file, struct elf_image *image)
{
	uint32_t sealed_bytes;

	image->slots = elf_note(image, NOTE_SLOTS);
	image->slots_offset = image->secrets_offset = file.size;
	if (image->slots.at == NULL)
		return NULL;
	if (image->slots.size < SLOTS_HEAD_BYTES)
		return "its note of slots is cut short";
	sealed_bytes = read_u32(image->slots.at);
	if (sealed_bytes < SLOTS_HEAD_BYTES ||
	    sealed_bytes > image->slots.size)
		return "its note of slots contradicts itself";
	image->slots_offset = (size_t)(image->slots.at - file.at);
	image->secrets_offset = image->slots_offset + sealed_bytes;
	return NULL;
}

/* ---- Program headers ------------------------------------------------------- */

static const char *
add_segment(struct bytes file, struct elf_image *image, const GElf_Phdr *header)
{
	struct elf_segment *segment;

	if (header->p_memsz == 0)
		return NULL;
	if (image->segments_count == ELF_SEGMENTS_MAX)
		return "it has too many segments";
	if (header->p_filesz > header->p_memsz ||
	    header->p_memsz > UINT64_MAX - header->p_paddr)
		return "a segment's sizes contradict each other";
	segment = &image->segments[image->segments_count++];
	segment->address = header->p_paddr;
	segment->memory_bytes = header->p_memsz;
	segment->is_executable = (header->p_flags & PF_X) != 0;
	segment->is_writable = (header->p_flags & PF_W) != 0;
	segment->offset = (size_t)header->p_offset;
	segment->bytes = (struct bytes){ file.at + header->p_offset,
					 (size_t)header->p_filesz };
	if (segment->address + segment->memory_bytes > image->end)
		image->end = segment->address + segment->memory_bytes;
	return NULL;
}

static const char *
take_header(struct bytes file, struct elf_image *image, const GElf_Phdr *header)
{
	if (header->p_type != PT_LOAD && header->p_type != PT_NOTE)
		return NULL;
	if (!is_inside(file, header->p_offset, header->p_filesz))
		return "it is cut short";
	if (header->p_type == PT_LOAD)
		return add_segment(file, image, header);
	if (image->notes.at != NULL)
		return "it has several note segments";
	image->notes_address = header->p_paddr;
	image->notes_offset = (size_t)header->p_offset;
	image->notes = (struct bytes){ file.at + header->p_offset,
				       (size_t)header->p_filesz };
	return NULL;
}

/* Notes are packed with the segment they lie in. */
static const char *
check_notes(const struct elf_image *image)
{
	size_t i;

	if (image->notes.at == NULL)
		return "it has no notes";
	for (i = 0; i < image->segments_count; i++) {
		const struct elf_segment *segment = &image->segments[i];
		struct bytes in = segment->bytes;

		if (image->notes_offset >= segment->offset &&
		    image->notes_offset - segment->offset <= in.size &&
		    image->notes.size <=
			    in.size - (image->notes_offset - segment->offset) &&
		    image->notes_address - segment->address ==
			    image->notes_offset - segment->offset)
			return NULL;
	}
	return "its notes lie in no segment";
}

static bool
is_apart(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a_size == 0 || b_size == 0 || (a < b ? a_size <= b - a
						    : b_size <= a - b);
}

/* Every byte of file and memory belongs to one segment at most. */
static const char *
check_overlaps(const struct elf_image *image)
{
	size_t i, j;

	for (i = 0; i < image->segments_count; i++)
		for (j = 0; j < i; j++) {
			const struct elf_segment *a = &image->segments[i];
			const struct elf_segment *b = &image->segments[j];

			if (!is_apart(a->offset, a->bytes.size, b->offset,
				      b->bytes.size) ||
			    !is_apart(a->address, a->memory_bytes, b->address,
				      b->memory_bytes))
				return "its segments overlap";
		}
	return NULL;
}

static const char *
read_headers(Elf *elf, struct bytes file, struct elf_image *image)
{
	const char *wrong = NULL;
	GElf_Ehdr header;
	GElf_Phdr program;
	size_t count, i;

	if (elf == NULL || elf_kind(elf) != ELF_K_ELF ||
	    gelf_getehdr(elf, &header) == NULL)
		return "it is no ELF file";
	if (header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_machine != EM_X86_64 || header.e_type != ET_EXEC)
		return "it is no x86-64 executable";
	image->entry = header.e_entry;
	if (elf_getphdrnum(elf, &count) != 0 || count > PN_XNUM)
		return "it has no program headers";
	for (i = 0; i < count && wrong == NULL; i++) {
		if (gelf_getphdr(elf, (int)i, &program) == NULL)
			return "it is cut short";
		wrong = take_header(file, image, &program);
	}
	return wrong;
}

const char *
elf_read(struct bytes file, struct elf_image *image)
{
	Elf *elf = open_file(file);
	const char *wrong;

	*image = (struct elf_image){ 0 };
	wrong = read_headers(elf, file, image);
	elf_end(elf);
	if (wrong == NULL && image->segments_count == 0)
		wrong = "it has no segments";
	if (wrong == NULL)
		wrong = check_overlaps(image);
	if (wrong == NULL)
		wrong = check_notes(image);
	if (wrong == NULL)
		wrong = find_identity(file, image);
	return wrong != NULL ? wrong : find_slots(file, image);
}

/* ---- Packing --------------------------------------------------------------- */

static size_t
without_zeros(struct bytes bytes)
{
	size_t size = bytes.size;

	while (size != 0 && bytes.at[size - 1] == 0)
		size--;
	return size;
}

/* The bytes of segment i a packed file holds: all of its notes, at least. */
static size_t
packed_size(const struct elf_image *image, size_t i)
{
	const struct elf_segment *segment = &image->segments[i];
	size_t size = without_zeros(segment->bytes), notes_end;

	notes_end = image->notes_offset - segment->offset + image->notes.size;
	if (image->notes_offset >= segment->offset &&
	    notes_end <= segment->bytes.size && notes_end > size)
		size = notes_end;
	return size;
}

static Elf64_Phdr
packed_header(const struct elf_segment *segment, size_t offset, size_t size)
{
	return (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_flags = PF_R | (segment->is_executable ? PF_X : 0u) |
			   (segment->is_writable ? PF_W : 0u),
		.p_offset = offset,
		.p_vaddr = segment->address,
		.p_paddr = segment->address,
		.p_filesz = size,
		.p_memsz = segment->memory_bytes,
		/* Pages cannot be mapped from a packed file: it is copied. */
		.p_align = NOTE_ALIGN,
	};
}

static Elf64_Ehdr
packed_file_header(const struct elf_image *image, size_t headers_count)
{
	return (Elf64_Ehdr){
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_entry = image->entry,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = (Elf64_Half)headers_count,
	};
}

/* Where the notes lie once segment is at offset; type 0 if not in it. */
static Elf64_Phdr
packed_notes(const struct elf_image *image, const struct elf_segment *segment,
	     size_t offset)
{
	Elf64_Phdr header = {
		.p_type = PT_NOTE,
		.p_flags = PF_R,
		.p_vaddr = image->notes_address,
		.p_paddr = image->notes_address,
		.p_filesz = image->notes.size,
		.p_memsz = image->notes.size,
		.p_align = NOTE_ALIGN,
	};
	size_t into = image->notes_offset - segment->offset;

	if (image->notes_offset < segment->offset ||
	    into > segment->bytes.size ||
	    image->notes.size > segment->bytes.size - into)
		return (Elf64_Phdr){ 0 };
	header.p_offset = offset + into;
	return header;
}

struct bytes
elf_pack(const struct elf_image *image)
{
	size_t headers_count = image->segments_count + 1;
	Elf64_Phdr headers[ELF_SEGMENTS_MAX + 1] = { 0 };
	Elf64_Ehdr header = packed_file_header(image, headers_count);
	size_t headers_bytes = headers_count * sizeof *headers;
	size_t end = sizeof header + headers_bytes, next = end, size, i;
	uint8_t *file;

	for (i = 0; i < image->segments_count; i++) {
		size = packed_size(image, i);
		/* Nothing to load: still an offset inside the file. */
		if (size == 0)
			next = end;
		headers[i] = packed_header(&image->segments[i], next, size);
		if (headers[headers_count - 1].p_type == PT_NULL)
			headers[headers_count - 1] = packed_notes(
				image, &image->segments[i], next);
		if (size != 0)
			end = next + size;
		next = note_pad(end);
	}
	file = arena_alloc(end, 1);
	memcpy(file, &header, sizeof header);
	memcpy(file + sizeof header, headers, headers_bytes);
	for (i = 0; i < image->segments_count; i++)
		if (headers[i].p_filesz != 0)
			memcpy(file + headers[i].p_offset,
			       image->segments[i].bytes.at,
			       headers[i].p_filesz);
	return (struct bytes){ file, end };
}

/* ---- Identity -------------------------------------------------------------- */

void
elf_identity_get(struct bytes file, const struct elf_image *image,
		 struct elf_identity *identity)
{
	_Static_assert(sizeof *identity == ELF_IDENTITY_BYTES,
		       "the note's payload is the structure");
	memcpy(identity, file.at + image->identity_offset, sizeof *identity);
}

void
elf_identity_set(uint8_t *file, const struct elf_image *image,
		 const struct elf_identity *identity)
{
	memcpy(file + image->identity_offset, identity, sizeof *identity);
}

static size_t
leaf_of(const struct elf_segment *segment)
{
	return segment->is_executable ? 0 : segment->is_writable ? 2 : 1;
}

static void
hash_u64(struct sha256_ctx *hash, uint64_t number)
{
	uint8_t bytes[8];
	size_t i;

	for (i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(number >> (8 * i));
	sha256_update(hash, sizeof bytes, bytes);
}

/* A part of a file whose bytes count as zero. */
struct blank {
	size_t start, end;
};

/* Bytes of the file from start to end, those of the blanks as zeros; blanks
 * are apart, and in order. */
static void
hash_range(struct sha256_ctx *hash, struct bytes file, size_t start, size_t end,
	   const struct blank blanks[2])
{
	static const uint8_t zeros[256];
	size_t i, stop;

	for (i = 0; i < 2; i++) {
		if (blanks[i].end <= start || blanks[i].start >= end)
			continue;
		if (blanks[i].start > start) {
			sha256_update(hash, blanks[i].start - start,
				      file.at + start);
			start = blanks[i].start;
		}
		stop = blanks[i].end < end ? blanks[i].end : end;
		for (; start < stop; start += sizeof zeros)
			sha256_update(hash, stop - start < sizeof zeros
						    ? stop - start
						    : sizeof zeros, zeros);
		start = stop;
	}
	sha256_update(hash, end - start, file.at + start);
}

/* The identity's payload, and the secrets, as blanks in order. */
static void
find_blanks(const struct elf_image *image, struct blank blanks[2])
{
	struct blank identity = {
		image->identity_offset,
		image->identity_offset + ELF_IDENTITY_BYTES,
	};
	struct blank secrets = {
		image->secrets_offset,
		image->slots_offset + image->slots.size,
	};
	bool is_first = identity.start < secrets.start;

	blanks[0] = is_first ? identity : secrets;
	blanks[1] = is_first ? secrets : identity;
}

/* A copy whose bytes from start to the end of the slots are zeros. */
static struct bytes
without(struct bytes file, const struct elf_image *image, size_t start)
{
	uint8_t *copy = arena_alloc(file.size, 1);

	memcpy(copy, file.at, file.size);
	if (image->slots.at != NULL)
		memset(copy + start, 0, image->slots_offset +
						image->slots.size - start);
	return (struct bytes){ copy, file.size };
}

struct bytes
elf_without_slots(struct bytes file, const struct elf_image *image)
{
	return without(file, image, image->slots_offset + SLOTS_HEAD_BYTES);
}

struct bytes
elf_without_secrets(struct bytes file, const struct elf_image *image)
{
	return without(file, image, image->secrets_offset);
}

void
elf_sealed_leaf(const struct elf_image *image, uint8_t leaf[ELF_HASH_BYTES])
{
	struct sha256_ctx hash;

	sha256_init(&hash);
	if (image->slots.at != NULL)
		sha256_update(&hash, image->secrets_offset -
					     image->slots_offset,
			      image->slots.at);
	sha256_digest(&hash, ELF_HASH_BYTES, leaf);
}

void
elf_file_hash(struct bytes file, const struct elf_image *image,
	      uint8_t sha256[ELF_HASH_BYTES])
{
	struct blank blanks[2] = { { 0, 0 }, { 0, 0 } };
	struct sha256_ctx hash;

	blanks[0].start = image->secrets_offset;
	blanks[0].end = image->slots_offset + image->slots.size;
	sha256_init(&hash);
	hash_range(&hash, file, 0, file.size, blanks);
	sha256_digest(&hash, ELF_HASH_BYTES, sha256);
}

void
elf_leaves(struct bytes file, const struct elf_image *image,
	   uint8_t leaves[ELF_LEAVES][ELF_HASH_BYTES])
{
	struct blank blanks[2];
	struct sha256_ctx hash;
	size_t leaf, i, size;

	find_blanks(image, blanks);
	for (leaf = 0; leaf < ELF_LEAVES; leaf++) {
		sha256_init(&hash);
		sha256_update(&hash, 12, (const uint8_t *)"unicc leaf 1");
		hash_u64(&hash, image->entry);
		for (i = 0; i < image->segments_count; i++) {
			const struct elf_segment *segment = &image->segments[i];

			if (leaf_of(segment) != leaf)
				continue;
			size = packed_size(image, i);
			hash_u64(&hash, segment->address);
			hash_u64(&hash, segment->memory_bytes);
			hash_u64(&hash, size);
			hash_range(&hash, file, segment->offset,
				   segment->offset + size, blanks);
		}
		sha256_digest(&hash, ELF_HASH_BYTES, leaves[leaf]);
	}
}

/* ---- Symbols --------------------------------------------------------------- */

static int
symbol_compare(const void *a, const void *b)
{
	const struct elf_symbol *first = a, *second = b;

	if (first->address != second->address)
		return first->address < second->address ? -1 : 1;
	return strcmp(first->name, second->name);
}

static Elf_Scn *
symbol_section(Elf *elf, GElf_Shdr *header)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section)) != NULL)
		if (gelf_getshdr(section, header) != NULL &&
		    header->sh_type == SHT_SYMTAB && header->sh_entsize != 0)
			return section;
	return NULL;
}

void
elf_symbols(struct bytes file, struct elf_symbol **symbols,
	    size_t *symbols_count)
{
	LIST(struct elf_symbol) list = { 0 };
	Elf *elf = open_file(file);
	GElf_Shdr header;
	Elf_Scn *section = elf == NULL ? NULL : symbol_section(elf, &header);
	Elf_Data *data = section == NULL ? NULL : elf_getdata(section, NULL);
	GElf_Sym symbol;
	const char *name;
	int i;

	for (i = 0; data != NULL && gelf_getsym(data, i, &symbol) != NULL; i++) {
		int type = GELF_ST_TYPE(symbol.st_info);

		name = elf_strptr(elf, header.sh_link, symbol.st_name);
		if (name == NULL || name[0] == '\0' ||
		    type == STT_FILE || type == STT_SECTION)
			continue;
		*list_add(&list) = (struct elf_symbol){
			.name = arena_copy(name),
			.address = symbol.st_value,
			.size = symbol.st_size,
			.is_function = type == STT_FUNC,
			.is_object = type == STT_OBJECT,
		};
	}
	elf_end(elf);
	if (list.count != 0)
		qsort(list.at, list.count, sizeof *list.at, symbol_compare);
	*symbols = list.at;
	*symbols_count = list.count;
}
