/* SPDX-License-Identifier: ISC */
/*
 * A backend may raise its port without end and have nothing to say. After
 * STORM_IDLE_MAX such events in a row the port ends no wait for a while: then
 * a storm costs one wake each STORM_PAUSE_NS, and what the backend does say in
 * between waits no longer than that. Only what is of use makes up for it.
 */
#ifndef XEN_STORM_H
#define XEN_STORM_H

#include <stdbool.h>
#include <stdint.h>
#include <unicc/clock.h>
#include <xen/event.h>

enum {
	STORM_IDLE_MAX = 16,
	STORM_PAUSE_NS = 2000000,
};

struct storm {
	unsigned idle_count;	/* events in a row that were of no use */
	uint64_t open_ns;	/* when to open the port; 0: it is open */
};

/* After each event hook: was the port raised, and was there anything to do? */
static inline void
storm_judge(struct storm *storm, uint32_t port, bool was_raised, bool was_of_use)
{
	if (was_of_use)
		storm->idle_count = 0;
	if (storm->open_ns != 0) {
		if (clock_monotonic_ns() < storm->open_ns)
			return;
		storm->open_ns = 0;
		event_open(port);
	}
	if (was_raised && !was_of_use &&
	    ++storm->idle_count > STORM_IDLE_MAX) {
		storm->open_ns = clock_monotonic_ns() + STORM_PAUSE_NS;
		event_mask(port);
	}
}

static inline uint64_t
storm_deadline_ns(const struct storm *storm)
{
	return storm->open_ns != 0 ? storm->open_ns : UINT64_MAX;
}

#endif
