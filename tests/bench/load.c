/* SPDX-License-Identifier: ISC */
/*
 * Load on a guest's web server, and what it cost the guest.
 *
 *     load PORT COUNTER first SECONDS      until the first 200, SECONDS at most
 *     load PORT COUNTER get N CONNECTIONS  N keep-alive requests
 *     load PORT COUNTER client N           N connections, closed by us
 *     load PORT COUNTER server N           N connections, closed by the server
 *     load PORT COUNTER watch SECONDS      a request now and then, each
 *                                          answered within a second
 *     load PORT COUNTER idle SECONDS       nothing
 *
 * PORT is on 127.0.0.1; COUNTER is the file that count.so shares, or - for a
 * guest that is not counted. Prints "INSTRUCTIONS SECONDS": those of the whole
 * run, or for first those since the guest's entry. Every answer must be 200
 * with a body as long as it says; anything else, or five seconds of silence,
 * ends with a message and status 1. Requests are those that wrk makes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	CONNECTIONS_MAX = 256,
	ANSWER_MAX_BYTES = 64 * 1024,
	SILENCE_MS = 5000,
	SETTLE_MS = 100,	/* late acknowledgements belong to the run */
	QUIET_INSTRUCTIONS = 10000,
	WATCH_EVERY_MS = 50,
	WATCH_SILENCE_MS = 1000,
};

struct client {
	size_t filled_bytes;
	int fd;
	char answer[ANSWER_MAX_BYTES + 1];
};

struct cost {
	uint64_t instructions;
	double seconds;
};

static uint16_t port;
static const char *counter_path;
static struct client clients[CONNECTIONS_MAX];

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(1);
}

static void
sleep_ms(unsigned ms)
{
	struct timespec time = { ms / 1000, (long)(ms % 1000) * 1000000 };

	while (nanosleep(&time, &time) != 0)
		continue;
}

static double
clock_seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Instructions since the entry; 0 while the guest has not reached it. */
static uint64_t
counter_read(void)
{
	static int fd = -1;
	uint64_t words[2] = { 0, 0 };

	if (strcmp(counter_path, "-") == 0)
		return 0;
	if (fd < 0)
		fd = open(counter_path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || pread(fd, words, sizeof(words), 0) < 0)
		return 0;
	return words[1] ? words[0] : 0;
}

static struct cost
cost_now(void)
{
	struct cost cost = { counter_read(), clock_seconds() };

	return cost;
}

static bool
client_connect(struct client *client)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int on = 1;

	client->filled_bytes = 0;
	client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0)
		return false;
	setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(client->fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return true;
	close(client->fd);
	client->fd = -1;
	return false;
}

static void
client_close(struct client *client)
{
	close(client->fd);
	client->fd = -1;
}

static bool
client_ask(struct client *client, bool is_last)
{
	char request[128];
	int size_bytes = snprintf(request, sizeof(request),
				  "GET / HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s\r\n",
				  port, is_last ? "Connection: close\r\n" : "");

	client->filled_bytes = 0;
	return send(client->fd, request, (size_t)size_bytes, MSG_NOSIGNAL) ==
	       size_bytes;
}

/*
 * Take what has come. 1: the answer is whole; 0: not yet; -1: the connection
 * is lost or the answer is not a 200 of a known length.
 */
static int
client_read(struct client *client)
{
	ssize_t got = recv(client->fd, client->answer + client->filled_bytes,
			   ANSWER_MAX_BYTES - client->filled_bytes, 0);
	const char *body;
	const char *length;
	size_t whole_bytes;

	if (got <= 0)
		return -1;
	client->filled_bytes += (size_t)got;
	client->answer[client->filled_bytes] = '\0';
	body = strstr(client->answer, "\r\n\r\n");
	if (!body)
		return 0;
	length = strcasestr(client->answer, "\r\nContent-Length:");
	if (strncmp(client->answer, "HTTP/1.1 200 ", 13) != 0 || !length ||
	    length > body)
		return -1;
	whole_bytes = (size_t)(body + 4 - client->answer) +
		      strtoul(length + 17, NULL, 10);
	if (client->filled_bytes > whole_bytes)
		return -1;
	return client->filled_bytes == whole_bytes;
}

static bool
client_wait(const struct client *client, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = client->fd, .events = POLLIN };

	return poll(&poll_fd, 1, timeout_ms) == 1;
}

/* One request and its whole answer on an open connection. */
static bool
client_get(struct client *client, bool is_last, int timeout_ms)
{
	int state = 0;

	if (!client_ask(client, is_last))
		return false;
	while (state == 0) {
		if (!client_wait(client, timeout_ms))
			return false;
		state = client_read(client);
	}
	return state > 0;
}

/* The guest has booted when it idles; until then asking would only disturb. */
static void
wait_until_quiet(double end)
{
	uint64_t before;
	uint64_t after = 0;

	do {
		before = after;
		sleep_ms(50);
		after = counter_read();
	} while (clock_seconds() < end &&
		 (before == 0 || after - before > QUIET_INSTRUCTIONS));
}

static struct cost
run_first(double limit_seconds)
{
	double begin = clock_seconds();
	bool is_answered = false;
	struct cost cost = { 0, 0 };

	if (strcmp(counter_path, "-") != 0)
		wait_until_quiet(begin + limit_seconds);
	while (!is_answered) {
		if (clock_seconds() - begin > limit_seconds)
			fail("no answer");
		if (client_connect(clients)) {
			is_answered = client_get(clients, false, 250);
			cost = cost_now();
			client_close(clients);
		}
		if (!is_answered)
			sleep_ms(20);
	}
	cost.seconds -= begin;
	return cost;
}

/* Each connection asks again as soon as it is answered, like wrk. */
static void
get_many(unsigned requests, unsigned connections)
{
	struct pollfd poll_fds[CONNECTIONS_MAX];
	unsigned asked = 0;
	unsigned answered = 0;
	unsigned i;

	for (i = 0; i < connections; i++, asked++) {
		poll_fds[i].fd = clients[i].fd;
		poll_fds[i].events = POLLIN;
		if (!client_ask(&clients[i], false))
			fail("a connection is lost");
	}
	while (answered < requests) {
		if (poll(poll_fds, connections, SILENCE_MS) <= 0)
			fail("the server has gone silent");
		for (i = 0; i < connections; i++) {
			int state = 0;
			bool asks;

			if (poll_fds[i].revents)
				state = client_read(&clients[i]);
			answered += state > 0;
			asks = state > 0 && asked < requests;
			asked += asks;
			if (state < 0 || (asks && !client_ask(&clients[i], false)))
				fail("a connection is lost");
		}
	}
}

static void
run_get(unsigned requests, unsigned connections, struct cost *before)
{
	unsigned i;

	if (connections < 1 || connections > CONNECTIONS_MAX ||
	    requests < connections)
		fail("1 .. 256 connections, and a request for each");
	for (i = 0; i < connections; i++)
		if (!client_connect(&clients[i]) ||
		    !client_get(&clients[i], false, SILENCE_MS))
			fail("a first request is not answered");
	sleep_ms(SETTLE_MS);
	*before = cost_now();
	get_many(requests, connections);
}

static void
run_connections(unsigned count, bool is_closed_by_server)
{
	char rest;
	unsigned i;

	for (i = 0; i < count; i++) {
		if (!client_connect(clients) ||
		    !client_get(clients, is_closed_by_server, SILENCE_MS)) {
			fprintf(stderr, "load: connection %u: ", i + 1);
			fail("not answered");
		}
		if (is_closed_by_server &&
		    (!client_wait(clients, SILENCE_MS) ||
		     recv(clients->fd, &rest, 1, 0) != 0))
			fail("the server does not close");
		client_close(clients);
	}
}

/* Beside another load: one old connection that must never be forgotten. */
static void
run_watch(unsigned seconds)
{
	double end = clock_seconds() + seconds;

	if (!client_connect(clients))
		fail("not connected");
	while (clock_seconds() < end) {
		if (!client_get(clients, false, WATCH_SILENCE_MS))
			fail("a request waits for more than a second");
		sleep_ms(WATCH_EVERY_MS);
	}
	client_close(clients);
}

int
main(int argc, char **argv)
{
	struct cost before;
	struct cost after;
	unsigned count;

	if (argc < 5)
		fail("usage: load PORT COUNTER first|get|client|server|watch|idle N");
	port = (uint16_t)strtoul(argv[1], NULL, 10);
	counter_path = argv[2];
	count = (unsigned)strtoul(argv[4], NULL, 10);
	if (strcmp(argv[3], "first") == 0) {
		after = run_first(count);
		printf("%llu %.6f\n", (unsigned long long)after.instructions,
		       after.seconds);
		return 0;
	}
	before = cost_now();
	if (strcmp(argv[3], "get") == 0)
		run_get(count, argc > 5 ? (unsigned)strtoul(argv[5], NULL, 10) : 1,
			&before);
	else if (strcmp(argv[3], "watch") == 0)
		run_watch(count);
	else if (strcmp(argv[3], "idle") == 0)
		sleep_ms(count * 1000);
	else
		run_connections(count, strcmp(argv[3], "server") == 0);
	after = cost_now();
	after.seconds -= before.seconds;
	if (strcmp(argv[3], "idle") != 0) {
		sleep_ms(SETTLE_MS);
		after.instructions = counter_read();
	}
	printf("%llu %.6f\n",
	       (unsigned long long)(after.instructions - before.instructions),
	       after.seconds);
	return 0;
}
