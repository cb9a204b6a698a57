/* SPDX-License-Identifier: ISC */
/* Interface entropy: unpredictable bytes from the machine. Shared by all users. */
#ifndef UNICC_ENTROPY_H
#define UNICC_ENTROPY_H

#include <stddef.h>
#include <unicc/types.h>

#define entropy_fill UNICC_JOIN(entropy_provider, entropy_fill)

/*
 * Fill size_bytes bytes. [start or loop; may wait, bounded] bytes is borrowed;
 * size_bytes is 1 .. 256. 0, or E_ENTROPY: nothing usable was written, and the
 * caller must not start.
 */
int entropy_fill(void *bytes, size_t size_bytes);

#endif
