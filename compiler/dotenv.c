/* SPDX-License-Identifier: ISC */
/* Files of KEY=VALUE lines: see dotenv.h. */
#include "dotenv.h"

#include <stdlib.h>
#include <string.h>

/* One line without its end. */
struct line {
	const char *file;
	const char *text;
	size_t size, at;
	unsigned number;
};

static int
peek(const struct line *line)
{
	return line->at < line->size ? (unsigned char)line->text[line->at] : -1;
}

static bool
is_blank(int c)
{
	return c == ' ' || c == '\t';
}

static void
skip_blanks(struct line *line)
{
	while (is_blank(peek(line)))
		line->at++;
}

static bool
is_key_start(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_key(int c)
{
	return is_key_start(c) || (c >= '0' && c <= '9');
}

static struct where
line_where(const struct line *line, size_t at)
{
	return (struct where){ line->file, line->number, (unsigned)at + 1 };
}

static bool
wrong(const struct line *line, size_t at, const char *message, const char *fix)
{
	diag(E0115, line_where(line, at), NULL, "%s", message);
	if (fix != NULL)
		diag_fix("%s", fix);
	return false;
}

/* A byte that no value may hold. */
static bool
is_control(int c)
{
	return (c >= 0 && c < ' ' && c != '\t') || c == 127;
}

static bool
refuse_byte(const struct line *line)
{
	diag(E0115, line_where(line, line->at), NULL,
	     "found the byte 0x%02x; a value is text", (unsigned)peek(line));
	return false;
}

static const char *
read_key(struct line *line)
{
	size_t start = line->at;

	if (!is_key_start(peek(line)))
		return NULL;
	while (is_key(peek(line)))
		line->at++;
	return arena_copy_n(line->text + start, line->at - start);
}

static bool
read_bare(struct line *line, struct buffer *value)
{
	size_t end = line->at, i;

	for (i = line->at; i < line->size; i++) {
		char c = line->text[i];

		if (c == '#' && (i == 0 || is_blank(line->text[i - 1])))
			break;
		if (!is_blank(c))
			end = i + 1;
	}
	while (line->at < end) {
		int c = peek(line);

		if (is_control(c))
			return refuse_byte(line);
		if (c == '\'' || c == '"' || c == '`' || c == '\\' || c == '$')
			return wrong(line, line->at,
				     "readers of such files disagree about this "
				     "byte outside of quotes",
				     "put the value into '...'");
		buffer_add(value, &line->text[line->at++], 1);
	}
	return true;
}

static bool
read_single(struct line *line, struct buffer *value)
{
	size_t start = line->at++;

	while (peek(line) != '\'') {
		if (peek(line) < 0)
			return wrong(line, start,
				     "this text is not closed on its line",
				     "end it with '");
		if (is_control(peek(line)))
			return refuse_byte(line);
		buffer_add(value, &line->text[line->at++], 1);
	}
	line->at++;
	return true;
}

/* The cursor is behind a backslash. */
static bool
read_escape(struct line *line, struct buffer *value)
{
	static const char from[] = "nt\\\"$`", to[] = "\n\t\\\"$`";
	int c = peek(line);
	const char *found = c > 0 ? strchr(from, c) : NULL;

	if (found == NULL)
		return wrong(line, line->at - 1, "a wrong escape: there are "
			     "\\n \\t \\\\ \\\" \\$ and \\`",
			     "put the value into '...', where a backslash is "
			     "itself");
	buffer_add(value, &to[found - from], 1);
	line->at++;
	return true;
}

static bool
read_double(struct line *line, struct buffer *value)
{
	size_t start = line->at++;

	while (peek(line) != '"') {
		int c = peek(line);

		if (c < 0)
			return wrong(line, start,
				     "this text is not closed on its line",
				     "end it with \"");
		if (is_control(c))
			return refuse_byte(line);
		if (c == '$' || c == '`')
			return wrong(line, line->at,
				     "nothing is expanded here",
				     "put the value into '...'");
		line->at++;
		if (c != '\\')
			buffer_add(value, &line->text[line->at - 1], 1);
		else if (!read_escape(line, value))
			return false;
	}
	line->at++;
	return true;
}

static bool
read_value(struct line *line, struct buffer *value)
{
	if (peek(line) != '\'' && peek(line) != '"')
		return read_bare(line, value);
	if (!(peek(line) == '"' ? read_double : read_single)(line, value))
		return false;
	if (peek(line) >= 0 && !is_blank(peek(line)))
		return wrong(line, line->at,
			     "something follows the closing quote", NULL);
	skip_blanks(line);
	if (peek(line) >= 0 && peek(line) != '#')
		return wrong(line, line->at,
			     "something follows the closing quote",
			     "a comment begins with #");
	return true;
}

/* "export" is a word of its own only if a key follows it. */
static void
skip_export(struct line *line)
{
	static const char word[] = "export";
	size_t size = sizeof word - 1, start = line->at;

	if (line->size - line->at <= size ||
	    memcmp(line->text + line->at, word, size) != 0 ||
	    !is_blank(line->text[line->at + size]))
		return;
	line->at += size;
	skip_blanks(line);
	if (!is_key_start(peek(line)))
		line->at = start;
}

static void
read_line(struct line *line, struct dotenv *dotenv)
{
	struct dotenv_entry entry = { 0 };
	struct buffer value = { 0 };

	skip_blanks(line);
	if (peek(line) < 0 || peek(line) == '#')
		return;
	skip_export(line);
	entry.where = line_where(line, line->at);
	entry.key = read_key(line);
	skip_blanks(line);
	if (entry.key == NULL || peek(line) != '=') {
		wrong(line, line->at, entry.key == NULL
				? "a line is KEY=VALUE, or begins with #"
				: "= is missing behind the key", NULL);
		return;
	}
	line->at++;
	skip_blanks(line);
	if (read_value(line, &value)) {
		entry.value = arena_copy_n(value.size ? value.at : "",
					   value.size);
		*list_add(&dotenv->entries) = entry;
	}
	free(value.at);
}

struct dotenv
dotenv_read(const char *file, struct bytes text)
{
	struct dotenv dotenv = { 0 };
	struct line line = { .file = file };
	size_t start = 0, end;

	if (text.size > DOTENV_BYTES_MAX) {
		diag(E0115, (struct where){ file, 0, 0 }, NULL,
		     "it has more than %d KiB", DOTENV_BYTES_MAX >> 10);
		return dotenv;
	}
	for (; start < text.size; start = end + 1) {
		const uint8_t *newline = memchr(text.at + start, '\n',
						text.size - start);

		end = newline == NULL ? text.size
				      : (size_t)(newline - text.at);
		line.text = (const char *)text.at + start;
		line.size = end - start;
		if (line.size != 0 && line.text[line.size - 1] == '\r')
			line.size--;
		line.at = 0;
		line.number++;
		read_line(&line, &dotenv);
	}
	return dotenv;
}
