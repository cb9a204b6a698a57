/* SPDX-License-Identifier: ISC */
/* The programs that compile and link, and their identity. */
#ifndef UNICC_TOOLCHAIN_H
#define UNICC_TOOLCHAIN_H

#include "base.h"

struct tool {
	const char *name;	/* as found on PATH and in messages */
	const char *package;	/* what to install when it is missing */
	const char *path;	/* NULL: not looked for yet, or missing */
	const char *version;	/* what it says of itself, first line */
	uint8_t sha256[32];	/* of its file and of the LLVM it loads */
};

extern struct tool toolchain_clang, toolchain_linker, toolchain_ninja,
	toolchain_qemu;

/*
 * Find the programs a build needs and identify clang and the linker; false
 * after E0601. What an unchanged file was identified as is kept in the cache.
 */
bool toolchain_find(void);

/* Find one program without identifying it; false after E0601. */
bool toolchain_locate(struct tool *tool);

/*
 * In a child, before it becomes a tool of the chain: what clang, lld and ninja
 * would read of the environment is not in any key, so they get only what finds
 * and loads files, and what hands their work to other machines (distcc, icecc).
 */
void toolchain_environment(void);

/* The folder of clang's own headers. Call after toolchain_find. */
const char *toolchain_headers(void);

#endif
