/* SPDX-License-Identifier: ISC */
/*
 * The drivers of a Xen domain against a host that does anything at all.
 *
 * The input is a program, a few bytes an action: for the backends, which may
 * answer as they should, or with any id, length, offset and status, or write
 * any byte of any page that they may write; for xenstored, which may say any
 * bytes and set any node; and for the users of the drivers. If the input wants
 * it, a thread writes all shared pages at the same time, which a run cannot
 * repeat, but the sanitizers and what is asserted below see all the same.
 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define clock_provider time
#define console_provider console
#define netif_provider nic
#define netif_consumer user
#define block_provider disk
#define block_consumer user
#include <unicc/block.h>
#include <unicc/console.h>
#include <unicc/error.h>
#include <unicc/netif.h>
#include <xen/start_info.h>
#include <xen/interface.h>
#include <xen/io/console.h>
#include "blkback.h"
#include "console.h"
#include "disk.h"
#include "host.h"
#include "netback.h"
#include "nic.h"
#include "program.h"
#include "store.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

static _Alignas(4096) union {
	struct xencons_interface ring;
	char bytes[4096];
} console_page;

/* ---- The thread ---------------------------------------------------------- */

static atomic_bool is_scribbling;

/* A page that the other side may write: one with a grant, or a daemon's. */
static uint8_t *
shared_page(unsigned choice)
{
	struct host_grant *grant = &host.grants[8 + choice % 64];

	switch (choice % 8) {
	case 0:
		return start_info_given.xenstore.page;
	case 1:
		return start_info_given.console.page;
	default:
		return grant->is_read_only ? NULL : grant->page;
	}
}

static void *
scribble(void *unused)
{
	uint64_t random = 1;
	uint8_t *page;

	(void)unused;
	for (;;) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		page = atomic_load(&is_scribbling)
			       ? shared_page((unsigned)(random >> 50)) : NULL;
		/* Indexes move by a little, as if there were news. */
		if (page && random >> 63)
			page[random >> 40 & 15] += 1;
		else if (page)
			page[random >> 40 & 4095] = (uint8_t)(random >> 32);
		if (page && (random >> 20 & 3) == 0)
			host.ports[random >> 22 & 7].is_raised = true;
	}
	return NULL;
}

static void
start_thread(void)
{
	static bool is_started;
	pthread_t thread;

	if (!is_started)
		pthread_create(&thread, NULL, scribble, NULL);
	is_started = true;
}

/* ---- The host ------------------------------------------------------------ */

static const char *const nodes[] = {
	VIF_BACKEND "/state", VBD_BACKEND "/state",
	VIF_BACKEND "/feature-rx-copy", VIF "/mac", VIF "/backend",
	VIF "/backend-id", VBD "/backend", VBD "/backend-id",
	VBD_BACKEND "/sectors", VBD_BACKEND "/sector-size",
	VBD_BACKEND "/info", VBD_BACKEND "/feature-max-indirect-segments",
	VBD_BACKEND "/feature-flush-cache", VBD_BACKEND "/feature-discard",
	"control/shutdown", "unknown",
};

static const char *const wishes[] = {
	"poweroff", "reboot", "halt", "suspend",
};

static void
set_node(void)
{
	const char *node = nodes[next_byte() % 16];
	char value[32];
	unsigned i, length = next_byte();

	if (length & 0x80) {
		host_set_number(node, length & 15);
	} else if (length & 0x40) {
		host_remove(node);
	} else if (length & 0x20) {
		host_set("control/shutdown", wishes[length & 3]);
	} else {
		for (i = 0; i < length % sizeof value; i++)
			value[i] = (char)next_byte();
		value[length % sizeof value] = '\0';
		host_set(node, value);
	}
}

static void
say(void)
{
	uint8_t bytes[64];
	unsigned i, length = next_byte() % sizeof bytes;

	for (i = 0; i < length; i++)
		bytes[i] = next_byte();
	host_say(bytes, length);
}

static void
write_page(void)
{
	uint8_t *page = shared_page(next_byte());
	uint16_t offset = next_word() % 4096;

	if (page)
		page[offset] = next_byte();
}

/* The next transmit request is answered, perhaps as another one. */
static void
answer_transmit(void)
{
	struct netif_tx_response *response;
	uint8_t how = next_byte();
	uint16_t id;

	if (!netback.tx)
		return;
	id = netback.tx->ring[netback.tx_taken % 256].req.id;
	response = &netback.tx->ring[netback.tx_taken++ % 256].rsp;
	response->id = how & 1 ? next_word() : id;
	response->status = how & 2 ? (int16_t)next_word() : NETIF_RSP_OKAY;
	netback.tx->rsp_prod++;
	host_raise(netback.port);
}

static void
answer_receive(void)
{
	struct netif_rx_response response = { 0 };
	uint8_t how = next_byte();

	if (!netback.rx)
		return;
	response.id = how & 1 ? next_word() : netback_next_id();
	response.offset = how & 2 ? next_word() : 0;
	response.flags = how & 4 ? next_byte() : 0;
	response.status = how & 8 ? (int16_t)next_word()
				  : (int16_t)(next_word() % 1600);
	netback_put_response(response);
	host_raise(netback.port);
}

static void
answer_disk(void)
{
	struct blkif_response *response;
	struct blkif_request request;
	uint8_t how = next_byte(), operation;

	if (!blkback.ring)
		return;
	request = blkback.ring->ring[blkback.taken % 32].req;
	/* Plain and indirect requests have the inner operation elsewhere. */
	operation = request.operation == BLKIF_OP_INDIRECT
			    ? request.nr_segments : request.operation;
	response = &blkback.ring->ring[blkback.taken++ % 32].rsp;
	response->id = how & 1 ? next_byte() : request.id;
	response->operation = how & 2 ? next_byte() : operation;
	response->status = how & 4 ? (int16_t)next_word() : BLKIF_RSP_OKAY;
	blkback.ring->rsp_prod++;
	host_raise(blkback.port);
}

static void
host_act(void)
{
	switch (next_byte() & 15) {
	case 0:
		set_node();
		break;
	case 1:
		say();
		break;
	case 2:
	case 3:
		write_page();
		break;
	case 4:
		host_raise(next_byte() % HOST_PORTS_COUNT);
		break;
	case 5:
	case 6:
		answer_transmit();
		break;
	case 7:
	case 8:
	case 9:
		answer_receive();
		break;
	case 10:
		host.is_silent = !host.is_silent;
		break;
	case 11:
		host.keeps_grants = next_byte() & 1;
		break;
	case 12:
		console_page.ring.out_cons += next_byte();
		break;
	default:
		answer_disk();
	}
}

static void
on_write(const char *path, const char *value)
{
	netback_wrote(path, value);
	blkback_wrote(path, value);
}

static void
on_suspend(void)
{
	netback_suspended();
	blkback_suspended();
}

static void
on_wait(void)
{
	if (input_bytes)
		host_act();
}

/* ---- The users ----------------------------------------------------------- */

static uint8_t memory[DISK_TRANSFER_BYTES];
static unsigned asked_count, done_count;

void
netif_received(const void *frame, size_t size_bytes, bool is_checked)
{
	uint8_t copy[NETIF_FRAME_MAX_BYTES];

	(void)is_checked;
	assert(size_bytes >= NETIF_HEADER_BYTES && size_bytes <= sizeof copy);
	if (input_bytes)
		host_act();
	memcpy(copy, frame, size_bytes);
}

void
block_done(void *context, int error)
{
	assert(context == &memory);
	assert(error == 0 || error == E_MEDIUM || error == E_ABSENT ||
	       error == E_PEER);
	done_count++;
}

static void
send_frame(void)
{
	uint8_t *frame = netif_reserve();
	uint16_t size_bytes = next_word() % 1600;

	if (!frame)
		return;
	assert(netif_reserve() == frame || !nic_is_running());
	memset(frame, 0x5a, NETIF_FRAME_MAX_BYTES);
	switch (netif_send(size_bytes,
			   size_bytes & 1 && netif_finishes_sums())) {
	case 0:
		assert(size_bytes >= 14 && size_bytes <= 1514);
		break;
	case E_RANGE:
		assert(size_bytes < 14 || size_bytes > 1514);
		break;
	default:
		assert(!nic_is_running());
	}
}

static void
ask_disk(void)
{
	uint8_t how = next_byte();
	uint64_t first = next_word();
	uint32_t count = next_byte();
	int error;

	switch (how & 3) {
	case 0:
		error = block_read(first, count, memory, &memory);
		break;
	case 1:
		error = block_write(first, count, memory, &memory);
		break;
	case 2:
		error = block_flush(&memory);
		break;
	default:
		error = block_discard(first, count, &memory);
	}
	if (error == 0)
		asked_count++;
	assert(asked_count - done_count <= DISK_REQUESTS);
	assert(error != E_PEER || !disk_is_running());
}

/* ---- The machine --------------------------------------------------------- */

static void
run(void)
{
	unsigned rounds;
	bool is_more = true;

	for (rounds = 0; is_more && rounds < 8; rounds++) {
		is_more = store_event();
		is_more |= nic_event();
		is_more |= disk_event();
	}
	nic_check();
	/* A stopped disk owes nobody an answer. */
	assert(disk_is_running() || asked_count == done_count);
	if (nic_deadline_ns() != UINT64_MAX)
		assert(nic_deadline_ns() < host.now_ns + 1000000000);
	host.now_ns += 100000;
}

static void
live(void)
{
	int nic_error, disk_error;

	if (store_start())
		return;
	nic_error = nic_start();
	disk_error = disk_start();
	assert(nic_is_running() == (nic_error == 0) ||
	       (nic_error == E_PEER && nic_is_running()));
	assert(disk_is_running() == (disk_error == 0));
	while (input_bytes) {
		switch (next_byte() & 7) {
		case 0:
			run();
			break;
		case 1:
			send_frame();
			break;
		case 2:
			ask_disk();
			break;
		case 3:
			console_write((const char *)memory, next_word());
			break;
		default:
			host_act();
		}
	}
	run();
	run();
	nic_stop();
	disk_stop();
}

static void
begin(void)
{
	host_reset();
	store_forget();
	nic_forget();
	disk_forget();
	console_forget();
	netback_reset();
	blkback_reset();
	memset(&console_page, 0, sizeof console_page);
	start_info_given.console.page = &console_page;
	start_info_given.console.port = HOST_CONSOLE_PORT;
	host.tick_ns = 1000000;
	host.on_write = on_write;
	host.on_notify = NULL;
	host.on_suspend = on_suspend;
	host.on_wait = on_wait;
	asked_count = done_count = 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	uint8_t how;

	start_thread();
	begin();
	input = bytes;
	input_bytes = size_bytes;
	how = next_byte();
	if (how & 1)
		host.piece_bytes = next_byte() + 1u;
	if (how & 2)
		host.grants_left = next_byte() % 64;
	if (how & 4)
		host.suspend_error = 0;
	if (how & 8)
		set_node();
	atomic_store(&is_scribbling, (how & 0x30) == 0x30);
	if (setjmp(host.left) == 0)
		live();
	atomic_store(&is_scribbling, false);
	return 0;
}
