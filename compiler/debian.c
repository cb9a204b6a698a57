/* SPDX-License-Identifier: ISC */
/* Asking dpkg and apt; see debian.h. */
#include "debian.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"
#include "unicc.h"

struct words {
	const char **at;
	size_t count, room;
};

static const char *
take_line(const char **at)
{
	size_t size = strcspn(*at, "\n");
	const char *line = arena_copy_n(*at, size);

	*at += size + ((*at)[size] == '\n');
	return line;
}

/* What a command says, or "" if it fails and has to succeed. */
static const char *
said_by(const char *const *argv, bool may_fail)
{
	struct buffer said = { 0 };
	int status = host_run(argv, &said);

	return said.at == NULL || status < 0 || (status != 0 && !may_fail)
		       ? ""
		       : said.at;
}

/* dpkg knows a file by the path it was packed with: /lib may be /usr/lib. */
static void
add_path(struct words *words, const char *path)
{
	char *real = realpath(path, NULL);

	*list_add(words) = arena_copy(path);
	if (text_starts(path, "/usr/"))
		*list_add(words) = arena_copy(path + strlen("/usr"));
	if (real != NULL) {
		*list_add(words) = arena_copy(real);
		if (text_starts(real, "/usr/"))
			*list_add(words) = arena_copy(real + strlen("/usr"));
	}
	free(real);
}

/* "libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x...)" */
static void
add_libraries(struct words *words, const char *program)
{
	const char *at = said_by((const char *[]){ "ldd", program, NULL },
				 false);

	while (*at != '\0') {
		const char *line = take_line(&at);
		const char *path = strstr(line, "=> /");

		if (path != NULL)
			add_path(words, arena_copy_n(path + 3,
						     strcspn(path + 3, " ")));
	}
}

static int
word_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "libllvm19:amd64: /usr/lib/..." gives the name with its architecture. */
static struct words
find_owners(struct words *paths)
{
	struct words names = { 0 };
	const char *at;
	size_t i, kept = 0;

	*list_add(paths) = NULL;
	at = said_by(paths->at, true);
	while (*at != '\0') {
		const char *line = take_line(&at);
		const char *end = strstr(line, ": /");

		if (end != NULL && !text_starts(line, "dpkg-query: ") &&
		    memchr(line, ',', (size_t)(end - line)) == NULL)
			*list_add(&names) = arena_copy_n(line,
							 (size_t)(end - line));
	}
	if (names.count != 0)
		qsort(names.at, names.count, sizeof *names.at, word_compare);
	for (i = 0; i < names.count; i++)
		if (kept == 0 || !text_equal(names.at[i], names.at[kept - 1]))
			names.at[kept++] = names.at[i];
	names.count = kept;
	return names;
}

/* apt writes a colon of a version as %3a. */
static const char *
file_of(const struct debian_package *package)
{
	struct buffer name = { 0 };
	const char *at;

	buffer_printf(&name, "%s_", package->name);
	for (at = package->version; *at != '\0'; at++)
		if (*at == ':')
			buffer_printf(&name, "%%3a");
		else
			buffer_add(&name, at, 1);
	buffer_printf(&name, "_%s.deb", package->architecture);
	return name.at;
}

struct debian_packages
debian_owners(const char *const *paths, size_t paths_count)
{
	struct words asked = { 0 }, names, query = { 0 };
	struct debian_packages packages = { 0 };
	const char *at;
	size_t i;

	*list_add(&asked) = "dpkg-query";
	*list_add(&asked) = "-S";
	for (i = 0; i < paths_count; i++) {
		add_path(&asked, paths[i]);
		if (access(paths[i], X_OK) == 0)
			add_libraries(&asked, paths[i]);
	}
	names = find_owners(&asked);
	*list_add(&query) = "dpkg-query";
	*list_add(&query) = "-W";
	*list_add(&query) = "-f";
	*list_add(&query) = "${Package}\t${Version}\t${Architecture}\n";
	for (i = 0; i < names.count; i++)
		*list_add(&query) = names.at[i];
	*list_add(&query) = NULL;
	at = names.count == 0 ? "" : said_by(query.at, false);
	while (*at != '\0') {
		char *line = arena_copy(take_line(&at)), *rest;
		struct debian_package *package = list_add(&packages);

		package->name = strtok_r(line, "\t", &rest);
		package->version = strtok_r(NULL, "\t", &rest);
		package->architecture = strtok_r(NULL, "\t", &rest);
		if (package->architecture == NULL)
			packages.count--;
		else
			package->file = file_of(package);
	}
	return packages;
}

/* Where apt keeps what it has fetched: D='/var/cache/apt/archives/'. */
static const char *
archive_folder(void)
{
	const char *said = said_by((const char *[]){
			"apt-config", "shell", "D", "Dir::Cache::archives/d",
			NULL }, false);
	const char *start = strchr(said, '\'');

	if (start == NULL)
		return "/var/cache/apt/archives";
	return arena_copy_n(start + 1, strcspn(start + 1, "'"));
}

const char *
debian_fetch(const struct debian_package *package, const char *folder)
{
	const char *path = host_join(archive_folder(), package->file);
	const char *argv[] = {
		"sh", "-c", "cd \"$0\" && exec apt-get -q download \"$1\"",
		folder, arena_printf("%s:%s=%s", package->name,
				     package->architecture, package->version),
		NULL,
	};
	struct buffer said = { 0 };

	if (host_exists(path))
		return path;
	if (text_equal(package->architecture, "all"))
		argv[4] = arena_printf("%s=%s", package->name,
				       package->version);
	if (!diag_json)
		fprintf(stderr, "unicc: fetching %s %s through apt\n",
			package->name, package->version);
	path = host_join(folder, package->file);
	return host_run(argv, &said) == 0 && host_exists(path) ? path : NULL;
}

const char *
debian_repack(const struct debian_package *package, const char *folder)
{
	const char *path = host_join(folder, package->file);
	const char *argv[] = {
		"sh", host_join(build_root(), "host/repack"),
		arena_printf("%s:%s", package->name, package->architecture),
		folder, path, NULL,
	};
	struct buffer said = { 0 };

	if (text_equal(package->architecture, "all"))
		argv[2] = package->name;
	if (!diag_json)
		fprintf(stderr, "unicc: %s %s can be had nowhere: packing it "
				"again as it is installed\n",
			package->name, package->version);
	return host_run(argv, &said) == 0 && host_exists(path) ? path : NULL;
}
