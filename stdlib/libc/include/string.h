/* SPDX-License-Identifier: ISC */
/*
 * string.h of images: musl's, with the calls that the compiler can expand
 * given back to it. Freestanding code would otherwise call memcpy for four
 * bytes.
 */
#ifndef LIBC_STRING_H
#define LIBC_STRING_H

#include_next <string.h>

#define memcpy(to, from, size) __builtin_memcpy(to, from, size)
#define memmove(to, from, size) __builtin_memmove(to, from, size)
#define memset(to, byte, size) __builtin_memset(to, byte, size)
#define memcmp(left, right, size) __builtin_memcmp(left, right, size)
#define strlen(text) __builtin_strlen(text)

#endif
