/* SPDX-License-Identifier: ISC */
/*
 * Split virtqueues (virtio 1.2, 2.7) shared with a device that is not trusted.
 *
 * Each id 0 .. slots - 1 is one buffer with one descriptor, written once. An
 * id is ours, or lent to the device; who has it is remembered here, in memory
 * the device does not see:
 *
 * 1. Nothing is read from what we share but the device's own area, and there
 *    each word once, into a local.
 * 2. An id that comes back was lent, else the queue is broken. So no call
 *    below does more than slots steps, whatever the device writes.
 * 3. What was written before an index moves is seen before the index: x86
 *    keeps the order of writes, and of reads; the compiler must too. Only the
 *    question whether the device wants to be told needs a fence (2.7.7).
 */
#ifndef VIRTIO_VIRTQUEUE_H
#define VIRTIO_VIRTQUEUE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	VIRTQ_DESCRIPTOR_WRITE = 2,	/* the device writes the buffer */
	VIRTQ_NO_INTERRUPT = 1,		/* in available.flags */
	VIRTQ_NO_NOTIFY = 1,		/* in used.flags */
};

struct virtq_descriptor {
	uint64_t address;
	uint32_t size_bytes;
	uint16_t flags;
	uint16_t next;
};

struct virtq_used {
	uint32_t id;
	uint32_t written_bytes;
};

/* The head of both rings. */
struct virtq_ring {
	uint16_t flags;
	uint16_t index;
};

/* What only we know: how far we are, and which ids are lent. */
struct virtq_position {
	uint16_t available;
	uint16_t used;
};

struct virtqueue {
	volatile struct virtq_descriptor *descriptors;
	volatile struct virtq_ring *available;
	volatile uint16_t *available_ids;
	const volatile struct virtq_ring *used;
	const volatile struct virtq_used *used_elements;
	struct virtq_position *position;
	bool *is_lent;
	uint16_t slots;		/* a power of two, 32,768 at most */
	uint16_t index;		/* of this queue on its device */
};

/* Define a queue NAME and all its memory, with constant addresses. */
#define VIRTQUEUE(name, queue_index, slots_count)                            \
	static struct {                                                      \
		_Alignas(16) struct virtq_descriptor descriptors[slots_count]; \
		struct virtq_ring available;                                 \
		uint16_t available_ids[slots_count];                         \
		_Alignas(4) struct virtq_ring used;                          \
		struct virtq_used used_elements[slots_count];                \
	} name##_shared;                                                     \
	static bool name##_is_lent[slots_count];                             \
	static struct virtq_position name##_position;                        \
	static const struct virtqueue name = {                               \
		.descriptors = name##_shared.descriptors,                    \
		.available = &name##_shared.available,                       \
		.available_ids = name##_shared.available_ids,                \
		.used = &name##_shared.used,                                 \
		.used_elements = name##_shared.used_elements,                \
		.position = &name##_position,                                \
		.is_lent = name##_is_lent,                                   \
		.slots = slots_count,                                        \
		.index = queue_index,                                        \
	}

static inline void
virtqueue_describe(const struct virtqueue *queue, uint16_t id,
		   const void *buffer, uint32_t size_bytes, uint16_t flags)
{
	volatile struct virtq_descriptor *d = &queue->descriptors[id];

	d->address = (uintptr_t)buffer;
	d->size_bytes = size_bytes;
	d->flags = flags;
	d->next = 0;
}

/* Lend id, which must be ours, to the device. */
static inline void
virtqueue_lend(const struct virtqueue *queue, uint16_t id)
{
	struct virtq_position *position = queue->position;

	queue->is_lent[id] = true;
	queue->available_ids[position->available & (queue->slots - 1)] = id;
	position->available++;
	__asm__ volatile("" : : : "memory");
	queue->available->index = position->available;
}

/* Must the device be told of what was lent? */
static inline bool
virtqueue_wants_notice(const struct virtqueue *queue)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return !(queue->used->flags & VIRTQ_NO_NOTIFY);
}

/* Ask for interrupts, or ask for none, which is a hint only. */
static inline void
virtqueue_want_interrupt(const struct virtqueue *queue, bool is_wanted)
{
	queue->available->flags = is_wanted ? 0 : VIRTQ_NO_INTERRUPT;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

enum virtqueue_state {
	VIRTQUEUE_EMPTY,
	VIRTQUEUE_RETURNED,	/* *used is a buffer that is ours again */
	VIRTQUEUE_BROKEN,
};

/*
 * Take back one buffer. used->id is below slots; written_bytes is what the
 * device says, still to be checked against the buffer's size.
 */
static inline enum virtqueue_state
virtqueue_take(const struct virtqueue *queue, struct virtq_used *used)
{
	struct virtq_position *position = queue->position;
	const volatile struct virtq_used *element;

	if (queue->used->index == position->used)
		return VIRTQUEUE_EMPTY;
	__asm__ volatile("" : : : "memory");
	element = &queue->used_elements[position->used & (queue->slots - 1)];
	used->id = element->id;
	used->written_bytes = element->written_bytes;
	if (used->id >= queue->slots || !queue->is_lent[used->id])
		return VIRTQUEUE_BROKEN;
	queue->is_lent[used->id] = false;
	position->used++;
	return VIRTQUEUE_RETURNED;
}

#endif
