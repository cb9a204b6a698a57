/* SPDX-License-Identifier: ISC */
/*
 * Packed images: what elf_read makes of linked files, and of broken ones.
 *
 * Needs: base elf
 */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "elf_image.h"

enum { TEXT = 0x100000, CONSTANTS = 0x101000, DATA = 0x102000 };

/* A linked file: text with zeros at its end, notes and a word of constants,
 * data with a large part that is only in memory. */
struct linked {
	Elf64_Ehdr header;
	Elf64_Phdr programs[4];
	uint8_t text[64];
	struct {
		uint32_t name_bytes, payload_bytes, type;
		char name[8];
		uint8_t payload[ELF_IDENTITY_BYTES];
	} note;
	uint8_t constant[8];
	uint8_t data[16];
};

static Elf64_Phdr
program(uint32_t type, uint32_t flags, size_t offset, uint64_t address,
	size_t size)
{
	return (Elf64_Phdr){
		.p_type = type, .p_flags = flags, .p_offset = offset,
		.p_vaddr = address, .p_paddr = address, .p_filesz = size,
		.p_memsz = size, .p_align = 16,
	};
}

static struct linked
make_linked(void)
{
	struct linked file = { 0 };

	memcpy(file.header.e_ident, ELFMAG, SELFMAG);
	file.header.e_ident[EI_CLASS] = ELFCLASS64;
	file.header.e_ident[EI_DATA] = ELFDATA2LSB;
	file.header.e_ident[EI_VERSION] = EV_CURRENT;
	file.header.e_type = ET_EXEC;
	file.header.e_machine = EM_X86_64;
	file.header.e_version = EV_CURRENT;
	file.header.e_entry = TEXT;
	file.header.e_phoff = offsetof(struct linked, programs);
	file.header.e_ehsize = sizeof file.header;
	file.header.e_phentsize = sizeof file.programs[0];
	file.header.e_phnum = 4;
	file.programs[0] = program(PT_LOAD, PF_R | PF_X,
				   offsetof(struct linked, text), TEXT,
				   sizeof file.text);
	file.programs[1] = program(PT_LOAD, PF_R,
				   offsetof(struct linked, note), CONSTANTS,
				   sizeof file.note + sizeof file.constant);
	file.programs[2] = program(PT_LOAD, PF_R | PF_W,
				   offsetof(struct linked, data), DATA,
				   sizeof file.data);
	file.programs[2].p_memsz = 0x8000;
	file.programs[3] = program(PT_NOTE, PF_R,
				   offsetof(struct linked, note), CONSTANTS,
				   sizeof file.note);
	memset(file.text, 0x90, 40);
	file.note.name_bytes = 6;
	file.note.payload_bytes = ELF_IDENTITY_BYTES;
	file.note.type = 1;
	memcpy(file.note.name, "unicc", 6);
	memcpy(file.constant, "const\0\0", 8);
	file.data[0] = 7;
	return file;
}

static struct bytes
bytes_of(const struct linked *file)
{
	return (struct bytes){ (const uint8_t *)file, sizeof *file };
}

static void
packing_drops_trailing_zeros(void **state)
{
	struct linked file = make_linked();
	struct elf_image image, again;
	struct bytes packed;

	(void)state;
	assert_null(elf_read(bytes_of(&file), &image));
	packed = elf_pack(&image);
	assert_null(elf_read(packed, &again));
	assert_int_equal(again.entry, TEXT);
	assert_int_equal(again.segments_count, 3);
	assert_int_equal(again.segments[0].bytes.size, 40);
	assert_int_equal(again.segments[0].memory_bytes, sizeof file.text);
	assert_int_equal(again.segments[2].bytes.size, 1);
	assert_int_equal(again.segments[2].memory_bytes, 0x8000);
	assert_int_equal(again.end, DATA + 0x8000);
	assert_int_equal(again.notes_address, CONSTANTS);
	assert_int_equal(again.notes.size, sizeof file.note);
	assert_int_equal(again.notes_offset % 4, 0);
	assert_in_range(packed.size, 64 + 4 * 56 + 40 + sizeof file.note + 6,
			64 + 4 * 56 + 40 + sizeof file.note + 6 + 8);
}

static void
packing_twice_gives_the_same(void **state)
{
	struct linked file = make_linked();
	struct elf_image image, again;
	struct bytes packed, twice;

	(void)state;
	assert_null(elf_read(bytes_of(&file), &image));
	packed = elf_pack(&image);
	assert_null(elf_read(packed, &again));
	twice = elf_pack(&again);
	assert_int_equal(packed.size, twice.size);
	assert_memory_equal(packed.at, twice.at, packed.size);
}

static void
leaves_leave_the_identity_out(void **state)
{
	struct linked file = make_linked();
	uint8_t linked[ELF_LEAVES][ELF_HASH_BYTES];
	uint8_t filled[ELF_LEAVES][ELF_HASH_BYTES];
	struct elf_identity identity, back;
	struct elf_image image;
	struct bytes packed;

	(void)state;
	memset(&identity, 0xa5, sizeof identity);
	assert_null(elf_read(bytes_of(&file), &image));
	elf_leaves(bytes_of(&file), &image, linked);
	elf_identity_set((uint8_t *)&file, &image, &identity);
	packed = elf_pack(&image);
	assert_null(elf_read(packed, &image));
	elf_leaves(packed, &image, filled);
	assert_memory_equal(linked, filled, sizeof linked);
	elf_identity_get(packed, &image, &back);
	assert_memory_equal(&identity, &back, sizeof identity);
}

static void
leaves_tell_one_changed_byte(void **state)
{
	struct linked file = make_linked();
	uint8_t before[ELF_LEAVES][ELF_HASH_BYTES];
	uint8_t after[ELF_LEAVES][ELF_HASH_BYTES];
	struct elf_image image;

	(void)state;
	assert_null(elf_read(bytes_of(&file), &image));
	elf_leaves(bytes_of(&file), &image, before);
	file.constant[0] ^= 1;
	elf_leaves(bytes_of(&file), &image, after);
	assert_memory_equal(before[0], after[0], ELF_HASH_BYTES);
	assert_memory_not_equal(before[1], after[1], ELF_HASH_BYTES);
	assert_memory_equal(before[2], after[2], ELF_HASH_BYTES);
	file.header.e_entry++;
	assert_null(elf_read(bytes_of(&file), &image));
	elf_leaves(bytes_of(&file), &image, after);
	assert_memory_not_equal(before[0], after[0], ELF_HASH_BYTES);
}

static void
every_cut_is_refused_or_whole(void **state)
{
	struct linked file = make_linked();
	struct elf_image image;
	size_t size, needed = offsetof(struct linked, data) + sizeof file.data;

	(void)state;
	for (size = 0; size < needed; size++)
		assert_non_null(elf_read(
			(struct bytes){ (const uint8_t *)&file, size },
			&image));
}

static void
is_refused(const struct linked *file)
{
	struct elf_image image;

	assert_non_null(elf_read(bytes_of(file), &image));
}

static void
contradictions_are_refused(void **state)
{
	struct linked file = make_linked();

	(void)state;
	file.programs[0].p_filesz = file.programs[0].p_memsz + 1;
	is_refused(&file);
	file = make_linked();
	file.programs[0].p_offset = UINT64_MAX - 3;
	is_refused(&file);
	file = make_linked();
	file.programs[0].p_paddr = UINT64_MAX - 3;
	is_refused(&file);
	file = make_linked();
	file.programs[3].p_offset = offsetof(struct linked, text);
	is_refused(&file);
	file = make_linked();
	file.programs[3].p_type = PT_LOAD;
	is_refused(&file);
	file = make_linked();
	file.note.name_bytes = UINT32_MAX;
	is_refused(&file);
	file = make_linked();
	file.note.payload_bytes = UINT32_MAX - 2;
	is_refused(&file);
	file = make_linked();
	file.note.payload_bytes -= 32;
	is_refused(&file);
	file = make_linked();
	file.programs[2].p_offset = offsetof(struct linked, constant);
	is_refused(&file);
	file = make_linked();
	file.programs[2].p_paddr = CONSTANTS + 4;
	is_refused(&file);
	file = make_linked();
	file.header.e_machine = EM_AARCH64;
	is_refused(&file);
	file = make_linked();
	file.header.e_phnum = 0;
	is_refused(&file);
}

static void
empty_segments_are_left_out(void **state)
{
	struct linked file = make_linked();
	struct elf_image image, again;

	(void)state;
	file.programs[2].p_filesz = 0;
	file.programs[2].p_memsz = 0;
	file.programs[2].p_paddr = 0;
	assert_null(elf_read(bytes_of(&file), &image));
	assert_int_equal(image.segments_count, 2);
	assert_null(elf_read(elf_pack(&image), &again));
	assert_int_equal(again.segments_count, 2);
}

static void
segments_of_zeros_take_no_bytes(void **state)
{
	struct linked file = make_linked();
	struct elf_image image, again;
	struct bytes packed;

	(void)state;
	file.data[0] = 0;
	assert_null(elf_read(bytes_of(&file), &image));
	packed = elf_pack(&image);
	assert_null(elf_read(packed, &again));
	assert_int_equal(again.segments_count, 3);
	assert_int_equal(again.segments[2].bytes.size, 0);
	assert_int_equal(again.segments[2].memory_bytes, 0x8000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packing_drops_trailing_zeros),
		cmocka_unit_test(packing_twice_gives_the_same),
		cmocka_unit_test(leaves_leave_the_identity_out),
		cmocka_unit_test(leaves_tell_one_changed_byte),
		cmocka_unit_test(every_cut_is_refused_or_whole),
		cmocka_unit_test(contradictions_are_refused),
		cmocka_unit_test(empty_segments_are_left_out),
		cmocka_unit_test(segments_of_zeros_take_no_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
