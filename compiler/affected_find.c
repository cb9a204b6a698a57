/* SPDX-License-Identifier: ISC */
/*
 * Definitions by their look: a line that does not begin with a blank and in
 * which the name is followed by a parenthesis, where a brace comes before the
 * next semicolon. This is how the packages and this project write them; K&R
 * declarations between are not. Besides them, a label of assembly and musl's
 * second names of a function.
 */
#include "affected.h"

#include <ctype.h>
#include <string.h>

enum { NESTED_MAX = 64 };

struct conditions {
	const char *at[NESTED_MAX];
	size_t count;		/* may be larger than NESTED_MAX */
};

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) != 0 || c == '_';
}

/* Where name stands in a line as a word that is called; NULL. */
static const char *
find_called(const char *line, const char *name)
{
	size_t size = strlen(name);
	const char *at = line;

	while ((at = strstr(at, name)) != NULL) {
		const char *end = at + size;

		if ((at == line || !is_word(at[-1])) && !is_word(*end)) {
			end += strspn(end, " \t");
			if (*end == '(')
				return end;
		}
		at += size;
	}
	return NULL;
}

static bool
is_definition(const char *line, const char *name, const char *rest)
{
	const char *at;

	if (strchr(" \t#/*{}", line[0]) != NULL)
		return false;
	at = find_called(line, name);
	if (at == NULL)
		return false;
	at = at + strcspn(at, ";{");
	if (*at == '\0')
		at = rest + strcspn(rest, ";{");
	return *at == '{';
}

/* "name:", and "weak_alias(other, name);". */
static bool
is_label(const char *line, const char *name)
{
	size_t size = strlen(name);
	const char *comma;

	if (text_starts(line, name) && line[size] == ':')
		return true;
	comma = text_starts(line, "weak_alias(") ? strchr(line, ',') : NULL;
	if (comma == NULL)
		return false;
	comma += 1 + strspn(comma + 1, " \t");
	return text_starts(comma, name) && comma[size] == ')';
}

/* "#define name(...": a macro that is used as a function is. */
static bool
is_macro(const char *line, const char *name)
{
	const char *at = line + 1;

	at += strspn(at, " \t");
	if (!text_starts(at, "define"))
		return false;
	at += strlen("define");
	at += strspn(at, " \t");
	return text_starts(at, name) && at[strlen(name)] == '(';
}

/* "LWIP_DHCP" of "#if LWIP_DHCP [comment]": what follows the directive. */
static const char *
rest_of(const char *directive, size_t word_bytes)
{
	const char *at = directive + word_bytes;
	const char *comment = strstr(at, "/*");
	size_t size = comment == NULL ? strlen(at) : (size_t)(comment - at);

	while (size != 0 && isspace((unsigned char)*at)) {
		at++;
		size--;
	}
	while (size != 0 && isspace((unsigned char)at[size - 1]))
		size--;
	return arena_copy_n(at, size);
}

static void
push(struct conditions *conditions, const char *text)
{
	if (conditions->count < NESTED_MAX)
		conditions->at[conditions->count] = text;
	conditions->count++;
}

static void
replace(struct conditions *conditions, const char *text)
{
	if (conditions->count != 0) {
		conditions->count--;
		push(conditions, text);
	}
}

static void
take_directive(struct conditions *conditions, const char *line)
{
	const char *at = line + 1;
	const char *now = conditions->count == 0 ||
					  conditions->count > NESTED_MAX
				  ? ""
				  : conditions->at[conditions->count - 1];

	at += strspn(at, " \t");
	if (text_starts(at, "ifdef"))
		push(conditions, arena_printf("defined %s", rest_of(at, 5)));
	else if (text_starts(at, "ifndef"))
		push(conditions, arena_printf("!defined %s", rest_of(at, 6)));
	else if (text_starts(at, "if"))
		push(conditions, rest_of(at, 2));
	else if (text_starts(at, "elif"))
		replace(conditions, rest_of(at, 4));
	else if (text_starts(at, "else"))
		replace(conditions, arena_printf("!(%s)", now));
	else if (text_starts(at, "endif") && conditions->count != 0)
		conditions->count--;
}

/* An include guard decides nothing. Each is what its own line says, so where
 * there are several, one with an operator is put into parentheses. */
static const char *
show(const struct conditions *conditions)
{
	const char *shown[NESTED_MAX];
	struct buffer text = { 0 };
	size_t count = 0, i;

	for (i = 0; i < conditions->count && i < NESTED_MAX; i++)
		if (!text_starts(conditions->at[i], "!defined "))
			shown[count++] = conditions->at[i];
	for (i = 0; i < count; i++)
		buffer_printf(&text, count > 1 && strpbrk(shown[i], "|&?") != NULL
					     ? "%s(%s)" : "%s%s",
			      i == 0 ? "" : " && ", shown[i]);
	return text_utf8(buffer_keep(&text));
}

enum definition
affected_find(struct bytes text, const char *name, const char **condition)
{
	struct conditions conditions = { .count = 0 };
	enum definition found = DEFINITION_NONE;
	const char *at, *line;
	size_t size;

	*condition = "";
	if (text.size == 0 ||
	    memmem(text.at, text.size, name, strlen(name)) == NULL)
		return DEFINITION_NONE;
	at = arena_copy_n((const char *)text.at, text.size);
	while (*at != '\0') {
		size = strcspn(at, "\n");
		line = arena_copy_n(at, size);
		at += size + (at[size] == '\n');
		if (line[0] == '#' && is_macro(line, name))
			return DEFINITION_MACRO;
		if (line[0] == '#') {
			take_directive(&conditions, line);
		} else if (found == DEFINITION_NONE &&
			   (is_definition(line, name, at) ||
			    is_label(line, name))) {
			*condition = show(&conditions);
			found = DEFINITION_FUNCTION;
		}
	}
	return found;
}
