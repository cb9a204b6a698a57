/* SPDX-License-Identifier: ISC */
/*
 * tcpip, lwIP and all, against a peer that builds every frame by hand.
 *
 * The pools are tiny: whatever can run out does. After each test everything
 * must have been given back, once the timers have run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "other.h"
#include "peer.h"

const char *tcpip_address_usable(struct cidr address, bool dhcp);
const char *tcpip_gateway_inside(struct cidr address, uint32_t gateway);
uint32_t tcpip_broadcast(struct cidr address);

/* ---- The user ------------------------------------------------------------- */

/* What the user of one connection has seen. */
struct seen {
	struct tcp_connection *connection;
	uint8_t bytes[8192];
	size_t bytes_count;
	unsigned writables, ticks, finished, lost;
};

static struct seen seen[64];
static size_t seen_count;
static size_t app_takes = SIZE_MAX;	/* at most as much of each offer */
static bool is_app_refusing, is_app_replacing;
static enum { APP_STAY, APP_CLOSE, APP_ABORT } app_on_data;

TCP_UPCALLS(app);

void *
app_tcp_accepted(struct tcp_connection *connection)
{
	struct seen *one = &seen[seen_count % countof(seen)];

	if (is_app_refusing)
		return NULL;
	seen_count++;
	/* As a server with a limit of its own: the oldest makes room. */
	if (is_app_replacing && seen_count > tcpip_connections)
		tcp_connection_abort(seen[(seen_count - 1 - tcpip_connections) %
					  countof(seen)].connection);
	*one = (struct seen){ .connection = connection };
	return one;
}

size_t
app_tcp_received(void *context, const void *bytes, size_t size_bytes)
{
	struct seen *one = context;
	size_t taken = size_bytes < app_takes ? size_bytes : app_takes;

	assert_true(one->bytes_count + taken <= sizeof one->bytes);
	memcpy(one->bytes + one->bytes_count, bytes, taken);
	one->bytes_count += taken;
	if (app_on_data == APP_CLOSE)
		tcp_connection_close(one->connection);
	else if (app_on_data == APP_ABORT)
		tcp_connection_abort(one->connection);
	return taken;
}

void
app_tcp_writable(void *context)
{
	((struct seen *)context)->writables++;
}

void
app_tcp_tick(void *context)
{
	((struct seen *)context)->ticks++;
}

void
app_tcp_finished(void *context)
{
	((struct seen *)context)->finished++;
}

void
app_tcp_lost(void *context)
{
	((struct seen *)context)->lost++;
}

void *
other_tcp_accepted(struct tcp_connection *connection)
{
	(void)connection;
	fail_msg("the wrong user was called");
	return NULL;
}

static struct seen *
newest(void)
{
	return &seen[(seen_count - 1) % countof(seen)];
}

/* ---- Time ---------------------------------------------------------------------- */

/* As the kernel does: the hooks, then sleep, at most until the alarm. */
static void
pass(uint64_t time_ns)
{
	uint64_t end_ns = fake_now_ns + time_ns, deadline_ns;

	while (fake_now_ns < end_ns) {
		ip_event();
		deadline_ns = ip_deadline_ns();
		fake_now_ns = deadline_ns < end_ns ? deadline_ns : end_ns;
	}
	ip_event();
	ip_deadline_ns();
}

static const uint64_t second = 1000000000;

static size_t
used(memp_t pool)
{
	return memp_pools[pool]->stats->used;
}

static int
teardown(void **state)
{
	size_t i;

	(void)state;
	is_card_full = card_finishes_sums = false;
	is_app_refusing = false;
	is_app_replacing = false;
	app_on_data = APP_STAY;
	app_takes = SIZE_MAX;
	for (i = 0; i < countof(connections); i++)
		if (connections[i].pcb != NULL)
			tcp_connection_abort(&connections[i]);
	pass(60 * second);
	fake_now_ns += 60 * second;
	pass(second);
	card_count = 0;
	assert_int_equal(used(MEMP_TCP_PCB), 0);
	assert_int_equal(used(MEMP_TCP_SEG), 0);
	assert_int_equal(used(MEMP_PBUF), 0);
	assert_int_equal(used(MEMP_POOL_96), 0);
	assert_int_equal(used(MEMP_POOL_512), 0);
	assert_int_equal(used(MEMP_POOL_1600), 0);
	assert_int_equal(connection_counts.blocks_used, 0);
	return 0;
}

/* ---- Start ----------------------------------------------------------------------- */

static void
refuses_to_start_without_entropy(void **state)
{
	(void)state;
	assert_int_equal(ip_start(), E_ENTROPY);
	assert_int_equal(card_count, 0);
}

static void
starts(void **state)
{
	(void)state;
	has_fake_entropy = true;
	assert_int_equal(ip_start(), 0);
	assert_int_equal(ip_tcp_port_listen(80, 0), 0);
	assert_int_equal(ip_tcp_port_listen(80, 1), E_BUSY);
	assert_int_equal(ip_tcp_port_listen(81, 1), 0);
	assert_int_equal(ip_tcp_port_listen(82, 1), E_MEMORY);
}

static void
sets_no_alarm_without_a_connection(void **state)
{
	(void)state;
	pass(second);
	assert_true(ip_deadline_ns() == UINT64_MAX);
}

/* ---- Parts -------------------------------------------------------------------------- */

static void
checksum_is_that_of_rfc_1071(void **state)
{
	uint8_t bytes[400];
	size_t i, size, start;

	(void)state;
	srand(1);
	for (i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i % 3 == 0 ? 0xff : rand());
	for (start = 0; start < 9; start++)
		for (size = 0; size + start <= sizeof bytes; size++) {
			unsigned ours = tcpip_checksum(bytes + start, (int)size);

			ours = (ours >> 8 | ours << 8) & 0xffff;
			assert_int_equal(ours, sum_words(bytes + start, size, 0));
		}
}

/* From the table that comes with the authors' reference code: key 00 .. 0f,
 * input 00 .. 0f. */
static void
siphash_is_the_authors(void **state)
{
	const uint64_t key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };

	(void)state;
	assert_true(siphash_16(key, 0x0706050403020100, 0x0f0e0d0c0b0a0908) ==
		    0x3f2acc7f57c29bdb);
}

static void
checks_refuse_what_cannot_work(void **state)
{
	(void)state;
	assert_null(tcpip_address_usable((struct cidr){ 0x0a00020f, 24 }, false));
	assert_null(tcpip_address_usable((struct cidr){ 0, 0 }, true));
	assert_non_null(tcpip_address_usable((struct cidr){ 0, 0 }, false));
	assert_non_null(
		tcpip_address_usable((struct cidr){ 0x0a000200, 24 }, false));
	assert_non_null(
		tcpip_address_usable((struct cidr){ 0x0a0002ff, 24 }, false));
	assert_null(tcpip_address_usable((struct cidr){ 0x0a0002ff, 31 }, false));
	assert_non_null(
		tcpip_address_usable((struct cidr){ 0x7f000001, 8 }, false));
	assert_null(tcpip_gateway_inside((struct cidr){ 0x0a00020f, 24 }, 0));
	assert_null(
		tcpip_gateway_inside((struct cidr){ 0x0a00020f, 24 }, 0x0a000202));
	assert_non_null(
		tcpip_gateway_inside((struct cidr){ 0x0a00020f, 24 }, 0x0a000302));
	assert_non_null(
		tcpip_gateway_inside((struct cidr){ 0x0a00020f, 24 }, 0x0a00020f));
	assert_int_equal(tcpip_broadcast((struct cidr){ 0x0a000002, 24 }),
			 0x0a0000ff);
}

/* ---- Frames --------------------------------------------------------------------------- */

static void
answers_a_ping(void **state)
{
	uint8_t frame[14 + 20 + 8 + 32] = { 0 };
	uint8_t *icmp = frame + 34;

	(void)state;
	put_ip(frame, 1, 40);
	icmp[0] = 8;
	memset(icmp + 8, 'p', 32);
	put16(icmp + 2, ~sum_words(icmp, 40, 0) & 0xffff);
	card_count = 0;
	ip_netif_received(frame, sizeof frame, false);
	while (card_count != 0 &&
	       get16(card_sent[card_first].bytes + 12) == 0x0806) {
		card_first = (card_first + 1) % CARD_FRAMES;
		card_count--;
		peer_answer_arp();
	}
	assert_int_equal(card_count, 1);
	assert_int_equal(card_sent[card_first].bytes[34], 0);
	assert_memory_equal(card_sent[card_first].bytes + 42, icmp + 8, 32);
	assert_int_equal(sum_words(card_sent[card_first].bytes + 34, 40, 0),
			 0xffff);
}

static void
survives_broken_frames(void **state)
{
	struct peer peer;
	struct segment segment;
	uint8_t frame[HEADERS + 4], broken[HEADERS + 4];
	size_t at, size;

	(void)state;
	assert_true(peer_connect(&peer, 2000));
	peer_frame(frame, &peer, ACK | PSH, "data", 4);
	for (size = 0; size < sizeof frame; size++)
		ip_netif_received(frame, size, false);
	for (at = 14; at < sizeof frame; at++) {
		memcpy(broken, frame, sizeof frame);
		broken[at] ^= 0x40;
		ip_netif_received(broken, sizeof broken, false);
	}
	while (peer_take(&peer, &segment))
		continue;
	peer_send(&peer, ACK | PSH, "fine", 4);
	assert_int_equal(newest()->bytes_count, 4);
	assert_memory_equal(newest()->bytes, "fine", 4);
	assert_int_equal(newest()->lost, 0);
}

/* ---- Sums ------------------------------------------------------------------------------- */

static const char answer[] = "HTTP/1.1 200 OK\r\n\r\n";

static void
sums_are_left_to_a_card_that_finishes_them(void **state)
{
	struct peer peer;
	struct segment segment;
	uint8_t frame[HEADERS + sizeof answer - 1];
	size_t at;

	(void)state;
	for (at = 0; at < 2; at++) {
		card_finishes_sums = at;
		assert_true(peer_connect(&peer, (uint16_t)(2100 + at)));
		card_count = 0;
		assert_int_equal(tcp_connection_send(newest()->connection,
						     answer, sizeof answer - 1,
						     0), 0);
		assert_int_equal(card_count, 1);
		assert_int_equal(card_sent[card_first].was_sum_open, at);
		/* What the card was given, before it finished a copy. */
		memcpy(frame, card_buffer, sizeof frame);
		assert_int_equal(get16(frame + 50),
				 at ? sum_words(frame + 26, 8,
						6 + sizeof frame - 34)
				    : get16(card_sent[card_first].bytes + 50));
		/* Its receiver finds the sum right. */
		assert_true(peer_take(&peer, &segment));
	}
}

static void
wrong_sums_are_dropped_unless_checked(void **state)
{
	struct peer peer;
	uint8_t frame[HEADERS + 4];
	uint64_t bad = frame_counts.received_bad;

	(void)state;
	assert_true(peer_connect(&peer, 2200));
	peer_frame(frame, &peer, ACK | PSH, "data", 4);
	frame[51] ^= 1;
	ip_netif_received(frame, sizeof frame, false);
	assert_int_equal(newest()->bytes_count, 0);
	assert_int_equal(frame_counts.received_bad - bad, 1);
	/* Not finished, for it has crossed no wire. */
	put16(frame + 50, sum_words(frame + 26, 8, 6 + 24));
	ip_netif_received(frame, sizeof frame, false);
	assert_int_equal(newest()->bytes_count, 0);
	ip_netif_received(frame, sizeof frame, true);
	assert_int_equal(newest()->bytes_count, 4);
	assert_memory_equal(newest()->bytes, "data", 4);
	assert_int_equal(frame_counts.received_bad - bad, 2);
}

/* A frame whose headers lie, told as checked or not: nothing of it is used. */
static void
checked_frames_have_bounds(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} lies[] = {
		{ 14, 0x46 }, { 14, 0x44 }, { 14, 0x65 },	/* header */
		{ 16, 0xff }, { 17, 45 }, { 17, 39 }, { 17, 20 }, { 17, 0 },
		{ 20, 0x20 }, { 21, 1 },			/* fragments */
		{ 46, 0x40 }, { 46, 0xf0 },			/* TCP's header */
	};
	struct peer peer;
	uint8_t frame[HEADERS + 4], lie[HEADERS + 4];
	size_t i, size;

	(void)state;
	assert_true(peer_connect(&peer, 2300));
	peer_frame(frame, &peer, ACK | PSH, "data", 4);
	for (i = 0; i < 2 * countof(lies); i++) {
		memcpy(lie, frame, sizeof frame);
		lie[lies[i / 2].at] = lies[i / 2].value;
		put16(lie + 24, 0);
		put16(lie + 24, ~sum_words(lie + 14, 20, 0) & 0xffff);
		ip_netif_received(lie, sizeof lie, i % 2);
		assert_int_equal(newest()->bytes_count, 0);
	}
	for (size = 0; size < sizeof frame; size++)
		ip_netif_received(frame, size, true);
	assert_int_equal(newest()->bytes_count, 0);
	ip_netif_received(frame, sizeof frame, true);
	assert_int_equal(newest()->bytes_count, 4);
}

static void
sums_of_udp(void **state)
{
	uint8_t frame[NETIF_FRAME_MAX_BYTES] = { 0 };
	uint8_t *udp = frame + 34;
	enum { BYTES = 34 + 8 + 5 };

	(void)state;
	put_ip(frame, 17, 8 + 5);
	put16(udp, 67);
	put16(udp + 2, 68);
	put16(udp + 4, 8 + 5);
	memcpy(udp + 8, "offer", 5);
	assert_true(sum_is_right(frame, BYTES));	/* it has none */
	assert_false(sum_write(frame, BYTES, false));
	assert_int_equal(sum_words(udp, 13, sum_words(frame + 26, 8, 17 + 13)),
			 0xffff);
	assert_true(sum_is_right(frame, BYTES));
	assert_false(sum_is_right(frame, BYTES - 1));
	udp[9] ^= 4;
	assert_false(sum_is_right(frame, BYTES));
	/* One that comes to 0 is sent as the other 0. */
	put16(udp + 6, 0);
	put16(udp + 8, 0);
	put16(udp + 8, ~sum_words(udp, 13, sum_words(frame + 26, 8, 17 + 13)) &
		       0xffff);
	assert_false(sum_write(frame, BYTES, false));
	assert_int_equal(get16(udp + 6), 0xffff);
	assert_true(sum_is_right(frame, BYTES));
	put16(udp + 6, 0);
	assert_true(sum_write(frame, BYTES, true));
	assert_int_equal(get16(udp + 6), sum_words(frame + 26, 8, 17 + 13));
}

/* ---- Connections ----------------------------------------------------------------------- */

static void
carries_data_both_ways(void **state)
{
	struct peer peer;
	struct segment segment;
	char copied[] = "abc";

	(void)state;
	assert_true(peer_connect(&peer, 3000));
	peer_send(&peer, ACK | PSH, "GET /", 5);
	assert_memory_equal(newest()->bytes, "GET /", 5);
	assert_int_equal(tcp_connection_send(newest()->connection, answer,
					     sizeof answer - 1, TCP_MORE), 0);
	assert_false(peer_take(&peer, &segment));
	assert_int_equal(tcp_connection_send(newest()->connection, copied, 3,
					     TCP_COPY), 0);
	memset(copied, 'x', 3);
	assert_true(peer_take(&peer, &segment));
	assert_int_equal(segment.data_bytes, sizeof answer - 1 + 3);
	assert_memory_equal(segment.data, answer, sizeof answer - 1);
	assert_memory_equal(segment.data + sizeof answer - 1, "abc", 3);
	assert_int_equal(segment.acknowledged, peer.next);
	peer_send(&peer, ACK, NULL, 0);
	assert_int_equal(newest()->writables, 1);
	assert_int_equal(used(MEMP_TCP_SEG), 0);
	peer_send(&peer, ACK | FIN, NULL, 0);
	assert_int_equal(newest()->finished, 1);
	tcp_connection_close(newest()->connection);
	segment.flags = 0;
	while (peer_take(&peer, &segment))
		continue;
	assert_true(segment.flags & FIN);
	peer_send(&peer, ACK, NULL, 0);
	assert_int_equal(used(MEMP_TCP_PCB), 0);
	assert_int_equal(newest()->lost, 0);
}

static void
sequence_numbers_are_a_keyed_hash_and_a_clock(void **state)
{
	struct peer peer;
	uint32_t first, second_one, other_port;

	(void)state;
	assert_true(peer_connect(&peer, 3100));
	first = peer.expected;
	tcp_connection_abort(newest()->connection);
	fake_now_ns += 4096 * 1000;
	assert_true(peer_connect(&peer, 3100));
	second_one = peer.expected;
	assert_int_equal(second_one - first, 1000);
	tcp_connection_abort(newest()->connection);
	assert_true(peer_connect(&peer, 3101));
	other_port = peer.expected;
	assert_true(other_port - second_one > 100000 &&
		    second_one - other_port > 100000);
}

static void
keeps_what_is_not_taken(void **state)
{
	struct peer peer;
	struct segment segment;
	uint8_t data[2920];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * 7);
	app_takes = 0;
	assert_true(peer_connect(&peer, 3200));
	for (i = 0; i < sizeof data; i += 365)
		peer_send(&peer, ACK, data + i, 365);
	assert_int_equal(newest()->bytes_count, 0);
	pass(second);
	segment.window = 9999;
	while (peer_take(&peer, &segment))
		continue;
	assert_int_equal(segment.window, 0);
	app_takes = 100;
	pass(2 * second);
	assert_true(newest()->bytes_count >= 300);
	app_takes = SIZE_MAX;
	pass(second);
	assert_int_equal(newest()->bytes_count, sizeof data);
	assert_memory_equal(newest()->bytes, data, sizeof data);
	while (peer_take(&peer, &segment))
		continue;
	assert_int_equal(segment.window, 2920);
	/* The end is told after the last byte, not before. */
	app_takes = 0;
	peer_send(&peer, ACK, "tail", 4);
	peer_send(&peer, ACK | FIN, NULL, 0);
	assert_int_equal(newest()->finished, 0);
	app_takes = SIZE_MAX;
	pass(second);
	assert_int_equal(newest()->bytes_count, sizeof data + 4);
	assert_int_equal(newest()->finished, 1);
}

static void
single_bytes_do_not_exhaust_memory(void **state)
{
	struct peer peer;
	unsigned i;

	(void)state;
	app_takes = 0;
	assert_true(peer_connect(&peer, 3300));
	for (i = 0; i < 2920; i++)
		peer_send(&peer, ACK, "z", 1);
	assert_int_equal(newest()->lost, 0);
	assert_true(connection_counts.blocks_used <= 6);
}

static void
resets_who_finds_no_block(void **state)
{
	struct peer peers[3];
	uint8_t data[1460] = { 0 };
	unsigned i;

	(void)state;
	app_takes = 0;
	for (i = 0; i < 3; i++) {
		assert_true(peer_connect(&peers[i], (uint16_t)(3400 + i)));
		peer_send(&peers[i], ACK, data, sizeof data);
	}
	assert_int_equal(newest()->lost, 1);
	assert_int_equal(seen[(seen_count - 2) % countof(seen)].lost, 0);
	app_takes = SIZE_MAX;
	pass(second);
	assert_int_equal(seen[(seen_count - 2) % countof(seen)].bytes_count,
			 sizeof data);
}

static void
user_may_let_go_inside_a_call(void **state)
{
	struct peer peer;
	struct segment segment;

	(void)state;
	app_on_data = APP_CLOSE;
	assert_true(peer_connect(&peer, 3500));
	peer_send(&peer, ACK, "bye", 3);
	assert_true(peer_take(&peer, &segment));
	assert_true(segment.flags & FIN);
	app_on_data = APP_ABORT;
	assert_true(peer_connect(&peer, 3501));
	peer_send(&peer, ACK, "bye", 3);
	assert_true(peer_take(&peer, &segment));
	assert_true(segment.flags & RST);
	is_app_refusing = true;
	assert_true(peer_connect(&peer, 3502));
	assert_true(peer_take(&peer, &segment));
	assert_true(segment.flags & RST);
}

/* ---- Closing ------------------------------------------------------------------------------ */

static void
drops_what_comes_after_close_without_reset(void **state)
{
	struct peer peer;
	struct segment segment;
	uint8_t data[1000] = { 0 };
	unsigned i, resets = 0;

	(void)state;
	assert_true(peer_connect(&peer, 4000));
	assert_int_equal(tcp_connection_send(newest()->connection, answer,
					     sizeof answer - 1, 0), 0);
	tcp_connection_close(newest()->connection);
	for (i = 0; i < 20; i++) {
		peer_send(&peer, ACK, data, sizeof data);
		while (peer_take(&peer, &segment))
			resets += !!(segment.flags & RST);
	}
	assert_int_equal(resets, 0);
	/* Bounded in time, whatever the peer goes on sending. */
	for (i = 0; i < 12 && resets == 0; i++) {
		pass(second);
		peer_send(&peer, ACK, data, 1);
		while (peer_take(&peer, &segment))
			resets += !!(segment.flags & RST);
	}
	assert_true(resets != 0 && i >= 4 && i <= 7);
}

/* One connection: open, ask, answer, closed by us or by the peer. */
static void
visit(uint16_t port, bool is_ours_first)
{
	struct peer peer;
	struct segment segment;

	fake_now_ns += 100000;
	card_finishes_sums = port & 1;
	assert_true(peer_connect(&peer, port));
	peer_send(&peer, ACK | PSH, "GET /", 5);
	assert_int_equal(tcp_connection_send(newest()->connection, answer,
					     sizeof answer - 1, 0), 0);
	if (!is_ours_first) {
		while (peer_take(&peer, &segment))
			continue;
		peer_send(&peer, ACK | FIN, NULL, 0);
	}
	tcp_connection_close(newest()->connection);
	while (peer_take(&peer, &segment))
		continue;
	peer_send(&peer, is_ours_first ? ACK | FIN : ACK, NULL, 0);
	while (peer_take(&peer, &segment))
		continue;
	if (port % 7 == 0)
		ip_event();
	ip_deadline_ns();
}

static void
ten_thousand_connections_closed_by_us(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < 10000; i++)
		visit((uint16_t)(10000 + i), true);
}

static void
ten_thousand_connections_closed_by_the_peer(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < 10000; i++)
		visit((uint16_t)(10000 + i), false);
}

static void
one_port_can_be_used_again_at_once(void **state)
{
	uint64_t renewed = connection_counts.renewed;
	unsigned i;

	(void)state;
	for (i = 0; i < 100; i++)
		visit(5555, true);
	assert_true(connection_counts.renewed - renewed == 99);
}

/* ---- Attacks -------------------------------------------------------------------------------- */

static void
flood_displaces_no_established_connection(void **state)
{
	struct peer established, attacker, late;
	struct segment segment;
	struct seen *mine;
	unsigned i;

	(void)state;
	assert_true(peer_connect(&established, 6000));
	mine = newest();
	for (i = 0; i < 3000; i++) {
		attacker = (struct peer){ .port = (uint16_t)(20000 + i),
					  .next = i * 99991 };
		peer_send(&attacker, SYN, NULL, 0);
		if (i % 10 == 0)
			pass(second / 100);
	}
	assert_true(connection_counts.displaced > 2900);
	peer_send(&established, ACK | PSH, "still", 5);
	assert_memory_equal(mine->bytes, "still", 5);
	assert_int_equal(mine->lost, 0);
	assert_true(peer_connect(&late, 6001));
	peer_send(&late, ACK | PSH, "here", 4);
	assert_memory_equal(newest()->bytes, "here", 4);
	while (peer_take(&established, &segment))
		assert_false(segment.flags & RST);
}

/* One more than the limit is offered, and this user keeps it. */
static void
those_beyond_the_limit_wait(void **state)
{
	struct peer peers[tcpip_connections + 1], late;
	struct segment segment;
	unsigned i;

	(void)state;
	for (i = 0; i < countof(peers); i++)
		assert_true(peer_connect(&peers[i], (uint16_t)(6100 + i)));
	for (i = 0; i < 1000; i++)
		assert_false(peer_connect(&late, (uint16_t)(7000 + i)));
	for (i = 0; i < countof(peers); i++)
		assert_int_equal(seen[(seen_count - 1 - i) % countof(seen)].lost,
				 0);
	tcp_connection_close(newest()->connection);
	while (peer_take(&peers[tcpip_connections], &segment))
		continue;
	assert_true(peer_connect(&late, 8500));
}

static void
user_may_give_up_one_for_a_new_one(void **state)
{
	struct peer peer;
	unsigned i;

	(void)state;
	is_app_replacing = true;
	seen_count = 0;
	for (i = 0; i < 1000; i++) {
		assert_true(peer_connect(&peer, (uint16_t)(9000 + i)));
		assert_int_equal(seen_count, i + 1);
		peer_send(&peer, ACK | PSH, "new", 3);
		assert_int_equal(newest()->bytes_count, 3);
	}
}

static void
blind_resets_and_strays_do_no_harm(void **state)
{
	struct peer peer, blind;
	struct segment segment;
	unsigned i;

	(void)state;
	assert_true(peer_connect(&peer, 6200));
	for (i = 0; i < 2000; i++) {
		blind = peer;
		blind.next += 100000 + i * 1000003;
		peer_send(&blind, RST, NULL, 0);
		peer_send(&blind, SYN, NULL, 0);
		blind.port = (uint16_t)(30000 + i);
		peer_send(&blind, ACK, "stray", 5);
	}
	while (peer_take(&peer, &segment))
		continue;
	peer_send(&peer, ACK | PSH, "alive", 5);
	assert_memory_equal(newest()->bytes, "alive", 5);
	assert_int_equal(newest()->lost, 0);
	/* A reset at exactly the expected number is the peer's own. */
	peer_send(&peer, RST, NULL, 0);
	assert_int_equal(newest()->lost, 1);
}

/* lwIP 2.1.3 traps at its next segment when a peer shrinks what it may get. */
static void
peer_cannot_shrink_waiting_segments(void **state)
{
	static const uint8_t option[] = { 2, 4, 0, 1 };	/* MSS: 1 */
	struct peer peer = { .port = 6250 };
	struct segment segment;
	uint8_t frame[HEADERS + 4];

	(void)state;
	assert_true(peer_connect(&peer, 6250));
	is_card_full = true;
	assert_int_equal(tcp_connection_send(newest()->connection, answer,
					     sizeof answer - 1, 0), 0);
	peer_frame(frame, &peer, ACK, option, sizeof option);
	frame[46] = 6 << 4;
	put16(frame + 48, 10);
	put16(frame + 50, 0);
	put16(frame + 50, ~sum_tcp(frame + 14, 24) & 0xffff);
	ip_netif_received(frame, sizeof frame, false);
	assert_int_equal(tcp_connection_send(newest()->connection, answer,
					     sizeof answer - 1, TCP_COPY), 0);
	is_card_full = false;
	peer_send(&peer, ACK, NULL, 0);
	pass(second);
	assert_true(peer_take(&peer, &segment));
	assert_int_equal(segment.data_bytes, 2 * (sizeof answer - 1));
}

/* ---- Exhaustion -------------------------------------------------------------------------------- */

static void
waits_for_the_card(void **state)
{
	struct peer peer;
	struct segment segment;

	(void)state;
	assert_true(peer_connect(&peer, 6300));
	is_card_full = true;
	assert_int_equal(tcp_connection_send(newest()->connection, answer,
					     sizeof answer - 1, 0), 0);
	assert_false(peer_take(&peer, &segment));
	assert_true(ip_deadline_ns() <= fake_now_ns + second / 100);
	pass(second / 10);
	is_card_full = false;
	pass(second / 2);
	assert_true(peer_take(&peer, &segment));
	assert_memory_equal(segment.data, answer, sizeof answer - 1);
}

static void
tells_when_a_pool_has_room_again(void **state)
{
	struct peer peer;
	struct segment segment;
	static char big[400];
	struct seen *one;
	unsigned sent = 0;

	(void)state;
	assert_true(peer_connect(&peer, 6400));
	one = newest();
	while (tcp_connection_send(one->connection, big, sizeof big,
				   TCP_COPY) == 0 &&
	       sent < 100)
		sent++;
	assert_true(sent >= 4 && sent < 100);
	while (peer_take(&peer, &segment))
		continue;
	one->writables = 0;
	peer_send(&peer, ACK, NULL, 0);
	ip_event();
	assert_true(one->writables != 0);
	assert_int_equal(tcp_connection_send(one->connection, big, sizeof big,
					     TCP_COPY), 0);
	assert_int_equal(tcp_connection_send(one->connection, big, 60000, 0),
			 E_FULL);
}

/* As many handshakes as there is room for, before the router has ever said
 * where it is. */
static void
burst_waits_for_the_routers_address(void **state)
{
	struct peer peers[tcpip_connections + tcpip_half_open];
	unsigned i;

	(void)state;
	etharp_cleanup_netif(&interface);
	card_count = 0;
	for (i = 0; i < countof(peers); i++) {
		peers[i] = (struct peer){ .port = (uint16_t)(6500 + i),
					  .next = i * 99991 };
		peer_send(&peers[i], SYN, NULL, 0);
	}
	assert_int_equal(card_count, 1);
	peer_answer_arp();
	assert_int_equal(card_count, 1 + countof(peers));
	for (i = 0; i < countof(peers); i++) {
		const uint8_t *frame =
			card_sent[(card_first + 1 + i) % CARD_FRAMES].bytes;

		assert_int_equal(get16(frame + 36), 6500 + i);
		assert_int_equal(frame[47], SYN | ACK);
	}
}

/* ---- The end ----------------------------------------------------------------------------------- */

static void
gives_back_everything_at_its_end(void **state)
{
	struct peer peer, opening = { .port = 6601 };

	(void)state;
	app_takes = 0;
	visit(6600, true);	/* TIME-WAIT */
	peer_send(&opening, SYN, NULL, 0);
	assert_true(peer_connect(&peer, 6602));
	peer_send(&peer, ACK | PSH, "kept", 4);
	tcp_connection_close(newest()->connection);
	assert_true(peer_connect(&peer, 6603));
	peer_send(&peer, ACK | PSH, "kept", 4);
	assert_int_equal(tcp_connection_send(newest()->connection, answer,
					     sizeof answer - 1, TCP_COPY), 0);
	etharp_cleanup_netif(&interface);
	peer_send(&peer, ACK, NULL, 0);
	assert_int_equal(tcp_connection_send(newest()->connection, answer,
					     sizeof answer - 1, TCP_COPY), 0);
	assert_int_equal(used(MEMP_TCP_PCB), 4);
	assert_true(used(MEMP_ARP_QUEUE) != 0);
	ip_stop();
	assert_int_equal(newest()->lost, 0);
	assert_int_equal(used(MEMP_TCP_PCB_LISTEN), 0);
	assert_int_equal(used(MEMP_ARP_QUEUE), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_to_start_without_entropy),
		cmocka_unit_test(starts),
		TEST(sets_no_alarm_without_a_connection),
		TEST(checksum_is_that_of_rfc_1071),
		TEST(siphash_is_the_authors),
		TEST(checks_refuse_what_cannot_work),
		TEST(answers_a_ping),
		TEST(survives_broken_frames),
		TEST(sums_are_left_to_a_card_that_finishes_them),
		TEST(wrong_sums_are_dropped_unless_checked),
		TEST(checked_frames_have_bounds),
		TEST(sums_of_udp),
		TEST(carries_data_both_ways),
		TEST(sequence_numbers_are_a_keyed_hash_and_a_clock),
		TEST(keeps_what_is_not_taken),
		TEST(single_bytes_do_not_exhaust_memory),
		TEST(resets_who_finds_no_block),
		TEST(user_may_let_go_inside_a_call),
		TEST(drops_what_comes_after_close_without_reset),
		TEST(ten_thousand_connections_closed_by_us),
		TEST(ten_thousand_connections_closed_by_the_peer),
		TEST(one_port_can_be_used_again_at_once),
		TEST(flood_displaces_no_established_connection),
		TEST(those_beyond_the_limit_wait),
		TEST(user_may_give_up_one_for_a_new_one),
		TEST(blind_resets_and_strays_do_no_harm),
		TEST(peer_cannot_shrink_waiting_segments),
		TEST(waits_for_the_card),
		TEST(tells_when_a_pool_has_room_again),
		TEST(burst_waits_for_the_routers_address),
		TEST(gives_back_everything_at_its_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
