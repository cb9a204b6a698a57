/* SPDX-License-Identifier: ISC */
/* What lwIP asks of a compiler and a processor: clang, x86-64. */
#ifndef TCPIP_ARCH_CC_H
#define TCPIP_ARCH_CC_H

#include <stdint.h>

#define BYTE_ORDER LITTLE_ENDIAN

#define LWIP_NO_INTTYPES_H 1
#define LWIP_NO_UNISTD_H 1
#define LWIP_NO_CTYPE_H 1

#define lwip_htons(x) ((u16_t)__builtin_bswap16(x))
#define lwip_htonl(x) ((u32_t)__builtin_bswap32(x))

/* An assertion is one trapping instruction; no text of it is in the image. */
#define LWIP_PLATFORM_ASSERT(message) __builtin_trap()
#define LWIP_PLATFORM_DIAG(message) ((void)0)

/* The compiler expands copies of a known size even in freestanding code. */
#define MEMCPY(to, from, size) __builtin_memcpy(to, from, size)
#define SMEMCPY(to, from, size) __builtin_memcpy(to, from, size)
#define MEMMOVE(to, from, size) __builtin_memmove(to, from, size)

/* random.c */
uint32_t tcpip_random(void);
#define LWIP_RAND() tcpip_random()

/* checksum.c */
uint16_t tcpip_checksum(const void *bytes, int size_bytes);
#define LWIP_CHKSUM tcpip_checksum

#endif
