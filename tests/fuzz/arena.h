/* SPDX-License-Identifier: ISC */
/*
 * The arena is never freed, but a fuzzer runs for hours: compiler/base.c is
 * included here with a calloc that notes its blocks, so that arena_release can
 * free them. The block that base.c goes on cutting stays.
 */
#ifndef FUZZ_ARENA_H
#define FUZZ_ARENA_H

#include <stdlib.h>

enum { ARENA_BLOCKS_MAX = 65536 };

static void *arena_blocks[ARENA_BLOCKS_MAX];
static size_t arena_blocks_count;

static void *
arena_calloc(size_t count, size_t size)
{
	void *block = calloc(count, size);

	if (arena_blocks_count == ARENA_BLOCKS_MAX)
		abort();
	arena_blocks[arena_blocks_count++] = block;
	return block;
}

#define calloc arena_calloc
#include "base.c"
#undef calloc

/* What was taken so far is for good. */
static inline void
arena_keep(void)
{
	arena_blocks_count = 0;
}

/* Free what was taken since arena_keep or the last release. */
static inline void
arena_release(void)
{
	void *current = arena_at == NULL
				? NULL
				: arena_at + arena_left - ARENA_BLOCK_BYTES;
	bool is_kept = false;
	size_t i;

	for (i = 0; i < arena_blocks_count; i++)
		if (arena_blocks[i] == current)
			is_kept = true;
		else
			free(arena_blocks[i]);
	arena_blocks_count = 0;
	if (is_kept)
		arena_blocks[arena_blocks_count++] = current;
}

#endif
