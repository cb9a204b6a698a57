/* SPDX-License-Identifier: ISC */
/*
 * Confinement: which files a compiler may read, by name, and what the kernel
 * then lets it open.
 *
 * Needs: base host label diag toolchain confine
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "confine.h"
#include "unicc.h"

/* The folder that holds all of it. */
static char folder[] = "/tmp/confine-XXXXXX";

static const char *
at(const char *name)
{
	return host_join(folder, name);
}

const char *
build_root(void)
{
	return at("root");
}

static int
make_files(void **state)
{
	static const char *const names[] = {
		"root/kernel.h", "home/app/app.h", "home/app-secret", "home/key",
		"others/musl.h", "cache/unicc/stamp",
	};
	size_t i;

	(void)state;
	if (mkdtemp(folder) == NULL ||
	    setenv("XDG_CACHE_HOME", at("cache"), 1) != 0)
		return -1;
	for (i = 0; i < countof(names); i++)
		if (!host_make_folders(host_folder_of(at(names[i]))) ||
		    !host_write(at(names[i]), (struct bytes){ 0 }))
			return -1;
	confine_add(at("home/app"));
	confine_add(at("home/not-there"));
	if (symlink("../key", at("home/app/key")) != 0 ||
	    symlink(folder, at("home/app/up")) != 0 ||
	    symlink("../../others", at("cache/unicc/sources")) != 0)
		return -1;
	return symlink("app", at("home/same"));
}

static int
remove_files(void **state)
{
	const char *argv[] = { "rm", "-rf", folder, NULL };

	(void)state;
	return host_run(argv, NULL);
}

static const struct {
	const char *name;
	bool is_allowed;
} files[] = {
	{ "root/kernel.h", true },
	{ "home/app/app.h", true },
	{ "home/same/app.h", true },
	{ "home/app/../app/app.h", true },
	{ "cache/unicc/sources/musl.h", true },
	{ "home/app-secret", false },	/* begins like a folder that is let */
	{ "home/key", false },
	{ "home/app/../key", false },
	{ "home/app/key", false },	/* a link out */
	{ "home/app/up/home/key", false },
};

static void
names_are_judged_behind_links(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < countof(files); i++)
		if (confine_allows(at(files[i].name)) != files[i].is_allowed)
			fail_msg("%s", files[i].name);
	assert_true(confine_allows("/usr/bin/env"));
	assert_false(confine_allows("/etc/passwd"));
	assert_false(confine_allows(at("home/app/missing")));
}

static bool
is_opened(const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file >= 0)
		close(file);
	return file >= 0;
}

/* In a child: the number of the first file that is not as it should be, from
 * 1; 0 if there is none. */
static int
try_files(void)
{
	size_t i;

	confine_apply();
	for (i = 0; i < countof(files); i++)
		if (is_opened(at(files[i].name)) != files[i].is_allowed)
			return (int)i + 1;
	if (is_opened("/etc/passwd") || !is_opened("/dev/null"))
		return 100;
	/* What it starts is confined too, and runs. */
	if (host_run((const char *[]){ "cat", at("root/kernel.h"), NULL },
		     NULL) != 0)
		return 101;
	return host_run((const char *[]){ "sh", "-c", "cat $0 2>&-",
					  at("home/key"), NULL }, NULL) == 0;
}

static void
the_kernel_opens_no_others(void **state)
{
	int status;
	pid_t child;

	(void)state;
	child = fork();
	if (child == 0)
		_exit(try_files());
	assert_true(waitpid(child, &status, 0) == child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
an_error_is_told_from_a_missing_file(void **state)
{
	(void)state;
	assert_true(confine_refused(arena_printf(
		"cannot open file '%s': Permission denied", at("home/key"))));
	assert_true(confine_refused(
		"Could not find incbin file '/etc/passwd'"));
	assert_false(confine_refused("'/etc/no-such-thing.h' file not found"));
	assert_false(confine_refused("use of undeclared identifier 'x'"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_judged_behind_links),
		cmocka_unit_test(the_kernel_opens_no_others),
		cmocka_unit_test(an_error_is_told_from_a_missing_file),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
