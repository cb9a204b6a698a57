/* SPDX-License-Identifier: ISC */
/* Finding a machine's banner: see banner.h. */
#include "banner.h"

#include <string.h>

enum { HEX_DIGITS = 2 * ELF_HASH_BYTES };

static const char code_word[] = " code ";
static const char instance_word[] = " instance ";

enum {
	CODE_AT = sizeof code_word - 1,
	INSTANCE_AT = CODE_AT + HEX_DIGITS,
	ROOT_AT = INSTANCE_AT + sizeof instance_word - 1,
	BANNER_BYTES = ROOT_AT + HEX_DIGITS,	/* behind the name */
};

static bool
is_name(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool
read_hex(const uint8_t *digits, uint8_t root[ELF_HASH_BYTES])
{
	return text_hex(arena_copy_n((const char *)digits, HEX_DIGITS), root,
			ELF_HASH_BYTES);
}

static bool
is_line_end(struct bytes text)
{
	return text.size == 0 || text.at[0] == '\n' || text.at[0] == '\r';
}

/* What follows a name, up to the end of its line. */
static bool
read_behind(struct bytes text, struct banner *banner)
{
	if (text.size < BANNER_BYTES ||
	    memcmp(text.at, code_word, CODE_AT) != 0 ||
	    memcmp(text.at + INSTANCE_AT, instance_word,
		   ROOT_AT - INSTANCE_AT) != 0 ||
	    !is_line_end((struct bytes){ text.at + BANNER_BYTES,
					 text.size - BANNER_BYTES }))
		return false;
	return read_hex(text.at + CODE_AT, banner->code_root) &&
	       read_hex(text.at + ROOT_AT, banner->instance_root);
}

bool
banner_in_log(struct bytes log, struct banner *banner)
{
	const uint8_t *at = log.at, *end = log.at + log.size;
	struct banner found;
	bool is_found = false;

	while (log.size != 0 &&
	       (at = memmem(at, (size_t)(end - at), code_word, CODE_AT)) !=
		       NULL) {
		if (at != log.at && is_name(at[-1]) &&
		    read_behind((struct bytes){ at, (size_t)(end - at) },
				&found)) {
			*banner = found;
			is_found = true;
		}
		at++;
	}
	return is_found;
}

bool
banner_is_answer(struct bytes answer, struct banner *banner)
{
	size_t name = 0;

	while (name < answer.size && is_name(answer.at[name]))
		name++;
	return name != 0 &&
	       answer.size - name == BANNER_BYTES + 1 &&
	       answer.at[answer.size - 1] == '\n' &&
	       read_behind((struct bytes){ answer.at + name,
					   answer.size - name }, banner);
}
