/* SPDX-License-Identifier: ISC */
/*
 * Entropy over a virtio entropy device (virtio 1.2, 5.4).
 *
 * The host that gives the bytes could also give none, the same again, or more
 * than asked: it is waited for with a bound, what it says is checked, and the
 * bytes are copied once. What it says it wrote and did not counts as the same
 * again. A device that fails is reset and never used again.
 */
#include <string.h>
#include <unicc/device.h>
#include <unicc/entropy.h>
#include <virtio/virtio_mmio.h>

enum {
	QUEUE_REQUESTS = 0,
	BUFFER_BYTES = 64,
	MARK_BYTES = 8,		/* equal by chance once in 2^64 */
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
static uint8_t drawn[BUFFER_BYTES];	/* the buffer, copied once */
static uint8_t last_mark[MARK_BYTES];	/* the draw before; zero at first */
static bool is_running;

static int
give_up(const char *fact)
{
	virtio_reset(&virtio);
	is_running = false;
	kernel_log(instance_name, "%s; stopped", fact);
	return E_ENTROPY;
}

/* Wait for the request that was made; how many bytes it brought. polls: how
 * often more the device may be asked, for the whole of what is filled. */
static int
wait_for(uint32_t *written_bytes, unsigned *polls)
{
	struct virtq_used used;

	while (*polls) {
		--*polls;
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

/*
 * Draw once. The first MARK_BYTES of drawn tell this draw from the one before
 * and are kept; *given_bytes after them may be given away. 0: too short.
 */
static int
draw(uint32_t *given_bytes, unsigned *polls)
{
	uint32_t written_bytes;
	int error;

	virtqueue_lend(&requests, 0);
	if (virtqueue_wants_notice(&requests))
		virtio_tell(&virtio, &requests);
	error = wait_for(&written_bytes, polls);
	if (error)
		return error;
	memcpy(drawn, buffer, written_bytes);
	memset(buffer, 0, sizeof buffer);
	*given_bytes = 0;
	if (written_bytes <= MARK_BYTES)
		return 0;
	if (memcmp(drawn, last_mark, MARK_BYTES) == 0)
		return give_up("the device repeats itself");
	memcpy(last_mark, drawn, MARK_BYTES);
	*given_bytes = written_bytes - MARK_BYTES;
	return 0;
}

int
entropy_fill(void *bytes, size_t size_bytes)
{
	uint8_t *to = bytes;
	uint32_t part;
	unsigned polls = virtio_rng_polls;
	int error;

	if (size_bytes > FILL_BYTES_MAX)
		return E_RANGE;
	for (; size_bytes; size_bytes -= part, to += part) {
		if (!is_running)
			return E_ENTROPY;
		error = draw(&part, &polls);
		if (error)
			return error;
		part = part < size_bytes ? part : (uint32_t)size_bytes;
		memcpy(to, drawn + MARK_BYTES, part);
		memset(drawn, 0, sizeof drawn);
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
