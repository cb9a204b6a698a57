/* SPDX-License-Identifier: ISC */
/*
 * The arena is never freed, but a fuzzer runs for hours: compiler/base.c is
 * included here with a calloc that notes its blocks, so that arena_release can
 * free them. The newest block of the arena's own size stays, because base.c
 * goes on cutting it.
 */
#ifndef FUZZ_ARENA_H
#define FUZZ_ARENA_H

#include <stdlib.h>

enum { ARENA_KEPT_BYTES = 256 * 1024, ARENA_BLOCKS_MAX = 65536 };

static void *arena_blocks[ARENA_BLOCKS_MAX];
static size_t arena_blocks_count;
static void *arena_current;

static void *
arena_calloc(size_t count, size_t size)
{
	void *block = calloc(count, size);

	if (arena_blocks_count == ARENA_BLOCKS_MAX)
		abort();
	arena_blocks[arena_blocks_count++] = block;
	if (count * size == ARENA_KEPT_BYTES)
		arena_current = block;
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
	size_t i;
	void *kept = NULL;

	for (i = 0; i < arena_blocks_count; i++)
		if (arena_blocks[i] == arena_current)
			kept = arena_current;
		else
			free(arena_blocks[i]);
	arena_blocks_count = 0;
	if (kept != NULL)
		arena_blocks[arena_blocks_count++] = kept;
}

#endif
