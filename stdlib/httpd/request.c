/* SPDX-License-Identifier: ISC */
/*
 * Understanding one request, a line at a time (RFC 9110, RFC 9112).
 *
 * Every line is read once, where it lies, and leaves only numbers behind: no
 * pointer into a received line is kept. Framing that two readers could take
 * for two different things is refused, never repaired: bare CR or LF, folded
 * lines, space before a colon, two lengths, a length and a coding.
 */
#include <unicc/files.h>
#include <httpd/head.h>

/* What a request comes to. The texts are the status line's end and the body. */
#define ANSWERS(X)                                                       \
	X(ANSWER_BAD_REQUEST, "400 Bad Request")                         \
	X(ANSWER_NOT_FOUND, "404 Not Found")                             \
	X(ANSWER_METHOD_NOT_ALLOWED, "405 Method Not Allowed")           \
	X(ANSWER_NOT_ACCEPTABLE, "406 Not Acceptable")                   \
	X(ANSWER_TIMEOUT, "408 Request Timeout")                         \
	X(ANSWER_PRECONDITION_FAILED, "412 Precondition Failed")         \
	X(ANSWER_CONTENT_TOO_LARGE, "413 Content Too Large")             \
	X(ANSWER_TARGET_TOO_LONG, "414 URI Too Long")                    \
	X(ANSWER_RANGE_NOT_SATISFIABLE, "416 Range Not Satisfiable")     \
	X(ANSWER_EXPECTATION_FAILED, "417 Expectation Failed")           \
	X(ANSWER_HEAD_TOO_LARGE, "431 Request Header Fields Too Large")  \
	X(ANSWER_NOT_IMPLEMENTED, "501 Not Implemented")                 \
	X(ANSWER_VERSION, "505 HTTP Version Not Supported")

enum answer {
	ANSWER_NONE,		/* nothing against it so far */
#define ANSWER_NAME(name, text) name,
	ANSWERS(ANSWER_NAME)
#undef ANSWER_NAME
	ANSWER_OPTIONS,
	ANSWER_REDIRECT,
};

enum method {
	METHOD_NONE,		/* no request line yet */
	METHOD_GET,
	METHOD_HEAD,
	METHOD_OPTIONS,
	METHOD_OTHER,
};

/* The two forms of a file, as a set. */
enum {
	FORM_PLAIN = 1,
	FORM_GZIP = 2,
};

enum range {
	RANGE_NONE,
	RANGE_FIRST_LAST,	/* bytes=FIRST-LAST; "FIRST-" has the largest LAST */
	RANGE_SUFFIX,		/* bytes=-LAST */
	RANGE_IGNORED,		/* several, or not understood */
};

/* Where in a body the next byte falls (RFC 9112, 7.1). */
enum body {
	BODY_NONE,
	BODY_COUNTED,		/* by Content-Length */
	CHUNK_SIZE_FIRST,	/* at least one digit is due */
	CHUNK_SIZE,
	CHUNK_BLANK,		/* tolerated before an extension */
	CHUNK_EXTENSION,
	CHUNK_SIZE_LF,
	CHUNK_DATA,
	CHUNK_DATA_CR,
	CHUNK_DATA_LF,
	TRAILER_FIRST,
	TRAILER,
	TRAILER_LF,
	TRAILER_END_LF,
};

/* All zero: nothing has been read. */
struct request {
	const struct file *file;	/* what the target names, or NULL */
	uint32_t head_bytes;		/* of the head, so far */
	uint32_t body_left;		/* of the body or chunk */
	uint32_t body_taken;		/* chunked: bytes so far, as sent */
	uint32_t range_first, range_last;
	/* Accept-Encoding: 1 + thousandths; 0: not mentioned. */
	uint16_t quality_gzip, quality_identity, quality_any;
	uint8_t answer;			/* enum answer */
	uint8_t method;			/* enum method */
	uint8_t range;			/* enum range */
	uint8_t body;			/* enum body */
	uint8_t matched_forms;		/* If-Match */
	uint8_t none_matched_forms;	/* If-None-Match */
	uint8_t range_forms;		/* If-Range */
	bool has_blank;			/* an empty line came before it */
	bool has_match, has_if_range;
	bool has_host, has_length, has_coding;
	bool has_encodings;
	bool is_http_10;
	bool wants_close, wants_keep_alive;
	bool expects_continue;
};

/* ---- The target ---------------------------------------------------------- */

static uint8_t path[httpd_line_max_bytes];

/*
 * Copy the target up to its query into path, decoded (RFC 3986, 2.1); its
 * size, or 0 for a wrong or a NUL escape.
 */
static size_t
path_decode(const uint8_t *at, const uint8_t *end)
{
	size_t size = 0;

	while (at != end && *at != '?') {
		uint8_t c = *at++;

		if (c == '%') {
			int high = end - at < 2 ? -1 : hex_value(at[0]);
			int low = high < 0 ? -1 : hex_value(at[1]);

			if (low < 0 || (high | low) == 0)
				return 0;
			c = (uint8_t)(high << 4 | low);
			at += 2;
		}
		path[size++] = c;
	}
	return size;
}

/*
 * Resolve "." and ".." in path, after decoding, so that no escape hides one
 * (RFC 3986, 5.2.4); the new size, or 0 if it climbs above the root.
 */
static size_t
path_normalize(size_t size)
{
	size_t in = 0, out = 0, stop;

	for (; in < size; in = stop) {
		size_t dots;

		for (stop = in + 1; stop < size && path[stop] != '/'; stop++)
			continue;
		for (dots = 0; in + 1 + dots < stop &&
		     path[in + 1 + dots] == '.'; dots++)
			continue;
		if (dots != stop - in - 1 || dots == 0 || dots > 2) {
			memmove(path + out, path + in, stop - in);
			out += stop - in;
			continue;
		}
		if (dots == 2) {
			if (out == 0)
				return 0;
			while (path[--out] != '/')
				continue;
		}
		if (stop == size)
			path[out++] = '/';
	}
	return out;
}

/* A path that can be looked up where it lies: no escape, query or dot segment. */
static bool
path_is_plain(const uint8_t *at, const uint8_t *end)
{
	for (;;) {
		at = skip_alphabet(at, IN_PATH);
		if (at == end)
			return true;
		if (*at != '.' || at[-1] == '/')
			return false;
		at++;
	}
}

/* Find the file at a path of the target that starts with "/". */
static enum answer
target_find(struct request *request, const uint8_t *at, const uint8_t *end)
{
	size_t size = (size_t)(end - at);

	if (!path_is_plain(at, end)) {
		size = path_decode(at, end);
		if (size == 0 || (size = path_normalize(size)) == 0)
			return ANSWER_BAD_REQUEST;
		at = path;
	}
	request->file = files_find(&httpd_content, (const char *)at, size);
	if (request->file == NULL)
		request->file = identity_find(at, size);
	if (request->file != NULL)
		return ANSWER_NONE;
	request->answer = ANSWER_NOT_FOUND;
	if (at[size - 1] == '/')
		return ANSWER_NONE;
	if (at != path)
		memcpy(path, at, size);
	path[size] = '/';
	request->file = files_find(&httpd_content, (const char *)path,
				   size + 1);
	if (request->file != NULL)
		request->answer = ANSWER_REDIRECT;
	return ANSWER_NONE;
}

/*
 * The target of a method that is served: "/path", "http://host/path" (RFC
 * 9112, 3.2.2) or, for OPTIONS, "*".
 */
static enum answer
target_read(struct request *request, const uint8_t *at, const uint8_t *end)
{
	static const uint8_t root[] = "/";
	const uint8_t *stop;

	if (*at != '/') {
		if (end - at == 1 && *at == '*' &&
		    request->method == METHOD_OPTIONS)
			return ANSWER_NONE;
		if (end - at < 8 || !IS_WORD(at, at + 4, "http") ||
		    at[4] != ':' || at[5] != '/' || at[6] != '/')
			return ANSWER_BAD_REQUEST;
		stop = skip_alphabet(at + 7, IN_HOST);
		if (stop == at + 7 ||
		    (stop != end && *stop != '/' && *stop != '?'))
			return ANSWER_BAD_REQUEST;
		at = stop;
		if (stop == end || *stop == '?') {
			at = root;
			end = root + 1;
		}
	}
	return target_find(request, at, end);
}

/* ---- The first line ------------------------------------------------------ */

/*
 * Read the version at the line's end and set *end to the space before it.
 * Minor versions above 1 are answered as 1.1 (RFC 9110, 6.2).
 */
static enum answer
version_read(struct request *request, const uint8_t *at, const uint8_t **end)
{
	const uint8_t *version;

	if (*end - at < 12)
		return ANSWER_BAD_REQUEST;
	version = *end - 8;
	*end = version - 1;
	if (**end != ' ')
		return ANSWER_BAD_REQUEST;
	if (load_word(version) == WORD('H', 'T', 'T', 'P', '/', '1', '.', '1'))
		return ANSWER_NONE;
	if (load_half(version) != HALF('H', 'T', 'T', 'P') ||
	    version[4] != '/' || !is_digit(version[5]) ||
	    version[6] != '.' || !is_digit(version[7]))
		return ANSWER_BAD_REQUEST;
	request->is_http_10 = version[7] == '0';
	return version[5] == '1' ? ANSWER_NONE : ANSWER_VERSION;
}

/* Methods that are known (RFC 9110, 9; RFC 5789) but allowed nowhere here. */
static bool
method_is_known(const uint8_t *at, size_t size)
{
	static const char known[][8] = {
		"POST", "PUT", "DELETE", "CONNECT", "TRACE", "PATCH",
	};
	size_t i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strlen(known[i]) == size && memcmp(at, known[i], size) == 0)
			return true;
	return false;
}

/* Read the method; the byte behind it, or NULL if it is not a token. */
static const uint8_t *
method_read(struct request *request, const uint8_t *at, const uint8_t *end)
{
	const uint8_t *stop;

	if (load_half(at) == HALF('G', 'E', 'T', ' ')) {
		request->method = METHOD_GET;
		return at + 3;
	}
	stop = skip_alphabet(at, IN_TOKEN);
	if (stop == at || stop == end || *stop != ' ')
		return NULL;
	if (stop - at == 4 && memcmp(at, "HEAD", 4) == 0) {
		request->method = METHOD_HEAD;
	} else if (stop - at == 7 && memcmp(at, "OPTIONS", 7) == 0) {
		request->method = METHOD_OPTIONS;
	} else {
		request->method = METHOD_OTHER;
		request->answer = method_is_known(at, (size_t)(stop - at)) ?
			ANSWER_METHOD_NOT_ALLOWED : ANSWER_NOT_IMPLEMENTED;
	}
	return stop;
}

/* Read the first line. ANSWER_NONE, or what ends the connection. */
static enum answer
request_line(struct request *request, const uint8_t *at, const uint8_t *end)
{
	enum answer answer = version_read(request, at, &end);

	if (answer == ANSWER_BAD_REQUEST)
		return answer;
	at = method_read(request, at, end);
	if (at == NULL || end - at < 2)
		return ANSWER_BAD_REQUEST;
	at++;
	if (skip_alphabet(at, IN_TARGET) != end)
		return ANSWER_BAD_REQUEST;
	if (answer != ANSWER_NONE || request->method == METHOD_OTHER)
		return answer;
	answer = target_read(request, at, end);
	if (request->method == METHOD_OPTIONS &&
	    request->answer == ANSWER_NONE)
		request->answer = ANSWER_OPTIONS;
	return answer;
}

/* ---- The fields ---------------------------------------------------------- */

static enum answer
field_host(struct request *request, const uint8_t *at, const uint8_t *end)
{
	if (request->has_host || skip_alphabet(at, IN_HOST) != end)
		return ANSWER_BAD_REQUEST;
	request->has_host = true;
	return ANSWER_NONE;
}

static enum answer
field_content_length(struct request *request, const uint8_t *at,
		     const uint8_t *end)
{
	if (request->has_length || at == end ||
	    read_number(at, end, &request->body_left) != end)
		return ANSWER_BAD_REQUEST;
	request->has_length = true;
	return ANSWER_NONE;
}

/* Only chunked, once, is understood (RFC 9112, 6.1 and 7). */
static enum answer
field_transfer_encoding(struct request *request, const uint8_t *at,
			const uint8_t *end)
{
	if (request->has_coding)
		return ANSWER_BAD_REQUEST;
	request->has_coding = true;
	return IS_WORD(at, end, "chunked") ? ANSWER_NONE :
	       ANSWER_NOT_IMPLEMENTED;
}

static void
field_connection(struct request *request, const uint8_t *at,
		 const uint8_t *end)
{
	const uint8_t *start, *stop;

	while ((start = next_element(&at, end, &stop)) != NULL)
		if (IS_WORD(start, stop, "close"))
			request->wants_close = true;
		else if (IS_WORD(start, stop, "keep-alive"))
			request->wants_keep_alive = true;
}

/* An HTTP/1.0 client cannot expect anything (RFC 9110, 10.1.1). */
static enum answer
field_expect(struct request *request, const uint8_t *at, const uint8_t *end)
{
	if (request->is_http_10)
		return ANSWER_NONE;
	if (end - at != 12 || !IS_WORD(at + 4, end, "continue") ||
	    load_half(at) != HALF('1', '0', '0', '-'))
		return ANSWER_EXPECTATION_FAILED;
	request->expects_continue = true;
	return ANSWER_NONE;
}

/*
 * The weight behind a coding (RFC 9110, 12.4.2) as 1 + thousandths; 0 if it
 * is malformed.
 */
static uint16_t
quality_read(const uint8_t *at, const uint8_t *end)
{
	unsigned quality, digit = 100;

	at = skip_blanks(at, end);
	if (at == end)
		return 1001;
	if (*at != ';')
		return 0;
	at = skip_blanks(at + 1, end);
	if (end - at < 3 || (at[0] | 0x20) != 'q' || at[1] != '=' ||
	    (at[2] != '0' && at[2] != '1'))
		return 0;
	quality = (unsigned)(at[2] - '0') * 1000;
	at += 3;
	if (at != end && *at == '.')
		for (at++; at != end && is_digit(*at); at++, digit /= 10)
			quality += (unsigned)(*at - '0') * digit;
	if (at != end || quality > 1000)
		return 0;
	return (uint16_t)(quality + 1);
}

static void
field_accept_encoding(struct request *request, const uint8_t *at,
		      const uint8_t *end)
{
	const uint8_t *start, *stop;

	request->has_encodings = true;
	while ((start = next_element(&at, end, &stop)) != NULL) {
		const uint8_t *name_end = skip_alphabet(start, IN_TOKEN);
		uint16_t quality = quality_read(name_end, stop);

		if (quality == 0)
			continue;
		if (IS_WORD(start, name_end, "gzip") ||
		    IS_WORD(start, name_end, "x-gzip"))
			request->quality_gzip = quality;
		else if (IS_WORD(start, name_end, "identity"))
			request->quality_identity = quality;
		else if (name_end - start == 1 && *start == '*')
			request->quality_any = quality;
	}
}

/* Which form of file has this tag, quotes included. */
static unsigned
tag_match(const struct file *file, const uint8_t *tag, size_t tag_bytes)
{
	size_t etag_bytes = strlen(file->etag), core = etag_bytes - 1;
	static const char suffix[] = ETAG_GZIP "\"";

	if (tag_bytes < etag_bytes || memcmp(tag, file->etag, core) != 0)
		return 0;
	tag += core;
	tag_bytes -= core;
	if (tag_bytes == 1)
		return FORM_PLAIN;
	return tag_bytes == sizeof suffix - 1 &&
	       memcmp(tag, suffix, tag_bytes) == 0 ? FORM_GZIP : 0;
}

/*
 * Which forms of the file a list of tags names (RFC 9110, 8.8.3). A list that
 * breaks off its syntax is read up to there.
 */
static unsigned
tags_match(const struct request *request, const uint8_t *at,
	   const uint8_t *end, bool takes_weak)
{
	unsigned forms = 0;

	while (request->file != NULL) {
		const uint8_t *start;
		bool is_weak;

		while (at != end && (is_blank(*at) || *at == ','))
			at++;
		if (at != end && *at == '*')
			return FORM_PLAIN | FORM_GZIP;
		is_weak = end - at > 2 && at[0] == 'W' && at[1] == '/';
		if (is_weak)
			at += 2;
		if (at == end || *at != '"')
			break;
		for (start = at++; at != end && *at != '"'; at++)
			continue;
		if (at++ == end)
			break;
		if (takes_weak || !is_weak)
			forms |= tag_match(request->file, start,
					   (size_t)(at - start));
	}
	return forms;
}

/*
 * One range of bytes (RFC 9110, 14.1.2). Several, or anything else, is as if
 * it were not there, which the RFC allows.
 */
static void
field_range(struct request *request, const uint8_t *at, const uint8_t *end)
{
	const uint8_t *stop;

	if (request->range != RANGE_NONE) {
		request->range = RANGE_IGNORED;
		return;
	}
	request->range = RANGE_IGNORED;
	if (end - at < 8 || !IS_WORD(at, at + 5, "bytes") || at[5] != '=')
		return;
	at = skip_blanks(at + 6, end);
	stop = read_number(at, end, &request->range_first);
	if (stop == end || *stop != '-')
		return;
	if (stop == at) {
		at = stop + 1;
		stop = read_number(at, end, &request->range_last);
		if (stop == end && stop != at)
			request->range = RANGE_SUFFIX;
		return;
	}
	at = stop + 1;
	stop = read_number(at, end, &request->range_last);
	if (stop != end)
		return;
	if (stop == at)
		request->range_last = UINT32_MAX;
	if (request->range_first <= request->range_last)
		request->range = RANGE_FIRST_LAST;
}

/* The fields that ask for something; their names differ in length mostly. */
static enum answer
field_read(struct request *request, const uint8_t *name, size_t name_bytes,
	   const uint8_t *at, const uint8_t *end)
{
	const uint8_t *name_end = name + name_bytes;

	switch (name_bytes) {
	case 4:
		if ((load_half(name) | 0x20202020) == HALF('h', 'o', 's', 't'))
			return field_host(request, at, end);
		break;
	case 5:
		if (IS_WORD(name, name_end, "range"))
			field_range(request, at, end);
		break;
	case 6:
		if (IS_WORD(name, name_end, "expect"))
			return field_expect(request, at, end);
		break;
	case 8:
		if (IS_WORD(name, name_end, "if-match")) {
			request->has_match = true;
			request->matched_forms |=
				tags_match(request, at, end, false);
		} else if (IS_WORD(name, name_end, "if-range")) {
			request->has_if_range = true;
			request->range_forms =
				tags_match(request, at, end, false);
		}
		break;
	case 10:
		if (IS_WORD(name, name_end, "connection"))
			field_connection(request, at, end);
		break;
	case 13:
		if (IS_WORD(name, name_end, "if-none-match"))
			request->none_matched_forms |=
				tags_match(request, at, end, true);
		break;
	case 14:
		if (IS_WORD(name, name_end, "content-length"))
			return field_content_length(request, at, end);
		break;
	case 15:
		if (IS_WORD(name, name_end, "accept-encoding"))
			field_accept_encoding(request, at, end);
		break;
	case 17:
		if (IS_WORD(name, name_end, "transfer-encoding"))
			return field_transfer_encoding(request, at, end);
		break;
	}
	return ANSWER_NONE;
}

/*
 * Read a field's line. ANSWER_NONE, or what ends the connection. A folded line
 * starts with a blank, and a blank before the colon ends the name: neither
 * finds its colon (RFC 9112, 5.1 and 5.2).
 */
static enum answer
request_field(struct request *request, const uint8_t *at, const uint8_t *end)
{
	const uint8_t *colon = skip_alphabet(at, IN_TOKEN), *value;

	if (colon == at || colon == end || *colon != ':')
		return ANSWER_BAD_REQUEST;
	value = skip_blanks(colon + 1, end);
	return field_read(request, at, (size_t)(colon - at), value,
			  trim_blanks(value, end));
}

/* The head is complete: does it hold together (RFC 9112, 3.2 and 6.3)? */
static enum answer
request_head_end(struct request *request)
{
	if (!request->has_host && !request->is_http_10)
		return ANSWER_BAD_REQUEST;
	if (request->has_coding) {
		if (request->has_length || request->is_http_10)
			return ANSWER_BAD_REQUEST;
		request->body = CHUNK_SIZE_FIRST;
	} else if (request->body_left != 0) {
		if (request->body_left > httpd_body_max_bytes)
			return ANSWER_CONTENT_TOO_LARGE;
		request->body = BODY_COUNTED;
	}
	return ANSWER_NONE;
}

/* ---- The body ------------------------------------------------------------ */

static const uint8_t *
body_skip(struct request *request, const uint8_t *at, const uint8_t *end)
{
	size_t size = (size_t)(end - at);

	if (size > request->body_left)
		size = request->body_left;
	request->body_left -= (uint32_t)size;
	return at + size;
}

/* A digit of the chunk's size, or what ends the digits. */
static enum answer
chunk_size_step(struct request *request, uint8_t c)
{
	int digit = hex_value(c);

	if (digit >= 0) {
		if (request->body_left > httpd_body_max_bytes / 16)
			return ANSWER_CONTENT_TOO_LARGE;
		request->body_left = request->body_left * 16 + (uint32_t)digit;
		request->body = CHUNK_SIZE;
		return ANSWER_NONE;
	}
	if (request->body == CHUNK_SIZE_FIRST)
		return ANSWER_BAD_REQUEST;
	if (c == '\r')
		request->body = CHUNK_SIZE_LF;
	else if (c == ';')
		request->body = CHUNK_EXTENSION;
	else if (is_blank(c))
		request->body = CHUNK_BLANK;
	else
		return ANSWER_BAD_REQUEST;
	return ANSWER_NONE;
}

/* One byte of the framing around chunks (RFC 9112, 7.1). */
static enum answer
chunk_step(struct request *request, uint8_t c)
{
	uint8_t next = BODY_NONE;
	bool is_right = true;

	switch ((enum body)request->body) {
	case CHUNK_SIZE_FIRST:
	case CHUNK_SIZE:
		return chunk_size_step(request, c);
	case CHUNK_BLANK:
		next = c == ';' ? CHUNK_EXTENSION : CHUNK_BLANK;
		is_right = c == ';' || is_blank(c);
		break;
	case CHUNK_EXTENSION:
		next = c == '\r' ? CHUNK_SIZE_LF : CHUNK_EXTENSION;
		is_right = c == '\r' || c == '\t' || c >= 0x20;
		break;
	case CHUNK_SIZE_LF:
		next = request->body_left != 0 ? CHUNK_DATA : TRAILER_FIRST;
		is_right = c == '\n';
		break;
	case CHUNK_DATA_CR:
		next = CHUNK_DATA_LF;
		is_right = c == '\r';
		break;
	case CHUNK_DATA_LF:
		next = CHUNK_SIZE_FIRST;
		is_right = c == '\n';
		break;
	case TRAILER_FIRST:
		next = c == '\r' ? TRAILER_END_LF : TRAILER;
		is_right = c == '\r' || (alphabets[c] & IN_TOKEN) != 0;
		break;
	case TRAILER:
		next = c == '\r' ? TRAILER_LF : TRAILER;
		is_right = c == '\r' || c == '\t' || c >= 0x20;
		break;
	case TRAILER_LF:
		next = TRAILER_FIRST;
		is_right = c == '\n';
		break;
	case TRAILER_END_LF:
		is_right = c == '\n';
		break;
	case BODY_NONE:
	case BODY_COUNTED:
	case CHUNK_DATA:
		break;
	}
	request->body = next;
	return is_right ? ANSWER_NONE : ANSWER_BAD_REQUEST;
}

/*
 * Drop bytes of the body; *at moves behind what was taken. The body has ended
 * when request->body is BODY_NONE. ANSWER_NONE, or what ends the connection.
 */
static enum answer
request_body(struct request *request, const uint8_t **at, const uint8_t *end)
{
	const uint8_t *start = *at;
	enum answer answer = ANSWER_NONE;

	if (request->body == BODY_COUNTED) {
		*at = body_skip(request, *at, end);
		if (request->body_left == 0)
			request->body = BODY_NONE;
		return ANSWER_NONE;
	}
	while (*at != end && request->body != BODY_NONE &&
	       answer == ANSWER_NONE) {
		if (request->body != CHUNK_DATA) {
			answer = chunk_step(request, *(*at)++);
			continue;
		}
		*at = body_skip(request, *at, end);
		if (request->body_left == 0)
			request->body = CHUNK_DATA_CR;
	}
	if (answer == ANSWER_NONE &&
	    (size_t)(*at - start) > httpd_body_max_bytes - request->body_taken)
		return ANSWER_CONTENT_TOO_LARGE;
	request->body_taken += (uint32_t)(*at - start);
	return answer;
}
