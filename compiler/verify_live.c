/* SPDX-License-Identifier: ISC */
/*
 * What a running machine says of itself: the banner of its console, or the same
 * line from httpd (its setting identity).
 *
 * A machine that lies can say anything; what is found out here is a mistake,
 * such as the wrong image or an old one, and not an attack.
 */
#include <stdio.h>
#include <string.h>

#include "verify.h"

enum { HEX_DIGITS = 64 };

static const char code_word[] = " code ";
static const char instance_word[] = " instance ";
static const char path_of_identity[] = "/.well-known/unicc";

static bool
is_address(const char *from)
{
	return text_starts(from, "http://") || text_starts(from, "https://");
}

/* An address without a path is asked for the usual one. */
static const char *
whole_address(const char *from)
{
	const char *host = strstr(from, "://") + strlen("://");
	const char *path = strchr(host, '/');

	if (path == NULL || text_equal(path, "/"))
		return arena_printf("%.*s%s",
				    (int)(path == NULL ? (ptrdiff_t)strlen(from)
						       : path - from),
				    from, path_of_identity);
	return from;
}

static bool
ask(const char *address, struct bytes *answer)
{
	const char *argv[] = {
		"curl", "--silent", "--show-error", "--fail", "--max-time",
		"10", "--max-filesize", "4096", "--proto", "=http,https",
		"--", address, NULL,
	};
	struct buffer said = { 0 };
	int status = host_run(argv, &said);

	*answer = (struct bytes){ (const uint8_t *)said.at, said.size };
	if (status == 0)
		return true;
	if (status < 0 || status == 127)
		diag(E1002, (struct where){ address, 0, 0 }, NULL,
		     "there is no curl on PATH to ask it with");
	else
		diag(E1002, (struct where){ address, 0, 0 }, NULL,
		     "it gives no answer: %s",
		     said.at == NULL ? "" : arena_copy_n(said.at,
						strcspn(said.at, "\n")));
	if (status == 22)
		diag_fix("write identity = true for its httpd, or compare a "
			 "log of its console");
	return false;
}

static bool
read_hex(const char *text, uint8_t root[ELF_HASH_BYTES])
{
	return strlen(text) >= HEX_DIGITS &&
	       text_hex(text, root, ELF_HASH_BYTES);
}

/* The newest banner wins: a log may hold several boots. */
static bool
find_banner(struct bytes log, uint8_t code[ELF_HASH_BYTES],
	    uint8_t instance[ELF_HASH_BYTES])
{
	const char *text = arena_copy_n((const char *)log.at, log.size);
	const char *at = text, *end = text + log.size;
	uint8_t one[ELF_HASH_BYTES], other[ELF_HASH_BYTES];
	bool is_found = false;

	while ((at = memmem(at, (size_t)(end - at), code_word,
			    strlen(code_word))) != NULL) {
		const char *second = at + strlen(code_word) + HEX_DIGITS;

		at += strlen(code_word);
		if (second >= end || !read_hex(at, one) ||
		    !text_starts(second, instance_word) ||
		    !read_hex(second + strlen(instance_word), other))
			continue;
		memcpy(code, one, ELF_HASH_BYTES);
		memcpy(instance, other, ELF_HASH_BYTES);
		is_found = true;
	}
	return is_found;
}

static void
compare(const char *from, const char *what, const uint8_t *live,
	const uint8_t *here)
{
	if (memcmp(live, here, ELF_HASH_BYTES) != 0)
		diag(E1001, (struct where){ from, 0, 0 }, what,
		     "it runs %s, the file is %s",
		     host_hex(live, ELF_HASH_BYTES),
		     host_hex(here, ELF_HASH_BYTES));
}

void
verify_live(struct verification *verification, const char *from)
{
	uint8_t code[ELF_HASH_BYTES], instance[ELF_HASH_BYTES];
	size_t before = diag_count();
	struct bytes said;

	if (is_address(from)) {
		from = whole_address(from);
		if (!ask(from, &said))
			return;
	} else if (!host_read(from, &said)) {
		diag(E1002, (struct where){ from, 0, 0 }, NULL, "%s",
		     host_read_error());
		return;
	}
	if (!find_banner(said, code, instance)) {
		diag(E1002, (struct where){ from, 0, 0 }, NULL,
		     "it holds no line \"NAME code HASH instance HASH\"");
		return;
	}
	if (!verification->has_identity)
		return;
	compare(from, "code root", code, verification->identity.code_root);
	compare(from, "instance root", instance,
		verification->identity.instance_root);
	if (diag_count() == before)
		verification->live = from;
}
