/* SPDX-License-Identifier: ISC */
/*
 * Headers that a Debian package brings, for the C of an image.
 *
 * A platform names one folder of /usr/include (build.lua). The compiler is
 * given a folder of the cache in which a link to it is all there is: so it
 * finds <xen/xen.h> and nothing else of this machine.
 */
#include "compile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "label.h"

static bool
is_link_to(const char *link, const char *target)
{
	char text[4096];
	ssize_t size = readlink(link, text, sizeof text);

	return size > 0 && (size_t)size == strlen(target) &&
	       memcmp(text, target, (size_t)size) == 0;
}

/* Another build may make the same link at the same time. */
static bool
make_link(const char *link, const char *target)
{
	if (is_link_to(link, target))
		return true;
	unlink(link);
	return symlink(target, link) == 0 || is_link_to(link, target);
}

bool
headers_find(struct platform *platform)
{
	const char *name, *link;

	if (platform->headers == NULL)
		return true;
	if (!host_exists(platform->headers)) {
		diag(E0601, (struct where){ 0 }, platform->headers_package,
		     "the headers of %s are not in %s", platform->name,
		     platform->headers);
		diag_fix("apt-get install %s", platform->headers_package);
		return false;
	}
	name = strrchr(platform->headers, '/') + 1;
	platform->headers_path = host_join(
		host_cache_folder(),
		arena_printf("headers/%s", platform->headers_package));
	link = host_join(platform->headers_path, name);
	if (!host_make_folders(platform->headers_path) ||
	    !make_link(link, platform->headers)) {
		diag(E0605, (struct where){ link, 0, 0 }, NULL, "%s",
		     strerror(errno));
		return false;
	}
	label_add(platform->headers_path,
		  arena_printf("%s:", platform->headers_package));
	return true;
}
