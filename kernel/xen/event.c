/* SPDX-License-Identifier: ISC */
/*
 * Event channels in the two-level layout, and the idle wait.
 *
 * No upcall is ever asked for. Xen's masks and selectors, which steer upcalls,
 * are left alone: SCHEDOP_poll looks at the pending bits.
 *
 * 1. A wait misses nothing: Xen looks at the bits of the open ports after it
 *    has noted that we wait (do_poll), and a bit stays until it is taken.
 * 2. A masked port ends no second wait: only a bit that was clear wakes.
 */
#include <unicc/error.h>
#include <unicc/kernel.h>
#include <unicc/types.h>
#include <machine.h>
#include <event.h>
#include <hypercall.h>
#include <idle.h>
#include <shared.h>
#include <suspend.h>
#include <system_time.h>

enum { WORD_BITS = 8 * sizeof(xen_ulong_t) };

static evtchn_port_t open_ports[EVENT_PORTS_MAX];
static unsigned open_count;
static uint64_t alarm_ns;	/* 0: none, as in sched_poll */

void
idle_alarm(uint64_t deadline_ns)
{
	alarm_ns = deadline_ns;
}

/* deadline_ns 0: none, which is Xen's word, too. */
static void
poll(evtchn_port_t *ports, unsigned count, uint64_t deadline_ns)
{
	struct sched_poll poll = {
		.ports.p = ports,
		.nr_ports = count,
		.timeout = deadline_ns == 0 ? 0 :
					      system_time_of_xen(deadline_ns),
	};

	hypercall_sched_op(SCHEDOP_poll, &poll);
}

void
platform_prepare(void)
{
}

void
platform_idle(void)
{
	poll(open_ports, open_count, alarm_ns);
}

/* ---- Ports --------------------------------------------------------------- */

int
event_offer(uint16_t domain, uint32_t *port)
{
	struct evtchn_alloc_unbound offer = {
		.dom = DOMID_SELF,
		.remote_dom = domain,
	};

	if (hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &offer) != 0)
		return E_FULL;
	*port = offer.port;
	return 0;
}

/* The place of port among the open ones; open_count: it is not open. */
static unsigned
place_of(uint32_t port)
{
	unsigned i;

	for (i = 0; i < open_count && open_ports[i] != port; i++)
		;
	return i;
}

void
event_open(uint32_t port)
{
	unsigned place = place_of(port);

	if (place < open_count)
		return;
	kernel_assert(open_count < EVENT_PORTS_MAX);
	open_ports[open_count++] = port;
}

void
event_mask(uint32_t port)
{
	unsigned place = place_of(port);

	if (place < open_count)
		open_ports[place] = open_ports[--open_count];
}

void
event_close(uint32_t port)
{
	struct evtchn_close close = { .port = port };

	event_mask(port);
	hypercall_event_channel_op(EVTCHNOP_close, &close);
	event_take(port);
}

void
event_notify(uint32_t port)
{
	struct evtchn_send send = { .port = port };

	hypercall_event_channel_op(EVTCHNOP_send, &send);
}

void
event_forget(void)
{
	open_count = 0;
}

/* ---- Bits ------------------------------------------------------------------ */

static bool
is_raised(uint32_t port)
{
	volatile xen_ulong_t *words = shared_page.info.evtchn_pending;

	return port < EVTCHN_2L_NR_CHANNELS &&
	       words[port / WORD_BITS] >> port % WORD_BITS & 1;
}

bool
event_take(uint32_t port)
{
	if (!is_raised(port))
		return false;
	__atomic_fetch_and(&shared_page.info.evtchn_pending[port / WORD_BITS],
			   ~(1ull << port % WORD_BITS), __ATOMIC_SEQ_CST);
	return true;
}

bool
event_wait(uint32_t port, uint64_t timeout_ns)
{
	uint64_t deadline_ns = system_time_ns() + timeout_ns;
	evtchn_port_t ports[1] = { port };

	/* One wait may end early: a bit of another port, an expired timer. */
	while (!is_raised(port) && system_time_ns() < deadline_ns)
		poll(ports, 1, deadline_ns);
	return is_raised(port);
}
