/* SPDX-License-Identifier: ISC */
/*
 * Fuzz tcpip with lwIP: any frames, any time between them, any user.
 *
 * Build with tests/tcpip/build, -fsanitize=fuzzer. The input is a list of
 * actions: a byte, then what the action needs. Frames come raw, or with
 * lengths, checksums, addresses and numbers put right, so that they get to
 * the last corner of TCP. At the end all connections are given up, time passes,
 * and every pool must be full again.
 */
#include <assert.h>

#include "other.h"
#include "peer.h"
#include "program.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

TCP_UPCALLS(app);

/* ---- The user: does what the input says -------------------------------------- */

static struct tcp_connection *opened[countof(connections)];
static const char constant[3000];

static void
use(struct tcp_connection **slot)
{
	unsigned what = next_byte();
	char copied[300] = { 0 };

	if (*slot == NULL)
		return;
	switch (what % 8) {
	case 1:
		tcp_connection_close(*slot);
		*slot = NULL;
		break;
	case 2:
		tcp_connection_abort(*slot);
		*slot = NULL;
		break;
	case 3:
		tcp_connection_send(*slot, constant, what * 11, 0);
		break;
	case 4:
		tcp_connection_send(*slot, copied, what, TCP_COPY | TCP_MORE);
		break;
	case 5:
		tcp_connection_send(*slot, copied, what, TCP_COPY);
		break;
	default:
		break;
	}
}

void *
app_tcp_accepted(struct tcp_connection *connection)
{
	size_t i;

	if (next_byte() == 1)
		return NULL;
	for (i = 0; opened[i] != NULL; i++)
		assert(i + 1 < countof(opened));
	opened[i] = connection;
	return &opened[i];
}

size_t
app_tcp_received(void *context, const void *bytes, size_t size_bytes)
{
	size_t i, sum = 0, taken = next_byte() * 8;

	for (i = 0; i < size_bytes; i++)
		sum += ((const uint8_t *)bytes)[i];
	use(context);
	(void)sum;
	return taken < size_bytes ? taken : size_bytes;
}

void
app_tcp_writable(void *context)
{
	use(context);
}

void
app_tcp_tick(void *context)
{
	use(context);
}

void
app_tcp_finished(void *context)
{
	use(context);
}

void
app_tcp_lost(void *context)
{
	*(struct tcp_connection **)context = NULL;
}

void *
other_tcp_accepted(struct tcp_connection *connection)
{
	(void)connection;
	return NULL;
}

/* ---- The wire ------------------------------------------------------------------ */

static struct peer peers[8];

static size_t
take_bytes(uint8_t *bytes, size_t size_bytes)
{
	size_t i;

	for (i = 0; i < size_bytes; i++)
		bytes[i] = (uint8_t)next_byte();
	return size_bytes;
}

static void
raw_frame(void)
{
	uint8_t frame[NETIF_FRAME_MAX_BYTES] = { 0 };
	size_t size_bytes = next_byte() * 6 % (sizeof frame + 1);

	take_bytes(frame, size_bytes < 96 ? size_bytes : 96);
	ip_netif_received(frame, size_bytes, frame[5] & 1);
}

/* Any IPv4 payload below a right header. */
static void
ip_frame(void)
{
	uint8_t frame[NETIF_FRAME_MAX_BYTES] = { 0 };
	unsigned protocol = next_byte() % 3 == 0 ? 1 : next_byte();
	size_t size_bytes = next_byte() % 64;

	put_ip(frame, protocol, size_bytes);
	take_bytes(frame + 34, size_bytes);
	if (protocol == 1 && size_bytes >= 8) {
		put16(frame + 36, 0);
		put16(frame + 36,
		      ~sum_words(frame + 34, size_bytes, 0) & 0xffff);
	}
	ip_netif_received(frame, 34 + size_bytes, size_bytes & 1);
}

/* A segment of one of a few connections, near the numbers it should have. */
static void
tcp_frame(void)
{
	struct peer *peer = &peers[next_byte() % countof(peers)];
	uint8_t frame[NETIF_FRAME_MAX_BYTES] = { 0 };
	unsigned flags = next_byte() & 0x3f, odd = next_byte();
	size_t size_bytes = (next_byte() % 64) * (odd & 1 ? 20 : 1);
	struct segment segment;

	peer->port = (uint16_t)(1000 + (peer - peers));
	while (peer_take(peer, &segment))
		if (segment.flags & SYN)
			peer->expected = segment.sequence + 1;
	if (odd & 2)
		peer->next += next_byte() * 17 - 2000;
	if (odd & 4)
		peer->expected += next_byte() * 17 - 2000;
	peer_frame(frame, peer, flags, NULL, size_bytes);
	if (odd & 8)
		put16(frame + 48, next_byte());		/* the window */
	if (odd & 16) {
		frame[46] = (uint8_t)(next_byte() << 4);	/* options */
		take_bytes(frame + HEADERS, next_byte() % 40);
	}
	if (odd & 32)
		put16(frame + 36, 81);
	put16(frame + 50, 0);
	put16(frame + 50, ~sum_tcp(frame + 14, 20 + size_bytes) & 0xffff);
	if (!(odd & 64))
		peer->next += (uint32_t)size_bytes + !!(flags & SYN) +
			      !!(flags & FIN);
	/* Where sums are left to the card, it leaves them to us. */
	card_finishes_sums = odd & 128;
	ip_netif_received(frame, HEADERS + size_bytes, card_finishes_sums);
}

/* ---- Time ----------------------------------------------------------------------- */

static void
pass(uint64_t time_ns)
{
	uint64_t end_ns = fake_now_ns + time_ns;

	while (fake_now_ns < end_ns) {
		uint64_t deadline_ns;

		ip_event();
		deadline_ns = ip_deadline_ns();
		assert(deadline_ns > fake_now_ns);
		fake_now_ns = deadline_ns < end_ns ? deadline_ns : end_ns;
	}
	ip_event();
	ip_deadline_ns();
}

static void
act(void)
{
	switch (next_byte() % 8) {
	case 0:
		raw_frame();
		break;
	case 1:
		ip_frame();
		break;
	case 2:
		pass(next_byte() * 20000000ull);
		break;
	case 3:
		is_card_full = !is_card_full;
		break;
	case 4:
		use(&opened[next_byte() % countof(opened)]);
		break;
	default:
		tcp_frame();
		break;
	}
}

/* Everything comes back, and the next input finds the machine as new. */
static void
settle(void)
{
	size_t i;

	is_card_full = false;
	card_count = 0;
	for (i = 0; i < countof(opened); i++) {
		if (opened[i] != NULL)
			tcp_connection_abort(opened[i]);
		opened[i] = NULL;
	}
	pass(60000000000);
	fake_now_ns += 400000000000;
	pass(1000000000);
	card_count = 0;
	for (i = 0; i < MEMP_MAX; i++)
		assert(i == MEMP_TCP_PCB_LISTEN ||
		       memp_pools[i]->stats->used == 0);
	assert(connection_counts.blocks_used == 0);
	memset(peers, 0, sizeof peers);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	has_fake_entropy = true;
	return ip_start() != 0 || ip_tcp_port_listen(80, 0) != 0 ||
	       ip_tcp_port_listen(81, 1) != 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The machine knows where the peer is: answers go out at once. */
	peer_answer_arp();
	input = data;
	input_bytes = size;
	while (input_bytes != 0)
		act();
	settle();
	return 0;
}
