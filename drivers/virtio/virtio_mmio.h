/* SPDX-License-Identifier: ISC */
/*
 * A virtio device behind memory-mapped registers (virtio 1.2, 4.2), found at
 * an address known at build time. Only version 1 of the standard is spoken.
 */
#ifndef VIRTIO_VIRTIO_MMIO_H
#define VIRTIO_VIRTIO_MMIO_H

#include <unicc/error.h>
#include <unicc/kernel.h>
#include <virtio/virtqueue.h>
#include <cpu.h>

/* 4.2.2. Registers that hold 64 bits are a low one and, 4 further, a high. */
enum {
	VIRTIO_MAGIC = 0x00, VIRTIO_MAGIC_VALUE = 0x74726976,
	VIRTIO_VERSION = 0x04, VIRTIO_VERSION_MODERN = 2,
	VIRTIO_DEVICE = 0x08,
	VIRTIO_OFFERED = 0x10,
	VIRTIO_OFFERED_SELECT = 0x14,
	VIRTIO_ACCEPTED = 0x20,
	VIRTIO_ACCEPTED_SELECT = 0x24,
	VIRTIO_QUEUE_SELECT = 0x30,
	VIRTIO_QUEUE_SLOTS_MAX = 0x34,
	VIRTIO_QUEUE_SLOTS = 0x38,
	VIRTIO_QUEUE_READY = 0x44,
	VIRTIO_NOTIFY = 0x50,
	VIRTIO_INTERRUPT_ACKNOWLEDGE = 0x64, VIRTIO_INTERRUPTS = 3,
	VIRTIO_STATUS = 0x70,
	VIRTIO_DESCRIPTORS = 0x80,
	VIRTIO_AVAILABLE = 0x90,
	VIRTIO_USED = 0xa0,
	VIRTIO_CONFIG = 0x100,
};

/* 2.1 */
enum {
	VIRTIO_STATUS_SEEN = 1,
	VIRTIO_STATUS_DRIVER = 2,
	VIRTIO_STATUS_RUNS = 4,
	VIRTIO_STATUS_FEATURES_OK = 8,
	VIRTIO_STATUS_FAILED = 128,
	VIRTIO_RESET_POLLS_MAX = 1 << 16,
};

/* 5 */
enum {
	VIRTIO_DEVICE_NET = 1,
	VIRTIO_DEVICE_ENTROPY = 4,
};

#define VIRTIO_F_VERSION_1 (1ull << 32)

/* A device as its driver knows it; constant. */
struct virtio {
	const char *instance;
	const char *what;	/* "virtio network device" */
	uintptr_t registers;
	unsigned slot;
	uint32_t device;	/* VIRTIO_DEVICE_... */
	uint64_t features;	/* all are needed */
};

static inline void
virtio_tell(const struct virtio *virtio, const struct virtqueue *queue)
{
	cpu_mmio_write(virtio->registers + VIRTIO_NOTIFY, queue->index);
}

static inline void
virtio_acknowledge(const struct virtio *virtio)
{
	cpu_mmio_write(virtio->registers + VIRTIO_INTERRUPT_ACKNOWLEDGE,
		       VIRTIO_INTERRUPTS);
}

/* From now on the device touches none of our memory. */
static inline void
virtio_reset(const struct virtio *virtio)
{
	cpu_mmio_write(virtio->registers + VIRTIO_STATUS, 0);
}

/* E_PEER: the device is ours, and learns that we gave up (2.1). */
static inline int
virtio_refuse(const struct virtio *virtio, const char *found, int error)
{
	if (error == E_PEER)
		cpu_mmio_write(virtio->registers + VIRTIO_STATUS,
			       VIRTIO_STATUS_FAILED);
	kernel_log(virtio->instance, "expected a %s in slot %u, found %s",
		   virtio->what, (uint64_t)virtio->slot, found);
	return error;
}

static inline void
virtio_write_64(const struct virtio *virtio, unsigned offset, uint64_t value)
{
	cpu_mmio_write(virtio->registers + offset, (uint32_t)value);
	cpu_mmio_write(virtio->registers + offset + 4, (uint32_t)(value >> 32));
}

/*
 * Find, reset and agree with the device (3.1.1, steps 1 to 6). [start]
 * E_ABSENT: another device or none is in the slot. E_PEER: it does not work
 * as it must. Both have been logged.
 */
static inline int
virtio_open(const struct virtio *virtio)
{
	const uintptr_t r = virtio->registers;
	uint64_t offered;
	uint32_t device;
	unsigned polls;

	if (cpu_mmio_read(r + VIRTIO_MAGIC) != VIRTIO_MAGIC_VALUE)
		return virtio_refuse(virtio, "no virtio slot", E_ABSENT);
	device = cpu_mmio_read(r + VIRTIO_DEVICE);
	if (device != virtio->device)
		return virtio_refuse(virtio, device ? "another device" : "none",
				     E_ABSENT);
	if (cpu_mmio_read(r + VIRTIO_VERSION) != VIRTIO_VERSION_MODERN)
		return virtio_refuse(virtio, "one of before virtio 1.0",
				     E_ABSENT);
	virtio_reset(virtio);
	for (polls = 0; cpu_mmio_read(r + VIRTIO_STATUS) != 0; polls++)
		if (polls == VIRTIO_RESET_POLLS_MAX)
			return virtio_refuse(virtio, "one that does not reset",
					     E_PEER);
	cpu_mmio_write(r + VIRTIO_STATUS,
		       VIRTIO_STATUS_SEEN | VIRTIO_STATUS_DRIVER);
	cpu_mmio_write(r + VIRTIO_OFFERED_SELECT, 0);
	offered = cpu_mmio_read(r + VIRTIO_OFFERED);
	cpu_mmio_write(r + VIRTIO_OFFERED_SELECT, 1);
	offered |= (uint64_t)cpu_mmio_read(r + VIRTIO_OFFERED) << 32;
	if ((offered & virtio->features) != virtio->features)
		return virtio_refuse(virtio, "one without the features needed",
				     E_PEER);
	cpu_mmio_write(r + VIRTIO_ACCEPTED_SELECT, 0);
	cpu_mmio_write(r + VIRTIO_ACCEPTED, (uint32_t)virtio->features);
	cpu_mmio_write(r + VIRTIO_ACCEPTED_SELECT, 1);
	cpu_mmio_write(r + VIRTIO_ACCEPTED, (uint32_t)(virtio->features >> 32));
	cpu_mmio_write(r + VIRTIO_STATUS, VIRTIO_STATUS_SEEN |
		       VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK);
	if (!(cpu_mmio_read(r + VIRTIO_STATUS) & VIRTIO_STATUS_FEATURES_OK))
		return virtio_refuse(virtio, "one that refuses the features",
				     E_PEER);
	return 0;
}

/* Give the device a queue (4.2.3.2). [start] E_PEER: it has none this long. */
static inline int
virtio_open_queue(const struct virtio *virtio, const struct virtqueue *queue)
{
	const uintptr_t r = virtio->registers;

	cpu_mmio_write(r + VIRTIO_QUEUE_SELECT, queue->index);
	if (cpu_mmio_read(r + VIRTIO_QUEUE_SLOTS_MAX) < queue->slots)
		return virtio_refuse(virtio, "one with shorter queues", E_PEER);
	cpu_mmio_write(r + VIRTIO_QUEUE_SLOTS, queue->slots);
	virtio_write_64(virtio, VIRTIO_DESCRIPTORS,
			(uintptr_t)queue->descriptors);
	virtio_write_64(virtio, VIRTIO_AVAILABLE, (uintptr_t)queue->available);
	virtio_write_64(virtio, VIRTIO_USED, (uintptr_t)queue->used);
	cpu_mmio_write(r + VIRTIO_QUEUE_READY, 1);
	return 0;
}

/* The device may start (3.1.1, step 8). [start] */
static inline void
virtio_run(const struct virtio *virtio)
{
	cpu_mmio_write(virtio->registers + VIRTIO_STATUS,
		       VIRTIO_STATUS_SEEN | VIRTIO_STATUS_DRIVER |
		       VIRTIO_STATUS_FEATURES_OK | VIRTIO_STATUS_RUNS);
}

#endif
