/* SPDX-License-Identifier: ISC */
/*
 * tcpip as freeze would write it, between a network card, a clock and a user
 * of the test's own. Time stands still until the test moves it.
 */
#ifndef TESTS_TCPIP_INSTANCE_H
#define TESTS_TCPIP_INSTANCE_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicc/types.h>

#define instance_name "ip"
#define netif_provider card
#define netif_consumer ip
#define clock_provider fake
#define entropy_provider fake
#define tcp_provider ip
#define tcp_consumers(X) X(0, app) X(1, other)

#define tcpip_start ip_start
#define tcpip_event ip_event
#define tcpip_deadline_ns ip_deadline_ns
#define tcpip_stop ip_stop

static const struct cidr tcpip_address = { 0x0a00020f, 24 };
enum { tcpip_address_is_set = 1 };
static const uint32_t tcpip_gateway = 0x0a000202;
enum { tcpip_dhcp = 0 };
static const uint64_t tcpip_dhcp_timeout_ns = 10000000000;
static const char tcpip_hostname[] = "";
enum { tcpip_hostname_length = 0 };
enum { tcpip_connections = 6, tcpip_half_open = 4, tcpip_kept_blocks = 8 };
static const uint64_t tcpip_linger_ns = 5000000000;

int ip_start(void);
bool ip_event(void);
uint64_t ip_deadline_ns(void);
void ip_stop(void);

#include <tcpip/checksum.c>
/* Here UDP's sums are for the tests alone: lwIP has no UDP. */
#include <lwip/opt.h>
#undef LWIP_UDP
#define LWIP_UDP 1
#include <tcpip/sum.c>
#undef LWIP_UDP
#define LWIP_UDP 0
#include <tcpip/random.c>
#include <tcpip/connection.c>
#include <tcpip/tcpip.c>

/* ---- The machine ------------------------------------------------------- */

static uint64_t fake_now_ns = 1000000000;
static bool has_fake_entropy;

uint64_t
fake_clock_monotonic_ns(void)
{
	return fake_now_ns;
}

int
fake_entropy_fill(void *bytes, size_t size_bytes)
{
	size_t i;

	if (!has_fake_entropy)
		return E_ENTROPY;
	for (i = 0; i < size_bytes; i++)
		((uint8_t *)bytes)[i] = (uint8_t)(i * 37 + 11);
	return 0;
}

void
kernel_log(const char *instance, const char *fact, ...)
{
	(void)instance;
	(void)fact;
}

_Noreturn void
kernel_panic(const char *instance, const char *fact)
{
	fprintf(stderr, "panic: %s: %s\n", instance, fact);
	abort();
}

/* ---- The network card ---------------------------------------------------- */

enum { CARD_FRAMES = 64 };

static uint8_t card_buffer[NETIF_FRAME_MAX_BYTES];
static struct {
	uint8_t bytes[NETIF_FRAME_MAX_BYTES];
	size_t size_bytes;
	bool was_sum_open;
} card_sent[CARD_FRAMES];
static size_t card_first, card_count;	/* the oldest are overwritten */
static bool is_card_full, card_finishes_sums;

void *
card_netif_reserve(void)
{
	return is_card_full ? NULL : card_buffer;
}

bool
card_netif_finishes_sums(void)
{
	return card_finishes_sums;
}

/* As a backend does: whatever is in the field is summed up with the rest. */
static void
card_finish_sum(uint8_t *frame, size_t size_bytes)
{
	uint16_t sum;

	if (!card_finishes_sums || frame[12] != 8 || frame[13] != 0 ||
	    frame[14] != 0x45 || frame[23] != 6)
		abort();
	sum = (uint16_t)~tcpip_checksum(frame + 34, (int)size_bytes - 34);
	memcpy(frame + 50, &sum, sizeof sum);
}

int
card_netif_send(size_t size_bytes, bool is_sum_open)
{
	size_t at = (card_first + card_count) % CARD_FRAMES;

	if (card_count == CARD_FRAMES)
		card_first = (card_first + 1) % CARD_FRAMES;
	else
		card_count++;
	memcpy(card_sent[at].bytes, card_buffer, size_bytes);
	card_sent[at].size_bytes = size_bytes;
	card_sent[at].was_sum_open = is_sum_open;
	if (is_sum_open)
		card_finish_sum(card_sent[at].bytes, size_bytes);
	return 0;
}

struct mac
card_netif_mac(void)
{
	return (struct mac){ { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } };
}

#endif
