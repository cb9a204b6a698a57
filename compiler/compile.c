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
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compile_job.h"
#include "confine.h"
#include "label.h"
#include "libc.h"
#include "object.h"
#include "toolchain.h"

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

/* ---- Hits ------------------------------------------------------------------ */

/* Where the kernel does not confine the compiler, what it says it has read is
 * looked at before the object is used. */
static bool
has_strange_read(const struct build *build, const struct compile_job *job,
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
take_record(const struct build *build, const struct compile_job *job,
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
find_object(const struct build *build, struct compile_job *job)
{
	struct record record = { 0 };

	job->source = store_file(job->unit->source);
	if (job->source == NULL) {
		diag(E0602, (struct where){ job->unit->source, 0, 0 }, NULL,
		     "%s", strerror(errno));
		return false;
	}
	label_split(job->unit->source, &job->folder, &job->rest);
	compile_prepare(job, build);
	if (!record_find(job->key, &job->path, &record))
		return false;
	take_record(build, job, &record);
	return true;
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
read_depfile(const struct compile_job *job, int64_t started_ns,
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
read_log(const struct compile_job *job)
{
	struct bytes bytes;

	if (!host_read(arena_printf("%s.log", job->stem), &bytes))
		return "";
	return arena_copy_n((const char *)bytes.at, bytes.size);
}

static void
finish_job(const struct build *build, struct compile_job *job, int64_t started_ns)
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

static bool
has_failed(const struct compile_job *jobs, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (jobs[i].stem != NULL &&
		    !host_exists(arena_printf("%s.o", jobs[i].stem)))
			return true;
	return false;
}

static void
compile_misses(const struct build *build, struct compile_job *jobs, size_t count)
{
	const char *work = store_work_folder();
	struct timespec now;
	int64_t started_ns;
	bool is_done;
	size_t i;

	if (work == NULL) {
		diag_cannot_write(host_join(host_cache_folder(), "work"));
		return;
	}
	for (i = 0; i < count; i++)
		if (jobs[i].unit->object == NULL)
			jobs[i].stem = arena_printf(
				"%s/%zu", work,
				(size_t)(jobs[i].unit - build->units.at));
	if (!compile_write_ninja(work, jobs, count)) {
		diag_cannot_write(host_join(work, "build.ninja"));
		return;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	started_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	is_done = compile_run_ninja(work);
	if (has_failed(jobs, count) && host_is_full(work)) {
		diag_cannot_write(work);
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
	struct compile_job *jobs = arena_alloc(count, sizeof *jobs);

	for (i = 0; i < count; i++) {
		jobs[i].unit = &build->units.at[first + i];
		if (!find_object(build, &jobs[i]))
			misses++;
	}
	if (diag_count() == errors && misses != 0)
		compile_misses(build, jobs, count);
}

/* A module's C may hold what compiles and would mean nothing in an image. */
static void
refuse_objects(const struct build *build)
{
	size_t i;

	for (i = 0; i < build->units.count; i++) {
		const struct unit *unit = &build->units.at[i];
		const char *refused = unit->instance == NULL
					      ? NULL
					      : object_refused(unit->object);

		if (refused != NULL)
			diag(E0602, unit->instance->origin.kind == ORIGIN_IMPLIED
					    ? (struct where){ build->config_path,
							      0, 0 }
					    : unit->instance->origin.where,
			     unit->instance->name, "the C of %s: %s",
			     unit->instance->module->label, refused);
	}
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
	/* A variant's folder is another one each time. */
	store_open(build->is_variant
			   ? arena_printf("%s/variant", build->config_path)
			   : build->out_path);
	while (first < build->units.count) {
		next = build->units.count;
		compile_units(build, first);
		if (first == 0 && diag_count() == errors)
			refuse_objects(build);
		if (diag_count() != errors)
			break;
		libc_choose(libc, build, first);
		first = next;
	}
	libc_sort(build, own);
	store_close();
}
