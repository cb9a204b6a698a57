/* SPDX-License-Identifier: ISC */
/*
 * Ethernet frames over a virtio network device (virtio 1.2, 5.1).
 *
 * The device is not trusted: see virtqueue.h. One wrong answer and it is
 * reset and never used again; the machine goes on, netif_send says E_PEER.
 *
 * 1. While the device runs, every receive buffer is lent to it, but the one
 *    whose frame is being read: it never runs dry for want of a notice.
 * 2. The interrupt is acknowledged before the queue is read, and only after
 *    its line was taken. A frame that comes later raises the line again.
 * 3. Sent buffers are taken back when none is left. Only then is an interrupt
 *    asked for, and only if all are still with the device.
 */
#include <string.h>
#include <unicc/device.h>
#include <unicc/interrupt.h>
#include <unicc/netif.h>
#include <virtio/virtio_mmio.h>

enum {
	QUEUE_RECEIVE = 0,
	QUEUE_TRANSMIT = 1,
	FEATURE_MAC = 1 << 5,
};

/* 5.1.6: before each frame. All zero: one buffer, no offloads. */
struct header {
	uint8_t bytes[12];
};

/* A frame with its header; a multiple of a cache line. */
struct slot {
	struct header header;
	uint8_t frame[NETIF_FRAME_MAX_BYTES];
	uint8_t unused[10];
};

_Static_assert(sizeof(struct slot) % 64 == 0, "slots fill cache lines");

static const struct virtio virtio = {
	.instance = instance_name,
	.what = "virtio network device",
	.registers = PLATFORM_VIRTIO(device_slot),
	.slot = device_slot,
	.device = VIRTIO_DEVICE_NET,
	.features = VIRTIO_F_VERSION_1 | FEATURE_MAC,
};

VIRTQUEUE(receive, QUEUE_RECEIVE, virtio_net_receive_slots);
VIRTQUEUE(transmit, QUEUE_TRANSMIT, virtio_net_transmit_slots);

static _Alignas(64) struct slot receive_buffers[virtio_net_receive_slots];
static _Alignas(64) struct slot transmit_buffers[virtio_net_transmit_slots];

/* Ids of transmit buffers that are ours; the last is the reserved one. */
static uint16_t transmit_free[virtio_net_transmit_slots];
static unsigned transmit_free_count;

static bool is_running;
static bool is_in_event;	/* frames wait for its end to be announced */
static bool has_queued;		/* sent, not yet announced */
static struct mac mac;

static struct {
	uint64_t received, sent, dropped, errors;
} frames;

static void
give_up(const char *fact)
{
	virtio_reset(&virtio);
	interrupt_close(PLATFORM_VIRTIO_LINE(device_slot));
	is_running = false;
	frames.errors++;
	kernel_log(instance_name, "the device broke the protocol: %s; stopped",
		   fact);
}

static void
announce(const struct virtqueue *queue)
{
	if (virtqueue_wants_notice(queue))
		virtio_tell(&virtio, queue);
}

/* ---- Sending ----------------------------------------------------------- */

static void
take_back_sent(void)
{
	struct virtq_used used;
	enum virtqueue_state state;

	while ((state = virtqueue_take(&transmit, &used)) == VIRTQUEUE_RETURNED)
		transmit_free[transmit_free_count++] = (uint16_t)used.id;
	if (state == VIRTQUEUE_BROKEN)
		give_up("a frame came back that was not sent");
}

void *
netif_reserve(void)
{
	if (transmit_free_count == 0 && is_running) {
		take_back_sent();
		if (transmit_free_count == 0 && is_running) {
			virtqueue_want_interrupt(&transmit, true);
			take_back_sent();
		} else {
			virtqueue_want_interrupt(&transmit, false);
		}
	}
	if (!is_running || transmit_free_count == 0)
		return NULL;
	return transmit_buffers[transmit_free[transmit_free_count - 1]].frame;
}

bool
netif_finishes_sums(void)
{
	return false;
}

int
netif_send(size_t size_bytes, bool is_sum_open)
{
	uint16_t id;

	(void)is_sum_open;
	if (!is_running)
		return E_PEER;
	if (size_bytes < NETIF_HEADER_BYTES ||
	    size_bytes > NETIF_FRAME_MAX_BYTES)
		return E_RANGE;
	kernel_assert(transmit_free_count > 0);
	id = transmit_free[--transmit_free_count];
	transmit.descriptors[id].size_bytes =
		(uint32_t)(sizeof(struct header) + size_bytes);
	virtqueue_lend(&transmit, id);
	frames.sent++;
	if (is_in_event)
		has_queued = true;
	else
		announce(&transmit);
	return 0;
}

struct mac
netif_mac(void)
{
	return mac;
}

/* ---- Receiving --------------------------------------------------------- */

/* Hand on one frame. False: there was none, or the device was stopped. */
static bool
receive_one(void)
{
	struct virtq_used used;
	uint32_t size_bytes;

	switch (virtqueue_take(&receive, &used)) {
	case VIRTQUEUE_EMPTY:
		return false;
	case VIRTQUEUE_BROKEN:
		give_up("a buffer came back that was not lent");
		return false;
	case VIRTQUEUE_RETURNED:
		break;
	}
	size_bytes = used.written_bytes - (uint32_t)sizeof(struct header);
	if (used.written_bytes < sizeof(struct header) ||
	    size_bytes > NETIF_FRAME_MAX_BYTES) {
		give_up("a frame does not fit its buffer");
		return false;
	}
	if (size_bytes >= NETIF_HEADER_BYTES) {
		frames.received++;
		netif_received(receive_buffers[used.id].frame, size_bytes,
			       false);
	} else {
		frames.dropped++;
	}
	virtqueue_lend(&receive, (uint16_t)used.id);
	return is_running;
}

bool
virtio_net_event(void)
{
	unsigned taken;

	if (interrupt_take(PLATFORM_VIRTIO_LINE(device_slot)))
		virtio_acknowledge(&virtio);
	if (!is_running)
		return false;
	is_in_event = true;
	for (taken = 0; taken < virtio_net_receive_slots; taken++)
		if (!receive_one())
			break;
	is_in_event = false;
	if (!is_running)
		return false;
	if (taken)
		announce(&receive);
	if (has_queued) {
		has_queued = false;
		announce(&transmit);
	}
	return taken == virtio_net_receive_slots;
}

/* ---- Start and end ----------------------------------------------------- */

static void
lend_buffers(void)
{
	unsigned id;

	for (id = 0; id < virtio_net_receive_slots; id++) {
		virtqueue_describe(&receive, (uint16_t)id,
				   &receive_buffers[id],
				   sizeof(struct header) + NETIF_FRAME_MAX_BYTES,
				   VIRTQ_DESCRIPTOR_WRITE);
		virtqueue_lend(&receive, (uint16_t)id);
	}
	for (id = 0; id < virtio_net_transmit_slots; id++) {
		virtqueue_describe(&transmit, (uint16_t)id,
				   &transmit_buffers[id], 0, 0);
		transmit_free[transmit_free_count++] = (uint16_t)id;
	}
	virtqueue_want_interrupt(&transmit, false);
}

int
virtio_net_start(void)
{
	size_t i;
	int error;

	error = virtio_open(&virtio);
	if (error)
		return error;
	mac = virtio_net_mac;
	for (i = 0; !virtio_net_mac_is_set && i < sizeof mac.bytes; i++)
		mac.bytes[i] = cpu_mmio_read_8(virtio.registers +
					       VIRTIO_CONFIG + i);
	error = virtio_open_queue(&virtio, &receive);
	if (error)
		return error;
	error = virtio_open_queue(&virtio, &transmit);
	if (error)
		return error;
	lend_buffers();
	/* An edge that comes while the line is closed is lost: open it first. */
	interrupt_open(PLATFORM_VIRTIO_LINE(device_slot));
	is_running = true;
	virtio_run(&virtio);
	announce(&receive);
	return 0;
}

void
virtio_net_stop(void)
{
	virtio_reset(&virtio);
	is_running = false;
	kernel_log(instance_name,
		   "%u frames received, %u sent, %u dropped, %u errors",
		   frames.received, frames.sent, frames.dropped, frames.errors);
}
