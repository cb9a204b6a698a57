/* SPDX-License-Identifier: ISC */
/* A folder of a unit test's own, with a cache in it, gone when the test is. */
#ifndef UNIT_FOLDER_H
#define UNIT_FOLDER_H

#include <stdlib.h>
#include <string.h>

#include "unicc.h"

static char folder[] = "/tmp/unicc-unit-XXXXXX";

static const char *
in_folder(const char *name)
{
	return host_join(folder, name);
}

static void
put(const char *name, const char *text)
{
	const char *path = in_folder(name);

	assert_true(host_make_folders(host_folder_of(path)));
	assert_true(host_write(path, (struct bytes){ (const uint8_t *)text,
						     strlen(text) }));
}

static int
make_folder(void)
{
	if (mkdtemp(folder) == NULL)
		return -1;
	return setenv("XDG_CACHE_HOME", in_folder("cache"), 1);
}

static int
remove_folder(void **state)
{
	const char *argv[] = { "rm", "-rf", folder, NULL };

	(void)state;
	return host_run(argv, NULL);
}

#endif
