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
#define netif_finishes_sums UNICC_JOIN(netif_provider, netif_finishes_sums)
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
 * Does the provider finish the sums of TCP and UDP over IPv4? [loop] Asked anew
 * for each frame, after netif_reserve: after a resume the backend is another.
 */
bool netif_finishes_sums(void);

/*
 * Send the first size_bytes bytes of the reserved buffer. [loop; never waits]
 * is_sum_open, only where netif_finishes_sums: the frame is a whole TCP or UDP
 * packet over IPv4 without options, and its checksum field holds the sum of the
 * pseudo-header, not inverted (RFC 9293, 3.1). All other sums are the user's.
 * E_PEER: the backend broke the protocol; the device has stopped. The device
 * may be told only when the provider's event hook returns, once for a batch.
 */
int netif_send(size_t size_bytes, bool is_sum_open);

/* The interface's own address; valid after the provider's start hook. */
struct mac netif_mac(void);

/*
 * One frame has arrived. [loop, from the provider's event hook] frame is
 * borrowed until return. The device may still write it: the user copies it
 * once, then reads only the copy. size_bytes is already bounded.
 *
 * is_checked: the provider's backend answers for the sum of TCP or UDP, and the
 * field may hold anything, as in a frame that has crossed no wire. Nothing else
 * was checked, no length and no header. Otherwise the user checks the sum.
 */
void netif_received(const void *frame, size_t size_bytes, bool is_checked);

#endif
