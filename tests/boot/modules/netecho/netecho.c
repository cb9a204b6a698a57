/* SPDX-License-Identifier: ISC */
/*
 * Answers ARP for one address and sends every UDP datagram back to where it
 * came from. Swapping both ends leaves all checksums as they were.
 */
#include <string.h>
#include <unicc/kernel.h>
#include <unicc/netif.h>

enum {
	ETHERNET_TYPE = 12,
	ARP_OPERATION = 20, ARP_SENDER = 22, ARP_TARGET = 32,
	IPV4_PROTOCOL = 23, IPV4_FROM = 26, IPV4_TO = 30,
	UDP_FROM = 34, UDP_TO = 36, UDP_BYTES = 42,
	PROTOCOL_UDP = 17,
};

static void
swap(uint8_t *a, uint8_t *b, size_t size_bytes)
{
	uint8_t kept[6];

	memcpy(kept, a, size_bytes);
	memcpy(a, b, size_bytes);
	memcpy(b, kept, size_bytes);
}

static bool
is_ours(const uint8_t *address)
{
	return address[0] == (uint8_t)(netecho_address >> 24) &&
	       address[1] == (uint8_t)(netecho_address >> 16) &&
	       address[2] == (uint8_t)(netecho_address >> 8) &&
	       address[3] == (uint8_t)netecho_address;
}

static bool
answer_arp(uint8_t *frame)
{
	struct mac mac = netif_mac();

	if (frame[ARP_OPERATION + 1] != 1 || !is_ours(frame + ARP_TARGET + 6))
		return false;
	frame[ARP_OPERATION + 1] = 2;
	memcpy(frame, frame + ARP_SENDER, 6);
	memcpy(frame + 6, mac.bytes, 6);
	memcpy(frame + ARP_TARGET, frame + ARP_SENDER, 10);
	memcpy(frame + ARP_SENDER, mac.bytes, 6);
	frame[ARP_SENDER + 6] = (uint8_t)(netecho_address >> 24);
	frame[ARP_SENDER + 7] = (uint8_t)(netecho_address >> 16);
	frame[ARP_SENDER + 8] = (uint8_t)(netecho_address >> 8);
	frame[ARP_SENDER + 9] = (uint8_t)netecho_address;
	return true;
}

static bool
answer_udp(uint8_t *frame)
{
	static unsigned datagrams;

	if (frame[IPV4_PROTOCOL] != PROTOCOL_UDP || !is_ours(frame + IPV4_TO))
		return false;
	swap(frame, frame + 6, 6);
	swap(frame + IPV4_FROM, frame + IPV4_TO, 4);
	swap(frame + UDP_FROM, frame + UDP_TO, 2);
	if (++datagrams == netecho_frames)
		kernel_exit(0);
	return true;
}

void
netif_received(const void *received, size_t size_bytes, bool is_checked)
{
	uint8_t *frame = netif_reserve();
	bool is_answer = false;

	(void)is_checked;
	if (!frame || size_bytes < UDP_BYTES)
		return;
	memcpy(frame, received, size_bytes);
	if (frame[ETHERNET_TYPE] == 8 && frame[ETHERNET_TYPE + 1] == 6)
		is_answer = answer_arp(frame);
	else if (frame[ETHERNET_TYPE] == 8 && frame[ETHERNET_TYPE + 1] == 0)
		is_answer = answer_udp(frame);
	if (is_answer)
		netif_send(size_bytes, false);
}
