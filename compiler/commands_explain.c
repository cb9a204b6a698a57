/* SPDX-License-Identifier: ISC */
/*
 * unicc explain: what an error code means and how it is mended.
 *
 * diag.def is the list of codes; the page of a code is doc/errors/CODE.md
 * below the folder of the catalogue. tests/explain.t holds that each code has
 * one, and that each example says what its page shows.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "driver.h"

static int
list_codes(void)
{
	int code;

	for (code = 0; code < DIAG_CODES; code++)
		printf("%s  %s\n", diag_name(code), diag_title(code));
	return STATUS_OK;
}

/* The number in "E0203", "e203" or "203"; -1: this is no code. */
static int
code_number(const char *word)
{
	int number = 0;

	if (*word == 'E' || *word == 'e')
		word++;
	if (*word == '\0' || strlen(word) > 4)
		return -1;
	for (; *word != '\0'; word++) {
		if (!isdigit((unsigned char)*word))
			return -1;
		number = number * 10 + (*word - '0');
	}
	return number;
}

/* The code nearest by number: codes of one area lie together. */
static enum diag_code
nearest_code(int number)
{
	int nearest = 0, least = 0, code;

	for (code = 0; code < DIAG_CODES; code++) {
		int distance = code_number(diag_name(code)) - number;

		distance = distance < 0 ? -distance : distance;
		if (code == 0 || distance < least) {
			nearest = code;
			least = distance;
		}
	}
	return (enum diag_code)nearest;
}

static int
print_page(enum diag_code code)
{
	const char *path = host_join(build_root(),
		arena_printf("doc/errors/%s.md", diag_name(code)));
	struct bytes page;

	if (!host_read(path, &page)) {
		diag(E0101, (struct where){ path, 0, 0 }, NULL, "%s",
		     strerror(errno));
		return (int)diag_flush();
	}
	fwrite(page.at, 1, page.size, stdout);
	return STATUS_OK;
}

int
command_explain(int argc, char **argv)
{
	enum diag_code code;
	int number;

	if (argc < 2)
		return list_codes();
	if (argc > 2 || argv[1][0] == '-')
		return usage_unknown(argv[argc - 1]);
	number = code_number(argv[1]);
	if (number < 0)
		return usage_error("%s is no error code; one looks like %s",
				   argv[1], diag_name(E0201));
	code = nearest_code(number);
	if (code_number(diag_name(code)) != number)
		return usage_error("there is no error %s; the nearest is %s, "
				   "%s", argv[1], diag_name(code),
				   diag_title(code));
	return print_page(code);
}
