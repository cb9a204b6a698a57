/* SPDX-License-Identifier: ISC */
/*
 * Writing the head of a response and choosing what stands behind it.
 *
 * A head is put together in the connection's line buffer, which is free while
 * a response is sent: a prebuilt piece first, then what only this moment
 * knows. Bodies are sent from where they are frozen, never copied; a head's
 * prebuilt piece is, because sending it apart costs a request 730 instructions
 * more than copying it.
 */
#include <unicc/tcp.h>
#include <unicc/wallclock.h>

enum state {
	STATE_FREE,
	STATE_HEAD,		/* waiting for a request, or within its head */
	STATE_BODY,		/* within a request's body */
	STATE_SEND,		/* a response is not queued whole */
};

/* One of httpd_connections; all zero: free. */
struct connection {
	struct tcp_connection *tcp;
	struct connection *next_free;
	const uint8_t *body;		/* what is left of the response's body */
	uint32_t body_bytes;
	uint16_t head_bytes;		/* of the response's head, in line */
	uint16_t head_left;		/* of it, not yet queued */
	uint16_t line_bytes;		/* of a line that is not complete */
	uint16_t ticks_left;		/* until this state has lasted too long */
	uint8_t state;			/* enum state */
	bool is_begun;			/* the first line has begun to come */
	bool is_last;			/* close behind this response */
	bool is_interim;		/* a 100: the body comes behind it */
	uint64_t moment;		/* of its last request; orders connections */
	struct request request;
	uint8_t line[httpd_line_max_bytes];
};

/* Status line, type, length, range, tag, Date, Connection: any head fits. */
_Static_assert(HEAD_MAX_BYTES + HEADERS_MAX_BYTES <= httpd_line_max_bytes,
	       "line_max holds the largest head of a response");

/* ---- Text ---------------------------------------------------------------- */

NOT_INLINE static void
add(struct connection *connection, const void *bytes, size_t size_bytes)
{
	if (size_bytes > sizeof connection->line - connection->head_bytes)
		__builtin_trap();
	memcpy(connection->line + connection->head_bytes, bytes, size_bytes);
	connection->head_bytes += (uint16_t)size_bytes;
}

static void
add_text(struct connection *connection, const char *text)
{
	add(connection, text, strlen(text));
}

#define ADD(connection, literal) add(connection, literal, sizeof(literal) - 1)

static void
add_number(struct connection *connection, uint32_t number)
{
	char digits[10], *digit = digits + sizeof digits;

	do
		*--digit = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	add(connection, digit, (size_t)(digits + sizeof digits - digit));
}

static void
add_field_number(struct connection *connection, const char *name,
		 uint32_t number)
{
	add_text(connection, name);
	add_number(connection, number);
	ADD(connection, "\r\n");
}

/* ---- The date ------------------------------------------------------------ */

/* With the blank line behind it, which mostly follows at once. */
#define DATE_LINE "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
static char date_line[] = DATE_LINE "\r\n";
static uint64_t date_unix_s;

NOT_INLINE static void
put_two(char *at, unsigned number)
{
	at[0] = (char)('0' + number / 10);
	at[1] = (char)('0' + number % 10);
}

/*
 * Write day and time into the line. Years begin in March, so that the leap day
 * is a year's last, and come in eras of 400 years or 146,097 days, the first
 * on 1 March of the year 0, which lies 719,468 days before 1970. Valid to the
 * year 9999.
 */
static void
date_write(uint64_t unix_s)
{
	static const char days[] = "ThuFriSatSunMonTueWed";
	static const char months[] = "MarAprMayJunJulAugSepOctNovDecJanFeb";
	uint32_t second = (uint32_t)(unix_s % 86400);
	uint32_t day = (uint32_t)(unix_s / 86400);
	uint32_t era, year, month;

	memcpy(date_line + 6, days + day % 7 * 3, 3);
	day += 719468;
	era = day / 146097;
	day %= 146097;
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= year * 365 + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	year += era * 400 + (month >= 10);
	put_two(date_line + 11, day + 1);
	memcpy(date_line + 14, months + month * 3, 3);
	put_two(date_line + 18, year / 100);
	put_two(date_line + 20, year % 100);
	put_two(date_line + 23, second / 3600);
	put_two(date_line + 26, second / 60 % 60);
	put_two(date_line + 29, second % 60);
}

/*
 * Bring the line up to now. Called when a connection comes and on its ticks,
 * so that it is at most a tick old when a response takes it.
 */
static void
date_refresh(void)
{
	uint64_t unix_s;

	if (!wallclock_is_present)
		return;
	unix_s = wallclock_unix_s();
	if (unix_s == date_unix_s)
		return;
	date_unix_s = unix_s;
	date_write(unix_s);
}

/* ---- The end of every head ----------------------------------------------- */

/* Will the connection carry another request (RFC 9112, 9.3)? */
static bool
is_persistent(const struct request *request)
{
	if (request->wants_close)
		return false;
	return !request->is_http_10 || request->wants_keep_alive;
}

/* Add what every head ends with, the blank line included. */
static void
head_finish(struct connection *connection)
{
	bool is_plain = !connection->is_last &&
			!connection->request.is_http_10;
	size_t i;

	for (i = 0; i < (size_t)httpd_headers_count; i++) {
		add_text(connection, httpd_headers[i].key);
		ADD(connection, ": ");
		add_text(connection, httpd_headers[i].value);
		ADD(connection, "\r\n");
	}
	if (wallclock_is_present)
		add(connection, date_line, is_plain ? sizeof DATE_LINE + 1 :
		    sizeof DATE_LINE - 1);
	if (wallclock_is_present && is_plain)
		return;
	if (connection->is_last)
		ADD(connection, "Connection: close\r\n");
	else if (!is_plain)
		ADD(connection, "Connection: keep-alive\r\n");
	ADD(connection, "\r\n");
}

/* ---- Files --------------------------------------------------------------- */

/*
 * The form that this client wants (RFC 9110, 12.5.3), or 0 if it has ruled
 * out all there are. The smaller form wins where the client does not care.
 */
static unsigned
form_choose(const struct request *request)
{
	unsigned gzip = request->quality_gzip;
	unsigned identity = request->quality_identity;

	if (!request->has_encodings)
		return FORM_PLAIN;
	if (gzip == 0)
		gzip = request->quality_any;
	if (request->file->gzip.bytes != NULL && gzip > 1 && gzip >= identity)
		return FORM_GZIP;
	if (identity == 0 && request->quality_any == 1)
		identity = 1;
	return identity == 1 ? 0 : FORM_PLAIN;
}

static const struct file_form *
form_of(const struct file *file, unsigned form)
{
	return form == FORM_GZIP ? &file->gzip : &file->plain;
}

static void
add_etag(struct connection *connection, unsigned form)
{
	ADD(connection, HEAD_ETAG);
	add_text(connection, connection->request.file->etag);
	if (form == FORM_GZIP) {
		connection->head_bytes--;
		ADD(connection, ETAG_GZIP "\"");
	}
	ADD(connection, "\r\n");
}

static void
add_vary(struct connection *connection)
{
	if (connection->request.file->gzip.bytes != NULL)
		ADD(connection, HEAD_VARY);
}

/* Is there a range, and does it apply to this form (RFC 9110, 14.2)? */
static bool
range_counts(const struct request *request, unsigned form)
{
	if (request->method != METHOD_GET ||
	    (request->has_if_range && (request->range_forms & form) == 0))
		return false;
	return request->range == RANGE_FIRST_LAST ||
	       request->range == RANGE_SUFFIX;
}

/* Which of total bytes the range means; false: none of them. */
static bool
range_resolve(const struct request *request, uint32_t total, uint32_t *first,
	      uint32_t *size)
{
	uint32_t last = request->range_last;

	if (request->range == RANGE_SUFFIX) {
		*size = last < total ? last : total;
		*first = total - *size;
		return *size != 0;
	}
	if (request->range_first >= total)
		return false;
	*first = request->range_first;
	*size = (last < total ? last : total - 1) - *first + 1;
	return true;
}

static void
write_partial(struct connection *connection, unsigned form, uint32_t first,
	      uint32_t size)
{
	const struct file *file = connection->request.file;

	ADD(connection, "HTTP/1.1 206 Partial Content\r\n" HEAD_TYPE);
	add_text(connection, file->type);
	ADD(connection, "\r\n");
	add_field_number(connection, HEAD_LENGTH, size);
	ADD(connection, "Content-Range: bytes ");
	add_number(connection, first);
	ADD(connection, "-");
	add_number(connection, first + size - 1);
	add_field_number(connection, "/", form_of(file, form)->size_bytes);
	add_etag(connection, form);
	if (form == FORM_GZIP)
		ADD(connection, HEAD_GZIP);
	add_vary(connection);
}

/* A request for a file that exists, in the RFC's order (RFC 9110, 13.2.2). */
static enum answer
write_file(struct connection *connection)
{
	struct request *request = &connection->request;
	unsigned form = form_choose(request);
	const struct file_form *body = form_of(request->file, form);
	uint32_t first, size;

	if (form == 0)
		return ANSWER_NOT_ACCEPTABLE;
	if (request->has_match && (request->matched_forms & form) == 0)
		return ANSWER_PRECONDITION_FAILED;
	if ((request->none_matched_forms & form) != 0) {
		ADD(connection, "HTTP/1.1 304 Not Modified\r\n");
		add_etag(connection, form);
		add_vary(connection);
		return ANSWER_NONE;
	}
	if (range_counts(request, form)) {
		if (!range_resolve(request, body->size_bytes, &first, &size))
			return ANSWER_RANGE_NOT_SATISFIABLE;
		write_partial(connection, form, first, size);
	} else {
		first = 0;
		size = body->size_bytes;
		add(connection, body->head, body->head_bytes);
	}
	if (request->method == METHOD_GET) {
		connection->body = body->bytes + first;
		connection->body_bytes = size;
	}
	return ANSWER_NONE;
}

/* ---- All others ---------------------------------------------------------- */

static const struct {
	const char *text;
	uint32_t text_bytes;
} answers[] = {
#define ANSWER_TEXT(name, text) [name] = { text, sizeof(text) - 1 },
	ANSWERS(ANSWER_TEXT)
#undef ANSWER_TEXT
};

#define ALLOW "Allow: GET, HEAD, OPTIONS\r\n"

static void
write_refusal(struct connection *connection, enum answer answer)
{
	struct request *request = &connection->request;

	ADD(connection, "HTTP/1.1 ");
	add(connection, answers[answer].text, answers[answer].text_bytes);
	ADD(connection, "\r\n" HEAD_TYPE "text/plain\r\n");
	add_field_number(connection, HEAD_LENGTH,
			 answers[answer].text_bytes + 1);
	if (answer == ANSWER_METHOD_NOT_ALLOWED)
		ADD(connection, ALLOW);
	if (answer == ANSWER_NOT_ACCEPTABLE)
		add_vary(connection);
	if (answer == ANSWER_RANGE_NOT_SATISFIABLE)
		add_field_number(connection, "Content-Range: bytes */",
				 form_of(request->file, form_choose(request))
					->size_bytes);
	head_finish(connection);
	if (request->method == METHOD_HEAD)
		return;
	add(connection, answers[answer].text, answers[answer].text_bytes);
	ADD(connection, "\n");
}

/*
 * Send the client to the folder's path with its slash, escaped where a byte
 * does not stand for itself. A path too long for a head is not found.
 */
static bool
write_redirect(struct connection *connection)
{
	static const char digits[] = "0123456789ABCDEF";
	const struct file *file = connection->request.file;
	uint32_t i;

	ADD(connection, "HTTP/1.1 301 Moved Permanently\r\nLocation: ");
	for (i = 0; i < file->path_bytes; i++) {
		uint8_t c = (uint8_t)file->path[i];

		if (connection->head_bytes > HEAD_MAX_BYTES - 128) {
			connection->head_bytes = 0;
			return false;
		}
		if (c == '.' || (alphabets[c] & IN_PATH) != 0) {
			add(connection, &c, 1);
			continue;
		}
		ADD(connection, "%");
		add(connection, &digits[c >> 4], 1);
		add(connection, &digits[c & 15], 1);
	}
	ADD(connection, "\r\n" HEAD_LENGTH "0\r\n");
	return true;
}

/*
 * Put the whole response to the connection's request in place: its head in
 * line, its body behind body. answer is request.answer or what refuses it.
 */
static void
response_write(struct connection *connection, enum answer answer)
{
	connection->head_bytes = 0;
	connection->body_bytes = 0;
	if (answer == ANSWER_NONE)
		answer = write_file(connection);
	else if (answer == ANSWER_OPTIONS)
		ADD(connection, HEAD_OK ALLOW HEAD_LENGTH "0\r\n");
	if (answer == ANSWER_REDIRECT && !write_redirect(connection))
		answer = ANSWER_NOT_FOUND;
	if (answer > ANSWER_NONE && answer < ANSWER_OPTIONS)
		write_refusal(connection, answer);
	else
		head_finish(connection);
}
