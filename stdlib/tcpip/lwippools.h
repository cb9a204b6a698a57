/* SPDX-License-Identifier: ISC */
/*
 * The sizes that lwIP allocates, smallest first (memp_std.h reads this): a
 * segment's headers; a piece of copied data or a DHCP message; a frame.
 * A size that is exhausted takes from the next.
 */
LWIP_MALLOC_MEMPOOL_START
LWIP_MALLOC_MEMPOOL(TCPIP_HEADERS, 96)
LWIP_MALLOC_MEMPOOL(TCPIP_COPIES, 512)
LWIP_MALLOC_MEMPOOL(TCPIP_LARGE_COPIES, 1600)
LWIP_MALLOC_MEMPOOL_END
