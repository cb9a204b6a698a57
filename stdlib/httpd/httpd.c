/* SPDX-License-Identifier: ISC */
/*
 * Connections: taking bytes, sending responses, and letting go in time.
 *
 * 1. A connection that is not free counts down; no state lasts for ever.
 * 2. There are httpd_connections of them. When none is free a new one takes
 *    the place of the one that has waited longest for a request, so that
 *    silent and slow clients crowd out each other and nobody else.
 * 3. A complete line is read where it was received; only an unfinished one is
 *    copied, into the connection's own buffer.
 * 4. While a response is not queued whole no byte is taken: the buffer holds
 *    its head.
 */
#include <unicc/error.h>
#include <unicc/kernel.h>

int httpd_start(void);
void httpd_stop(void);
void *tcp_accepted(struct tcp_connection *tcp);
size_t tcp_received(void *context, const void *bytes, size_t size_bytes);
void tcp_writable(void *context);
void tcp_tick(void *context);
void tcp_finished(void *context);
void tcp_lost(void *context);

static struct connection connections[httpd_connections];
static struct connection *free_first;
static size_t used_count;	/* connections behind this were never used */
static uint64_t moment;		/* counts connections and requests */

/* Printed by the stop hook: what came, and that nothing has leaked. */
static uint64_t accepted_count, answered_count, replaced_count, refused_count;

/* A timeout in ticks, rounded up; one more, for the first may be due at once. */
static uint16_t
ticks(uint64_t timeout_ns)
{
	const uint64_t tick_ns = TCP_TICK_MS * UINT64_C(1000000);

	return (uint16_t)((timeout_ns + tick_ns - 1) / tick_ns + 1);
}

/* ---- The pool ------------------------------------------------------------ */

static void
connection_free(struct connection *connection)
{
	connection->state = STATE_FREE;
	connection->next_free = free_first;
	free_first = connection;
}

static void
connection_close(struct connection *connection)
{
	tcp_connection_close(connection->tcp);
	connection_free(connection);
}

static void
connection_abort(struct connection *connection)
{
	tcp_connection_abort(connection->tcp);
	connection_free(connection);
}

/*
 * Who must go when all are taken: the one that has waited longest for a
 * request, else for its client to take a byte, or NULL: all are being served.
 */
static struct connection *
connection_victim(void)
{
	struct connection *waiting = NULL, *stalled = NULL, *connection;

	for (connection = connections;
	     connection != connections + httpd_connections; connection++)
		if (connection->state != STATE_SEND) {
			if (waiting == NULL ||
			    connection->moment < waiting->moment)
				waiting = connection;
		} else if (connection->ticks_left + 2 <
			   ticks(httpd_send_timeout_ns)) {
			if (stalled == NULL ||
			    connection->moment < stalled->moment)
				stalled = connection;
		}
	return waiting != NULL ? waiting : stalled;
}

static struct connection *
connection_new(void)
{
	struct connection *connection;

	if (free_first == NULL && used_count < httpd_connections)
		return &connections[used_count++];
	if (free_first == NULL) {
		connection = connection_victim();
		if (connection == NULL)
			return NULL;
		connection_abort(connection);
		replaced_count++;
	}
	connection = free_first;
	free_first = connection->next_free;
	return connection;
}

/* ---- Sending ------------------------------------------------------------- */

static void
request_expect(struct connection *connection)
{
	connection->request = (struct request){ .file = NULL };
	connection->state = STATE_HEAD;
	connection->is_begun = false;
	connection->line_bytes = 0;
	connection->moment = ++moment;
	connection->ticks_left = ticks(httpd_idle_timeout_ns);
}

/* The response is queued whole. */
static void
response_done(struct connection *connection)
{
	if (connection->is_interim) {
		connection->is_interim = false;
		connection->state = STATE_BODY;
		connection->ticks_left = ticks(httpd_body_timeout_ns);
		return;
	}
	answered_count++;
	if (connection->is_last)
		connection_close(connection);
	else
		request_expect(connection);
}

/* Queue what there is room for of the head; true when that was all. */
static bool
head_send(struct connection *connection)
{
	size_t room = tcp_connection_room(connection->tcp);
	size_t size = connection->head_left;
	const uint8_t *bytes = connection->line + connection->head_bytes - size;
	unsigned how = TCP_COPY;

	if (room < size)
		size = room;
	else if (room > size && connection->body_bytes != 0)
		how = TCP_COPY | TCP_MORE;
	if (size == 0 ||
	    tcp_connection_send(connection->tcp, bytes, size, how) != 0)
		return false;
	connection->ticks_left = ticks(httpd_send_timeout_ns);
	connection->head_left -= (uint16_t)size;
	return connection->head_left == 0;
}

/*
 * The same of the body. A provider may have room for bytes but not for so
 * many segments at once: then fewer are tried.
 */
static bool
body_send(struct connection *connection)
{
	size_t size = tcp_connection_room(connection->tcp);

	if (size > connection->body_bytes)
		size = connection->body_bytes;
	while (size != 0 &&
	       tcp_connection_send(connection->tcp, connection->body, size,
				   0) != 0)
		size = size > 1024 ? size / 2 : 0;
	if (size == 0)
		return false;
	connection->ticks_left = ticks(httpd_send_timeout_ns);
	connection->body += size;
	connection->body_bytes -= (uint32_t)size;
	return connection->body_bytes == 0;
}

/* Go on with the response until it is queued whole or there is no room. */
static void
response_send(struct connection *connection)
{
	if ((connection->head_left == 0 || head_send(connection)) &&
	    (connection->body_bytes == 0 || body_send(connection)))
		response_done(connection);
}

static void
respond(struct connection *connection, enum answer answer)
{
	response_write(connection, answer);
	connection->head_left = connection->head_bytes;
	connection->state = STATE_SEND;
	connection->ticks_left = ticks(httpd_send_timeout_ns);
	response_send(connection);
}

/* The request has come whole. */
static void
request_done(struct connection *connection)
{
	if (!is_persistent(&connection->request))
		connection->is_last = true;
	respond(connection, connection->request.answer);
}

/* What follows on this connection cannot be trusted or is not wanted. */
static void
refuse(struct connection *connection, enum answer reason)
{
	connection->is_last = true;
	respond(connection, reason);
}

/* ---- Receiving ----------------------------------------------------------- */

/*
 * The head is complete and a body follows. Who waits for permission to send
 * it gets that, or at once the response that makes it needless; whether the
 * body then comes cannot be known, so the connection ends (RFC 9110, 10.1.1).
 */
static void
body_expect(struct connection *connection)
{
	static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";

	connection->state = STATE_BODY;
	connection->ticks_left = ticks(httpd_body_timeout_ns);
	if (!connection->request.expects_continue)
		return;
	if (connection->request.answer != ANSWER_NONE) {
		refuse(connection, connection->request.answer);
		return;
	}
	memcpy(connection->line, interim, sizeof interim - 1);
	connection->head_bytes = sizeof interim - 1;
	connection->head_left = sizeof interim - 1;
	connection->body_bytes = 0;
	connection->is_interim = true;
	connection->state = STATE_SEND;
	response_send(connection);
}

/* The head is complete. */
static void
head_end(struct connection *connection)
{
	struct request *request = &connection->request;
	enum answer reason = request_head_end(request);

	if (reason != ANSWER_NONE)
		refuse(connection, reason);
	else if (request->body != BODY_NONE)
		body_expect(connection);
	else
		request_done(connection);
}

static enum answer
too_long(const struct request *request)
{
	return request->method == METHOD_NONE ? ANSWER_TARGET_TOO_LONG :
	       ANSWER_HEAD_TOO_LARGE;
}

/*
 * Read a line; its CR is at end. ANSWER_NONE, or what refuses it. One empty
 * line before a request is passed over (RFC 9112, 2.2).
 */
static enum answer
line_read(struct request *request, const uint8_t *at, const uint8_t *end)
{
	size_t size = (size_t)(end - at) + 2;

	if ((end[0] | end[1] << 8) != ('\r' | '\n' << 8))
		return ANSWER_BAD_REQUEST;
	request->head_bytes += (uint32_t)size;
	if (size > httpd_line_max_bytes ||
	    request->head_bytes > httpd_header_max_bytes)
		return too_long(request);
	if (request->method != METHOD_NONE)
		return at == end ? ANSWER_NONE :
		       request_field(request, at, end);
	if (at != end)
		return request_line(request, at, end);
	if (request->has_blank)
		return ANSWER_BAD_REQUEST;
	request->has_blank = true;
	return ANSWER_NONE;
}

/* Keep the start of a line, or its next part. False: it is too long. */
static bool
line_keep(struct connection *connection, const uint8_t *at, size_t size)
{
	if (size > sizeof connection->line - connection->line_bytes) {
		refuse(connection, too_long(&connection->request));
		return false;
	}
	memcpy(connection->line + connection->line_bytes, at, size);
	connection->line_bytes += (uint16_t)size;
	return true;
}

/*
 * Complete a line that came in parts; behind what was taken of at .. end, or
 * NULL if it is not complete: then all was taken.
 */
static const uint8_t *
line_join(struct connection *connection, const uint8_t *at, const uint8_t *end)
{
	const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));

	if (stop != NULL)
		end = stop + 1;
	if (!line_keep(connection, at, (size_t)(end - at)) || stop == NULL)
		return NULL;
	return end;
}

/*
 * Take lines until the head or the bytes end; behind what was taken. A line
 * is read where it lies, unless it came in parts.
 */
static const uint8_t *
head_take(struct connection *connection, const uint8_t *at, const uint8_t *end)
{
	struct request *request = &connection->request;

	while (at != end) {
		const uint8_t *line = at, *limit = end, *stop;
		enum answer reason;

		if (connection->line_bytes != 0) {
			at = line_join(connection, at, end);
			if (at == NULL)
				return end;
			line = connection->line;
			limit = line + connection->line_bytes;
			connection->line_bytes = 0;
		}
		stop = find_control(line, limit);
		if (limit - stop < 2) {
			if (stop == limit || *stop == '\r')
				line_keep(connection, line,
					  (size_t)(limit - line));
			else
				refuse(connection, ANSWER_BAD_REQUEST);
			return end;
		}
		if (line == at)
			at = stop + 2;
		reason = line_read(request, line, stop);
		if (reason != ANSWER_NONE) {
			refuse(connection, reason);
			return end;
		}
		if (line == stop && request->method != METHOD_NONE) {
			head_end(connection);
			break;
		}
	}
	return at;
}

static const uint8_t *
body_take(struct connection *connection, const uint8_t *at, const uint8_t *end)
{
	enum answer reason = request_body(&connection->request, &at, end);

	if (reason != ANSWER_NONE)
		refuse(connection, reason);
	else if (connection->request.body == BODY_NONE)
		request_done(connection);
	return at;
}

/* The time for a head runs from its first byte, however slowly it comes. */
static void
head_begin(struct connection *connection)
{
	if (connection->is_begun || (connection->line_bytes == 0 &&
				     connection->request.method == METHOD_NONE))
		return;
	connection->is_begun = true;
	connection->ticks_left = ticks(httpd_header_timeout_ns);
}

/* ---- Hooks and upcalls --------------------------------------------------- */

int
httpd_start(void)
{
	identity_start();
	return tcp_port_listen(httpd_port, tcp_consumer_index);
}

void
httpd_stop(void)
{
	uint64_t open_count = 0;
	size_t i;

	for (i = 0; i < used_count; i++)
		open_count += connections[i].state != STATE_FREE;
	kernel_log(instance_name,
		   "%u connections, %u open, %u replaced, %u refused, "
		   "%u responses", accepted_count, open_count, replaced_count,
		   refused_count, answered_count);
}

void *
tcp_accepted(struct tcp_connection *tcp)
{
	struct connection *connection = connection_new();

	if (connection == NULL) {
		refused_count++;
		return NULL;
	}
	accepted_count++;
	connection->tcp = tcp;
	connection->is_last = false;
	connection->is_interim = false;
	request_expect(connection);
	date_refresh();
	return connection;
}

size_t
tcp_received(void *context, const void *bytes, size_t size_bytes)
{
	struct connection *connection = context;
	const uint8_t *at = bytes, *end = at + size_bytes;

	while (at != end)
		if (connection->state == STATE_HEAD)
			at = head_take(connection, at, end);
		else if (connection->state == STATE_BODY)
			at = body_take(connection, at, end);
		else
			break;
	if (connection->state == STATE_FREE)
		return size_bytes;
	if (connection->state == STATE_HEAD)
		head_begin(connection);
	return size_bytes - (size_t)(end - at);
}

void
tcp_writable(void *context)
{
	struct connection *connection = context;

	if (connection->state == STATE_SEND)
		response_send(connection);
}

void
tcp_tick(void *context)
{
	struct connection *connection = context;

	date_refresh();
	if (--connection->ticks_left != 0) {
		tcp_writable(connection);
		return;
	}
	switch ((enum state)connection->state) {
	case STATE_HEAD:
		if (!connection->is_begun) {
			connection_close(connection);
			return;
		}
		/* fallthrough */
	case STATE_BODY:
		refuse(connection, ANSWER_TIMEOUT);
		return;
	case STATE_SEND:
		connection_abort(connection);
		return;
	case STATE_FREE:
		return;
	}
}

/* A request that is not complete now never will be. */
void
tcp_finished(void *context)
{
	struct connection *connection = context;

	if (connection->state == STATE_SEND && !connection->is_interim)
		connection->is_last = true;
	else
		connection_close(connection);
}

void
tcp_lost(void *context)
{
	connection_free(context);
}
