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

#include "banner.h"
#include "verify.h"

enum { ANSWER_BYTES_MAX = 4096 };

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
		"10", "--globoff", "--proto", "=http,https", "--", address,
		NULL,
	};
	struct buffer said = { 0 };
	int status = host_run_bounded(argv, &said, ANSWER_BYTES_MAX);

	*answer = (struct bytes){ (const uint8_t *)said.at, said.size };
	if (said.size > ANSWER_BYTES_MAX) {
		diag(E1002, (struct where){ address, 0, 0 }, NULL,
		     "it says more than the %d bytes that one line can take",
		     ANSWER_BYTES_MAX);
		return false;
	}
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

/* False after diag(E1002). */
static bool
read_banner(const char **from, struct banner *banner)
{
	bool is_found;
	struct bytes said;

	if (is_address(*from)) {
		*from = whole_address(*from);
		if (!ask(*from, &said))
			return false;
		is_found = banner_is_answer(said, banner);
	} else if (host_read(*from, &said)) {
		is_found = banner_in_log(said, banner);
	} else {
		diag(E1002, (struct where){ *from, 0, 0 }, NULL, "%s",
		     host_read_error());
		return false;
	}
	if (!is_found)
		diag(E1002, (struct where){ *from, 0, 0 }, NULL,
		     "it holds no line \"NAME code HASH instance HASH\"");
	return is_found;
}

void
verify_live(struct verification *verification, const char *from)
{
	size_t before = diag_count();
	struct banner banner;

	if (!read_banner(&from, &banner) || !verification->has_identity)
		return;
	compare(from, "code root", banner.code_root,
		verification->identity.code_root);
	compare(from, "instance root", banner.instance_root,
		verification->identity.instance_root);
	if (diag_count() == before)
		verification->live = from;
}
