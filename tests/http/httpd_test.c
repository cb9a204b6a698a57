/* SPDX-License-Identifier: ISC */
/*
 * httpd against a TCP in memory: every request whole, in two pieces at every
 * byte, byte by byte, behind others, and into a peer that takes one byte at a
 * time. Each way must give the same bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "instance.h"
#include "content.h"

CONTENT_DEFINE;

#include "httpd_source.h"
#include "fake_tcp.h"

#define HOST "Host: a\r\n"
#define GET "GET / HTTP/1.1\r\n" HOST
#define END "\r\n"
#define DATED "Server: unicc\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

static char big[70000];
static char long_line[4000];

static int
set_up(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof big; i++)
		big[i] = (char)('a' + i % 23);
	memset(long_line, 'x', sizeof long_line - 1);
	content_add("/index.html", "text/html", "<p>hello\n", 9, NULL, 0);
	content_add("/both.txt", "text/plain", "0123456789", 10, "gz", 2);
	content_add("/big", "application/octet-stream", big, sizeof big, NULL,
		    0);
	content_add("/empty", "text/plain", "", 0, NULL, 0);
	content_add("/a b/index.html", "text/html", "space", 5, NULL, 0);
	content_add("/caf\xc3\xa9", "text/plain", "utf-8", 5, NULL, 0);
	content_add("/v1.2/x.y", "text/plain", "dots", 4, NULL, 0);
	content_lay_out();
	assert_int_equal(httpd_start(), 0);
	assert_int_equal(fake_listened, 80);
	return 0;
}

/* ---- One request, every way ------------------------------------------------ */

/* What came back: text must be freed. */
struct outcome {
	char *text;
	size_t size;
	enum fake_end end;
};

static struct outcome
finish(struct tcp_connection *connection)
{
	struct outcome outcome;

	fake_drain(connection);
	outcome.size = connection->sent_bytes;
	outcome.end = connection->end;
	outcome.text = malloc(outcome.size + 1);
	assert_non_null(outcome.text);
	if (outcome.size != 0)
		memcpy(outcome.text, connection->sent, outcome.size);
	outcome.text[outcome.size] = '\0';
	fake_free(connection);
	return outcome;
}

static struct outcome
exchange(const char *request, size_t size, size_t split, size_t room)
{
	struct tcp_connection *connection = fake_connect(room);

	assert_non_null(connection);
	if (split != 0)
		fake_receive(connection, request, split);
	if (size != split)
		fake_receive(connection, request + split, size - split);
	return finish(connection);
}

static struct outcome
exchange_bytes(const char *request, size_t size, size_t room)
{
	struct tcp_connection *connection = fake_connect(room);
	size_t i;

	assert_non_null(connection);
	for (i = 0; i < size; i++)
		fake_receive(connection, request + i, 1);
	return finish(connection);
}

static void
assert_same(const struct outcome *expected, struct outcome actual)
{
	if (expected->size != actual.size ||
	    memcmp(expected->text, actual.text, actual.size) != 0)
		fail_msg("expected:\n%.2000s\ngot:\n%.2000s", expected->text,
			 actual.text);
	assert_int_equal(expected->end, actual.end);
	free(actual.text);
}

/* What the request gives, having seen that it gives the same in every way. */
static struct outcome
ask_n(const char *request, size_t size)
{
	struct outcome whole = exchange(request, size, 0, 1 << 20);
	size_t i;

	for (i = 1; i < size; i++)
		assert_same(&whole, exchange(request, size, i, 1 << 20));
	assert_same(&whole, exchange_bytes(request, size, 1 << 20));
	assert_same(&whole, exchange(request, size, 0, 1));
	assert_same(&whole, exchange(request, size, 0, 100));
	assert_same(&whole, exchange_bytes(request, size, 1));
	return whole;
}

static void
assert_starts(const struct outcome *outcome, const char *start)
{
	if (strncmp(outcome->text, start, strlen(start)) != 0)
		fail_msg("expected:\n%s\ngot:\n%.2000s", start, outcome->text);
}

/* Expect a whole response, of a connection that stays open. */
static void
expect(const char *request, const char *response)
{
	struct outcome outcome = ask_n(request, strlen(request));

	if (strcmp(outcome.text, response) != 0)
		fail_msg("to:\n%s\nexpected:\n%s\ngot:\n%.2000s", request,
			 response, outcome.text);
	assert_int_equal(outcome.end, FAKE_OPEN);
	free(outcome.text);
}

/* Expect a status, twice of two such requests in a row: framing holds. */
static void
expect_open(const char *request, const char *status)
{
	size_t size = strlen(request);
	struct outcome outcome = ask_n(request, size);
	char *twice = malloc(2 * size + 1);
	struct outcome both;

	assert_non_null(twice);
	if (strncmp(outcome.text + 9, status, strlen(status)) != 0)
		fail_msg("to:\n%s\nexpected %s, got:\n%.2000s", request,
			 status, outcome.text);
	assert_int_equal(outcome.end, FAKE_OPEN);
	memcpy(twice, request, size);
	memcpy(twice + size, request, size + 1);
	both = exchange(twice, 2 * size, 0, 1 << 20);
	assert_int_equal(both.size, 2 * outcome.size);
	assert_memory_equal(both.text, outcome.text, outcome.size);
	assert_memory_equal(both.text + outcome.size, outcome.text,
			    outcome.size);
	assert_same(&both, exchange(twice, 2 * size, 0, 7));
	free(both.text);
	free(outcome.text);
	free(twice);
}

/* Expect a status and the connection's end: what follows is not read. */
static void
expect_closed_n(const char *request, size_t size, const char *status)
{
	struct outcome outcome = ask_n(request, size);

	if (strncmp(outcome.text + 9, status, strlen(status)) != 0)
		fail_msg("to:\n%s\nexpected %s, got:\n%.2000s", request,
			 status, outcome.text);
	assert_int_equal(outcome.end, FAKE_CLOSED);
	assert_non_null(strstr(outcome.text, "Connection: close\r\n"));
	free(outcome.text);
}

static void
expect_closed(const char *request, const char *status)
{
	expect_closed_n(request, strlen(request), status);
}

/* Expect no byte yet: the request is not complete. */
static void
expect_silence(const char *request)
{
	struct outcome outcome = ask_n(request, strlen(request));

	assert_int_equal(outcome.size, 0);
	assert_int_equal(outcome.end, FAKE_OPEN);
	free(outcome.text);
}

/* ---- Tests ----------------------------------------------------------------- */

static void
answers_with_the_whole_head(void **state)
{
	const struct file *file = files_find(&httpd_content, "/both.txt", 9);
	char response[1000];

	(void)state;
	snprintf(response, sizeof response,
		 "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
		 "Content-Length: 10\r\nETag: %s\r\n"
		 "Vary: Accept-Encoding\r\nAccept-Ranges: bytes\r\n" DATED
		 "\r\n0123456789", file->etag);
	expect("GET /both.txt HTTP/1.1\r\n" HOST END, response);
	snprintf(response, sizeof response,
		 "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
		 "Content-Length: 2\r\nETag: %.*s-gzip\"\r\n"
		 "Content-Encoding: gzip\r\n"
		 "Vary: Accept-Encoding\r\nAccept-Ranges: bytes\r\n" DATED
		 "\r\ngz", (int)strlen(file->etag) - 1, file->etag);
	expect("GET /both.txt HTTP/1.1\r\n" HOST
	       "Accept-Encoding: gzip\r\n" END, response);
	snprintf(response, sizeof response,
		 "HTTP/1.1 304 Not Modified\r\nETag: %s\r\n"
		 "Vary: Accept-Encoding\r\n" DATED "\r\n", file->etag);
	snprintf(long_line, sizeof long_line, "GET /both.txt HTTP/1.1\r\n" HOST
		 "If-None-Match: \"x\", W/%s\r\n" END, file->etag);
	expect(long_line, response);
	memset(long_line, 'x', sizeof long_line - 1);
	snprintf(response, sizeof response,
		 "HTTP/1.1 206 Partial Content\r\nContent-Type: text/plain\r\n"
		 "Content-Length: 3\r\nContent-Range: bytes 2-4/10\r\n"
		 "ETag: %s\r\nVary: Accept-Encoding\r\n" DATED "\r\n234",
		 file->etag);
	expect("GET /both.txt HTTP/1.1\r\n" HOST "Range: bytes=2-4\r\n" END,
	       response);
	expect("GET /none HTTP/1.1\r\n" HOST END,
	       "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n"
	       "Content-Length: 14\r\n" DATED "\r\n404 Not Found\n");
	expect("HEAD /none HTTP/1.1\r\n" HOST END,
	       "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n"
	       "Content-Length: 14\r\n" DATED "\r\n");
	expect("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n" END "hello",
	       "HTTP/1.1 405 Method Not Allowed\r\n"
	       "Content-Type: text/plain\r\nContent-Length: 23\r\n"
	       "Allow: GET, HEAD, OPTIONS\r\n" DATED
	       "\r\n405 Method Not Allowed\n");
	expect("OPTIONS * HTTP/1.1\r\n" HOST END,
	       "HTTP/1.1 200 OK\r\nAllow: GET, HEAD, OPTIONS\r\n"
	       "Content-Length: 0\r\n" DATED "\r\n");
	expect("GET /a%20b HTTP/1.1\r\n" HOST END,
	       "HTTP/1.1 301 Moved Permanently\r\nLocation: /a%20b/\r\n"
	       "Content-Length: 0\r\n" DATED "\r\n");
}

static void
finds_what_a_target_names(void **state)
{
	(void)state;
	expect_open(GET END, "200");
	expect_open("GET /index.html HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET /?query=/../.. HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET /index.html?a?b HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET http://a/ HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET HTTP://a:80 HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET http://[::1]?x HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET /caf%C3%a9 HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET /%69ndex.html HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET /v1.2/x.y HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET /v1.2/./x.y HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET /v1.2/../v1.2/x.y HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET /v1.2/.. HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET /%2e/v1.2/%2E%2e/ HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET /a%20b/ HTTP/1.1\r\n" HOST END, "200");
	expect_open("GET /a%20b?x HTTP/1.1\r\n" HOST END, "301");
	expect_open("HEAD /a%20b HTTP/1.1\r\n" HOST END, "301");
	expect_open("GET //index.html HTTP/1.1\r\n" HOST END, "404");
	expect_open("GET /v1.2 HTTP/1.1\r\n" HOST END, "404");
	expect_open("GET /INDEX.HTML HTTP/1.1\r\n" HOST END, "404");
	expect_open("GET /.../index.html HTTP/1.1\r\n" HOST END, "404");
	expect_open("GET /%252e HTTP/1.1\r\n" HOST END, "404");
	expect_open("OPTIONS /none HTTP/1.1\r\n" HOST END, "404");
	expect_open("OPTIONS /index.html HTTP/1.1\r\n" HOST END, "200");
	expect_closed("GET /.. HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET /../etc/passwd HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET /%2e%2e/x HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET /%2e%2e%2fx HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET /%00 HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET /% HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET /%4 HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET /%zz HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET /#part HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET /\xc3\xa9 HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET index.html HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET * HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET a:80 HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET http:/// HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET http://a@b/ HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET ftp://a/ HTTP/1.1\r\n" HOST END, "400");
}

static void
tells_its_identity(void **state)
{
#define ZEROS "000000000000"
#define MORE_ZEROS ZEROS ZEROS ZEROS ZEROS ZEROS
	(void)state;
	expect("GET /.well-known/unicc HTTP/1.1\r\n" HOST END,
	       "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
	       "Content-Length: 150\r\nETag: \"34cd" ZEROS "\"\r\n" DATED END
	       "unicc code 12ab" MORE_ZEROS " instance 34cd" MORE_ZEROS "\n");
	expect("GET /.well-known/unicc HTTP/1.1\r\n" HOST
	       "If-None-Match: \"34cd" ZEROS "\"\r\n" END,
	       "HTTP/1.1 304 Not Modified\r\nETag: \"34cd" ZEROS "\"\r\n"
	       DATED END);
	expect("GET /.well-known/uniccs HTTP/1.1\r\n" HOST END,
	       "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n"
	       "Content-Length: 14\r\n" DATED END "404 Not Found\n");
#undef ZEROS
#undef MORE_ZEROS
}

static void
knows_methods_and_versions(void **state)
{
	(void)state;
	expect_open("HEAD / HTTP/1.1\r\n" HOST END, "200");
	expect_open("PUT /x HTTP/1.1\r\n" HOST END, "405");
	expect_open("DELETE / HTTP/1.1\r\n" HOST END, "405");
	expect_open("PATCH / HTTP/1.1\r\n" HOST END, "405");
	expect_open("TRACE / HTTP/1.1\r\n" HOST END, "405");
	expect_open("CONNECT a:443 HTTP/1.1\r\n" HOST END, "405");
	expect_open("BREW / HTTP/1.1\r\n" HOST END, "501");
	expect_open("get / HTTP/1.1\r\n" HOST END, "501");
	expect_open("GETS / HTTP/1.1\r\n" HOST END, "501");
	expect_open("GET / HTTP/1.2\r\n" HOST END, "200");
	expect_open("\r\n" GET END, "200");
	expect_open("GET / HTTP/1.0\r\nConnection: keep-alive\r\n" END, "200");
	expect_closed("GET / HTTP/1.0\r\n" END, "200");
	expect_closed(GET "Connection: close\r\n" END, "200");
	expect_closed(GET "Connection: x, CLOSE , y\r\n" END, "200");
	expect_closed("GET / HTTP/2.0\r\n" HOST END, "505");
	expect_closed("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505");
	expect_closed("GET / HTTP/0.9\r\n", "505");
	expect_closed("GET /\r\n", "400");
	expect_closed("GET / \r\n\r\n", "400");
	expect_closed("GET / http/1.1\r\n" HOST END, "400");
	expect_closed("GET / HTTP/1.10\r\n" HOST END, "400");
	expect_closed("GET / HTTP/11\r\n" HOST END, "400");
	expect_closed("GET  / HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET /  HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET\t/ HTTP/1.1\r\n" HOST END, "400");
	expect_closed("GET / HTTP/1.1 \r\n" HOST END, "400");
	expect_closed(" GET / HTTP/1.1\r\n" HOST END, "400");
	expect_closed("Extra lineGET / HTTP/1.1\r\n" HOST END, "400");
	expect_closed("(GET) / HTTP/1.1\r\n" HOST END, "400");
	expect_closed("\r\n\r\n" GET END, "400");
}

static void
refuses_ambiguous_heads(void **state)
{
	(void)state;
	expect_closed("GET / HTTP/1.1\r\n" END, "400");
	expect_closed(GET HOST END, "400");
	expect_closed("GET / HTTP/1.1\r\nHost: a b\r\n" END, "400");
	expect_closed("GET / HTTP/1.1\r\nHost: a/b\r\n" END, "400");
	expect_closed("GET / HTTP/1.1\r\nHost: u@a\r\n" END, "400");
	expect_open("GET / HTTP/1.1\r\nhoSt:\ta:80 \t\r\nempty:\r\n" END,
		    "200");
	expect_open("GET / HTTP/1.1\r\nHost:\r\n" END, "200");
	expect_closed(GET "X : y\r\n" END, "400");
	expect_closed(GET "X\ty: z\r\n" END, "400");
	expect_closed(GET "X[]: y\r\n" END, "400");
	expect_closed(GET "X\r\n" END, "400");
	expect_closed(GET ": y\r\n" END, "400");
	expect_closed(GET "X: y\r\n folded\r\n" END, "400");
	expect_closed(GET "X: y\r\n\tfolded\r\n" END, "400");
	expect_closed("GET / HTTP/1.1\r\n Host: a\r\n" END, "400");
	expect_closed(GET "X: a\rb\r\n" END, "400");
	expect_closed(GET "X: a\nY: b\r\n" END, "400");
	expect_closed("GET / HTTP/1.1\nHost: a\n\n", "400");
	expect_closed(GET "\n", "400");
	expect_closed(GET "\rX: y\r\n" END, "400");
	expect_closed(GET "X: \x07\r\n" END, "400");
	expect_closed_n(GET "X: \0\r\n" END, sizeof GET "X: \0\r\n" END - 1,
			"400");
	expect_open(GET "X: \xc3\xa9\t\"y\"\r\n" END, "200");
}

static void
frames_bodies(void **state)
{
	static const char *const wrong[] = {
		"-1", "+1", "1, 1", "1,2", "", "abc", "0x10", "1 1", "5;",
		"-123456789123456789123456789", "1.0",
	};
	char request[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		snprintf(request, sizeof request,
			 GET "Content-Length: %s\r\n" END, wrong[i]);
		expect_closed(request, "400");
	}
	expect_closed(GET "Content-Length: 1\r\nContent-Length: 1\r\n" END,
		      "400");
	expect_closed(GET "Content-Length: 0\r\nContent-Length: 0\r\n" END,
		      "400");
	expect_closed(GET "Content-Length: 4097\r\n" END, "413");
	expect_closed(GET "Content-Length: 123456789123456789123456789\r\n" END,
		      "413");
	expect_open(GET "Content-Length: 0\r\n" END, "200");
	expect_open(GET "Content-Length: 12\r\n" END "GET / HTTP/1", "200");
	expect_closed(GET "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"
		      END "0\r\n\r\n", "400");
	expect_closed(GET "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"
		      END "0\r\n\r\n", "400");
	expect_closed(GET "Transfer-Encoding: chunked\r\n"
		      "Transfer-Encoding: chunked\r\n" END "0\r\n\r\n", "400");
	expect_closed("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" END,
		      "400");
	expect_closed(GET "Transfer-Encoding: gzip, chunked\r\n" END, "501");
	expect_closed(GET "Transfer-Encoding: xchunked\r\n" END, "501");
	expect_closed(GET "Transfer-Encoding: identity\r\n" END, "501");
	expect_closed(GET "Transfer-Encoding:\r\n" END, "501");
	expect_closed(GET "Transfer-Encoding: \"chunked\"\r\n" END, "501");
}

#define CHUNKED GET "Transfer-Encoding: Chunked\r\n" END

static void
reads_chunks(void **state)
{
	(void)state;
	expect_open(CHUNKED "0\r\n\r\n", "200");
	expect_open(CHUNKED "5\r\nhello\r\nA \t;x=\"y\"\r\n0123456789\r\n"
		    "000\r\nTrailer: x\r\nY: z\r\n\r\n", "200");
	expect_open("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
		    END "1;\r\nx\r\n0\r\n\r\n", "405");
	expect_closed(CHUNKED "\r\n", "400");
	expect_closed(CHUNKED "g\r\n", "400");
	expect_closed(CHUNKED "-1\r\n", "400");
	expect_closed(CHUNKED "0x1\r\n", "400");
	expect_closed(CHUNKED " 1\r\n", "400");
	expect_closed(CHUNKED "1\nx\r\n", "400");
	expect_closed(CHUNKED "1\rx", "400");
	expect_closed(CHUNKED "1 \r\n", "400");
	expect_closed(CHUNKED "1;a\nb\r\n", "400");
	expect_closed(CHUNKED "1\r\nxy", "400");
	expect_closed(CHUNKED "1\r\nx\n", "400");
	expect_closed(CHUNKED "1\r\nx\ry", "400");
	expect_closed(CHUNKED "0\r\n\n", "400");
	expect_closed(CHUNKED "0\r\n x: y\r\n", "400");
	expect_closed(CHUNKED "0\r\nx: y\n", "400");
	expect_closed(CHUNKED "0\r\n\rx", "400");
	expect_closed(CHUNKED "ffffffffffffffff\r\n", "413");
	expect_closed(CHUNKED "10000000000000001\r\n", "413");
}

static void
meets_expectations(void **state)
{
	struct outcome outcome;

	(void)state;
	outcome = ask_n(GET "Expect: 100-Continue\r\nContent-Length: 2\r\n" END
			"hi", strlen(GET "Expect: 100-continue\r\n"
				     "Content-Length: 2\r\n" END) + 2);
	assert_starts(&outcome, "HTTP/1.1 100 Continue\r\n\r\n"
		      "HTTP/1.1 200 OK\r\n");
	assert_int_equal(outcome.end, FAKE_OPEN);
	free(outcome.text);
	expect_open(GET "Expect: 100-continue\r\n" END, "200");
	expect_closed(GET "Expect: miracles\r\n" END, "417");
	expect_closed("POST / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
		      "Content-Length: 2\r\n" END, "405");
	expect_open("GET / HTTP/1.0\r\nConnection: keep-alive\r\n"
		    "Expect: 100-continue\r\nContent-Length: 2\r\n" END "hi",
		    "200");
}

static void
chooses_the_form(void **state)
{
	static const struct {
		const char *encodings;
		const char *status;
	} cases[] = {
		{ "gzip", "2\r\n" }, { "x-gzip", "2\r\n" }, { "*", "2\r\n" },
		{ "GZIP;q=0.5", "2\r\n" }, { "deflate, gzip;q=1.0", "2\r\n" },
		{ "gzip;q=0", "10\r\n" }, { "gzip;q=0.000", "10\r\n" },
		{ "gzip ; q=0.001", "2\r\n" }, { "", "10\r\n" },
		{ "br", "10\r\n" }, { "identity", "10\r\n" },
		{ "identity;q=1, gzip;q=0.5", "10\r\n" },
		{ "gzip;q=0.5, identity;q=0.5", "2\r\n" },
		{ "*;q=0.5, gzip;q=0", "10\r\n" },
		{ "gzip, *;q=0", "2\r\n" }, { "identity;q=0, gzip", "2\r\n" },
		{ "identity;q=0, *", "2\r\n" },
		{ "gzip;q=2", "10\r\n" }, { "gzip;q=x", "10\r\n" },
		{ "gzip;level=1", "10\r\n" },
		{ "*;q=0, identity", "10\r\n" },
	};
	char request[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct outcome outcome;
		const char *length;

		snprintf(request, sizeof request,
			 "GET /both.txt HTTP/1.1\r\n" HOST
			 "Accept-Encoding: %s\r\n" END, cases[i].encodings);
		outcome = ask_n(request, strlen(request));
		length = strstr(outcome.text, HEAD_LENGTH);
		assert_non_null(length);
		if (strncmp(length + 16, cases[i].status,
			    strlen(cases[i].status)) != 0)
			fail_msg("%s: %s", cases[i].encodings, outcome.text);
		free(outcome.text);
	}
	expect_open("GET /both.txt HTTP/1.1\r\n" HOST
		    "Accept-Encoding: identity;q=0\r\n" END, "406");
	expect_open("GET / HTTP/1.1\r\n" HOST
		    "Accept-Encoding: gzip, *;q=0\r\n" END, "406");
	expect_open("GET /both.txt HTTP/1.1\r\n" HOST
		    "Accept-Encoding: *;q=0\r\n" END, "406");
}

static void
serves_ranges(void **state)
{
	static const struct {
		const char *range, *status, *content_range;
	} cases[] = {
		{ "bytes=0-0", "206", "bytes 0-0/10\r\n" },
		{ "bytes=0-", "206", "bytes 0-9/10\r\n" },
		{ "Bytes= 9- ", "206", "bytes 9-9/10\r\n" },
		{ "bytes=3-99999999999999999999", "206", "bytes 3-9/10\r\n" },
		{ "bytes=-1", "206", "bytes 9-9/10\r\n" },
		{ "bytes=-99", "206", "bytes 0-9/10\r\n" },
		{ "bytes=10-", "416", "bytes */10\r\n" },
		{ "bytes=-0", "416", "bytes */10\r\n" },
		{ "bytes=99999999999999999999-", "416", "bytes */10\r\n" },
		{ "bytes=4-3", "200", NULL }, { "bytes=", "200", NULL },
		{ "bytes=-", "200", NULL }, { "bytes=1", "200", NULL },
		{ "bytes=a-b", "200", NULL }, { "bytes=1-2x", "200", NULL },
		{ "bytes=0-1,3-4", "200", NULL }, { "lines=1-2", "200", NULL },
		{ "bytes=1-2\r\nRange: bytes=3-4", "200", NULL },
		{ "bytes=1-2\r\nIf-Range: \"x\"", "200", NULL },
		{ "bytes=1-2\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT",
		  "200", NULL },
	};
	const char *etag = files_find(&httpd_content, "/both.txt", 9)->etag;
	char request[300];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct outcome outcome;
		const char *field;

		snprintf(request, sizeof request, "GET /both.txt HTTP/1.1\r\n"
			 HOST "Range: %s\r\n" END, cases[i].range);
		expect_open(request, cases[i].status);
		outcome = ask_n(request, strlen(request));
		field = strstr(outcome.text, "Content-Range: ");
		assert_int_equal(field != NULL, cases[i].content_range != NULL);
		if (field != NULL)
			assert_memory_equal(field + 15, cases[i].content_range,
					    strlen(cases[i].content_range));
		free(outcome.text);
	}
	snprintf(request, sizeof request, "GET /both.txt HTTP/1.1\r\n" HOST
		 "If-Range: %s\r\nRange: bytes=1-2\r\n" END, etag);
	expect_open(request, "206");
	snprintf(request, sizeof request, "GET /both.txt HTTP/1.1\r\n" HOST
		 "If-Range: W/%s\r\nRange: bytes=1-2\r\n" END, etag);
	expect_open(request, "200");
	expect_open("GET /empty HTTP/1.1\r\n" HOST "Range: bytes=0-\r\n" END,
		    "416");
	expect_open("HEAD /both.txt HTTP/1.1\r\n" HOST "Range: bytes=1-2\r\n"
		    END, "200");
}

static void
evaluates_conditions(void **state)
{
	const char *etag = files_find(&httpd_content, "/both.txt", 9)->etag;
	static const struct {
		const char *format, *status;
	} cases[] = {
		{ "If-None-Match: %s\r\n", "304" },
		{ "If-None-Match: W/%s\r\n", "304" },
		{ "If-None-Match: *\r\n", "304" },
		{ "If-None-Match: \"a,b\" , ,%s\r\n", "304" },
		{ "If-None-Match: \"a\"\r\nIf-None-Match: %s\r\n", "304" },
		{ "If-None-Match: \"a\"\r\n", "200" },
		{ "If-None-Match: %s\r\nAccept-Encoding: gzip\r\n", "200" },
		{ "If-None-Match: %s\r\nRange: bytes=1-2\r\n", "304" },
		{ "If-None-Match: unquoted, %s\r\n", "200" },
		{ "If-None-Match: \"open\r\n", "200" },
		{ "If-None-Match: W/\r\n", "200" },
		{ "If-None-Match:\r\n", "200" },
		{ "If-Match: %s\r\n", "200" },
		{ "If-Match: *\r\n", "200" },
		{ "If-Match: W/%s\r\n", "412" },
		{ "If-Match: \"a\"\r\n", "412" },
		{ "If-Match: \"a\"\r\nIf-None-Match: %s\r\n", "412" },
		{ "If-Modified-Since: Sun, 06 Nov 2094 08:49:37 GMT\r\n",
		  "200" },
	};
	char request[400], fields[300], gzip_tag[100];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *percent = strstr(cases[i].format, "%s");
		int before = percent == NULL ? (int)strlen(cases[i].format) :
			     (int)(percent - cases[i].format);

		snprintf(fields, sizeof fields, "%.*s%s%s", before,
			 cases[i].format, percent == NULL ? "" : etag,
			 percent == NULL ? "" : percent + 2);
		snprintf(request, sizeof request, "GET /both.txt HTTP/1.1\r\n"
			 HOST "%s" END, fields);
		expect_open(request, cases[i].status);
	}
	snprintf(gzip_tag, sizeof gzip_tag, "%.*s-gzip\"",
		 (int)strlen(etag) - 1, etag);
	snprintf(request, sizeof request, "GET /both.txt HTTP/1.1\r\n" HOST
		 "If-None-Match: %s\r\nAccept-Encoding: gzip\r\n" END,
		 gzip_tag);
	expect_open(request, "304");
	snprintf(request, sizeof request, "GET /both.txt HTTP/1.1\r\n" HOST
		 "If-None-Match: %s\r\n" END, gzip_tag);
	expect_open(request, "200");
}

static void
waits_for_the_rest(void **state)
{
	static const char request[] = "GET /hello HTTP/1.1\r\n"
		"Host: localhost\r\n\r";
	char part[sizeof request];
	size_t size;

	(void)state;
	for (size = 1; size < sizeof request; size++) {
		memcpy(part, request, size);
		part[size] = '\0';
		expect_silence(part);
	}
	expect_silence(GET "Content-Length: 5\r\n" END "hell");
	expect_silence(CHUNKED "0\r\n\r");
	expect_silence("\r\n");
}

static void
bounds_what_it_reads(void **state)
{
	char request[6000];
	struct outcome outcome;
	size_t size, i;

	(void)state;
	/* The longest line, and one byte more. */
	for (i = 0; i < 2; i++) {
		size = (size_t)snprintf(request, sizeof request,
			"GET /%.*s HTTP/1.1\r\n" HOST END,
			(int)(1280 - 16 + i), long_line);
		outcome = exchange(request, size, 0, 1 << 20);
		assert_starts(&outcome, i == 0 ? "HTTP/1.1 404" :
			      "HTTP/1.1 414");
		assert_same(&outcome, exchange(request, size, 700, 1 << 20));
		assert_same(&outcome, exchange_bytes(request, size, 1 << 20));
		free(outcome.text);
		size = (size_t)snprintf(request, sizeof request,
			GET "X: %.*s\r\n" END, (int)(1280 - 5 + i), long_line);
		outcome = exchange(request, size, 0, 1 << 20);
		assert_starts(&outcome, i == 0 ? "HTTP/1.1 200" :
			      "HTTP/1.1 431");
		assert_same(&outcome, exchange(request, size, 700, 1 << 20));
		assert_same(&outcome, exchange_bytes(request, size, 1 << 20));
		free(outcome.text);
	}
	/* The longest head, and one byte more. */
	for (i = 0; i < 2; i++) {
		size = (size_t)snprintf(request, sizeof request,
			GET "X: %.*s\r\nY: %.*s\r\n" END, 1000, long_line,
			(int)(2048 - 25 - 1005 - 5 - 2 + i), long_line);
		outcome = exchange(request, size, 0, 1 << 20);
		assert_starts(&outcome, i == 0 ? "HTTP/1.1 200" :
			      "HTTP/1.1 431");
		assert_same(&outcome, exchange_bytes(request, size, 1 << 20));
		free(outcome.text);
	}
	/* An endless first line, field, and chunk extension. */
	outcome = exchange(long_line, 3999, 0, 1 << 20);
	assert_starts(&outcome, "HTTP/1.1 414");
	assert_int_equal(outcome.end, FAKE_CLOSED);
	free(outcome.text);
	size = (size_t)snprintf(request, sizeof request, CHUNKED "1;%s",
				long_line);
	outcome = exchange(request, size, 0, 1 << 20);
	assert_int_equal(outcome.size, 0);
	free(outcome.text);
	memset(request + size, 'x', 200);
	outcome = exchange(request, size + 200, 0, 1 << 20);
	assert_starts(&outcome, "HTTP/1.1 413");
	assert_same(&outcome, exchange(request, size + 200, 500, 1 << 20));
	free(outcome.text);
}

static void
sends_large_bodies_as_room_comes(void **state)
{
	static const char request[] = "GET /big HTTP/1.1\r\n" HOST END;
	static const size_t rooms[] = { 1, 2, 333, 1460, 11680, 1 << 20 };
	struct tcp_connection *connection;
	struct outcome first = { 0 }, outcome;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rooms / sizeof rooms[0]; i++) {
		outcome = exchange(request, sizeof request - 1, 0, rooms[i]);
		if (i == 0)
			first = outcome;
		else
			assert_same(&first, outcome);
	}
	assert_memory_equal(first.text + first.size - sizeof big, big,
			    sizeof big);
	/* The pool of segments is empty for a while: nothing is lost. */
	connection = fake_connect(1 << 20);
	connection->full_count = 30;
	fake_receive(connection, request, sizeof request - 1);
	assert_int_equal(connection->sent_bytes, 0);
	while (connection->full_count != 0)
		fake_drain(connection);
	assert_same(&first, finish(connection));
	free(first.text);
}

static void
answers_a_pipeline_in_order(void **state)
{
	static const char pipeline[] =
		"GET /both.txt HTTP/1.1\r\n" HOST END
		"HEAD / HTTP/1.1\r\n" HOST END
		"POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n" END "abc"
		CHUNKED "2\r\nxy\r\n0\r\n\r\n"
		"GET /none HTTP/1.1\r\n" HOST "Connection: close\r\n" END
		"GET / HTTP/1.1\r\n" HOST END;
	struct outcome outcome = ask_n(pipeline, sizeof pipeline - 1);
	const char *at = outcome.text;
	static const char *const order[] = {
		"200 OK", "0123456789HTTP/1.1 200 OK", "405", "200 OK", "404",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof order / sizeof order[0]; i++) {
		at = strstr(at, order[i]);
		assert_non_null(at);
		at++;
	}
	assert_null(strstr(at, "HTTP/1.1"));
	assert_int_equal(outcome.end, FAKE_CLOSED);
	free(outcome.text);
}

static void
ends_silence_in_time(void **state)
{
	struct tcp_connection *connection = fake_connect(1 << 20);

	(void)state;
	/* Idle, 3 s: 6 ticks and one: closed without a word. */
	fake_ticks(connection, 6);
	assert_int_equal(connection->end, FAKE_OPEN);
	fake_ticks(connection, 1);
	assert_int_equal(connection->end, FAKE_CLOSED);
	assert_int_equal(connection->sent_bytes, 0);
	fake_free(connection);
	/* A head that drips, 2 s. */
	connection = fake_connect(1 << 20);
	fake_receive(connection, "GET / H", 7);
	fake_ticks(connection, 2);
	fake_receive(connection, "TTP/1.1\r\nX: ", 12);
	fake_ticks(connection, 2);
	assert_int_equal(connection->end, FAKE_OPEN);
	fake_ticks(connection, 1);
	assert_int_equal(connection->end, FAKE_CLOSED);
	assert_memory_equal(connection->sent, "HTTP/1.1 408 ", 13);
	fake_free(connection);
	/* A body that drips, 2 s. */
	connection = fake_connect(1 << 20);
	fake_receive(connection, GET "Content-Length: 9\r\n" END "x",
		     sizeof GET "Content-Length: 9\r\n" END "x" - 1);
	fake_ticks(connection, 4);
	fake_receive(connection, "x", 1);
	fake_ticks(connection, 1);
	assert_int_equal(connection->end, FAKE_CLOSED);
	assert_memory_equal(connection->sent, "HTTP/1.1 408 ", 13);
	fake_free(connection);
	/* A reader that stops reading, 2 s: reset. */
	connection = fake_connect(10);
	connection->room_max = 0;
	fake_receive(connection, GET END, sizeof GET END - 1);
	assert_int_equal(connection->sent_bytes, 10);
	fake_ticks(connection, 4);
	assert_int_equal(connection->end, FAKE_OPEN);
	fake_ticks(connection, 1);
	assert_int_equal(connection->end, FAKE_ABORTED);
	fake_free(connection);
}

static void
hears_the_peer_finish(void **state)
{
	struct tcp_connection *connection = fake_connect(1 << 20);

	(void)state;
	fake_receive(connection, GET END, sizeof GET END - 1);
	tcp_finished(connection->context);
	assert_int_equal(connection->end, FAKE_CLOSED);
	fake_free(connection);
	connection = fake_connect(10);
	connection->room_max = 0;
	fake_receive(connection, GET END, sizeof GET END - 1);
	tcp_finished(connection->context);
	assert_int_equal(connection->end, FAKE_OPEN);
	connection->room_max = 100;
	fake_drain(connection);
	assert_int_equal(connection->end, FAKE_CLOSED);
	assert_memory_equal(connection->sent + connection->sent_bytes - 9,
			    "<p>hello\n", 9);
	fake_free(connection);
	connection = fake_connect(1 << 20);
	fake_receive(connection, "GET", 3);
	tcp_finished(connection->context);
	assert_int_equal(connection->end, FAKE_CLOSED);
	fake_free(connection);
}

static void
replaces_the_longest_waiting(void **state)
{
	struct tcp_connection *slow[4], *flood[1000], *client;
	size_t i;

	(void)state;
	/* Four slow heads fill the pool; a client is still answered. */
	for (i = 0; i < 4; i++) {
		slow[i] = fake_connect(1 << 20);
		fake_receive(slow[i], "GET", 3);
	}
	client = fake_connect(1 << 20);
	assert_int_equal(slow[0]->end, FAKE_ABORTED);
	assert_int_equal(slow[1]->end, FAKE_OPEN);
	/* Silent ones displace each other while the client goes on asking. */
	for (i = 0; i < 1000; i++) {
		flood[i] = fake_connect(1 << 20);
		assert_non_null(flood[i]);
		fake_receive(client, GET END, sizeof GET END - 1);
		assert_int_equal(client->end, FAKE_OPEN);
	}
	assert_true(client->sent_bytes > 1000 * 100);
	for (i = 0; i < 1000; i++)
		fake_free(flood[i]);
	for (i = 0; i < 4; i++)
		fake_free(slow[i]);
	fake_free(client);
	/* While all are being served the newest is refused, until one stalls. */
	for (i = 0; i < 4; i++) {
		slow[i] = fake_connect(10);
		slow[i]->room_max = 0;
		fake_receive(slow[i], GET END, sizeof GET END - 1);
	}
	assert_null(fake_connect(10));
	fake_ticks(slow[2], 3);
	client = fake_connect(10);
	assert_non_null(client);
	assert_int_equal(slow[2]->end, FAKE_ABORTED);
	for (i = 0; i < 4; i++)
		fake_free(slow[i]);
	fake_free(client);
}

static void
leaks_no_connection(void **state)
{
	size_t i, open = 0;

	(void)state;
	for (i = 0; i < used_count; i++)
		open += connections[i].state != STATE_FREE;
	assert_int_equal(open, 0);
	for (i = 0; i < 10000; i++) {
		struct outcome outcome = exchange(GET END, sizeof GET END - 1,
						  0, 1 << 20);

		assert_starts(&outcome, "HTTP/1.1 200");
		free(outcome.text);
	}
	assert_true(used_count <= httpd_connections);
	httpd_stop();
}

static void
writes_dates(void **state)
{
	static const struct {
		uint64_t unix_s;
		const char *line;
	} cases[] = {
		{ 0, "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n" },
		{ 784111777, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n" },
		{ 951782399, "Date: Mon, 28 Feb 2000 23:59:59 GMT\r\n" },
		{ 951782400, "Date: Tue, 29 Feb 2000 00:00:00 GMT\r\n" },
		{ 951868800, "Date: Wed, 01 Mar 2000 00:00:00 GMT\r\n" },
		{ 1709251199, "Date: Thu, 29 Feb 2024 23:59:59 GMT\r\n" },
		{ 1735689599, "Date: Tue, 31 Dec 2024 23:59:59 GMT\r\n" },
		{ 4107542400, "Date: Mon, 01 Mar 2100 00:00:00 GMT\r\n" },
		{ 253402300799, "Date: Fri, 31 Dec 9999 23:59:59 GMT\r\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		date_write(cases[i].unix_s);
		assert_memory_equal(date_line, cases[i].line,
				    sizeof DATE_LINE - 1);
	}
}

static void
checks_values_at_build_time(void **state)
{
	char type[200];

	(void)state;
	memset(type, 'x', sizeof type);
	type[TYPE_MAX_BYTES] = '\0';
	assert_non_null(httpd_response_head(type, UINT32_MAX, "\"e\"", true,
					    true));
	type[TYPE_MAX_BYTES] = 'x';
	type[TYPE_MAX_BYTES + 1] = '\0';
	assert_null(httpd_response_head(type, 1, "\"e\"", true, true));
	assert_null(httpd_response_head("a\r\nb", 1, "\"e\"", true, true));
	assert_null(httpd_response_head("", 1, "\"e\"", true, true));
	assert_null(httpd_response_head("a", 1, "e", true, true));
	assert_null(httpd_check_limits(2048, 8192));
	assert_non_null(httpd_check_limits(8192, 2048));
	assert_null(httpd_check_index("index.html"));
	assert_non_null(httpd_check_index("a/b"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_dates),
		cmocka_unit_test(checks_values_at_build_time),
		cmocka_unit_test(answers_with_the_whole_head),
		cmocka_unit_test(finds_what_a_target_names),
		cmocka_unit_test(tells_its_identity),
		cmocka_unit_test(knows_methods_and_versions),
		cmocka_unit_test(refuses_ambiguous_heads),
		cmocka_unit_test(frames_bodies),
		cmocka_unit_test(reads_chunks),
		cmocka_unit_test(meets_expectations),
		cmocka_unit_test(chooses_the_form),
		cmocka_unit_test(serves_ranges),
		cmocka_unit_test(evaluates_conditions),
		cmocka_unit_test(waits_for_the_rest),
		cmocka_unit_test(bounds_what_it_reads),
		cmocka_unit_test(sends_large_bodies_as_room_comes),
		cmocka_unit_test(answers_a_pipeline_in_order),
		cmocka_unit_test(ends_silence_in_time),
		cmocka_unit_test(hears_the_peer_finish),
		cmocka_unit_test(replaces_the_longest_waiting),
		cmocka_unit_test(leaks_no_connection),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
