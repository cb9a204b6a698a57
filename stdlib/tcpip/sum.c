/* SPDX-License-Identifier: ISC */
/*
 * The sums of TCP (RFC 9293, 3.1) and UDP (RFC 768) in whole frames: lwIP is
 * told to leave them, for here each is one pass over bytes that have just been
 * copied, and none where the interface finishes or has checked it (netif.h).
 *
 *     14        Ethernet
 *     20        IPv4, at its end the addresses, a part of the pseudo-header
 *     the rest  TCP or UDP, in it the sum
 *
 * A frame is in a buffer of NETIF_FRAME_MAX_BYTES. Nothing but its headers is
 * read before its lengths hold.
 */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <lwip/opt.h>
#include <lwip/prot/ethernet.h>
#include <lwip/prot/ip.h>
#include <lwip/prot/ip4.h>
#include <lwip/prot/tcp.h>
#include <lwip/prot/udp.h>

enum {
	SUM_ABSENT = 0,
	SUM_BROKEN = 1,	/* the packet is cut off, a fragment, has options */
	SUM_IN_TCP = SIZEOF_ETH_HDR + IP_HLEN + offsetof(struct tcp_hdr, chksum),
	SUM_IN_UDP = SIZEOF_ETH_HDR + IP_HLEN + offsetof(struct udp_hdr, chksum),
	SUM_BYTES = 2,
	SUM_ADDRESSES_BYTES = 8,
	SUM_PLAIN_HEADER = 0x45,	/* IPv4, no options */
};

static const struct ip_hdr *
sum_packet(const uint8_t *frame)
{
	return (const void *)(frame + SIZEOF_ETH_HDR);
}

/* Where in its frame the sum is, or SUM_ABSENT or SUM_BROKEN. */
static size_t
sum_find(const uint8_t *frame, size_t size_bytes)
{
	const struct eth_hdr *ethernet = (const void *)frame;
	const struct ip_hdr *ip = sum_packet(frame);
	size_t end_bytes = SIZEOF_ETH_HDR + lwip_ntohs(IPH_LEN(ip)), at;

	if (ethernet->type != PP_HTONS(ETHTYPE_IP))
		return SUM_ABSENT;
	if (IPH_PROTO(ip) == IP_PROTO_TCP)
		at = SUM_IN_TCP;
	else if (LWIP_UDP && IPH_PROTO(ip) == IP_PROTO_UDP)
		at = SUM_IN_UDP;
	else
		return SUM_ABSENT;
	if (ip->_v_hl != SUM_PLAIN_HEADER ||
	    (IPH_OFFSET(ip) & PP_HTONS(IP_OFFMASK | IP_MF)) != 0 ||
	    end_bytes > size_bytes || end_bytes < at + SUM_BYTES)
		return SUM_BROKEN;
	return at;
}

/* Of the pseudo-header alone, or with all that it stands before. */
static uint16_t
sum_of(const uint8_t *frame, bool is_pseudo_alone)
{
	const struct ip_hdr *ip = sum_packet(frame);
	unsigned size_bytes = lwip_ntohs(IPH_LEN(ip)) - IP_HLEN;
	uint32_t sum = lwip_htons((uint16_t)(size_bytes + IPH_PROTO(ip)));

	if (is_pseudo_alone)
		size_bytes = 0;
	sum += tcpip_checksum(&ip->src, (int)(SUM_ADDRESSES_BYTES + size_bytes));
	return (uint16_t)(sum + (sum >> 16));
}

/* False: the frame's sum is wrong, or lwIP cannot use what has it. */
static bool
sum_is_right(const uint8_t *frame, size_t size_bytes)
{
	size_t at = sum_find(frame, size_bytes);

	if (at <= SUM_BROKEN)
		return at == SUM_ABSENT;
	/* UDP's 0: there is none. */
	if (LWIP_UDP && at == SUM_IN_UDP && (frame[at] | frame[at + 1]) == 0)
		return true;
	return sum_of(frame, false) == 0xffff;
}

/* Write the sum into a frame to send, in which lwIP has left 0, or only that of
 * the pseudo-header if the provider finishes it. False: the frame has none that
 * is left to it. */
static bool
sum_write(uint8_t *frame, size_t size_bytes, bool is_finished_later)
{
	size_t at = sum_find(frame, size_bytes);
	uint16_t sum;

	if (at <= SUM_BROKEN)
		return false;
	sum = sum_of(frame, is_finished_later);
	if (!is_finished_later)
		sum = (uint16_t)~sum;
	/* The same number, and for UDP not the one that says none. */
	if (LWIP_UDP && sum == 0)
		sum = 0xffff;
	memcpy(frame + at, &sum, sizeof sum);
	return is_finished_later;
}
