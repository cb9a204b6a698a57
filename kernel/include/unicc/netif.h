/* SPDX-License-Identifier: ISC */
/*
 * Interface netif: Ethernet frames. One provider, exactly one user.
 *
 * A frame starts with its Ethernet header and has no checksum (FCS) at its
 * end: 14 .. NETIF_FRAME_MAX_BYTES bytes.
 */
#ifndef UNICC_NETIF_H
#define UNICC_NETIF_H

#include <stdbool.h>
#include <stddef.h>
#include <unicc/types.h>

enum {
	NETIF_MTU_BYTES = 1500,
	NETIF_HEADER_BYTES = 14,
	NETIF_FRAME_MAX_BYTES = NETIF_MTU_BYTES + NETIF_HEADER_BYTES,
};

/* The provider's calls. */
#define netif_reserve UNICC_JOIN(netif_provider, netif_reserve)
#define netif_send UNICC_JOIN(netif_provider, netif_send)
#define netif_mac UNICC_JOIN(netif_provider, netif_mac)

/* The user's calls, made by the provider. */
#define netif_received UNICC_JOIN(netif_consumer, netif_received)

/*
 * A buffer of NETIF_FRAME_MAX_BYTES for the next frame to send, or NULL if
 * all are in flight or the device has stopped. [loop; never waits] The buffer
 * is lent to the caller until netif_send, which sends exactly this one; a
 * second netif_reserve without netif_send returns the same buffer.
 */
void *netif_reserve(void);

/*
 * Send the first size_bytes bytes of the reserved buffer. [loop; never waits]
 * E_PEER: the backend broke the protocol; the device has stopped. The device
 * may be told only when the provider's event hook returns, once for a batch.
 */
int netif_send(size_t size_bytes);

/* The interface's own address; valid after the provider's start hook. */
struct mac netif_mac(void);

/*
 * One frame has arrived. [loop, from the provider's event hook] frame is
 * borrowed until return. The device may still write it: the user copies it
 * once, then reads only the copy. size_bytes is already bounded.
 */
void netif_received(const void *frame, size_t size_bytes);

#endif
