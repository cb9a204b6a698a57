/* SPDX-License-Identifier: ISC */
/*
 * Interface tcp: accepted connections as byte streams. Users are told apart
 * by tcp_consumer_index, a generated enumerator; the provider's generated
 * tcp_consumers(X) lists X(index, instance) for its dispatch.
 *
 * Life of a connection: accepted, then any number of received, writable and
 * tick, then exactly one of: the user calls close or abort, or is told lost.
 * After that the user never names the connection again.
 */
#ifndef UNICC_TCP_H
#define UNICC_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unicc/types.h>

struct tcp_connection;		/* the provider's */

enum {
	TCP_COPY = 1,		/* the bytes may change after the call */
	TCP_MORE = 2,		/* another send follows at once: do not push yet */
};

/* The provider's calls. */
#define tcp_port_listen UNICC_JOIN(tcp_provider, tcp_port_listen)
#define tcp_connection_room UNICC_JOIN(tcp_provider, tcp_connection_room)
#define tcp_connection_send UNICC_JOIN(tcp_provider, tcp_connection_send)
#define tcp_connection_close UNICC_JOIN(tcp_provider, tcp_connection_close)
#define tcp_connection_abort UNICC_JOIN(tcp_provider, tcp_connection_abort)

/*
 * Accept connections to port for the user with this index. [start]
 * E_BUSY: the port is taken. E_MEMORY: no listener left.
 */
int tcp_port_listen(uint16_t port, unsigned consumer_index);

/* How many bytes tcp_connection_send takes now. [loop; never waits] */
size_t tcp_connection_room(const struct tcp_connection *connection);

/*
 * Queue size_bytes bytes, all or nothing. [loop; never waits] how is 0 or
 * TCP_COPY and TCP_MORE. Without TCP_COPY bytes is kept until the peer has
 * acknowledged them: only constants qualify. E_FULL: more than room, or the
 * segment pool is empty; try again when told writable.
 */
int tcp_connection_send(struct tcp_connection *connection, const void *bytes,
			size_t size_bytes, unsigned how);

/*
 * Send what is queued, then our FIN; what the peer still sends is read and
 * dropped, bounded in time. [loop; never waits] The user has let go.
 */
void tcp_connection_close(struct tcp_connection *connection);

/* Reset the connection now. [loop; never waits] The user has let go. */
void tcp_connection_abort(struct tcp_connection *connection);

/* The user's calls, made by the provider from the event loop, never inside a
 * call of the user's own. */
#define tcp_accepted UNICC_JOIN(tcp_consumer, tcp_accepted)
#define tcp_received UNICC_JOIN(tcp_consumer, tcp_received)
#define tcp_writable UNICC_JOIN(tcp_consumer, tcp_writable)
#define tcp_tick UNICC_JOIN(tcp_consumer, tcp_tick)
#define tcp_finished UNICC_JOIN(tcp_consumer, tcp_finished)
#define tcp_lost UNICC_JOIN(tcp_consumer, tcp_lost)

/*
 * tcp_accepted: a connection is established; returns the user's context for
 *     it, given to every later call, or NULL to refuse it: the provider resets it.
 * tcp_received: size_bytes bytes have come, borrowed; returns how many were
 *     taken. The rest is offered again after room has grown, or on a tick.
 *     The user may close or abort the connection inside the call.
 * tcp_writable: room has grown.
 * tcp_tick: about TCP_TICK_MS have passed.
 * tcp_finished: the peer will send no more; the user may still send.
 * tcp_lost: reset, timed out or out of memory; the connection is gone.
 */
#define TCP_TICK_MS 500

#define TCP_UPCALLS(consumer)                                              \
	void *consumer##_tcp_accepted(struct tcp_connection *connection);  \
	size_t consumer##_tcp_received(void *context, const void *bytes,   \
				       size_t size_bytes);                 \
	void consumer##_tcp_writable(void *context);                       \
	void consumer##_tcp_tick(void *context);                           \
	void consumer##_tcp_finished(void *context);                       \
	void consumer##_tcp_lost(void *context)

#endif
