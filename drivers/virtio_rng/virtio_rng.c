/* SPDX-License-Identifier: ISC */
/*
 * Entropy over a virtio entropy device (virtio 1.2, 5.4).
 *
 * The host that gives the bytes could also give none, the same again, or more
 * than asked: it is waited for with a bound, what it says is checked, and the
 * bytes are copied once. A device that fails is reset and never used again.
 */
#include <string.h>
#include <unicc/device.h>
#include <unicc/entropy.h>
#include <virtio/virtio_mmio.h>

enum {
	QUEUE_REQUESTS = 0,
	BUFFER_BYTES = 64,
	FILL_BYTES_MAX = 256,
};

static const struct virtio virtio = {
	.instance = instance_name,
	.what = "virtio entropy device",
	.registers = PLATFORM_VIRTIO(device_slot),
	.slot = device_slot,
	.device = VIRTIO_DEVICE_ENTROPY,
	.features = VIRTIO_F_VERSION_1,
};

VIRTQUEUE(requests, QUEUE_REQUESTS, 1);

static uint8_t buffer[BUFFER_BYTES];
static bool is_running;

static int
give_up(const char *fact)
{
	virtio_reset(&virtio);
	is_running = false;
	kernel_log(instance_name, "%s; stopped", fact);
	return E_ENTROPY;
}

/* Wait for the request that was made; how many bytes it brought. */
static int
wait_for(uint32_t *written_bytes)
{
	struct virtq_used used;
	unsigned polls;

	for (polls = 0; polls < virtio_rng_polls; polls++) {
		switch (virtqueue_take(&requests, &used)) {
		case VIRTQUEUE_BROKEN:
			return give_up("the device broke the protocol");
		case VIRTQUEUE_RETURNED:
			if (used.written_bytes == 0 ||
			    used.written_bytes > sizeof buffer)
				return give_up("the device broke the protocol");
			*written_bytes = used.written_bytes;
			return 0;
		case VIRTQUEUE_EMPTY:
			__asm__ volatile("pause");
		}
	}
	return give_up("the device does not answer");
}

int
entropy_fill(void *bytes, size_t size_bytes)
{
	uint8_t *to = bytes;
	uint32_t part = 0;
	int error;

	if (size_bytes > FILL_BYTES_MAX)
		return E_RANGE;
	for (; size_bytes; size_bytes -= part, to += part) {
		if (!is_running)
			return E_ENTROPY;
		virtqueue_lend(&requests, 0);
		if (virtqueue_wants_notice(&requests))
			virtio_tell(&virtio, &requests);
		error = wait_for(&part);
		if (error)
			return error;
		part = part < size_bytes ? part : (uint32_t)size_bytes;
		memcpy(to, buffer, part);
		memset(buffer, 0, sizeof buffer);
	}
	return 0;
}

int
virtio_rng_start(void)
{
	int error;

	error = virtio_open(&virtio);
	if (error)
		return error;
	error = virtio_open_queue(&virtio, &requests);
	if (error)
		return error;
	virtqueue_describe(&requests, 0, buffer, sizeof buffer,
			   VIRTQ_DESCRIPTOR_WRITE);
	virtqueue_want_interrupt(&requests, false);
	is_running = true;
	virtio_run(&virtio);
	return 0;
}
