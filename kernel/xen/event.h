/* SPDX-License-Identifier: ISC */
/*
 * Event channels: one bit between us and another domain.
 *
 * Nothing interrupts this machine. Xen sets a port's bit in the shared page;
 * the bit is seen by event_take, and setting it ends an idle wait if the port
 * is open. A peer that notifies without end costs one wait each, like any
 * other event, until its driver masks the port.
 */
#ifndef UNICC_XEN_EVENT_H
#define UNICC_XEN_EVENT_H

#include <stdbool.h>
#include <stdint.h>

/* Open ports that one machine can have; Xen polls no more. */
#define EVENT_PORTS_MAX 128

/*
 * Make a port that domain may connect to, and say which. [start, loop; never
 * waits] The port is not open yet. 0; E_FULL: Xen has none left.
 */
int event_offer(uint16_t domain, uint32_t *port);

/*
 * Let port end an idle wait from now on; at once, if it was raised before.
 * [start, loop] Opening an open port changes nothing. At most EVENT_PORTS_MAX
 * are open at a time, else it is an assertion.
 */
void event_open(uint32_t port);

/* Let port end no wait until event_open. [start, loop] event_take still sees
 * what is raised meanwhile. A port that is not open stays so. */
void event_mask(uint32_t port);

/* Mask port and give it back to Xen; the peer can raise it no more, and the
 * number is free for another channel. [start, loop] */
void event_close(uint32_t port);

/* True once after each time port was raised; clears it. [any; never waits] A
 * port that cannot be is never raised. */
bool event_take(uint32_t port);

/* Raise the peer's end of port. [any; never waits] A peer that is gone is
 * none of the caller's business. */
void event_notify(uint32_t port);

/*
 * Wait until port is raised, timeout_ns at most. [start, loop, panic; waits
 * without using the CPU] True: it is raised, and still to be taken. The port
 * need not be open. Nothing else happens meanwhile: for what start needs.
 */
bool event_wait(uint32_t port, uint64_t timeout_ns);

#endif
