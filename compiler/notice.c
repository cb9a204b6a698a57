/* SPDX-License-Identifier: ISC */
/*
 * Notices in comments; see notice.h.
 *
 * A licence is known by sentences that it has, looked for in a comment without
 * its stars, line breaks and capitals, and by the lack of sentences that make a
 * licence of the same beginning another one. Text that gives leave and is not
 * known keeps its words: no identifier is guessed.
 */
#include "notice.h"

#include <ctype.h>
#include <string.h>

#include "unicc.h"

/* ---- Expressions ----------------------------------------------------------- */

/* Of SPDX's list, what source files are found to say; of any other the words
 * are kept. */
static const char *const known_ids[] = {
	"0BSD", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0",
	"BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC-BY-4.0",
	"CC-BY-SA-4.0", "CC0-1.0", "EPL-2.0", "EUPL-1.2", "GPL-2.0-only",
	"GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "ISC",
	"LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only",
	"LGPL-3.0-or-later", "MIT", "MIT-0", "MPL-2.0", "MS-PL", "NCSA",
	"Unlicense", "Zlib",
};
static const char *const known_exceptions[] = {
	"Classpath-exception-2.0", "GCC-exception-2.0", "GCC-exception-3.1",
	"LLVM-exception", "Linux-syscall-note",
};

static bool
is_one_of(const char *word, size_t size, const char *const *words,
	  size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strlen(words[i]) == size &&
		    memcmp(words[i], word, size) == 0)
			return true;
	return false;
}

#define IS_ONE_OF(word, size, words) \
	is_one_of(word, size, words, countof(words))

/* SPDX 2.3, annex D: identifiers between operators, in parentheses or not. */
static bool
is_expression(const char *text)
{
	static const char *const joins[] = { "AND", "OR" };
	static const char *const with[] = { "WITH" };
	enum { WANTS_ID, WANTS_EXCEPTION, AFTER_ID, AFTER_TERM } state = WANTS_ID;
	size_t depth = 0, size;

	for (text += strspn(text, " \t"); *text != '\0';
	     text += size, text += strspn(text, " \t")) {
		size = strcspn(text, " \t()");
		if (size == 0) {
			size = 1;
			if (*text == '(' && state == WANTS_ID)
				depth++;
			else if (*text == ')' && state >= AFTER_ID &&
				 depth-- != 0)
				state = AFTER_TERM;
			else
				return false;
		} else if (state == WANTS_ID &&
			   IS_ONE_OF(text, size, known_ids)) {
			state = AFTER_ID;
		} else if (state == WANTS_EXCEPTION &&
			   IS_ONE_OF(text, size, known_exceptions)) {
			state = AFTER_TERM;
		} else if (state == AFTER_ID && IS_ONE_OF(text, size, with)) {
			state = WANTS_EXCEPTION;
		} else if (state >= AFTER_ID && IS_ONE_OF(text, size, joins)) {
			state = WANTS_ID;
		} else {
			return false;
		}
	}
	return depth == 0 && state >= AFTER_ID;
}

/* ---- Licences by their text ------------------------------------------------ */

enum { SENTENCES_MAX = 3 };

static const struct known {
	const char *id;
	const char *has[SENTENCES_MAX], *lacks[SENTENCES_MAX];
} known_texts[] = {
	{ "MIT",
	  { "permission is hereby granted, free of charge, to any person "
	    "obtaining a copy of this software and associated documentation "
	    "files",
	    "the above copyright notice and this permission notice shall be "
	    "included in all copies or substantial portions" },
	  { "except as contained in this notice", "distribute with "
	    "modifications", "advertising" } },
	{ "ISC",
	  { "for any purpose with or without fee is hereby granted, provided "
	    "that the above copyright notice and this permission notice appear "
	    "in all copies" },
	  { "advertising", "written prior permission" } },
	{ "BSD-3-Clause",
	  { "redistributions of source code must retain the above copyright "
	    "notice, this list of conditions and the following disclaimer",
	    "redistributions in binary form must reproduce the above copyright "
	    "notice, this list of conditions and the following disclaimer in",
	    "used to endorse or promote products derived from this software" },
	  { "advertising materials", "of any form whatsoever", "patent" } },
	{ "BSD-2-Clause",
	  { "redistributions of source code must retain the above copyright "
	    "notice, this list of conditions and the following disclaimer",
	    "redistributions in binary form must reproduce the above copyright "
	    "notice, this list of conditions and the following disclaimer in" },
	  { "endorse or promote", "advertising materials", "patent" } },
	{ "Apache-2.0",
	  { "licensed under the apache license, version 2.0" },
	  { "exception" } },
	{ "Zlib",
	  { "this software is provided 'as-is', without any express or implied "
	    "warranty",
	    "altered source versions must be plainly marked as such" },
	  { "acknowledgment in the product documentation is required" } },
};

/* How words begin that give leave. */
static const char *const grants[] = {
	"permission to use", "permission is hereby", "permission is granted",
	"public domain", "redistribution and use", "redistributions of source",
	"licensed under", "released under", "under the terms of",
	"is free software", "freely granted",
};
static const char *const hints[] = { "licen", "warrant", "copying" };

static bool
has_any(const char *text, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (words[i] != NULL && strstr(text, words[i]) != NULL)
			return true;
	return false;
}

static bool
is_known(const char *plain, const struct known *known)
{
	size_t i;

	for (i = 0; i < SENTENCES_MAX && known->has[i] != NULL; i++)
		if (strstr(plain, known->has[i]) == NULL)
			return false;
	return !has_any(plain, known->lacks, SENTENCES_MAX);
}

/* ---- What is found --------------------------------------------------------- */

static void
add_license(struct notice *notice, const char *expression)
{
	size_t i;

	for (i = 0; i < notice->licenses.count; i++)
		if (text_equal(notice->licenses.at[i], expression))
			return;
	*list_add(&notice->licenses) = expression;
}

static void
add_words(struct notice *notice, const char *words)
{
	const char *text = text_utf8(words), *id;
	size_t count = notice->licenses.count;
	uint8_t sha256[32];

	host_sha256((struct bytes){ (const uint8_t *)text, strlen(text) },
		    sha256);
	id = arena_printf("LicenseRef-%s", host_hex(sha256, 8));
	add_license(notice, id);
	if (notice->licenses.count != count)
		*list_add(&notice->texts) = (struct notice_text){ id, text };
}

/* Is this line one, and not words about one? */
static bool
is_copyright(const char *line)
{
	static const char *const follows[] = { "(c)", "\xc2\xa9", "by ",
					       "the " };
	static const char word[] = "copyright";
	const char *at;
	size_t i;

	if (text_starts(line, "\xc2\xa9") ||
	    text_starts(line, "SPDX-FileCopyrightText:"))
		return true;
	at = strcasestr(line, word);
	if (at == NULL || (at != line && isalnum((unsigned char)at[-1])))
		return false;
	at += sizeof word - 1;
	if (*at == '\0' || strchr(" \t:,", *at) == NULL)
		return false;
	at += strspn(at, " \t:,");
	if (isdigit((unsigned char)*at))
		return true;
	for (i = 0; i < countof(follows); i++)
		if (strncasecmp(at, follows[i], strlen(follows[i])) == 0)
			return true;
	return false;
}

static void
add_copyright(struct notice *notice, const char *line)
{
	size_t i;

	line = text_utf8(line);
	for (i = 0; i < notice->copyrights.count; i++)
		if (text_equal(notice->copyrights.at[i], line))
			return;
	*list_add(&notice->copyrights) = line;
}

/* ---- Comments -------------------------------------------------------------- */

/* A comment's line without what frames it. */
static const char *
strip(const char *line, size_t size)
{
	while (size != 0 && (isspace((unsigned char)*line) ||
			     strchr("*/#=-", *line) != NULL)) {
		line++;
		size--;
	}
	while (size != 0 && (isspace((unsigned char)line[size - 1]) ||
			     strchr("*=-", line[size - 1]) != NULL))
		size--;
	return arena_copy_n(line, size);
}

static void
take_tag(struct notice *notice, const char *line)
{
	static const char tag[] = "SPDX-License-Identifier:";
	const char *at = strstr(line, tag);

	if (at == NULL)
		return;
	at += sizeof tag - 1;
	at += strspn(at, " \t");
	if (is_expression(at))
		add_license(notice, at);
	else
		add_words(notice, line);
}

/* In small letters and with one blank between words. */
static const char *
plain_of(const char *text)
{
	char *plain = arena_copy(text), *end = plain;
	const char *at;

	for (at = plain; *at != '\0'; at++)
		if (!isspace((unsigned char)*at))
			*end++ = (char)tolower((unsigned char)*at);
		else if (end != plain && end[-1] != ' ')
			*end++ = ' ';
	*end = '\0';
	return plain;
}

static void
take_text(struct notice *notice, const char *text, bool has_tag)
{
	const char *plain = plain_of(text);
	size_t count = notice->licenses.count, i;

	for (i = 0; i < countof(known_texts); i++)
		if (is_known(plain, &known_texts[i]))
			add_license(notice, known_texts[i].id);
	if (has_tag || notice->licenses.count != count)
		return;
	if (has_any(plain, grants, countof(grants)))
		add_words(notice, text);
	else if (has_any(plain, hints, countof(hints)))
		notice->is_license_unclear = true;
}

/* A comment, or lines of them that follow each other. */
static void
take_comment(struct notice *notice, const char *comment)
{
	bool has_tag = strstr(comment, "SPDX-License-Identifier:") != NULL;
	struct buffer text = { 0 };
	const char *at, *line;
	size_t size;

	for (at = comment; *at != '\0'; at += size + (at[size] == '\n')) {
		size = strcspn(at, "\n");
		line = strip(at, size);
		take_tag(notice, line);
		if (is_copyright(line))
			add_copyright(notice, line);
		if (text.size != 0 || line[0] != '\0')
			buffer_printf(&text, "%s\n", line);
	}
	if (strcasestr(comment, "copyright") != NULL)
		notice->is_copyright_unclear = true;
	while (text.size != 0 && text.at[text.size - 1] == '\n')
		text.at[--text.size] = '\0';
	take_text(notice, buffer_keep(&text), has_tag);
}

/* Past a string or a character, which ends with its line at the latest. */
static const char *
skip_quoted(const char *at)
{
	char quote = *at++;

	while (*at != '\0' && *at != '\n' && *at != quote)
		at += at[0] == '\\' && at[1] != '\0' && at[1] != '\n' ? 2 : 1;
	return *at == quote ? at + 1 : at;
}

/* Is this a comment of one line? Assembly has # for it, and a blank behind. */
static bool
is_line_comment(const char *at, bool is_line_start)
{
	return (at[0] == '/' && at[1] == '/') ||
	       (is_line_start && at[0] == '#' &&
		(at[1] == ' ' || at[1] == '#' || at[1] == '\n'));
}

/* The lines of a comment that begins here; their end. */
static const char *
take_lines(struct notice *notice, const char *at)
{
	struct buffer text = { 0 };
	size_t size;

	for (;;) {
		size = strcspn(at, "\n");
		buffer_add(&text, at, size);
		buffer_add(&text, "\n", 1);
		at += size;
		at += strspn(at, " \t\n");
		if (!is_line_comment(at, true))
			break;
	}
	take_comment(notice, buffer_keep(&text));
	return at;
}

static const char *
take_block(struct notice *notice, const char *at)
{
	const char *end = strstr(at + 2, "*/");

	if (end == NULL)
		end = at + strlen(at);
	take_comment(notice, arena_copy_n(at + 2, (size_t)(end - at) - 2));
	return *end == '\0' ? end : end + 2;
}

struct notice
notice_read(struct bytes text)
{
	struct notice notice = { .is_license_unclear = false };
	char *copy = arena_copy_n(text.size == 0 ? "" : (const char *)text.at,
				  text.size);
	bool is_line_start = true;
	const char *at = copy;
	size_t i;

	for (i = 0; i < text.size; i++)
		if (copy[i] == '\0' || copy[i] == '\r')
			copy[i] = ' ';
	while (*at != '\0') {
		if (at[0] == '/' && at[1] == '*')
			at = take_block(&notice, at);
		else if (is_line_comment(at, is_line_start))
			at = take_lines(&notice, at);
		else if (*at == '"' || *at == '\'')
			at = skip_quoted(at);
		else
			at += 1 + strcspn(at + 1, "/\"'\n");
		at += *at == '\n';
		is_line_start = at != copy && at[-1] == '\n';
	}
	if (notice.licenses.count != 0)
		notice.is_license_unclear = false;
	if (notice.copyrights.count != 0)
		notice.is_copyright_unclear = false;
	return notice;
}
