/* SPDX-License-Identifier: ISC */
/*
 * Ethernet frames through a Xen backend (xen/io/netif.h), which copies them
 * from and into pages that are shared once, at the start.
 *
 * The backend is not trusted: see ring.h and xenbus.h. One wrong answer and it
 * is left and never used again; the machine goes on, netif_send says E_PEER.
 *
 * 1. While the device runs, every receive buffer is lent to the backend, but
 *    the one whose frame is being read: it never runs dry for want of a notice.
 * 2. The ring is read whenever the machine is awake, and before it sleeps the
 *    backend has been asked to tell of the next response.
 * 3. Sent buffers are taken back when none is left. Only then is an event
 *    asked for, and only if all are still with the backend.
 * 4. A frame may come in parts, followed by facts about it. It is put together
 *    a response at a time, so half a frame is waited for by nobody.
 * 5. A sum that the backend says it answers for (NETRXF_data_validated, or
 *    NETRXF_csum_blank for one that is not finished) is told as checked. That
 *    gives it nothing: it could as well write the right sum of a forged frame.
 */
#include <string.h>
#include <unicc/netif.h>
#include <xen/ring.h>
#include <xen/storm.h>
#include <xen/xenbus.h>
#include <xen/io/netif.h>

enum {
	RING_ENTRIES = 256,	/* of both: what a page holds */
	SLOT_BYTES = XENBUS_PAGE_BYTES / 2,
	MAC_BYTES = sizeof(struct mac),
	ANNOUNCEMENT_BYTES = 60,	/* no frame is shorter on a wire */
	SUM_OPEN = NETTXF_csum_blank | NETTXF_data_validated,
	SUM_CHECKED = NETRXF_csum_blank | NETRXF_data_validated,
};

_Static_assert(NETIF_FRAME_MAX_BYTES <= SLOT_BYTES, "two frames fill a page");

static struct xenbus_page transmit_ring_page, receive_ring_page;
static struct xenbus_page transmit_pages[(netfront_transmit_slots + 1) / 2];
static struct xenbus_page receive_pages[netfront_receive_slots];

static uint32_t transmit_ring_reference, receive_ring_reference;
static uint32_t transmit_references[countof(transmit_pages)];
static uint32_t receive_references[netfront_receive_slots];

static uint64_t offers_copying, refuses_sums;

static struct xenbus_backend backend;

static const struct xenbus bus = {
	.instance = instance_name,
	.what = "Xen network interface",
	.kind = "vif",
	.number = device_slot,
	.unused = device_slot + 1 == devices_count ? devices_count : 0,
	.timeout_ns = netfront_timeout_ns,
	.offers = (const struct xenbus_read[]){
		{ "feature-rx-copy", &offers_copying, 1, false },
		{ "feature-no-csum-offload", &refuses_sums, 1, false },
		{ 0 },
	},
	.shared = (const struct xenbus_pages[]){
		{ &transmit_ring_page, &transmit_ring_reference, 1, false },
		{ &receive_ring_page, &receive_ring_reference, 1, false },
		{ transmit_pages, transmit_references,
		  countof(transmit_pages), true },
		{ receive_pages, receive_references,
		  countof(receive_pages), false },
		{ 0 },
	},
	.published = (const struct xenbus_publish[]){
		{ .key = "tx-ring-ref", .number = &transmit_ring_reference },
		{ .key = "rx-ring-ref", .number = &receive_ring_reference },
		{ .key = "request-rx-copy", .text = "1" },
		{ .key = "feature-rx-notify", .text = "1" },
		{ 0 },
	},
	.properties = (const struct xenbus_read[]){ { 0 } },
	.published_state = XenbusStateConnected,
	.backend = &backend,
};

/* The two rings, as indexes and as what they hold. */
#define transmit_shared ((struct netif_tx_sring *)transmit_ring_page.bytes)
#define receive_shared ((struct netif_rx_sring *)receive_ring_page.bytes)
#define transmit_indexes ((struct ring_indexes *)transmit_ring_page.bytes)
#define receive_indexes ((struct ring_indexes *)receive_ring_page.bytes)

static struct ring transmit, receive;

/* Ids of transmit buffers that are ours; the last is the reserved one. */
static uint16_t transmit_free[netfront_transmit_slots];
static unsigned transmit_free_count;
static bool transmit_is_lent[netfront_transmit_slots];

/* The id of each request in the receive ring: responses keep the order. */
static uint16_t receive_ids[RING_ENTRIES];

/* A frame of which not all has come. */
static struct {
	bool is_open;		/* the next response belongs to it */
	bool is_unusable;
	bool is_checked;	/* its first response says so */
	size_t size_bytes;
	uint8_t bytes[NETIF_FRAME_MAX_BYTES];
} partial;
static bool is_extra_next;	/* the next response is no response */

static struct storm storm;
static bool is_running;
static bool is_in_event;	/* frames wait for its end to be announced */
static bool has_taken_back;	/* sent buffers, since the last event */
static struct mac mac;

static struct {
	uint64_t received, sent, dropped, errors;
} frames;

static void
give_up(const char *fact)
{
	is_running = false;
	frames.errors++;
	xenbus_give_up(&bus, fact);
}

/* ---- Sending ----------------------------------------------------------- */

static uint8_t *
transmit_buffer(uint16_t id)
{
	return transmit_pages[id / 2].bytes + id % 2 * SLOT_BYTES;
}

static void
take_back_sent(void)
{
	struct netif_tx_response response;
	enum ring_state state;

	while ((state = ring_look(&transmit, transmit_indexes)) ==
	       RING_RESPONDED) {
		response = RING_RESPONSE(&transmit, transmit_shared,
					 RING_ENTRIES);
		transmit.taken++;
		if (response.id >= netfront_transmit_slots ||
		    !transmit_is_lent[response.id]) {
			state = RING_BROKEN;
			break;
		}
		transmit_is_lent[response.id] = false;
		transmit_free[transmit_free_count++] = response.id;
		has_taken_back = true;
		if (response.status != NETIF_RSP_OKAY)
			frames.errors++;
	}
	if (state == RING_BROKEN)
		give_up("a frame came back that was not sent");
}

static void
announce(struct ring *ring, struct ring_indexes *shared)
{
	if (ring_announce(ring, shared))
		event_notify(backend.port);
}

void *
netif_reserve(void)
{
	if (is_running && transmit_free_count == 0) {
		take_back_sent();
		if (is_running && transmit_free_count == 0 &&
		    !ring_want_event(&transmit, transmit_indexes, 1))
			take_back_sent();
	}
	if (!is_running || transmit_free_count == 0)
		return NULL;
	return transmit_buffer(transmit_free[transmit_free_count - 1]);
}

bool
netif_finishes_sums(void)
{
	return !refuses_sums;
}

int
netif_send(size_t size_bytes, bool is_sum_open)
{
	uint16_t id;

	if (!is_running)
		return E_PEER;
	if (size_bytes < NETIF_HEADER_BYTES ||
	    size_bytes > NETIF_FRAME_MAX_BYTES)
		return E_RANGE;
	kernel_assert(transmit_free_count > 0);
	id = transmit_free[--transmit_free_count];
	transmit_is_lent[id] = true;
	RING_REQUEST(&transmit, transmit_shared, RING_ENTRIES) =
		(struct netif_tx_request){
			.gref = transmit_references[id / 2],
			.offset = (uint16_t)(id % 2 * SLOT_BYTES),
			.flags = is_sum_open ? SUM_OPEN : 0,
			.id = id,
			.size = (uint16_t)size_bytes,
		};
	transmit.requested++;
	frames.sent++;
	if (!is_in_event)
		announce(&transmit, transmit_indexes);
	return 0;
}

struct mac
netif_mac(void)
{
	return mac;
}

/* ---- Receiving --------------------------------------------------------- */

static void
lend(uint16_t id)
{
	receive_ids[receive.requested % RING_ENTRIES] = id;
	RING_REQUEST(&receive, receive_shared, RING_ENTRIES) =
		(struct netif_rx_request){
			.id = id,
			.gref = receive_references[id],
		};
	receive.requested++;
}

static void
hand_on(const uint8_t *frame, size_t size_bytes, bool is_checked)
{
	if (size_bytes < NETIF_HEADER_BYTES ||
	    size_bytes > NETIF_FRAME_MAX_BYTES) {
		frames.dropped++;
		return;
	}
	frames.received++;
	netif_received(frame, size_bytes, is_checked);
}

/* A part of a frame that is not whole in one buffer. One that is larger than
 * any frame makes all of it unusable. */
static void
put_together(const uint8_t *bytes, size_t size_bytes, unsigned flags)
{
	bool is_last = !(flags & NETRXF_more_data);

	if (!partial.is_open) {
		partial.size_bytes = 0;
		partial.is_unusable = false;
		partial.is_checked = flags & SUM_CHECKED;
	}
	partial.is_open = !is_last;
	if (size_bytes > sizeof partial.bytes - partial.size_bytes)
		partial.is_unusable = true;
	if (!partial.is_unusable) {
		memcpy(partial.bytes + partial.size_bytes, bytes, size_bytes);
		partial.size_bytes += size_bytes;
	}
	if (is_last)
		hand_on(partial.bytes,
			partial.is_unusable ? 0 : partial.size_bytes,
			partial.is_checked);
}

/* False: the response cannot be one to the request with this id. */
static bool
receive_response(const struct netif_rx_response *response, uint16_t id)
{
	bool is_last = !(response->flags & NETRXF_more_data);
	const uint8_t *bytes;
	size_t size_bytes;

	if (response->id != id)
		return false;
	is_extra_next = response->flags & NETRXF_extra_info;
	/* Negative: the backend failed, and there is nothing. */
	size_bytes = response->status < 0 ? 0 : (size_t)response->status;
	if (response->offset > XENBUS_PAGE_BYTES ||
	    size_bytes > XENBUS_PAGE_BYTES - (size_t)response->offset)
		return false;
	bytes = receive_pages[id].bytes + response->offset;
	if (is_last && !partial.is_open)
		hand_on(bytes, size_bytes, response->flags & SUM_CHECKED);
	else
		put_together(bytes, response->status < 0 ? SIZE_MAX
							 : size_bytes,
			     response->flags);
	return true;
}

/* Take one response. False: there was none, or the device was stopped. */
static bool
receive_one(void)
{
	/* Facts of a frame lie where a response would (netif.h). */
	union {
		struct netif_rx_response response;
		struct netif_extra_info extra;
	} taken;
	uint16_t id;

	switch (ring_look(&receive, receive_indexes)) {
	case RING_EMPTY:
		return false;
	case RING_BROKEN:
		give_up("more frames came than there are buffers");
		return false;
	case RING_RESPONDED:
		break;
	}
	id = receive_ids[receive.taken % RING_ENTRIES];
	taken.response = RING_RESPONSE(&receive, receive_shared, RING_ENTRIES);
	receive.taken++;
	if (is_extra_next)
		is_extra_next = taken.extra.flags & XEN_NETIF_EXTRA_FLAG_MORE;
	else if (!receive_response(&taken.response, id)) {
		give_up("a frame came in a buffer that was not lent, or beyond");
		return false;
	}
	lend(id);
	return is_running;
}

bool
netfront_event(void)
{
	bool was_raised, is_more = false;
	unsigned taken;

	if (!is_running)
		return false;
	was_raised = event_take(backend.port);
	is_in_event = true;
	for (taken = 0; taken < netfront_receive_slots; taken++)
		if (!receive_one())
			break;
	if (is_running && was_raised && transmit_free_count == 0)
		take_back_sent();
	is_in_event = false;
	if (!is_running)
		return false;
	/* If none was taken, the last event asked for is still to come. */
	if (taken) {
		announce(&receive, receive_indexes);
		is_more = !ring_want_event(&receive, receive_indexes, 1);
	}
	announce(&transmit, transmit_indexes);
	storm_judge(&storm, backend.port, was_raised, taken || has_taken_back);
	has_taken_back = false;
	return is_more;
}

uint64_t
netfront_deadline_ns(void)
{
	return is_running ? storm_deadline_ns(&storm) : UINT64_MAX;
}

/* ---- The other side ---------------------------------------------------- */

/* "00:16:3e:01:02:03" */
static bool
take_mac(const char *text)
{
	unsigned i, digit;

	for (i = 0; i < 17; i++) {
		if (i % 3 == 2) {
			if (text[i] != ':')
				return false;
			continue;
		}
		digit = (unsigned char)text[i];
		if (digit - '0' <= 9)
			digit -= '0';
		else if ((digit | 32) - 'a' <= 5)
			digit = (digit | 32) - 'a' + 10;
		else
			return false;
		mac.bytes[i / 3] = (uint8_t)(mac.bytes[i / 3] << 4 | digit);
	}
	return text[i] == '\0';
}

static int
find_mac(void)
{
	char folder[XENBUS_FOLDER_BYTES], text[18];

	if (netfront_mac_is_set) {
		mac = netfront_mac;
		return 0;
	}
	xenbus_folder(&bus, folder);
	if (!xenstore_read(folder, "mac", text, sizeof text) && take_mac(text))
		return 0;
	kernel_log(instance_name, "%s/mac is not an address: \"%s\"", folder,
		   text);
	return E_PEER;
}

static void
begin(void)
{
	unsigned id;

	ring_begin(&transmit, transmit_indexes);
	ring_begin(&receive, receive_indexes);
	memset(transmit_is_lent, 0, sizeof transmit_is_lent);
	for (id = 0; id < netfront_transmit_slots; id++)
		transmit_free[id] = (uint16_t)id;
	transmit_free_count = netfront_transmit_slots;
	partial.is_open = is_extra_next = false;
	storm = (struct storm){ 0 };
}

static int
connect(void)
{
	unsigned id;
	int error;

	error = xenbus_find(&bus);
	if (error)
		return error;
	if (!offers_copying) {
		kernel_log(instance_name, "the backend cannot copy frames");
		return E_PEER;
	}
	begin();
	error = xenbus_connect(&bus);
	if (error)
		return error;
	for (id = 0; id < netfront_receive_slots; id++)
		lend((uint16_t)id);
	announce(&receive, receive_indexes);
	is_running = true;
	return 0;
}

void
xenstore_changed(void)
{
	if (!is_running)
		xenbus_end_sharing(&bus);
	else if (xenbus_has_closed(&bus))
		is_running = false;
}

/* A broadcast with our address as its source, by which switches learn where
 * we are now: what we ask (RFC 903) nobody need answer. */
static void
announce_self(void)
{
	static const uint8_t request[] = {
		0x80, 0x35,	/* RARP */
		0, 1, 8, 0,	/* of Ethernet, for IPv4 */
		MAC_BYTES, 4, 0, 3,
	};
	uint8_t *frame = netif_reserve();

	if (frame == NULL)
		return;
	memset(frame, 0, ANNOUNCEMENT_BYTES);
	memset(frame, 0xff, MAC_BYTES);
	memcpy(frame + MAC_BYTES, mac.bytes, MAC_BYTES);
	memcpy(frame + 12, request, sizeof request);
	memcpy(frame + 22, mac.bytes, MAC_BYTES);	/* who asks */
	memcpy(frame + 32, mac.bytes, MAC_BYTES);	/* about whom */
	netif_send(ANNOUNCEMENT_BYTES, false);
}

void
xenstore_resumed(void)
{
	is_running = false;
	xenbus_forget_sharing(&bus);
	if (connect())
		frames.errors++;
	announce_self();
}

int
netfront_start(void)
{
	int error = connect();

	return error ? error : find_mac();
}

void
netfront_stop(void)
{
	if (is_running)
		xenbus_leave(&bus);
	is_running = false;
	kernel_log(instance_name,
		   "%u frames received, %u sent, %u dropped, %u errors",
		   frames.received, frames.sent, frames.dropped, frames.errors);
}
