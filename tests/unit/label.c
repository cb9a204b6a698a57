/* SPDX-License-Identifier: ISC */
/*
 * Labels: both ways are exact, and no label tells where a file lies.
 *
 * Needs: base host label
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "label.h"

static void
paths_become_clean(void **state)
{
	(void)state;
	assert_string_equal(label_absolute("/a/b"), "/a/b");
	assert_string_equal(label_absolute("/a/./b//c/"), "/a/b/c");
	assert_string_equal(label_absolute("/a/b/../c"), "/a/c");
	assert_string_equal(label_absolute("/../../a"), "/a");
	assert_string_equal(label_absolute("/a/.."), "/");
	assert_string_equal(label_absolute("/a/..b/...c"), "/a/..b/...c");
}

static void
the_longest_folder_decides(void **state)
{
	const char *folder, *rest;

	(void)state;
	label_add("/r", "");
	label_add("/r/configs", "config/");
	label_add("/r/configs/build/web/generated", "generated/");
	label_add("/cache/sources/musl_1", "musl:");
	label_add("/cache", "cache/");
	assert_string_equal(label_of("/r/kernel/a.c"), "kernel/a.c");
	assert_string_equal(label_of("/r/configs/app/a.c"), "config/app/a.c");
	assert_string_equal(label_of("/r/configs/build/web/generated/a.c"),
			    "generated/a.c");
	assert_string_equal(label_of("/cache/sources/musl_1/src/a.c"),
			    "musl:src/a.c");
	assert_string_equal(label_of("/cache/sources/musl_1"), "musl:");
	assert_string_equal(label_of("/cache/sources/musl_10/a.c"),
			    "cache/sources/musl_10/a.c");
	assert_string_equal(label_of("/etc/a"), "outside/etc/a");
	label_split("/cache/sources/musl_1/src/a.c", &folder, &rest);
	assert_string_equal(folder, "/cache/sources/musl_1/");
	assert_string_equal(rest, "src/a.c");
}

static void
labels_lead_back(void **state)
{
	static const char *const paths[] = {
		"/r/kernel/a.c", "/r/configs/app/a.c", "/etc/a",
		"/cache/sources/musl_1/src/a.c", "/cache/x/y",
		"/r/configs/build/web/generated/ip/lwipopts.h",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof paths / sizeof *paths; i++)
		assert_string_equal(label_path(label_of(paths[i])), paths[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_become_clean),
		cmocka_unit_test(the_longest_folder_decides),
		cmocka_unit_test(labels_lead_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
