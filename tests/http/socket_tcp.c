/* SPDX-License-Identifier: ISC */
/*
 * httpd as a normal process: interface tcp over loopback sockets, with the
 * files of a folder. A development tool and a subject for the black-box tests.
 *
 *     httpd PORT FOLDER
 *
 * Listens on 127.0.0.1 alone. Ends after SIGTERM with a line that says what
 * httpd says at power-off.
 */
#define HTTPD_CONNECTIONS 64

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "instance.h"
#include "content.h"

CONTENT_DEFINE;

#include "httpd_source.h"

enum {
	SOCKETS = 512,
	SEND_BYTES = 32768,
	KEPT_BYTES = 5840,
	LINGER_TICKS = 10,
};

/* Socket i is polled in place i + 1; the listener in place 0. */
struct tcp_connection {
	int socket;		/* -1: free */
	void *context;		/* NULL: httpd has let go */
	unsigned linger_ticks;
	bool is_finished;	/* the peer has sent its end */
	bool is_reported;	/* and httpd knows */
	size_t sent_bytes, kept_bytes;
	unsigned char sent[SEND_BYTES];	/* not yet taken by the socket */
	unsigned char kept[KEPT_BYTES];	/* not yet taken by httpd */
};

static struct tcp_connection sockets[SOCKETS];
static volatile sig_atomic_t is_ending;
static int listener = -1;
static uint16_t listen_port;

/* ---- Interface tcp --------------------------------------------------------- */

int
tcp_port_listen(uint16_t port, unsigned consumer_index)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(listen_port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int on = 1;

	(void)port;
	(void)consumer_index;
	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (listener < 0 ||
	    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
	    bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
	    listen(listener, 1024) != 0)
		return E_BUSY;
	return 0;
}

size_t
tcp_connection_room(const struct tcp_connection *connection)
{
	return sizeof connection->sent - connection->sent_bytes;
}

int
tcp_connection_send(struct tcp_connection *connection, const void *bytes,
		    size_t size_bytes, unsigned how)
{
	(void)how;
	if (size_bytes > tcp_connection_room(connection))
		return E_FULL;
	memcpy(connection->sent + connection->sent_bytes, bytes, size_bytes);
	connection->sent_bytes += size_bytes;
	return 0;
}

static void
release(struct tcp_connection *connection)
{
	close(connection->socket);
	connection->socket = -1;
	connection->context = NULL;
}

void
tcp_connection_close(struct tcp_connection *connection)
{
	connection->context = NULL;
	connection->linger_ticks = LINGER_TICKS;
}

void
tcp_connection_abort(struct tcp_connection *connection)
{
	struct linger reset = { .l_onoff = 1 };

	setsockopt(connection->socket, SOL_SOCKET, SO_LINGER, &reset,
		   sizeof reset);
	release(connection);
}

/* ---- Everything else httpd calls ------------------------------------------- */

uint64_t
wallclock_unix_s(void)
{
	return (uint64_t)time(NULL);
}

void
kernel_log(const char *instance, const char *fact, ...)
{
	va_list arguments;

	va_start(arguments, fact);
	printf("%s: ", instance);
	for (; *fact != '\0'; fact++)
		if (fact[0] == '%' && fact[1] == 'u') {
			printf("%llu", va_arg(arguments, unsigned long long));
			fact++;
		} else {
			putchar(*fact);
		}
	putchar('\n');
	va_end(arguments);
}

/* ---- The sockets' side ----------------------------------------------------- */

static void
lost(struct tcp_connection *connection)
{
	void *context = connection->context;

	release(connection);
	if (context != NULL)
		tcp_lost(context);
}

static void
flush(struct tcp_connection *connection)
{
	ssize_t size;

	if (connection->socket < 0)
		return;
	if (connection->sent_bytes != 0) {
		size = send(connection->socket, connection->sent,
			    connection->sent_bytes, MSG_NOSIGNAL);
		if (size < 0 && errno != EAGAIN) {
			lost(connection);
			return;
		}
		if (size > 0) {
			connection->sent_bytes -= (size_t)size;
			memmove(connection->sent, connection->sent + size,
				connection->sent_bytes);
		}
	}
	if (connection->context == NULL && connection->sent_bytes == 0)
		shutdown(connection->socket, SHUT_WR);
}

/* Offer what was not taken; then the peer's end, once nothing is left. */
static void
offer(struct tcp_connection *connection)
{
	size_t taken;

	if (connection->context != NULL && connection->kept_bytes != 0) {
		taken = tcp_received(connection->context, connection->kept,
				     connection->kept_bytes);
		connection->kept_bytes -= taken;
		memmove(connection->kept, connection->kept + taken,
			connection->kept_bytes);
	}
	if (connection->context != NULL && connection->kept_bytes == 0 &&
	    connection->is_finished && !connection->is_reported) {
		connection->is_reported = true;
		tcp_finished(connection->context);
	}
}

static void
readable(struct tcp_connection *connection)
{
	ssize_t size;

	if (connection->context == NULL)
		connection->kept_bytes = 0;
	size = recv(connection->socket,
		    connection->kept + connection->kept_bytes,
		    sizeof connection->kept - connection->kept_bytes, 0);
	if (size < 0 && errno == EAGAIN)
		return;
	if (size < 0) {
		lost(connection);
		return;
	}
	if (size == 0)
		connection->is_finished = true;
	connection->kept_bytes += (size_t)size;
	offer(connection);
}

static void
accept_all(void)
{
	struct tcp_connection *connection = sockets;
	int accepted, on = 1;

	for (; connection != sockets + SOCKETS; connection++) {
		if (connection->socket >= 0)
			continue;
		accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
		if (accepted < 0)
			return;
		setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		memset(connection, 0, offsetof(struct tcp_connection, sent));
		connection->socket = accepted;
		connection->context = tcp_accepted(connection);
		if (connection->context == NULL)
			tcp_connection_abort(connection);
	}
}

static void
tick_all(void)
{
	struct tcp_connection *connection = sockets;

	for (; connection != sockets + SOCKETS; connection++) {
		if (connection->socket < 0)
			continue;
		if (connection->context != NULL) {
			tcp_tick(connection->context);
			offer(connection);
		} else if (connection->linger_ticks-- == 0) {
			release(connection);
		}
	}
}

static void
serve(struct tcp_connection *connection, short events)
{
	bool has_room;

	if ((events & (POLLIN | POLLHUP | POLLERR)) != 0 &&
	    connection->socket >= 0)
		readable(connection);
	has_room = connection->sent_bytes != 0;
	flush(connection);
	while (connection->socket >= 0 && connection->context != NULL &&
	       has_room && connection->sent_bytes == 0) {
		tcp_writable(connection->context);
		offer(connection);
		has_room = connection->sent_bytes != 0;
		flush(connection);
	}
	if (connection->socket >= 0 && connection->context == NULL &&
	    connection->is_finished && connection->sent_bytes == 0)
		release(connection);
}

static void
poll_all(int timeout_ms)
{
	static struct pollfd polled[SOCKETS + 1];
	bool has_free = false;
	size_t i;

	for (i = 0; i < SOCKETS; i++) {
		const struct tcp_connection *connection = &sockets[i];

		has_free = has_free || connection->socket < 0;
		polled[i + 1] = (struct pollfd){ .fd = connection->socket };
		if (!connection->is_finished &&
		    connection->kept_bytes < sizeof connection->kept)
			polled[i + 1].events |= POLLIN;
		if (connection->sent_bytes != 0)
			polled[i + 1].events |= POLLOUT;
	}
	polled[0] = (struct pollfd){ has_free ? listener : -1, POLLIN, 0 };
	if (poll(polled, SOCKETS + 1, timeout_ms) < 0)
		return;
	for (i = 0; i < SOCKETS; i++)
		if (polled[i + 1].revents != 0)
			serve(&sockets[i], polled[i + 1].revents);
	if (polled[0].revents != 0)
		accept_all();
}

static uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void
end(int signal)
{
	(void)signal;
	is_ending = 1;
}

int
main(int argc, char **argv)
{
	uint64_t next_tick;
	size_t i;

	if (argc != 3) {
		fprintf(stderr, "usage: httpd PORT FOLDER\n");
		return 2;
	}
	signal(SIGTERM, end);
	signal(SIGINT, end);
	listen_port = (uint16_t)strtoul(argv[1], NULL, 10);
	content_add_folder(argv[2]);
	for (i = 0; i < SOCKETS; i++)
		sockets[i].socket = -1;
	if (httpd_start() != 0) {
		perror("httpd");
		return 1;
	}
	printf("www: listening on 127.0.0.1:%u\n", listen_port);
	fflush(stdout);
	for (next_tick = now_ms() + TCP_TICK_MS; !is_ending;) {
		uint64_t now = now_ms();

		if (now >= next_tick) {
			tick_all();
			next_tick = now + TCP_TICK_MS;
		}
		poll_all((int)(next_tick > now ? next_tick - now : 0));
	}
	httpd_stop();
	return 0;
}
