/* SPDX-License-Identifier: ISC */
/*
 * virtio_net against a device that does anything at all.
 *
 * Include tests/fuzz/virtqueue before the kernel's folders, then
 * kernel/include, drivers and the root. The input is a program for the device
 * and for the driver's user, a few bytes an action. The device may answer as
 * it should, or write any byte of what is shared at any time, also while a
 * frame is being read. After each action the driver's own books must balance:
 * these are the numbered promises of virtqueue.h and virtio_net.c.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <unicc/types.h>

#define instance_name "nic"
#define netif_provider nic
#define netif_consumer user
#define virtio_net_start nic_start
#define virtio_net_event nic_event
#define virtio_net_stop nic_stop
enum { device_slot = 0 };
#ifndef SLOTS
#define SLOTS 4
#endif
enum { virtio_net_receive_slots = SLOTS, virtio_net_transmit_slots = SLOTS };
enum { virtio_net_mac_is_set = 0 };
static const struct mac virtio_net_mac;

int nic_start(void);
bool nic_event(void);
void nic_stop(void);
#include <virtio_net/virtio_net.c>

#include "program.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

/* ---- The device --------------------------------------------------------- */

/* registers[n]: what the driver wrote last at 4 n. lies: a register whose
 * reading is the input's, as far as bit n is set. */
static uint32_t registers[128];
static uint32_t lies;
static bool is_raised, is_open;
static uint16_t device_used[2];

uint32_t
cpu_mmio_read(uintptr_t address)
{
	assert(address % 4 == 0 && address < sizeof registers);
	if (lies >> (address / 4 % 32) & 1)
		return next_word() | (uint32_t)next_word() << 16;
	switch (address) {
	case VIRTIO_MAGIC:
		return VIRTIO_MAGIC_VALUE;
	case VIRTIO_VERSION:
		return VIRTIO_VERSION_MODERN;
	case VIRTIO_DEVICE:
		return VIRTIO_DEVICE_NET;
	case VIRTIO_OFFERED:
		return registers[VIRTIO_OFFERED_SELECT / 4] ? 1 : FEATURE_MAC;
	case VIRTIO_QUEUE_SLOTS_MAX:
		return 1024;
	default:
		return registers[address / 4];
	}
}

uint8_t
cpu_mmio_read_8(uintptr_t address)
{
	return (uint8_t)address;
}

void
cpu_mmio_write(uintptr_t address, uint32_t value)
{
	assert(address % 4 == 0 && address < sizeof registers);
	registers[address / 4] = value;
}

void
interrupt_open(unsigned line)
{
	assert(line == PLATFORM_VIRTIO_LINE(device_slot));
	is_open = true;
}

void
interrupt_close(unsigned line)
{
	assert(line == PLATFORM_VIRTIO_LINE(device_slot));
	is_open = false;
}

bool
interrupt_take(unsigned line)
{
	bool was_raised = is_raised;

	assert(line == PLATFORM_VIRTIO_LINE(device_slot));
	is_raised = false;
	return was_raised;
}

void
kernel_log(const char *instance, const char *fact, ...)
{
	assert(strcmp(instance, instance_name) == 0 && fact[0] != '\0');
}

/* Return what was lent, as a device should, but with any length. */
static void
device_answer(const struct virtqueue *queue)
{
	uint16_t at = device_used[queue->index];
	struct virtq_used *elements =
		(struct virtq_used *)(uintptr_t)queue->used_elements;
	struct virtq_ring *used = (struct virtq_ring *)(uintptr_t)queue->used;

	if (at == queue->available->index)
		return;
	elements[at % SLOTS].id = queue->available_ids[at % SLOTS];
	elements[at % SLOTS].written_bytes = next_word() % 2048;
	used->index = device_used[queue->index] = (uint16_t)(at + 1);
}

/* Write one byte of what the device can reach. */
static void
device_scribble(void)
{
	static const struct { void *at; size_t size_bytes; } areas[] = {
		{ &receive_shared, sizeof receive_shared },
		{ &transmit_shared, sizeof transmit_shared },
		{ receive_buffers, sizeof receive_buffers },
	};
	unsigned area = next_byte() % countof(areas);
	size_t offset = next_word() % areas[area].size_bytes;

	((uint8_t *)areas[area].at)[offset] = next_byte();
}

/* Move an index without anything behind it. */
static void
device_lie(const struct virtqueue *queue)
{
	struct virtq_ring *used = (struct virtq_ring *)(uintptr_t)queue->used;

	used->index = (uint16_t)(used->index + next_byte());
}

static void
device_act(uint8_t what)
{
	const struct virtqueue *queue = what & 8 ? &transmit : &receive;

	switch (what & 7) {
	case 0:
		device_scribble();
		break;
	case 1:
		device_lie(queue);
		break;
	case 2:
		is_raised = true;
		break;
	default:
		device_answer(queue);
	}
}

/* ---- The driver's user --------------------------------------------------- */

static bool
is_in(const void *at, size_t size_bytes, const void *area, size_t area_bytes)
{
	return (uintptr_t)at >= (uintptr_t)area &&
	       (uintptr_t)at + size_bytes <= (uintptr_t)area + area_bytes;
}

static void
user_send(void)
{
	uint8_t *frame = netif_reserve();
	size_t size_bytes = next_word() % 1600u;

	if (!frame) {
		assert(!is_running || transmit_free_count == 0);
		return;
	}
	assert(is_in(frame, NETIF_FRAME_MAX_BYTES, transmit_buffers,
		     sizeof transmit_buffers));
	assert(netif_reserve() == frame);
	memset(frame, 0x5a, NETIF_FRAME_MAX_BYTES);
	switch (netif_send(size_bytes, false)) {
	case 0:
		assert(size_bytes >= 14 && size_bytes <= 1514);
		break;
	case E_RANGE:
		assert(size_bytes < 14 || size_bytes > 1514);
		assert(netif_reserve() == frame);
		break;
	default:
		assert(!"a reserved frame could not be sent");
	}
}

void
netif_received(const void *frame, size_t size_bytes, bool is_checked)
{
	uint8_t copy[NETIF_FRAME_MAX_BYTES];

	assert(!is_checked);
	assert(size_bytes >= NETIF_HEADER_BYTES && size_bytes <= sizeof copy);
	assert(is_in(frame, size_bytes, receive_buffers,
		     sizeof receive_buffers));
	device_act(next_byte());
	memcpy(copy, frame, size_bytes);
	if (next_byte() & 1)
		user_send();
}

/* ---- What must hold ------------------------------------------------------ */

static void
check_books(void)
{
	unsigned lent = 0, id;

	for (id = 0; id < SLOTS; id++)
		lent += transmit_is_lent[id];
	assert(lent + transmit_free_count == SLOTS || !is_running);
	for (id = 0; id < transmit_free_count; id++)
		assert(transmit_free[id] < SLOTS);
	for (id = 0; id < SLOTS; id++)
		assert(receive_is_lent[id] || !is_running);
	assert(is_open == is_running);
	assert(!has_queued || !is_running);
	if (!is_running) {
		assert(registers[VIRTIO_STATUS / 4] == 0);
		assert(netif_reserve() == NULL);
		assert(netif_send(60, false) == E_PEER);
	}
}

static void
forget(void)
{
	memset(&receive_shared, 0, sizeof receive_shared);
	memset(&transmit_shared, 0, sizeof transmit_shared);
	memset(receive_is_lent, 0, sizeof receive_is_lent);
	memset(transmit_is_lent, 0, sizeof transmit_is_lent);
	memset(&receive_position, 0, sizeof receive_position);
	memset(&transmit_position, 0, sizeof transmit_position);
	memset(registers, 0, sizeof registers);
	memset(device_used, 0, sizeof device_used);
	memset(&frames, 0, sizeof frames);
	transmit_free_count = 0;
	is_running = is_in_event = has_queued = is_raised = false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	uint8_t what;

	input = bytes;
	input_bytes = size_bytes;
	forget();
	lies = next_byte() & 1 ? next_word() | (uint32_t)next_word() << 16 : 0;
	switch (nic_start()) {
	case 0:
		break;
	case E_PEER:
		assert(registers[VIRTIO_STATUS / 4] == VIRTIO_STATUS_FAILED);
		return 0;
	default:
		return 0;
	}
	while (input_bytes != 0) {
		what = next_byte();
		if (what & 0x80)
			nic_event();
		else if (what & 0x40)
			user_send();
		else
			device_act(what);
		check_books();
	}
	nic_stop();
	return 0;
}
