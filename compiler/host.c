/* SPDX-License-Identifier: ISC */
/*
 * Everything that touches the machine: files, folders, processes, hashes.
 *
 * A file is written beside its name and renamed, so it is there whole or not
 * at all; an interrupt removes what is not finished and ends the children.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unicc.h"

extern char **environ;

enum { UNFINISHED_MAX = 32 };

/* No file that a build reads is so large; a mistaken path may be. */
static const off_t read_bytes_max = (off_t)1 << 30;

/*
 * Paths to remove when interrupted. Written only by the main flow, read by
 * the signal handler: an entry is set last and cleared first.
 */
static const char *volatile unfinished[UNFINISHED_MAX];

/* The child that host_run waits for; 0: none. */
static volatile sig_atomic_t running;

/* Those of host_fork; 0: none. */
static volatile sig_atomic_t children[HOST_CHILDREN_MAX];

/* What host_reads tells. */
static LIST(const char *) reads;
static bool is_recording;

/* What host_scratch_folder has made, or NULL. */
static const char *volatile scratch;

/* Are we a child that writes into the scratch folder of its parent? */
static volatile sig_atomic_t is_part;

/* From here to remove_scratch, only what a signal handler may call. */
static void
remove_all(const char *path)
{
	pid_t child = fork();

	if (child == 0) {
		execl("/bin/rm", "rm", "-rf", "--", path, (char *)NULL);
		_exit(127);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
}

/* What they have not finished they remove themselves. */
static void
end_children(void)
{
	size_t i;

	if (running > 0)
		kill(running, SIGTERM);
	for (i = 0; i < HOST_CHILDREN_MAX; i++)
		if (children[i] > 0)
			kill(children[i], SIGTERM);
	for (i = 0; i < HOST_CHILDREN_MAX; i++)
		if (children[i] > 0)
			waitpid(children[i], NULL, 0);
	if (running > 0 && (scratch != NULL || is_part))
		waitpid(running, NULL, 0);
}

static void
remove_unfinished(void)
{
	size_t i;

	for (i = 0; i < UNFINISHED_MAX; i++)
		if (unfinished[i] != NULL && unlink(unfinished[i]) != 0 &&
		    access(unfinished[i], F_OK) == 0)
			remove_all(unfinished[i]);
}

static void
remove_scratch(void)
{
	if (scratch != NULL)
		remove_all(scratch);
	scratch = NULL;
}

static void
interrupted(int number)
{
	static const char said[] =
		"\nunicc: interrupted; no file is left half-written\n";

	ssize_t heard;

	end_children();
	remove_unfinished();
	remove_scratch();
	/* Once for all processes; where a pipe has ended nobody hears it. */
	heard = is_part || number == SIGPIPE
			? 0 : write(STDERR_FILENO, said, sizeof said - 1);
	(void)heard;
	signal(number, SIG_DFL);
	raise(number);
}

static void
catch_interrupts(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
				       SIGPIPE };
	static bool is_installed;
	size_t i;

	for (i = 0; !is_installed && i < countof(signals); i++)
		if (signal(signals[i], interrupted) == SIG_IGN)
			signal(signals[i], SIG_IGN);
	is_installed = true;
}

static sigset_t before_hold;
static unsigned holds;

void
host_hold(void)
{
	sigset_t all;

	catch_interrupts();
	sigfillset(&all);
	if (holds++ == 0)
		sigprocmask(SIG_BLOCK, &all, &before_hold);
}

void
host_release(void)
{
	if (--holds == 0)
		sigprocmask(SIG_SETMASK, &before_hold, NULL);
}

void
host_remove_on_interrupt(const char *path)
{
	size_t i;

	catch_interrupts();
	for (i = 0; i < UNFINISHED_MAX; i++)
		if (unfinished[i] == NULL) {
			unfinished[i] = arena_copy(path);
			return;
		}
}

void
host_keep(const char *path)
{
	size_t i;

	for (i = 0; i < UNFINISHED_MAX; i++)
		if (unfinished[i] != NULL && text_equal(unfinished[i], path))
			unfinished[i] = NULL;
}

static bool
read_all(int file, size_t size, struct bytes *bytes)
{
	uint8_t *at = arena_alloc(size + 1, 1);
	size_t done = 0;

	while (done < size) {
		ssize_t got = read(file, at + done, size - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	*bytes = (struct bytes){ at, done };
	return true;
}

void
host_record_reads(void)
{
	is_recording = true;
}

const char *const *
host_reads(size_t *count)
{
	*count = reads.count;
	return reads.at;
}

bool
host_read(const char *path, struct bytes *bytes)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	bool is_read = false;
	int error;

	if (file < 0)
		return false;
	if (fstat(file, &status) != 0)
		goto close;
	if (S_ISDIR(status.st_mode)) {
		errno = EISDIR;
		goto close;
	}
	if (!S_ISREG(status.st_mode)) {
		errno = EINVAL;
		goto close;
	}
	if (status.st_size > read_bytes_max) {
		errno = EFBIG;
		goto close;
	}
	is_read = read_all(file, (size_t)status.st_size, bytes);
	if (is_read && is_recording)
		*list_add(&reads) = arena_copy(path);
close:
	error = errno;
	close(file);
	errno = error;
	return is_read;
}

const char *
host_read_error(void)
{
	return errno == EINVAL ? "it is no regular file" : strerror(errno);
}

bool
host_write_all(int file, struct bytes bytes)
{
	while (bytes.size != 0) {
		ssize_t written = write(file, bytes.at, bytes.size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		bytes.at += written;
		bytes.size -= (size_t)written;
	}
	return true;
}

bool
host_write(const char *path, struct bytes bytes)
{
	char *beside = arena_printf("%s.XXXXXX", path);
	bool is_written;
	int file, error;
	mode_t mask;

	host_hold();
	file = mkostemp(beside, O_CLOEXEC);
	if (file >= 0)
		host_remove_on_interrupt(beside);
	host_release();
	if (file < 0)
		return false;
	mask = umask(0);
	umask(mask);
	is_written = fchmod(file, 0666 & ~mask) == 0 &&
		     host_write_all(file, bytes);
	error = errno;
	if (close(file) != 0 && is_written) {
		is_written = false;
		error = errno;
	}
	if (is_written && rename(beside, path) != 0) {
		is_written = false;
		error = errno;
	}
	if (!is_written)
		unlink(beside);
	host_keep(beside);
	errno = error;
	return is_written;
}

bool
host_is_full(const char *folder)
{
	enum { ROOM_BYTES = 256 * 1024 };
	const char *path = host_join(folder, "room");
	struct bytes room = { arena_alloc(ROOM_BYTES, 1), ROOM_BYTES };
	bool is_full = !host_write(path, room) && errno == ENOSPC;

	unlink(path);
	errno = ENOSPC;
	return is_full;
}

/* Are these the file's next bytes, and its last? */
static bool
ends_with(int file, struct bytes bytes)
{
	uint8_t part[1 << 14];

	for (;;) {
		ssize_t got = read(file, part, sizeof part);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0 && bytes.size == 0;
		if ((size_t)got > bytes.size ||
		    memcmp(part, bytes.at, (size_t)got) != 0)
			return false;
		bytes.at += got;
		bytes.size -= (size_t)got;
	}
}

bool
host_holds(const char *path, struct bytes bytes)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	struct stat status;
	bool is_same;

	if (file < 0)
		return false;
	is_same = fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
		  (size_t)status.st_size == bytes.size && ends_with(file, bytes);
	close(file);
	return is_same;
}

bool
host_write_if_changed(const char *path, struct bytes bytes)
{
	return host_holds(path, bytes) || host_write(path, bytes);
}

bool
host_make_folders(const char *path)
{
	char *part = arena_copy(path);
	struct stat status;
	char *slash;

	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return true;
	for (slash = strchr(part + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, 0777) != 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	if (mkdir(part, 0777) != 0 && errno != EEXIST)
		return false;
	if (stat(path, &status) != 0)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(status.st_mode);
}

void
host_remove_folder(const char *path)
{
	const char **names;
	size_t count, i;

	/* Where a link leads, there are others. */
	if (unlink(path) == 0 || errno != EISDIR ||
	    !host_list(path, &names, &count))
		return;
	for (i = 0; i < count; i++)
		host_remove_folder(host_join(path, names[i]));
	rmdir(path);
}

bool
host_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static int
name_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool
host_list(const char *path, const char ***names, size_t *names_count)
{
	DIR *folder = opendir(path);
	LIST(const char *) found = { 0 };
	struct dirent *entry;
	int error;

	if (folder == NULL)
		return false;
	errno = 0;
	while ((entry = readdir(folder)) != NULL)
		if (!text_equal(entry->d_name, ".") &&
		    !text_equal(entry->d_name, ".."))
			*list_add(&found) = arena_copy(entry->d_name);
	error = errno;
	closedir(folder);
	errno = error;
	if (found.count != 0)
		qsort(found.at, found.count, sizeof *found.at, name_compare);
	*names = found.at;
	*names_count = found.count;
	return error == 0;
}

const char *
host_nearest(const char *path)
{
	const char *slash = strrchr(path, '/'), **names, *nearest;
	size_t count;

	if (!host_list(host_folder_of(path), &names, &count))
		return NULL;
	nearest = text_nearest(slash == NULL ? path : slash + 1, names, count);
	if (nearest == NULL ||
	    text_equal(nearest, slash == NULL ? path : slash + 1))
		return NULL;
	return arena_printf("write %s in place of %s", nearest,
			    slash == NULL ? path : slash + 1);
}

/*
 * Without a home there is /tmp, where anybody may have been first: a folder
 * that is not ours alone could hold objects of a stranger's making.
 */
static const char *
shared_cache_folder(void)
{
	const char *folder = arena_printf("/tmp/unicc-%u", (unsigned)getuid());
	struct stat status;

	mkdir(folder, 0700);
	if (lstat(folder, &status) == 0 && S_ISDIR(status.st_mode) &&
	    status.st_uid == getuid() && (status.st_mode & 022) == 0)
		return folder;
	fprintf(stderr, "unicc: neither XDG_CACHE_HOME nor HOME is set, and %s "
			"is not ours alone: set one of them\n", folder);
	exit(STATUS_MACHINE);
}

const char *
host_cache_folder(void)
{
	static const char *folder;
	const char *base = getenv("XDG_CACHE_HOME");

	if (folder != NULL)
		return folder;
	if (base != NULL && base[0] == '/')
		folder = host_join(base, "unicc");
	else if ((base = getenv("HOME")) != NULL && base[0] == '/')
		folder = host_join(base, ".cache/unicc");
	else
		folder = shared_cache_folder();
	return folder;
}

const char *
host_program_folder(void)
{
	char path[4096];
	ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);

	if (size < 0)
		return ".";
	path[size] = '\0';
	return host_folder_of(path);
}

const char *
host_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return ".";
	if (slash == path)
		return "/";
	return arena_copy_n(path, (size_t)(slash - path));
}

const char *
host_join(const char *folder, const char *name)
{
	if (name[0] == '/' || text_equal(folder, "."))
		return name;
	return arena_printf("%s%s%s", folder,
			    text_ends(folder, "/") ? "" : "/", name);
}

/* Read to the end, or until there are more than most bytes. */
static void
drain(int from, struct buffer *output, size_t most)
{
	char chunk[4096];
	ssize_t got;

	while (output->size <= most &&
	       (got = read(from, chunk, sizeof chunk)) != 0) {
		if (got > 0)
			buffer_add(output, chunk, (size_t)got);
		else if (errno != EINTR)
			break;
	}
}

/*
 * Start a child that an interrupt ends: until its number is known to the
 * handler, no interrupt is taken. 0, or what went wrong.
 */
static int
start(const char *const *argv, const posix_spawn_file_actions_t *actions,
      pid_t *child)
{
	posix_spawnattr_t attributes;
	int error;

	host_hold();
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &before_hold);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	/* posix_spawnp does not write to its arguments; its type is older
	 * than const. */
	error = posix_spawnp(child, argv[0], actions, &attributes,
			     (char *const *)(uintptr_t)argv, environ);
	posix_spawnattr_destroy(&attributes);
	if (error == 0)
		running = *child;
	host_release();
	return error;
}

static int
start_spawned(const char *const *argv, int input, int output, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	int error;

	posix_spawn_file_actions_init(&actions);
	if (input >= 0)
		posix_spawn_file_actions_adddup2(&actions, input, 0);
	if (output >= 0) {
		posix_spawn_file_actions_adddup2(&actions, output, 1);
		posix_spawn_file_actions_adddup2(&actions, output, 2);
	}
	error = start(argv, &actions, child);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* What a child must not do in its parent's place: remove what is its. */
static void
become_part(pid_t parent)
{
	size_t i;

	for (i = 0; i < UNFINISHED_MAX; i++)
		unfinished[i] = NULL;
	for (i = 0; i < HOST_CHILDREN_MAX; i++)
		children[i] = 0;
	scratch = NULL;
	running = 0;
	is_part = true;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(STATUS_MACHINE);
}

/* The same with something to do in the child, which posix_spawn cannot. */
static int
start_forked(const char *const *argv, int output, void (*before)(void),
	     pid_t *child)
{
	pid_t parent = getpid();
	int error;

	host_hold();
	*child = fork();
	if (*child == 0) {
		become_part(parent);
		before();
		host_release();
		if (output < 0 || (dup2(output, 1) == 1 && dup2(output, 2) == 2))
			execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	error = *child < 0 ? errno : 0;
	if (error == 0)
		running = *child;
	host_release();
	return error;
}

/* The exit status, or 128 + N after signal N. */
static int
exit_status(int status)
{
	if (status < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : 128 + WTERMSIG(status);
}

pid_t
host_fork(void)
{
	pid_t child, parent = getpid();
	size_t i;

	for (i = 0; i < HOST_CHILDREN_MAX && children[i] != 0; i++)
		;
	if (i == HOST_CHILDREN_MAX) {
		errno = EAGAIN;
		return -1;
	}
	fflush(stdout);
	fflush(stderr);
	host_hold();
	child = fork();
	if (child == 0)
		become_part(parent);
	else if (child > 0)
		children[i] = child;
	host_release();
	return child;
}

int
host_wait(pid_t child)
{
	pid_t waited;
	int status;
	size_t i;

	do
		waited = waitpid(child, &status, 0);
	while (waited < 0 && errno == EINTR);
	for (i = 0; i < HOST_CHILDREN_MAX; i++)
		if (children[i] == child)
			children[i] = 0;
	return waited < 0 ? -1 : status;
}

/* The same of the one that host_run waits for, in words of host_run. */
static int
wait_for(pid_t child)
{
	int status = exit_status(host_wait(child));

	running = 0;
	return status;
}

int
host_run_function(void (*function)(void *context), void *context)
{
	pid_t child = host_fork();

	if (child == 0) {
		function(context);
		exit(STATUS_MACHINE);
	}
	return child < 0 ? -1 : exit_status(host_wait(child));
}

/* A file without a name that holds these bytes, or -1. */
static int
input_file(struct bytes input)
{
	int file = memfd_create("input", MFD_CLOEXEC);

	if (file < 0 || (host_write_all(file, input) && lseek(file, 0, SEEK_SET) == 0))
		return file;
	close(file);
	return -1;
}

/* input: standard input, or -1 for ours. A child that says more than most bytes
 * is ended. */
static int
run(const char *const *argv, int input, struct buffer *output, size_t most,
    void (*before)(void))
{
	int ends[2] = { -1, -1 }, error;
	pid_t child;

	if (output != NULL && pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	error = before == NULL
			? start_spawned(argv, input, ends[1], &child)
			: start_forked(argv, ends[1], before, &child);
	if (output != NULL)
		close(ends[1]);
	if (error == 0 && output != NULL)
		drain(ends[0], output, most);
	if (output != NULL)
		close(ends[0]);
	if (error == 0 && output != NULL && output->size > most)
		kill(child, SIGKILL);
	if (error != 0) {
		errno = error;
		return -1;
	}
	return wait_for(child);
}

int
host_run(const char *const *argv, struct buffer *output)
{
	return run(argv, -1, output, SIZE_MAX, NULL);
}

int
host_run_bounded(const char *const *argv, struct buffer *output, size_t most)
{
	return run(argv, -1, output, most, NULL);
}

int
host_run_after(const char *const *argv, struct buffer *output,
	       void (*before)(void))
{
	return run(argv, -1, output, SIZE_MAX, before);
}

int
host_run_input(const char *const *argv, struct bytes input,
	       struct buffer *output)
{
	int file = input_file(input), status, error;

	if (file < 0)
		return -1;
	status = run(argv, file, output, SIZE_MAX, NULL);
	error = errno;
	close(file);
	errno = error;
	return status;
}

const char *
host_scratch_folder(void)
{
	const char *base = getenv("TMPDIR");
	char *folder;

	if (scratch != NULL)
		return scratch;
	if (base == NULL || base[0] != '/')
		base = "/tmp";
	folder = arena_printf("%s/unicc.XXXXXX", base);
	host_hold();
	scratch = mkdtemp(folder);
	host_release();
	if (scratch != NULL)
		atexit(remove_scratch);
	return scratch;
}

void
host_sha256(struct bytes bytes, uint8_t sha256[32])
{
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, bytes.size, bytes.at);
	sha256_digest(&context, 32, sha256);
}

const char *
host_hex(const uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(size * 2 + 1, 1);
	size_t i;

	for (i = 0; i < size; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	return text;
}
