/* SPDX-License-Identifier: ISC */
/*
 * Finding and identifying the toolchain.
 *
 * A compiler is what its bytes are: the hash of its file and of the LLVM
 * libraries it loads is part of every key of the store and of the
 * fingerprint. Hashing 200 MB takes a fifth of a second, so the result is kept
 * in the cache with size, inode and times of every file it was taken from.
 */
#include "toolchain.h"

#include <errno.h>
#include <limits.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "label.h"
#include "unicc.h"

struct tool toolchain_clang = { "clang-19", "clang-19", 0, 0, { 0 } };
struct tool toolchain_linker = { "ld.lld-19", "lld-19", 0, 0, { 0 } };
struct tool toolchain_ninja = { "ninja", "ninja-build", 0, 0, { 0 } };
struct tool toolchain_qemu = {
	"qemu-system-x86_64", "qemu-system-x86", 0, 0, { 0 },
};

static const char *headers;

bool
toolchain_locate(struct tool *tool)
{
	const char *at = getenv("PATH");

	if (at == NULL)
		at = "/usr/bin:/bin";
	while (tool->path == NULL && *at != '\0') {
		size_t size = strcspn(at, ":");
		const char *path = arena_printf("%.*s/%s", (int)size, at,
						tool->name);

		if (size != 0 && access(path, X_OK) == 0)
			tool->path = label_absolute(path);
		at += size + (at[size] == ':');
	}
	if (tool->path != NULL)
		return true;
	diag(E0601, (struct where){ 0 }, tool->name,
	     "the program is not on PATH");
	diag_fix("apt-get install %s", tool->package);
	return false;
}

static bool
is_for_tools(const char *variable)
{
	/* LD_ and FAKETIME: the gauntlet lets them have another time. */
	static const char *const kept[] = {
		"PATH=", "HOME=", "TMPDIR=", "TERM=", "LD_", "FAKETIME",
		"DISTCC_", "ICECC_",
	};
	size_t i;

	for (i = 0; i < countof(kept); i++)
		if (text_starts(variable, kept[i]))
			return true;
	return false;
}

void
toolchain_environment(void)
{
	LIST(const char *) variables = { 0 };
	size_t i;

	for (i = 0; environ != NULL && environ[i] != NULL; i++)
		if (is_for_tools(environ[i]) && strchr(environ[i], '=') != NULL)
			*list_add(&variables) = environ[i];
	clearenv();
	for (i = 0; i < variables.count; i++) {
		const char *value = strchr(variables.at[i], '=') + 1;

		setenv(arena_copy_n(variables.at[i],
				    (size_t)(value - variables.at[i]) - 1),
		       value, 1);
	}
	setenv("LC_ALL", "C", 1);
}

/* "PATH SIZE INODE MTIME CTIME": another text, another file. */
static const char *
stamp(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return "missing";
	return arena_printf("%s %lld %llu %lld.%09ld %lld.%09ld", path,
			    (long long)status.st_size,
			    (unsigned long long)status.st_ino,
			    (long long)status.st_mtim.tv_sec,
			    status.st_mtim.tv_nsec,
			    (long long)status.st_ctim.tv_sec,
			    status.st_ctim.tv_nsec);
}

static void
hash_bytes_of(const char *path, uint8_t sha256[32])
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *at;

	if (file < 0)
		return;
	if (fstat(file, &status) == 0 && status.st_size > 0) {
		at = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE,
			  file, 0);
		if (at != MAP_FAILED) {
			host_sha256((struct bytes){
				at, (size_t)status.st_size }, sha256);
			munmap(at, (size_t)status.st_size);
		}
	}
	close(file);
}

/* The hash of a file; clang and the linker load the same large library. */
static const uint8_t *
hash_of(const char *path)
{
	struct hashed {
		const char *path;
		uint8_t sha256[32];
	};
	static LIST(struct hashed *) known;
	struct hashed *hashed;
	size_t i;

	for (i = 0; i < known.count; i++)
		if (text_equal(known.at[i]->path, path))
			return known.at[i]->sha256;
	hashed = arena_alloc(1, sizeof *hashed);
	hashed->path = arena_copy(path);
	hash_bytes_of(path, hashed->sha256);
	*list_add(&known) = hashed;
	return hashed->sha256;
}

static const char *
line_of(struct buffer *text, size_t *from)
{
	const char *line = text->at == NULL ? "" : text->at + *from;
	size_t size = strcspn(line, "\n");

	*from += size + (line[size] == '\n');
	return arena_copy_n(line, size);
}

/* The LLVM libraries among what the loader says the program loads. */
static size_t
loaded_libraries(const struct tool *tool, const char **paths, size_t room)
{
	const char *argv[] = { "ldd", tool->path, NULL };
	struct buffer output = { 0 };
	size_t count = 0, from = 0;

	if (host_run_after(argv, &output, toolchain_environment) != 0)
		return 0;
	while (from < output.size && count < room) {
		const char *line = line_of(&output, &from);
		const char *path = strstr(line, "=> ");

		if (path == NULL || (strstr(line, "LLVM") == NULL &&
				     strstr(line, "clang") == NULL))
			continue;
		path += 3;
		paths[count++] = arena_copy_n(path, strcspn(path, " "));
	}
	return count;
}

static const char *
first_line_of(const struct tool *tool, const char *option)
{
	const char *argv[] = { tool->path, option, NULL };
	struct buffer output = { 0 };
	size_t from = 0;

	if (host_run_after(argv, &output, toolchain_environment) != 0)
		return "";
	return line_of(&output, &from);
}

static void
hash_tool(struct tool *tool, const char *const *libraries, size_t count)
{
	struct sha256_ctx hash;
	size_t i;

	sha256_init(&hash);
	sha256_update(&hash, 32, hash_of(tool->path));
	for (i = 0; i < count; i++)
		sha256_update(&hash, 32, hash_of(libraries[i]));
	sha256_digest(&hash, 32, tool->sha256);
}

/*
 * The kept form, one fact a line: hash, version, headers, then a stamp for
 * each file. True if every stamp still holds.
 */
static bool
recall(struct tool *tool, const char *kept)
{
	const char *hash, *version, *folder, *line;
	struct bytes bytes;
	struct buffer text = { 0 };
	size_t from = 0;

	if (!host_read(kept, &bytes))
		return false;
	buffer_add(&text, bytes.at, bytes.size);
	hash = line_of(&text, &from);
	version = line_of(&text, &from);
	folder = line_of(&text, &from);
	if (strlen(hash) != 64 || from >= text.size)
		return false;
	/* First its own: it may be another one on PATH now. */
	line = line_of(&text, &from);
	if (!text_equal(line, stamp(tool->path)))
		return false;
	while (from < text.size) {
		line = line_of(&text, &from);
		if (!text_equal(line, stamp(arena_copy_n(line,
						strcspn(line, " ")))))
			return false;
	}
	if (!text_hex(hash, tool->sha256, 32))
		return false;
	tool->version = version;
	if (tool == &toolchain_clang)
		headers = folder;
	return true;
}

static void
keep(const struct tool *tool, const char *kept, const char *const *libraries,
     size_t count)
{
	struct buffer text = { 0 };
	size_t i;

	buffer_printf(&text, "%s\n%s\n%s\n%s\n", host_hex(tool->sha256, 32),
		      tool->version,
		      tool == &toolchain_clang ? headers : "", stamp(tool->path));
	for (i = 0; i < count; i++)
		buffer_printf(&text, "%s\n", stamp(libraries[i]));
	/* A cache that cannot be written only costs time. */
	if (host_make_folders(host_folder_of(kept)))
		host_write(kept, (struct bytes){ (uint8_t *)text.at,
						 text.size });
}

static bool
identify(struct tool *tool)
{
	const char *libraries[8], *kept, *folder;
	size_t count;

	if (!toolchain_locate(tool))
		return false;
	kept = arena_printf("%s/toolchain/%s", host_cache_folder(),
			    tool->name);
	if (recall(tool, kept))
		return true;
	tool->version = first_line_of(tool, "--version");
	if (tool->version[0] == '\0') {
		diag(E0601, (struct where){ 0 }, tool->name,
		     "%s does not start", tool->path);
		diag_fix("apt-get install --reinstall %s", tool->package);
		return false;
	}
	if (tool == &toolchain_clang) {
		folder = first_line_of(tool, "-print-resource-dir");
		headers = host_join(folder, "include");
	}
	count = loaded_libraries(tool, libraries, countof(libraries));
	hash_tool(tool, libraries, count);
	keep(tool, kept, libraries, count);
	return true;
}

bool
toolchain_find(void)
{
	bool has_clang = identify(&toolchain_clang);
	bool has_linker = identify(&toolchain_linker);
	bool has_ninja = toolchain_locate(&toolchain_ninja);

	return has_clang && has_linker && has_ninja;
}

const char *
toolchain_headers(void)
{
	return headers;
}
