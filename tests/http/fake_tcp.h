/* SPDX-License-Identifier: ISC */
/*
 * A provider of interface tcp in memory, for one translation unit that also
 * includes httpd. It holds httpd to the contract: no call on a connection
 * that httpd has let go of, never more than room, constants only without
 * TCP_COPY, nothing held back behind TCP_MORE.
 */
#ifndef TESTS_HTTP_FAKE_TCP_H
#define TESTS_HTTP_FAKE_TCP_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unicc/error.h>
#include <unicc/tcp.h>

enum fake_end {
	FAKE_OPEN,
	FAKE_CLOSED,
	FAKE_ABORTED,
	FAKE_LOST,
};

struct tcp_connection {
	void *context;		/* httpd's */
	enum fake_end end;
	size_t room;		/* bytes that a send takes before fake_drain */
	size_t room_max;
	unsigned full_count;	/* so many sends fail with E_FULL first */
	bool is_held;		/* the last send said TCP_MORE */
	unsigned char *sent;	/* all that httpd has sent */
	size_t sent_bytes, sent_room;
	unsigned char *kept;	/* received, not taken by httpd */
	size_t kept_bytes, kept_room;
};

static uint64_t fake_unix_s = 784111777;	/* RFC 9110, 5.6.7 */
static int fake_listened = -1;

int
tcp_port_listen(uint16_t port, unsigned consumer_index)
{
	assert(consumer_index == tcp_consumer_index);
	fake_listened = port;
	return 0;
}

uint64_t
wallclock_unix_s(void)
{
	return fake_unix_s;
}

void
kernel_log(const char *instance, const char *fact, ...)
{
	(void)instance;
	(void)fact;
}

size_t
tcp_connection_room(const struct tcp_connection *connection)
{
	assert(connection->end == FAKE_OPEN);
	return connection->room;
}

static void
fake_append(unsigned char **at, size_t *size, size_t *room, const void *bytes,
	    size_t bytes_count)
{
	if (*size + bytes_count > *room) {
		*room = (*size + bytes_count) * 2;
		*at = realloc(*at, *room);
		assert(*at != NULL);
	}
	if (bytes_count != 0)
		memcpy(*at + *size, bytes, bytes_count);
	*size += bytes_count;
}

int
tcp_connection_send(struct tcp_connection *connection, const void *bytes,
		    size_t size_bytes, unsigned how)
{
	assert(connection->end == FAKE_OPEN);
	assert(size_bytes != 0);
	assert((how & ~(unsigned)(TCP_COPY | TCP_MORE)) == 0);
	if (size_bytes > connection->room)
		return E_FULL;
	if (connection->full_count > 0) {
		connection->full_count--;
		return E_FULL;
	}
	connection->room -= size_bytes;
	connection->is_held = (how & TCP_MORE) != 0;
	fake_append(&connection->sent, &connection->sent_bytes,
		    &connection->sent_room, bytes, size_bytes);
	return 0;
}

void
tcp_connection_close(struct tcp_connection *connection)
{
	assert(connection->end == FAKE_OPEN);
	connection->end = FAKE_CLOSED;
}

void
tcp_connection_abort(struct tcp_connection *connection)
{
	assert(connection->end == FAKE_OPEN);
	connection->end = FAKE_ABORTED;
}

/* A new connection with room for so many bytes at a time; NULL: refused. */
static struct tcp_connection *
fake_connect(size_t room)
{
	struct tcp_connection *connection = calloc(1, sizeof *connection);

	assert(connection != NULL);
	connection->room = connection->room_max = room;
	connection->context = tcp_accepted(connection);
	if (connection->context != NULL)
		return connection;
	free(connection);
	return NULL;
}

static void
fake_offer(struct tcp_connection *connection)
{
	size_t size = connection->kept_bytes, taken;
	unsigned char *exact;

	if (connection->end != FAKE_OPEN || size == 0)
		return;
	/* Exactly as large as it is, so that ASan sees a read beyond it. */
	exact = malloc(size);
	assert(exact != NULL);
	memcpy(exact, connection->kept, size);
	taken = tcp_received(connection->context, exact, size);
	free(exact);
	assert(taken <= size);
	assert(connection->end != FAKE_OPEN || !connection->is_held);
	memmove(connection->kept, connection->kept + taken, size - taken);
	connection->kept_bytes -= taken;
}

/* The peer acknowledges: room is whole again, and what was kept is offered. */
static void
fake_drain(struct tcp_connection *connection)
{
	size_t sent, kept;

	do {
		sent = connection->sent_bytes;
		kept = connection->kept_bytes;
		if (connection->end != FAKE_OPEN)
			return;
		connection->room = connection->room_max;
		tcp_writable(connection->context);
		assert(connection->end != FAKE_OPEN || !connection->is_held);
		fake_offer(connection);
	} while (connection->sent_bytes != sent ||
		 connection->kept_bytes != kept);
}

/* The peer sends bytes, which arrive in one piece. */
static void
fake_receive(struct tcp_connection *connection, const void *bytes, size_t size)
{
	fake_append(&connection->kept, &connection->kept_bytes,
		    &connection->kept_room, bytes, size);
	fake_offer(connection);
	fake_drain(connection);
}

static void
fake_ticks(struct tcp_connection *connection, unsigned count)
{
	while (count-- > 0 && connection->end == FAKE_OPEN) {
		tcp_tick(connection->context);
		fake_drain(connection);
	}
}

/* Forget the connection; if httpd still holds it, it is lost. */
static void
fake_free(struct tcp_connection *connection)
{
	if (connection->end == FAKE_OPEN)
		tcp_lost(connection->context);
	free(connection->sent);
	free(connection->kept);
	free(connection);
}

#endif
