/* SPDX-License-Identifier: ISC */
/*
 * virtio_rng against a device that does anything at all; included like
 * virtqueue.c. Whatever it answers, the driver ends, writes no byte beyond
 * what was asked, and after a broken answer never uses the device again.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define instance_name "rng"
#define entropy_provider rng
#define virtio_rng_start rng_start
enum { device_slot = 0, virtio_rng_polls = 4 };

int rng_start(void);
#include <virtio_rng/virtio_rng.c>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

static const uint8_t *input;
static size_t input_bytes;
static uint32_t registers[128];

static uint8_t
next_byte(void)
{
	if (input_bytes == 0)
		return 0;
	input_bytes--;
	return *input++;
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
	memset(buffer, next_byte(), sizeof buffer);
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
	uint8_t drawn[FILL_BYTES_MAX];
	size_t asked;

	input = bytes;
	input_bytes = size_bytes;
	memset(&requests_shared, 0, sizeof requests_shared);
	memset(&requests_position, 0, sizeof requests_position);
	memset(requests_is_lent, 0, sizeof requests_is_lent);
	memset(registers, 0, sizeof registers);
	assert(rng_start() == 0);
	while (input_bytes != 0) {
		asked = next_byte() + 1u;
		/* The end of the array is the end of what may be written. */
		if (entropy_fill(drawn + sizeof drawn - asked, asked) == 0)
			continue;
		assert(registers[VIRTIO_STATUS / 4] == 0);
		assert(entropy_fill(drawn, 1) == E_ENTROPY);
		break;
	}
	return 0;
}
