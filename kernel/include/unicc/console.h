/* SPDX-License-Identifier: ISC */
/* Interface console: where the machine's few words go. Shared by all users. */
#ifndef UNICC_CONSOLE_H
#define UNICC_CONSOLE_H

#include <stddef.h>
#include <unicc/types.h>

#define console_write UNICC_JOIN(console_provider, console_write)

/*
 * Write size_bytes bytes; a line ends with "\n". [any, also in a panic; waits
 * for the device] bytes is borrowed. Never fails: a dead console loses text.
 */
void console_write(const char *bytes, size_t size_bytes);

#endif
