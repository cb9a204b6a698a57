/* SPDX-License-Identifier: ISC */
/* Which files a compiler may read: see confine.h. */
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine.h"
#include "driver.h"
#include "toolchain.h"

static LIST(const char *) folders;

/* Where compilers keep their libraries and headers. Of /etc, only what the
 * loader reads, and of /proc, what tells a program about itself. */
static const char *const system_paths[] = {
	"/usr", "/lib", "/lib64", "/bin", "/opt", "/etc/ld.so.cache",
	"/etc/ld.so.preload", "/dev/null", "/dev/urandom", "/proc/self",
	"/proc/cpuinfo", "/proc/meminfo", "/proc/loadavg", "/proc/stat",
	"/sys/fs/cgroup", "/sys/devices/system",
};

void
confine_add(const char *folder)
{
	size_t i;

	for (i = 0; i < folders.count; i++)
		if (text_equal(folders.at[i], folder))
			return;
	*list_add(&folders) = arena_copy(folder);
}

/*
 * A build under faketime(1) shares two objects with it, named in
 * FAKETIME_SHARED: "/faketime_sem_42 /faketime_shm_42".
 */
static void
add_faketime(void)
{
	const char *shared = getenv("FAKETIME_SHARED");
	size_t size = shared == NULL ? 0 : strcspn(shared, " ");

	if (shared == NULL || shared[size] != ' ' ||
	    !text_starts(shared, "/faketime_sem_") ||
	    !text_starts(shared + size, " /faketime_shm_") ||
	    strchr(shared + 1, '/') != shared + size + 1 ||
	    strchr(shared + size + 2, '/') != NULL)
		return;
	confine_add(arena_printf("/dev/shm/sem.%.*s", (int)size - 1,
				 shared + 1));
	confine_add(arena_printf("/dev/shm%s", shared + size + 1));
}

/* Each folder of the cache may be a link: to sources that others use too. */
static void
add_cache(void)
{
	const char *cache = host_cache_folder();
	const char **names;
	size_t count, i;

	confine_add(cache);
	if (!host_list(cache, &names, &count))
		return;
	for (i = 0; i < count; i++)
		confine_add(host_join(cache, names[i]));
}

/* The tools themselves may lie anywhere, as may the catalogue and the cache. */
static void
add_own(void)
{
	static const struct tool *const tools[] = {
		&toolchain_clang, &toolchain_ninja, &toolchain_linker,
	};
	size_t i;

	for (i = 0; i < countof(system_paths); i++)
		confine_add(system_paths[i]);
	add_faketime();
	confine_add(build_root());
	add_cache();
	for (i = 0; i < countof(tools); i++)
		if (tools[i]->path != NULL) {
			const char *folder = host_folder_of(tools[i]->path);

			confine_add(folder);
			confine_add(host_join(folder, "../lib"));
		}
	if (toolchain_headers() != NULL)
		confine_add(toolchain_headers());
}

static void
allow(int rules, const char *path)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};

	if (rule.parent_fd < 0)
		return;
	syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
		&rule, 0);
	close(rule.parent_fd);
}

void
confine_apply(void)
{
	struct landlock_ruleset_attr attributes = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE,
	};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &attributes,
				 sizeof attributes, 0);
	size_t i;

	/* What a compiler keeps for a moment must be read again too. */
	setenv("TMPDIR", host_cache_folder(), 1);
	if (rules < 0)
		return;
	add_own();
	for (i = 0; i < folders.count; i++)
		allow(rules, folders.at[i]);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		syscall(SYS_landlock_restrict_self, rules, 0);
	close(rules);
}

bool
confine_allows(const char *path)
{
	char *real = realpath(path, NULL), *folder;
	bool is_allowed = false;
	size_t i, size;

	add_own();
	for (i = 0; real != NULL && i < folders.count && !is_allowed; i++) {
		folder = realpath(folders.at[i], NULL);
		size = folder == NULL ? 0 : strlen(folder);
		is_allowed = size != 0 && strncmp(real, folder, size) == 0 &&
			     (real[size] == '/' || real[size] == '\0');
		free(folder);
	}
	free(real);
	return is_allowed;
}

/* The path in "cannot open file 'PATH': Permission denied" and its like. */
bool
confine_refused(const char *error)
{
	const char *path = strchr(error, '\'');

	if (path == NULL)
		return false;
	path = arena_copy_n(path + 1, strcspn(path + 1, "'"));
	return strstr(error, "file") != NULL && host_exists(path) &&
	       !confine_allows(path);
}
