/* SPDX-License-Identifier: ISC */
/*
 * Fuzz the reader of images, which `unicc id` turns on any file.
 *
 * Build with compiler/elf.c and -lelf -lnettle. Beyond what the sanitizers
 * see: a file that is taken packs to one that is taken, with the same leaves,
 * and packs to itself.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "elf_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes file = { data, size }, packed, twice;
	uint8_t before[ELF_LEAVES][ELF_HASH_BYTES];
	uint8_t after[ELF_LEAVES][ELF_HASH_BYTES];
	struct elf_image image, again;
	struct elf_symbol *symbols;
	size_t symbols_count;

	arena_release();
	elf_symbols(file, &symbols, &symbols_count);
	if (elf_read(file, &image) != NULL)
		return 0;
	elf_leaves(file, &image, before);
	packed = elf_pack(&image);
	assert(elf_read(packed, &again) == NULL);
	elf_leaves(packed, &again, after);
	assert(again.entry == image.entry && again.end == image.end);
	assert(memcmp(before, after, sizeof before) == 0);
	elf_sealed_leaf(&image, before[0]);
	elf_sealed_leaf(&again, after[0]);
	elf_file_hash(file, &image, before[1]);
	assert(memcmp(before[0], after[0], ELF_HASH_BYTES) == 0);
	assert(image.slots.at == NULL ||
	       (image.secrets_offset >= image.slots_offset &&
		image.secrets_offset <= image.slots_offset +
						image.slots.size));
	twice = elf_pack(&again);
	assert(twice.size == packed.size);
	assert(memcmp(twice.at, packed.at, packed.size) == 0);
	return 0;
}
