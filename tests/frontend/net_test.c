/* SPDX-License-Identifier: ISC */
/*
 * netfront, and the handshake of every driver, against a host and a netback in
 * this process. Rings have two slots.
 */
#define netif_provider nic
#define netif_consumer user
#include <unicc/netif.h>
#include "case.h"
#include "netback.h"
#include "nic.h"

static struct {
	unsigned count;
	bool is_checked;
	size_t size_bytes;
	uint8_t bytes[NETIF_FRAME_MAX_BYTES];
} received;

void
netif_received(const void *frame, size_t size_bytes, bool is_checked)
{
	received.count++;
	received.size_bytes = size_bytes;
	received.is_checked = is_checked;
	memcpy(received.bytes, frame, size_bytes);
}

static int
setup(void **state)
{
	(void)state;
	host_reset();
	store_forget();
	nic_forget();
	netback_reset();
	memset(&received, 0, sizeof received);
	return store_start();
}

static void
run(void)
{
	run_with(nic_event);
	nic_check();
}

/* ---- The handshake ------------------------------------------------------- */

static void
test_no_device(void **state)
{
	(void)state;
	host_remove(VIF "/backend");
	assert_int_equal(nic_start(), E_ABSENT);
	assert_logged("nic: expected a Xen network interface in device/vif/0, "
		      "found none\n");
}

static void
test_backend_never_ready(void **state)
{
	uint64_t before_ns = host.now_ns;

	(void)state;
	host_set(VIF_BACKEND "/state", "1");
	assert_int_equal(nic_start(), E_TIMEOUT);
	assert_true(host.now_ns - before_ns < 2000000000);
	assert_logged("nic: the backend " VIF_BACKEND
		      " has not connected in 1000 ms; it is initialising\n");
}

/* Its state changes all the time, and never to what it should be. */
static void
dither(void)
{
	host_set(VIF_BACKEND "/state", host.now_ns & 1 ? "1" : "6");
}

static void
test_backend_dithers(void **state)
{
	uint64_t before_ns = host.now_ns;

	(void)state;
	host_set(VIF_BACKEND "/state", "1");
	host.tick_ns = 100001;
	host.on_wait = dither;
	assert_int_equal(nic_start(), E_TIMEOUT);
	assert_true(host.now_ns - before_ns < 2000000000);
}

static void
test_backend_never_connects(void **state)
{
	(void)state;
	host.on_write = NULL;
	assert_int_equal(nic_start(), E_TIMEOUT);
	assert_logged("has not connected in 1000 ms; it is waiting\n");
	assert_string_equal(host_get(VIF "/state"), "6");
	assert_int_equal(host.ports_left, HOST_PORTS_FREE);
}

static void
become_ready(void)
{
	host_set(VIF_BACKEND "/state", "2");
}

static void
test_backend_late(void **state)
{
	(void)state;
	host_set(VIF_BACKEND "/state", "1");
	host.on_wait = become_ready;
	assert_int_equal(nic_start(), 0);
	run();
	assert_true(nic_is_running());
}

static void
test_garbage_numbers(void **state)
{
	static const char *const garbage[] = {
		"", " 0", "0x1", "-1", "32752", "70000", "1 ",
		"99999999999999999999", "184467440737095516160",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof garbage / sizeof *garbage; i++) {
		host_set(VIF "/backend-id", garbage[i]);
		host.log[0] = '\0';
		assert_int_equal(nic_start(), E_PEER);
		assert_logged("nic: device/vif/0/backend-id is not a number as "
			      "expected");
	}
	host_set(VIF "/backend-id", "32751");
	assert_int_equal(nic_start(), 0);
}

static void
test_garbage_states(void **state)
{
	(void)state;
	host_set(VIF_BACKEND "/state", "9");
	assert_int_equal(nic_start(), E_TIMEOUT);
	assert_logged("it is gone");
}

static void
test_garbage_macs(void **state)
{
	static const char *const garbage[] = {
		"", "00:16:3e:01:02", "00:16:3e:01:02:0g", "00-16-3e-01-02-03",
		"00:16:3e:01:02:034", "0016:3e:01:02:03:", ":0:16:3e:01:02:0",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof garbage / sizeof *garbage; i++) {
		setup(NULL);
		host_set(VIF "/mac", garbage[i]);
		assert_int_equal(nic_start(), E_PEER);
		assert_logged("nic: device/vif/0/mac is not an address");
	}
}

static void
test_backend_without_copying(void **state)
{
	(void)state;
	host_remove(VIF_BACKEND "/feature-rx-copy");
	assert_int_equal(nic_start(), E_PEER);
	assert_logged("nic: the backend cannot copy frames");
}

/* Each grant, then the port, is the one that there is not. */
static void
test_every_grant_failing(void **state)
{
	(void)state;
	assert_int_equal(grants_of_a_start(setup, nic_start,
					   "nic: no grant is left"), 2 + 1 + 2);
	setup(NULL);
	host.ports_left = 0;
	assert_int_equal(nic_start(), E_FULL);
}

static void
test_backend_closes(void **state)
{
	(void)state;
	assert_int_equal(nic_start(), 0);
	run();
	host_set(VIF_BACKEND "/state", "5");
	host_deliver();
	host.keeps_grants = true;
	run();
	assert_logged("nic: the backend has closed; stopped\n");
	assert_int_equal(netif_send(60, false), E_PEER);
	assert_string_equal(host_get(VIF "/state"), "6");
	/* What it has mapped stays its own until it lets go. */
	run();
	assert_int_not_equal(host.grants_left, HOST_GRANTS_COUNT - 8);
	host.keeps_grants = false;
	host_set(VIF_BACKEND "/state", "6");
	host_deliver();
	run();
	assert_int_equal(host.grants_left, HOST_GRANTS_COUNT - 8);
}

static void
become_mute(void)
{
	netback_suspended();
	host.is_silent = true;
}

static void
test_resume_without_a_xenstore(void **state)
{
	(void)state;
	assert_int_equal(nic_start(), 0);
	host.on_suspend = become_mute;
	suspend();
	run();
	assert_false(nic_is_running());
	assert_int_equal(netif_send(60, false), E_PEER);
	nic_stop();
}

/* ---- netfront ------------------------------------------------------------ */

static void
start_nic(void)
{
	assert_int_equal(nic_start(), 0);
	run();
	host.log[0] = '\0';
}

static void
test_mac(void **state)
{
	static const uint8_t mac[] = { 0, 0x16, 0x3e, 0x0a, 0x0b, 0xfc };

	(void)state;
	start_nic();
	assert_memory_equal(netif_mac().bytes, mac, 6);
}

static void
test_published(void **state)
{
	(void)state;
	start_nic();
	assert_string_equal(host_get(VIF "/request-rx-copy"), "1");
	assert_string_equal(host_get(VIF "/feature-rx-notify"), "1");
	assert_null(host_get(VIF "/feature-no-csum-offload"));
	assert_string_equal(host_get(VIF "/state"), "4");
	assert_int_not_equal(netback.port, 0);
}

static void
send_frame(size_t size_bytes, uint8_t byte)
{
	uint8_t *frame = netif_reserve();

	assert_non_null(frame);
	memset(frame, byte, size_bytes);
	assert_int_equal(netif_send(size_bytes, false), 0);
}

static void
test_send(void **state)
{
	unsigned i;

	(void)state;
	start_nic();
	for (i = 0; i < 600; i++) {
		netback.sent_count = 0;
		send_frame(14 + i, (uint8_t)i);
		assert_int_equal(netback.sent_count, 1);
		assert_int_equal(netback.sent[0].size_bytes, 14 + i);
		assert_int_equal(netback.sent[0].bytes[13 + i], (uint8_t)i);
		nic_check();
	}
	assert_non_null(netif_reserve());
	assert_int_equal(netif_send(13, false), E_RANGE);
	assert_int_equal(netif_send(1515, false), E_RANGE);
	assert_int_equal(netif_send(1514, false), 0);
}

/* A sum is left to the backend only where it has not said no. */
static void
test_open_sums(void **state)
{
	(void)state;
	start_nic();
	assert_true(netif_finishes_sums());
	send_frame(60, 1);
	assert_non_null(netif_reserve());
	assert_int_equal(netif_send(60, true), 0);
	assert_int_equal(netback.sent_count, 2);
	assert_int_equal(netback.sent[0].flags, 0);
	assert_int_equal(netback.sent[1].flags,
			 NETTXF_csum_blank | NETTXF_data_validated);
}

static void
test_backend_without_sums(void **state)
{
	(void)state;
	host_set(VIF_BACKEND "/feature-no-csum-offload", "0");
	start_nic();
	assert_true(netif_finishes_sums());
	setup(NULL);
	host_set(VIF_BACKEND "/feature-no-csum-offload", "1");
	start_nic();
	assert_false(netif_finishes_sums());
	setup(NULL);
	host_set(VIF_BACKEND "/feature-no-csum-offload", "yes");
	assert_int_equal(nic_start(), E_PEER);
	assert_logged("feature-no-csum-offload is not a number as expected");
}

/* The backend after a resume is another one, and says for itself. */
static void
test_sums_after_resume(void **state)
{
	(void)state;
	host_set(VIF_BACKEND "/feature-no-csum-offload", "1");
	start_nic();
	assert_false(netif_finishes_sums());
	host_remove(VIF_BACKEND "/feature-no-csum-offload");
	suspend();
	run();
	assert_true(nic_is_running());
	assert_true(netif_finishes_sums());
}

static void
test_checked_sums(void **state)
{
	static const unsigned flags[] = {
		0, NETRXF_data_validated, NETRXF_csum_blank,
		NETRXF_csum_blank | NETRXF_data_validated,
	};
	uint8_t frame[60] = { 0 };
	unsigned i;

	(void)state;
	start_nic();
	for (i = 0; i < 8; i++) {
		netback_put(frame, sizeof frame, 0, flags[i % 4]);
		run();
		assert_int_equal(received.is_checked, i % 4 != 0);
	}
	/* Of a frame in parts, the first one says it. */
	for (i = 0; i < 4; i++) {
		netback_put(frame, sizeof frame, 0,
			    NETRXF_more_data | flags[i % 2]);
		netback_put(frame, sizeof frame, 0, flags[i / 2]);
		run();
		assert_int_equal(received.is_checked, i % 2);
	}
	assert_int_equal(received.count, 12);
}

static void
test_no_buffer_free(void **state)
{
	(void)state;
	start_nic();
	netback.keeps = true;
	send_frame(60, 1);
	send_frame(60, 2);
	assert_null(netif_reserve());
	run();
	assert_null(netif_reserve());
	netback.keeps = false;
	netback_serve();
	assert_true(host.ports[netback.port].is_raised);
	run();
	send_frame(60, 3);
	send_frame(60, 4);
	assert_int_equal(netback.sent_count, 4);
}

static void
test_receive(void **state)
{
	uint8_t frame[NETIF_FRAME_MAX_BYTES];
	unsigned i;

	(void)state;
	start_nic();
	for (i = 0; i < 1000; i++) {
		memset(frame, (int)i, sizeof frame);
		assert_true(netback_receive(frame, 14 + i));
		assert_true(host.ports[netback.port].is_raised);
		run();
		assert_int_equal(received.count, i + 1);
		assert_int_equal(received.size_bytes, 14 + i);
		assert_memory_equal(received.bytes, frame, 14 + i);
	}
}

static void
test_receive_without_a_notice(void **state)
{
	uint8_t frame[60] = { 0 };

	(void)state;
	start_nic();
	/* Both buffers are full, and nobody has told; the machine is awake. */
	assert_true(netback_put(frame, sizeof frame, 0, 0));
	assert_true(netback_put(frame, sizeof frame, 0, 0));
	assert_false(netback_put(frame, sizeof frame, 0, 0));
	run();
	assert_int_equal(received.count, 2);
	assert_true(netback_put(frame, sizeof frame, 0, 0));
}

static void
test_frames_in_parts(void **state)
{
	uint8_t bytes[4096];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 7);
	start_nic();
	netback_put(bytes, 1000, 96, NETRXF_more_data);
	run();
	assert_int_equal(received.count, 0);
	netback_put(bytes + 1000, 500, 0, NETRXF_more_data);
	netback_put(bytes + 1500, 14, 4082, 0);
	run();
	assert_int_equal(received.size_bytes, 1514);
	assert_memory_equal(received.bytes, bytes, 1514);
	/* Too large in all, or in one: dropped whole, and the next comes. */
	netback_put(bytes, 1500, 0, NETRXF_more_data);
	netback_put(bytes, 15, 0, 0);
	run();
	netback_put(bytes, 4096, 0, 0);
	netback_put(bytes, 13, 0, 0);
	run();
	assert_int_equal(received.count, 1);
	netback_put(bytes, 60, 0, 0);
	run();
	assert_int_equal(received.count, 2);
	assert_int_equal(received.size_bytes, 60);
	nic_stop();
	assert_logged("nic: 2 frames received, 0 sent, 3 dropped, 0 errors");
}

static struct netif_rx_response
extra(uint8_t flags)
{
	union {
		struct netif_extra_info extra;
		struct netif_rx_response response;
	} both = { .response = { .id = 0xffff } };

	both.extra.type = XEN_NETIF_EXTRA_TYPE_GSO;
	both.extra.flags = flags;
	return both.response;
}

static void
test_extra_facts_are_skipped(void **state)
{
	uint8_t frame[60] = { 1 };
	unsigned i;

	(void)state;
	start_nic();
	for (i = 0; i < 300; i++) {
		netback_put(frame, sizeof frame, 0, NETRXF_extra_info);
		netback_put_response(extra(XEN_NETIF_EXTRA_FLAG_MORE));
		run();
		netback_put_response(extra(0));
		run();
		netback_put(frame, sizeof frame, 0, 0);
		run();
	}
	assert_int_equal(received.count, 600);
	assert_true(nic_is_running());
}

static void
test_failed_frames(void **state)
{
	uint8_t frame[60] = { 0 };

	(void)state;
	start_nic();
	netback_put_response((struct netif_rx_response){
		.id = netback_next_id(), .status = NETIF_RSP_ERROR });
	run();
	assert_int_equal(received.count, 0);
	assert_true(nic_is_running());
	/* A part that failed leaves no frame with a hole. */
	netback_put(frame, sizeof frame, 0, NETRXF_more_data);
	netback_put_response((struct netif_rx_response){
		.id = netback_next_id(), .status = NETIF_RSP_ERROR,
		.flags = NETRXF_more_data });
	run();
	netback_put(frame, sizeof frame, 0, 0);
	run();
	assert_int_equal(received.count, 0);
	netback_put(frame, sizeof frame, 0, 0);
	run();
	assert_int_equal(received.count, 1);
}

/* The device stops with one reason, which is logged once, and lets go. */
static void
nic_stops(const char *fact)
{
	run();
	assert_false(nic_is_running());
	assert_logged(fact);
	assert_null(netif_reserve());
	assert_int_equal(netif_send(60, false), E_PEER);
	host.log[0] = '\0';
	run();
	assert_string_equal(host.log, "");
	assert_string_equal(host_get(VIF "/state"), "6");
	host_deliver();
	run();
	assert_int_equal(host.grants_left, HOST_GRANTS_COUNT - 8);
}

static void
test_wrong_receive_id(void **state)
{
	(void)state;
	start_nic();
	netback_put_response((struct netif_rx_response){
		.id = (uint16_t)(netback_next_id() ^ 1), .status = 60 });
	nic_stops("nic: the backend broke the protocol: a frame came in a "
		  "buffer that was not lent, or beyond; stopped\n");
}

static void
test_frame_beyond_its_page(void **state)
{
	(void)state;
	start_nic();
	netback_put_response((struct netif_rx_response){
		.id = netback_next_id(), .offset = 4000, .status = 97 });
	nic_stops("not lent, or beyond; stopped\n");
}

static void
test_receive_index_ahead(void **state)
{
	(void)state;
	start_nic();
	netback.rx->rsp_prod += 3;
	nic_stops("more frames came than there are buffers; stopped\n");
}

static void
test_receive_index_behind(void **state)
{
	(void)state;
	start_nic();
	netback.rx->rsp_prod--;
	nic_stops("more frames came than there are buffers; stopped\n");
}

static void
test_answer_to_nothing_sent(void **state)
{
	(void)state;
	start_nic();
	netback.keeps = true;
	send_frame(60, 1);
	send_frame(60, 1);
	netback.tx->ring[0].rsp.id = 2;
	netback.tx->rsp_prod++;
	assert_null(netif_reserve());
	nic_stops("");
}

static void
test_answer_twice(void **state)
{
	unsigned i;

	(void)state;
	start_nic();
	netback.keeps = true;
	send_frame(60, 1);
	send_frame(60, 1);
	for (i = 0; i < 2; i++)
		netback.tx->ring[i].rsp.id = 1;
	netback.tx->rsp_prod += 2;
	assert_null(netif_reserve());
	assert_logged("protocol: a frame came back that was not sent; stopped\n");
	nic_stops("");
}

static void
test_storm(void **state)
{
	unsigned wakes, open_count = 0;
	uint8_t frame[60] = { 0 };

	(void)state;
	start_nic();
	for (wakes = 0; wakes < 100; wakes++) {
		host_raise(netback.port);
		open_count += host.ports[netback.port].is_open;
		run();
	}
	assert_in_range(open_count, 10, 30);
	assert_true(nic_deadline_ns() < host.now_ns + 10000000);
	/* Frames come all the same, and later the port is open again. */
	netback_receive(frame, sizeof frame);
	run();
	assert_int_equal(received.count, 1);
	host.now_ns = nic_deadline_ns();
	run();
	assert_true(host.ports[netback.port].is_open);
	assert_true(nic_deadline_ns() == UINT64_MAX);
}

/* It costs a wake each pause, however long it lasts. */
static void
test_storm_that_lasts(void **state)
{
	unsigned events, open_count = 0;
	uint64_t before_ns;

	(void)state;
	start_nic();
	before_ns = host.now_ns;
	for (events = 0; events < 1000; events++) {
		host_raise(netback.port);
		if (host.ports[netback.port].is_open)
			open_count++;
		else
			host.now_ns = nic_deadline_ns();
		run();
	}
	assert_in_range(open_count, 10, 30);
	assert_true(host.now_ns - before_ns > 1000000000);
}

static void
test_resume(void **state)
{
	static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	struct mac mac;
	const uint8_t *told;
	uint8_t frame[60] = { 0 };

	(void)state;
	start_nic();
	mac = nic_netif_mac();
	netback.keeps = true;
	send_frame(60, 1);
	netback_put(frame, 60, 0, NETRXF_more_data);
	run();
	netback.keeps = false;
	suspend();
	run();
	assert_true(nic_is_running());
	/* Switches learn where the address is now. */
	assert_int_not_equal(netback.sent_count, 0);
	told = netback.sent[netback.sent_count - 1].bytes;
	assert_memory_equal(told, broadcast, 6);
	assert_memory_equal(told + 6, &mac, 6);
	assert_int_equal(told[12] << 8 | told[13], 0x8035);
	netback.sent_count = 0;
	send_frame(60, 1);
	send_frame(60, 1);
	assert_int_equal(netback.sent_count, 2);
	netback_receive(frame, 60);
	run();
	assert_int_equal(received.count, 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(no_device), TEST(backend_never_ready), TEST(backend_dithers),
		TEST(backend_never_connects), TEST(backend_late),
		TEST(garbage_numbers), TEST(garbage_states),
		TEST(garbage_macs), TEST(backend_without_copying),
		TEST(every_grant_failing), TEST(backend_closes),
		TEST(resume_without_a_xenstore), TEST(mac), TEST(published),
		TEST(send), TEST(open_sums), TEST(backend_without_sums),
		TEST(sums_after_resume), TEST(checked_sums),
		TEST(no_buffer_free), TEST(receive),
		TEST(receive_without_a_notice), TEST(frames_in_parts),
		TEST(extra_facts_are_skipped), TEST(failed_frames),
		TEST(wrong_receive_id), TEST(frame_beyond_its_page),
		TEST(receive_index_ahead), TEST(receive_index_behind),
		TEST(answer_to_nothing_sent), TEST(answer_twice), TEST(storm),
		TEST(storm_that_lasts), TEST(resume),
	};

	return cmocka_run_group_tests_name("netfront", tests, NULL, NULL);
}
