/* SPDX-License-Identifier: ISC */
/*
 * The other end of the wire: builds and reads Ethernet, IPv4 and TCP by hand,
 * so that it can also do what no honest stack does.
 */
#ifndef TESTS_TCPIP_PEER_H
#define TESTS_TCPIP_PEER_H

#include "instance.h"

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };
enum { HEADERS = 14 + 20 + 20 };

/* One connection, from the peer's side. */
struct peer {
	uint16_t port;
	uint32_t next;		/* what we send next */
	uint32_t expected;	/* what we expect next */
};

struct segment {
	uint16_t to_port;
	uint32_t sequence, acknowledged;
	unsigned flags, window;
	uint8_t data[1500];
	size_t data_bytes;
};

static const uint8_t machine_mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
static const uint8_t peer_mac[6] = { 0x52, 0x55, 10, 0, 2, 2 };

static void
put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void
put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

static unsigned
get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static uint32_t
get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* RFC 1071 as its text says it, to hold ours against. */
static uint32_t
sum_words(const uint8_t *at, size_t size, uint32_t sum)
{
	size_t i;

	for (i = 0; i + 1 < size; i += 2)
		sum += get16(at + i);
	if (size % 2 != 0)
		sum += (uint32_t)at[size - 1] << 8;
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static uint32_t
sum_tcp(const uint8_t *ip, size_t tcp_bytes)
{
	return sum_words(ip + 20, tcp_bytes,
			 sum_words(ip + 12, 8, 6 + (uint32_t)tcp_bytes));
}

static void
put_ip(uint8_t *frame, unsigned protocol, size_t payload_bytes)
{
	uint8_t *ip = frame + 14;

	memcpy(frame, machine_mac, 6);
	memcpy(frame + 6, peer_mac, 6);
	put16(frame + 12, 0x0800);
	memset(ip, 0, 20);
	ip[0] = 0x45;
	put16(ip + 2, (unsigned)(20 + payload_bytes));
	ip[8] = 64;
	ip[9] = (uint8_t)protocol;
	put32(ip + 12, 0x0a000202);
	put32(ip + 16, 0x0a00020f);
	put16(ip + 10, ~sum_words(ip, 20, 0) & 0xffff);
}

static void
peer_frame(uint8_t *frame, const struct peer *peer, unsigned flags,
	   const void *data, size_t data_bytes)
{
	uint8_t *tcp = frame + 34;

	put_ip(frame, 6, 20 + data_bytes);
	memset(tcp, 0, 20);
	put16(tcp, peer->port);
	put16(tcp + 2, 80);
	put32(tcp + 4, peer->next);
	put32(tcp + 8, flags & ACK ? peer->expected : 0);
	tcp[12] = 5 << 4;
	tcp[13] = (uint8_t)flags;
	put16(tcp + 14, 65535);
	if (data != NULL)
		memcpy(tcp + 20, data, data_bytes);
	put16(tcp + 16, ~sum_tcp(frame + 14, 20 + data_bytes) & 0xffff);
}

/* Send one segment; the peer's numbers move on. */
static void
peer_send(struct peer *peer, unsigned flags, const void *data,
	  size_t data_bytes)
{
	uint8_t frame[NETIF_FRAME_MAX_BYTES];

	peer_frame(frame, peer, flags, data, data_bytes);
	peer->next += (uint32_t)data_bytes + !!(flags & SYN) + !!(flags & FIN);
	ip_netif_received(frame, HEADERS + data_bytes, false);
}

static void
peer_answer_arp(void)
{
	uint8_t frame[42] = { 0 };

	memcpy(frame, machine_mac, 6);
	memcpy(frame + 6, peer_mac, 6);
	put16(frame + 12, 0x0806);
	put16(frame + 14, 1);
	put16(frame + 16, 0x0800);
	frame[18] = 6;
	frame[19] = 4;
	put16(frame + 20, 2);
	memcpy(frame + 22, peer_mac, 6);
	put32(frame + 28, 0x0a000202);
	memcpy(frame + 32, machine_mac, 6);
	put32(frame + 38, 0x0a00020f);
	ip_netif_received(frame, sizeof frame, false);
}

/* The next TCP segment that the machine sent to this peer's port; false:
 * none. Its checksum must be right. Questions for addresses are answered. */
static bool
peer_take(struct peer *peer, struct segment *segment)
{
	while (card_count != 0) {
		const uint8_t *frame = card_sent[card_first].bytes;
		uint8_t copy[NETIF_FRAME_MAX_BYTES];
		const uint8_t *tcp = copy + 34;
		size_t tcp_bytes;

		memcpy(copy, frame, sizeof copy);
		card_first = (card_first + 1) % CARD_FRAMES;
		card_count--;
		if (get16(copy + 12) == 0x0806) {
			if (get16(copy + 20) == 1 &&
			    get32(copy + 38) == 0x0a000202)
				peer_answer_arp();
			continue;
		}
		if (copy[23] != 6 || get16(tcp + 2) != peer->port)
			continue;
		tcp_bytes = get16(copy + 16) - 20;
		if (sum_tcp(copy + 14, tcp_bytes) != 0xffff)
			abort();
		segment->to_port = peer->port;
		segment->sequence = get32(tcp + 4);
		segment->acknowledged = get32(tcp + 8);
		segment->flags = tcp[13] & 0x3f;
		segment->window = get16(tcp + 14);
		segment->data_bytes = tcp_bytes - (size_t)(tcp[12] >> 4) * 4;
		memcpy(segment->data, tcp + (tcp[12] >> 4) * 4,
		       segment->data_bytes);
		if (segment->sequence == peer->expected)
			peer->expected += (uint32_t)segment->data_bytes +
					  !!(segment->flags & SYN) +
					  !!(segment->flags & FIN);
		return true;
	}
	return false;
}

/* SYN, SYN-ACK, ACK. False: no answer. */
static bool
peer_connect(struct peer *peer, uint16_t port)
{
	struct segment segment;

	*peer = (struct peer){ .port = port,
			       .next = 1000 + (uint32_t)(fake_now_ns >> 10) };
	while (peer_take(peer, &segment))	/* of an earlier connection */
		continue;
	peer_send(peer, SYN, NULL, 0);
	if (!peer_take(peer, &segment) || segment.flags != (SYN | ACK))
		return false;
	peer->expected = segment.sequence + 1;
	peer_send(peer, ACK, NULL, 0);
	return true;
}

#endif
