/* SPDX-License-Identifier: ISC */
/*
 * virtio_rng against a device that does anything at all; included like
 * virtqueue.c. Whatever it answers, the driver ends, writes no byte beyond
 * what was asked, and after a broken answer never uses the device again. It
 * asks no oftener in one fill than it is told, and takes no draw twice.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define instance_name "rng"
#define entropy_provider rng
#define virtio_rng_start rng_start
enum { device_slot = 0, virtio_rng_polls = 12 };

int rng_start(void);
#include <virtio_rng/virtio_rng.c>

#include "program.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

static uint32_t registers[128];
static unsigned notices;	/* since a fill began */
static uint64_t draws;		/* what the device says, in every 8 bytes */
static uint64_t last_draw;	/* of those long enough to be taken */
static bool has_repeated;

/* A good device counts; a bad one says again what it said, or nothing. */
static void
device_draw(uint8_t what, uint32_t written_bytes)
{
	uint64_t drawn = what & 2 ? 0 : (draws += what & 1);
	size_t i;

	for (i = 0; !(what & 2) && i < sizeof buffer; i++)
		buffer[i] = (uint8_t)(drawn >> i % 8 * 8);
	if (written_bytes <= MARK_BYTES)
		return;
	has_repeated |= drawn == last_draw;
	last_draw = drawn;
}

/* One answer: how far the index moves, an id, a length, and the bytes. */
static void
device_answer(void)
{
	uint8_t what = next_byte();

	requests_shared.used_elements[0].id = what & 0x80 ? next_byte() : 0;
	requests_shared.used_elements[0].written_bytes =
		what & 0x40 ? (uint32_t)next_byte() << 24 : next_byte() % 80u;
	requests_shared.used.index += what & 0x20 ? next_byte() : 1;
	requests_shared.used.flags = what & 1;
	device_draw(next_byte(),
		    requests_shared.used_elements[0].written_bytes);
	notices++;
}

uint32_t
cpu_mmio_read(uintptr_t address)
{
	switch (address) {
	case VIRTIO_MAGIC:
		return VIRTIO_MAGIC_VALUE;
	case VIRTIO_VERSION:
		return VIRTIO_VERSION_MODERN;
	case VIRTIO_DEVICE:
		return VIRTIO_DEVICE_ENTROPY;
	case VIRTIO_OFFERED:
		return registers[VIRTIO_OFFERED_SELECT / 4];
	case VIRTIO_QUEUE_SLOTS_MAX:
		return 8;
	default:
		return registers[address / 4];
	}
}

void
cpu_mmio_write(uintptr_t address, uint32_t value)
{
	registers[address / 4] = value;
	if (address == VIRTIO_NOTIFY)
		device_answer();
}

void
kernel_log(const char *instance, const char *fact, ...)
{
	assert(strcmp(instance, instance_name) == 0 && fact[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	uint8_t given[FILL_BYTES_MAX];
	size_t asked;

	input = bytes;
	input_bytes = size_bytes;
	memset(&requests_shared, 0, sizeof requests_shared);
	memset(&requests_position, 0, sizeof requests_position);
	memset(requests_is_lent, 0, sizeof requests_is_lent);
	memset(registers, 0, sizeof registers);
	memset(buffer, 0, sizeof buffer);
	memset(last_mark, 0, sizeof last_mark);
	draws = last_draw = 0;
	has_repeated = false;
	assert(rng_start() == 0);
	while (input_bytes != 0) {
		asked = next_byte() + 1u;
		notices = 0;
		/* The end of the array is the end of what may be written. */
		if (entropy_fill(given + sizeof given - asked, asked) == 0) {
			assert(!has_repeated);
			assert(notices <= virtio_rng_polls);
			continue;
		}
		assert(registers[VIRTIO_STATUS / 4] == 0);
		assert(entropy_fill(given, 1) == E_ENTROPY);
		break;
	}
	return 0;
}
