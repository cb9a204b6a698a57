/* SPDX-License-Identifier: ISC */
/*
 * Our end of a ring of requests and responses (xen/io/ring.h), shared with a
 * backend that is not trusted.
 *
 * 1. Our indexes are kept here; what lies in the page is for the backend.
 * 2. The backend's index is read once. It can be ahead of ours by as many
 *    requests as wait for a response, else the ring is broken.
 * 3. A response is copied once, then looked at. Requests are never read.
 * 4. What was written before an index moves is seen before the index: x86
 *    keeps the order of writes, and of reads; the compiler must too. Only the
 *    question whether the other side has moved since needs a fence.
 */
#ifndef XEN_RING_H
#define XEN_RING_H

#include <stdbool.h>
#include <stdint.h>

/* How every shared ring begins. */
struct ring_indexes {
	uint32_t requested;		/* req_prod */
	uint32_t request_event;
	uint32_t responded;		/* rsp_prod */
	uint32_t response_event;
};

struct ring {
	uint32_t requested;	/* requests made */
	uint32_t announced;	/* of them, shown to the backend */
	uint32_t taken;		/* responses taken */
};

/*
 * The response to take and the place of the next request, in a shared ring of
 * that many entries, a power of two. A response is copied by reading it.
 */
#define RING_RESPONSE(ring_, shared, entries)                      \
	(*(const volatile __typeof__((shared)->ring[0].rsp) *)     \
		&(shared)->ring[(ring_)->taken & ((entries) - 1)].rsp)
#define RING_REQUEST(ring_, shared, entries)                       \
	(*(volatile __typeof__((shared)->ring[0].req) *)           \
		&(shared)->ring[(ring_)->requested & ((entries) - 1)].req)

static inline void
ring_begin(struct ring *ring, volatile struct ring_indexes *shared)
{
	*ring = (struct ring){ 0 };
	shared->requested = shared->responded = 0;
	shared->request_event = shared->response_event = 1;
}

/* Show the backend all requests. True: it wants to be told. */
static inline bool
ring_announce(struct ring *ring, volatile struct ring_indexes *shared)
{
	uint32_t new_count = ring->requested - ring->announced;

	if (new_count == 0)
		return false;
	__asm__ volatile("" : : : "memory");
	shared->requested = ring->announced = ring->requested;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return ring->announced - shared->request_event < new_count;
}

enum ring_state {
	RING_EMPTY,
	RING_RESPONDED,		/* there is a response to take */
	RING_BROKEN,
};

static inline enum ring_state
ring_look(const struct ring *ring, const volatile struct ring_indexes *shared)
{
	uint32_t responses_count = shared->responded - ring->taken;

	__asm__ volatile("" : : : "memory");
	if (responses_count == 0)
		return RING_EMPTY;
	return responses_count <= ring->announced - ring->taken
		       ? RING_RESPONDED : RING_BROKEN;
}

/*
 * Ask to be told of the count-th response from now on. False: it is already
 * there, and nobody will tell.
 */
static inline bool
ring_want_event(const struct ring *ring, volatile struct ring_indexes *shared,
		uint32_t count)
{
	shared->response_event = ring->taken + count;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return shared->responded - ring->taken < count;
}

#endif
