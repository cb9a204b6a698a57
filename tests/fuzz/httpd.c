/* SPDX-License-Identifier: ISC */
/*
 * Fuzz httpd through interface tcp. The first byte chooses the peer: how it
 * splits what it sends and how much room it leaves. The rest is what it sends.
 *
 * Beyond what the sanitizers see: the fake TCP holds httpd to the contract,
 * what is sent is a row of well-formed heads, the same bytes in one piece give
 * the same responses, and no connection is left over.
 */
#include <stdint.h>
#include <stdio.h>

#include "instance.h"
#include "content.h"

CONTENT_DEFINE;

#include "httpd_source.h"
#include "fake_tcp.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static char big[5000];

	(void)argc;
	(void)argv;
	memset(big, 'b', sizeof big);
	content_add("/index.html", "text/html", "<p>hello\n", 9, NULL, 0);
	content_add("/both.txt", "text/plain", "0123456789", 10, "gz", 2);
	content_add("/big", "application/octet-stream", big, sizeof big, NULL,
		    0);
	content_add("/d/index.html", "text/html", "d", 1, "z", 1);
	content_lay_out();
	return httpd_start();
}

/* Every response starts with a status line and ends its head. */
static void
check_sent(const struct tcp_connection *connection)
{
	const char *sent = (const char *)connection->sent;

	if (connection->sent_bytes == 0)
		return;
	assert(connection->sent_bytes > 13);
	assert(memcmp(sent, "HTTP/1.1 ", 9) == 0);
	assert(memmem(sent, connection->sent_bytes, "\r\n\r\n", 4) != NULL);
}

static struct tcp_connection *
run(const uint8_t *data, size_t size, size_t piece, size_t room)
{
	struct tcp_connection *connection = fake_connect(room);
	size_t step;

	assert(connection != NULL);
	for (; size != 0; data += step, size -= step) {
		step = piece < size ? piece : size;
		fake_receive(connection, data, step);
	}
	fake_drain(connection);
	check_sent(connection);
	return connection;
}

/* A line that is too long and wrong may be refused for either. */
static bool
is_too_long(const struct tcp_connection *connection)
{
	const void *sent = connection->sent;

	return connection->sent_bytes != 0 &&
	       (memmem(sent, connection->sent_bytes, " 414 ", 5) != NULL ||
		memmem(sent, connection->sent_bytes, " 431 ", 5) != NULL ||
		memmem(sent, connection->sent_bytes, " 413 ", 5) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 16, 60, 536, 1460 };
	static const size_t rooms[] = { 1, 100, 1460, 1 << 20 };
	struct tcp_connection *parts, *whole;
	size_t i;

	if (size == 0)
		return 0;
	parts = run(data + 1, size - 1, pieces[data[0] % 8],
		    rooms[data[0] / 8 % 4]);
	whole = run(data + 1, size - 1, SIZE_MAX, 1 << 20);
	/* What comes in pieces may still lack the line's end to be refused. */
	if (!is_too_long(parts) && !is_too_long(whole)) {
		assert(parts->sent_bytes <= whole->sent_bytes);
		assert(parts->sent_bytes == 0 ||
		       memcmp(parts->sent, whole->sent,
			      parts->sent_bytes) == 0);
	}
	if (data[0] & 0x40)
		fake_ticks(parts, 10);
	if (data[0] & 0x80 && parts->end == FAKE_OPEN)
		tcp_finished(parts->context);
	fake_free(parts);
	fake_free(whole);
	for (i = 0; i < used_count; i++)
		assert(connections[i].state == STATE_FREE);
	return 0;
}
