/* SPDX-License-Identifier: ISC */
/*
 * Compile: an object for every unit, from the store or by clang under ninja.
 *
 * An object depends on the compiler, its flags and the bytes it reads, never
 * on where they lie: clang is started in the folder that gives a source its
 * label, and writes labels for every other path (label.h). What content a
 * unit brings in by .incbin is named by its hash in the unit's own text.
 */
#include "compile.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"
#include "label.h"
#include "libc.h"
#include "record.h"
#include "store.h"
#include "toolchain.h"

/* One unit on its way to an object. */
struct job {
	struct unit *unit;
	struct read_file *source;
	const char *folder, *rest;	/* of the source, see label_split */
	LIST(const char *) flags;
	LIST(const char *) folders;	/* of the include path */
	struct include_path path;
	uint8_t key[32];
	const char *stem;	/* of its files in the work folder; NULL: a hit */
};

/*
 * DWARF 4, because 5 holds a hash of every source file, comments included:
 * an edited comment would be another object and another NAME.debug.
 */
static const char *const own_flags[] = {
	"-gline-tables-only", "-gdwarf-4", "-fdebug-compilation-dir=unicc",
	"--no-default-config", "-Werror=date-time",
	"-Wno-unused-command-line-argument", "-fno-caret-diagnostics",
	"-fno-color-diagnostics", "-fmacro-backtrace-limit=1",
};

/* ---- Labels ---------------------------------------------------------------- */

/* Files of a package: "lwip:src/core/tcp.c". The libc's is labelled by
 * libc_open. */
static void
label_package(const struct catalogue *catalogue, const char *name)
{
	const char *folder;
	size_t i;

	for (i = 0; name != NULL && i < catalogue->packages_count; i++) {
		if (!text_equal(catalogue->packages[i].name, name))
			continue;
		folder = sources_folder(&catalogue->packages[i]);
		if (folder != NULL)
			label_add(folder, arena_printf("%s:", name));
	}
}

static void
label_build(const struct build *build)
{
	size_t i;

	label_add(build->catalogue->root, "");
	label_add(host_folder_of(build->config_path), "config/");
	label_add(build->generated_path, "generated/");
	label_add(host_cache_folder(), "cache/");
	label_add(toolchain_headers(), "clang/");
	confine_add(build->generated_path);
	for (i = 0; i < build->catalogue->modules.count; i++)
		if (build->catalogue->modules.at[i]->is_users)
			confine_add(build->catalogue->modules.at[i]->folder);
	for (i = 0; i < build->instances.count; i++)
		label_package(build->catalogue,
			      build->instances.at[i]->module->package);
}

/* ---- Flags and keys -------------------------------------------------------- */

static void
add_include(struct job *job, const char *option, const char *folder)
{
	const char *path = label_absolute(folder);

	*list_add(&job->flags) = option;
	*list_add(&job->flags) = path;
	*list_add(&job->folders) = path;
}

/* The unit's own flags; folders become absolute. */
static void
add_unit_flags(struct job *job)
{
	const struct unit *unit = job->unit;
	size_t i;

	for (i = 0; i < unit->flags_count; i++) {
		const char *flag = unit->flags[i];

		if (text_starts(flag, "-I") && flag[2] != '\0')
			add_include(job, "-I", flag + 2);
		else if ((text_equal(flag, "-I") ||
			  text_equal(flag, "-isystem")) &&
			 i + 1 < unit->flags_count)
			add_include(job, flag, unit->flags[++i]);
		else
			*list_add(&job->flags) = flag;
	}
}

static void
add_folders(struct job *job, const struct build *build)
{
	const char *root = build->catalogue->root;
	const struct platform *platform = build->image.platform;
	const char **libc;
	size_t i, libc_count;

	add_include(job, "-I", host_join(root, "kernel/include"));
	for (i = 0; i < platform->folders_count; i++)
		add_include(job, "-I", host_join(root, platform->folders[i]));
	add_include(job, "-I", host_join(root, "kernel"));
	add_include(job, "-I", host_join(root, "stdlib"));
	add_include(job, "-I", host_join(root, "drivers"));
	add_include(job, "-I", root);
	libc = libc_includes(build->catalogue, &libc_count);
	for (i = 0; libc != NULL && i < libc_count; i++)
		add_include(job, "-isystem", libc[i]);
	if (platform->headers_path != NULL)
		add_include(job, "-isystem", platform->headers_path);
	add_include(job, "-isystem", toolchain_headers());
}

/* Equal include paths get equal numbers. */
static unsigned
number_path(const struct include_path *path)
{
	static LIST(const struct include_path *) known;
	struct include_path *copy;
	size_t i, j;

	for (i = 0; i < known.count; i++) {
		if (known.at[i]->count != path->count)
			continue;
		for (j = 0; j < path->count; j++)
			if (!text_equal(known.at[i]->folders[j],
					path->folders[j]))
				break;
		if (j == path->count)
			return known.at[i]->number;
	}
	copy = arena_alloc(1, sizeof *copy);
	*copy = *path;
	copy->number = (unsigned)known.count + 1;
	*list_add(&known) = copy;
	return copy->number;
}

static void
hash_text(struct sha256_ctx *hash, const char *text)
{
	sha256_update(hash, strlen(text) + 1, (const uint8_t *)text);
}

/* Folders count by their labels, or nothing could be shared or moved. */
static void
make_key(struct job *job)
{
	struct sha256_ctx hash;
	size_t i;

	sha256_init(&hash);
	hash_text(&hash, "unicc unit 1");
	sha256_update(&hash, 32, toolchain_clang.sha256);
	for (i = 0; i < job->flags.count; i++)
		hash_text(&hash, job->flags.at[i][0] == '/'
					 ? label_of(job->flags.at[i])
					 : job->flags.at[i]);
	hash_text(&hash, job->unit->label);
	sha256_update(&hash, 32, job->source->sha256);
	sha256_digest(&hash, 32, job->key);
}

static void
set_flags(struct job *job, const struct build *build)
{
	size_t i;

	for (i = 0; i < build->catalogue->cflags_count; i++)
		*list_add(&job->flags) = build->catalogue->cflags[i];
	for (i = 0; i < countof(own_flags); i++)
		*list_add(&job->flags) = own_flags[i];
	if (job->unit->is_system)
		*list_add(&job->flags) = "-w";
	add_unit_flags(job);
	add_folders(job, build);
	job->path.folders = job->folders.at;
	job->path.count = job->folders.count;
	job->path.number = number_path(&job->path);
}

/* ---- Hits ------------------------------------------------------------------ */

/* Where the kernel does not confine the compiler, what it says it has read is
 * looked at before the object is used. */
static bool
has_strange_read(const struct build *build, const struct job *job,
		 const struct record *record)
{
	const struct unit *unit = job->unit;
	struct where where = { build->config_path, 0, 0 };
	size_t i;

	if (unit->instance == NULL || !unit->instance->module->is_users)
		return false;
	if (unit->instance->origin.where.file != NULL)
		where = unit->instance->origin.where;
	for (i = 0; i < record->reads_count; i++) {
		const struct read_file *file = record->reads[i];

		if ((text_starts(file->label, "config/") ||
		     text_starts(file->label, "outside")) &&
		    !confine_allows(file->path)) {
			diag(E0408, where, unit->instance->name,
			     "its C reads %s", file->path);
			return true;
		}
	}
	return false;
}

static void
take_record(const struct build *build, const struct job *job,
	    const struct record *record)
{
	struct unit *unit = job->unit;

	if (has_strange_read(build, job, record))
		return;
	unit->object = store_path("objects", record->object);
	unit->reads = record->reads;
	unit->reads_count = record->reads_count;
	if (!unit->is_system && record->said[0] != '\0')
		compile_said(build, unit, job->folder, record->said);
}

/* True if the object is known; false: it must be compiled, or after diag(). */
static bool
find_object(const struct build *build, struct job *job)
{
	struct record record = { 0 };

	job->source = store_file(job->unit->source);
	if (job->source == NULL) {
		diag(E0602, (struct where){ job->unit->source, 0, 0 }, NULL,
		     "%s", strerror(errno));
		return false;
	}
	label_split(job->unit->source, &job->folder, &job->rest);
	set_flags(job, build);
	make_key(job);
	if (!record_find(job->key, &job->path, &record))
		return false;
	take_record(build, job, &record);
	return true;
}

/* ---- Misses: build.ninja --------------------------------------------------- */

/* A word of a shell command inside a ninja variable. */
static void
add_word(struct buffer *text, const char *word)
{
	buffer_printf(text, " '");
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			buffer_printf(text, "'\\''");
		else if (*word == '$')
			buffer_printf(text, "$$");
		else
			buffer_add(text, word, 1);
	}
	buffer_printf(text, "'");
}

/*
 * The command succeeds whatever clang says, so that every unit is tried: a
 * unit without an object has failed, and its log tells why.
 */
static void
add_edge(struct buffer *text, const struct job *job, const char **maps,
	 size_t maps_count)
{
	size_t i;

	buffer_printf(text, "build %s.o: cc\n  name = %s\n  command = cd",
		      strrchr(job->stem, '/') + 1, job->unit->name);
	add_word(text, job->folder);
	buffer_printf(text, " &&");
	add_word(text, toolchain_clang.path);
	for (i = 0; i < job->flags.count; i++)
		add_word(text, job->flags.at[i]);
	for (i = 0; i < maps_count; i++)
		add_word(text, maps[i]);
	if (!text_equal(job->rest, job->source->label))
		add_word(text, arena_printf("-ffile-prefix-map=%s=%s",
					    job->rest, job->source->label));
	buffer_printf(text, " -MD -MT o -MF");
	add_word(text, arena_printf("%s.d", job->stem));
	buffer_printf(text, " -o");
	add_word(text, arena_printf("%s.o", job->stem));
	buffer_printf(text, " -c");
	add_word(text, job->rest);
	buffer_printf(text, " >");
	add_word(text, arena_printf("%s.log", job->stem));
	buffer_printf(text, " 2>&1 || :\n");
}

static size_t
files_included(const struct job *job)
{
	const struct instance *instance = job->unit->instance;

	return instance == NULL ? 0
				: instance->module->sources_count +
					  instance->module->package_files_count;
}

static int
longest_first(const void *left, const void *right)
{
	const struct job *const *a = left, *const *b = right;
	size_t a_files = files_included(*a), b_files = files_included(*b);

	if (a_files != b_files)
		return a_files > b_files ? -1 : 1;
	return (*a > *b) - (*a < *b);
}

/* ninja starts what it reads first. A unit of many files begun last would be
 * waited for by every core but one. */
static bool
write_ninja(const char *work, const struct job *jobs, size_t count)
{
	const struct job **order = arena_alloc(count, sizeof *order);
	struct buffer text = { 0 };
	const char **maps;
	size_t maps_count, i;

	label_flags(&maps, &maps_count);
	buffer_printf(&text, "rule cc\n  command = $command\n"
			     "  description = $name\n");
	for (i = 0; i < count; i++)
		order[i] = &jobs[i];
	qsort(order, count, sizeof *order, longest_first);
	for (i = 0; i < count; i++)
		if (order[i]->stem != NULL)
			add_edge(&text, order[i], maps, maps_count);
	return host_write(host_join(work, "build.ninja"),
			  (struct bytes){ (const uint8_t *)text.at, text.size });
}

/* What would change how clang or ninja works without being in a key. */
static void
clean_environment(void)
{
	static const char *const names[] = {
		"CPATH", "C_INCLUDE_PATH", "CCC_OVERRIDE_OPTIONS",
		"COMPILER_PATH", "GCC_EXEC_PREFIX", "SOURCE_DATE_EPOCH",
		"NINJAFLAGS", "DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES",
	};
	size_t i;

	for (i = 0; i < countof(names); i++)
		unsetenv(names[i]);
	setenv("NINJA_STATUS", "compile [%f/%t] ", 1);
}

/*
 * ninja's progress goes to our stderr if that is a terminal, else nowhere.
 * It ends its own children; it is ended when we are.
 */
static bool
run_ninja(const char *work)
{
	const char *argv[] = { toolchain_ninja.path, "-k", "0", NULL, NULL };
	bool is_shown = isatty(STDERR_FILENO);
	pid_t child, parent = getpid();
	int status, null;

	if (!is_shown)
		argv[3] = "--quiet";
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
		clean_environment();
		confine_apply();
		setenv("TMPDIR", label_absolute(work), 1);
		if (getppid() != parent || chdir(work) != 0 || null < 0 ||
		    dup2(null, STDIN_FILENO) < 0 ||
		    dup2(is_shown ? STDERR_FILENO : null, STDOUT_FILENO) < 0)
			_exit(127);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (child < 0)
		return false;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- Misses: what came of them --------------------------------------------- */

/* The next path of a makefile's dependency list; NULL at the end. */
static const char *
take_path(const char **at)
{
	const char *c = *at;
	size_t size = 0;
	char *path;

	while (*c == ' ' || *c == '\n' || (*c == '\\' && c[1] == '\n'))
		c += *c == '\\' ? 2 : 1;
	path = arena_alloc(strcspn(c, "\n") + 1, 1);
	while (*c != '\0' && *c != ' ' && *c != '\n') {
		if (*c == '\\' && c[1] == '\n')
			break;
		if ((*c == '\\' && (c[1] == ' ' || c[1] == '#')) ||
		    (*c == '$' && c[1] == '$'))
			c++;
		path[size++] = *c++;
	}
	*at = c;
	return size == 0 ? NULL : path;
}

/*
 * Every file the compiler read, the source first. Assembly without a
 * preprocessor (.s) has no list: it reads itself. False with errno, or with
 * EAGAIN if one of them changed since started_ns.
 */
static bool
read_depfile(const struct job *job, int64_t started_ns,
	     struct record *record)
{
	LIST(struct read_file *) reads = { 0 };
	struct read_file *file = job->source;
	struct bytes bytes;
	const char *at = "", *path;
	bool is_stable = file->changed_ns < started_ns;

	if (text_ends(job->rest, ".s"))
		*list_add(&reads) = file;
	else if (!host_read(arena_printf("%s.d", job->stem), &bytes))
		return false;
	else if ((at = strstr((const char *)bytes.at, ": ")) != NULL)
		at += 2;
	while (at != NULL && (path = take_path(&at)) != NULL) {
		file = store_file(path[0] == '/' ? path
						 : host_join(job->folder, path));
		if (file == NULL)
			return false;
		is_stable = is_stable && file->changed_ns < started_ns;
		*list_add(&reads) = file;
	}
	record->reads = reads.at;
	record->reads_count = reads.count;
	errno = EAGAIN;
	return is_stable;
}

static const char *
read_log(const struct job *job)
{
	struct bytes bytes;

	if (!host_read(arena_printf("%s.log", job->stem), &bytes))
		return "";
	return arena_copy_n((const char *)bytes.at, bytes.size);
}

static void
finish_job(const struct build *build, struct job *job, int64_t started_ns)
{
	const char *object = arena_printf("%s.o", job->stem);
	struct record record = { 0 };
	struct bytes bytes;
	bool is_kept;

	record.said = read_log(job);
	if (!host_read(object, &bytes)) {
		compile_said(build, job->unit, job->folder, record.said);
		return;
	}
	host_sha256(bytes, record.object);
	record.object_bytes = (long long)bytes.size;
	is_kept = read_depfile(job, started_ns, &record);
	if (!store_adopt(object, store_path("objects", record.object))) {
		diag(E0605, (struct where){
			store_path("objects", record.object), 0, 0 },
		     NULL, "%s", strerror(errno));
		return;
	}
	take_record(build, job, &record);
	if (is_kept)
		record_keep(job->key, &job->path, &record);
}

static void
cannot_write(const char *path)
{
	diag(E0605, (struct where){ path, 0, 0 }, NULL, "%s", strerror(errno));
}

/* A compiler without room often cannot say so: its log has no room either. */
static bool
is_disk_full(const char *work)
{
	enum { ROOM_BYTES = 256 * 1024 };
	const char *path = host_join(work, "room");
	struct bytes room = { arena_alloc(ROOM_BYTES, 1), ROOM_BYTES };
	bool is_full = !host_write(path, room) && errno == ENOSPC;

	unlink(path);
	errno = ENOSPC;
	return is_full;
}

static bool
has_failed(const struct job *jobs, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (jobs[i].stem != NULL &&
		    !host_exists(arena_printf("%s.o", jobs[i].stem)))
			return true;
	return false;
}

static void
compile_misses(const struct build *build, struct job *jobs, size_t count)
{
	const char *work = store_work_folder();
	struct timespec now;
	int64_t started_ns;
	bool is_done;
	size_t i;

	if (work == NULL) {
		cannot_write(host_join(host_cache_folder(), "work"));
		return;
	}
	for (i = 0; i < count; i++)
		if (jobs[i].unit->object == NULL)
			jobs[i].stem = arena_printf(
				"%s/%zu", work,
				(size_t)(jobs[i].unit - build->units.at));
	if (!write_ninja(work, jobs, count)) {
		cannot_write(host_join(work, "build.ninja"));
		return;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	started_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	is_done = run_ninja(work);
	if (has_failed(jobs, count) && is_disk_full(work)) {
		cannot_write(work);
		return;
	}
	for (i = 0; i < count; i++)
		if (jobs[i].stem != NULL && is_done)
			finish_job(build, &jobs[i], started_ns);
	if (!is_done)
		diag(E0601, (struct where){ 0 }, toolchain_ninja.name,
		     "%s did not finish", toolchain_ninja.path);
}

/* Give every unit from first on its object. */
static void
compile_units(const struct build *build, size_t first)
{
	size_t count = build->units.count - first, misses = 0, i;
	size_t errors = diag_count();
	struct job *jobs = arena_alloc(count, sizeof *jobs);

	for (i = 0; i < count; i++) {
		jobs[i].unit = &build->units.at[first + i];
		if (!find_object(build, &jobs[i]))
			misses++;
	}
	if (diag_count() == errors && misses != 0)
		compile_misses(build, jobs, count);
}

/* In rounds: what the library is to give is known from finished objects. */
void
compile(struct build *build)
{
	size_t own = build->units.count, first = 0, next;
	size_t errors = diag_count();
	struct libc *libc;

	if (!package_lock(build->out_path) || !toolchain_find() ||
	    (libc = libc_open(build->catalogue)) == NULL)
		return;
	label_build(build);
	if (!headers_find(build->image.platform))
		return;
	store_open(build->out_path);
	while (first < build->units.count) {
		next = build->units.count;
		compile_units(build, first);
		if (diag_count() != errors)
			break;
		libc_choose(libc, build, first);
		first = next;
	}
	libc_sort(build, own);
	store_close();
}
