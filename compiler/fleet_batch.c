/* SPDX-License-Identifier: ISC */
/*
 * Fleets, batches of rows, each in a process of its own: what it finds and what
 * it says are files without names, of which the parent takes row after row.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fleet.h"

/* Memory that a batch may take, about. */
static const size_t batch_bytes_max = 32 << 20;

struct worker {
	pid_t pid;
	size_t first, rows_count;
	int found, errors;	/* files without a name */
};

/* Where what was found and said of a row ends. One for each row stands behind
 * all that a batch has found. */
struct mark {
	uint32_t found_end, errors_end;
};

static _Noreturn void
run_worker(struct fleet *fleet, const struct fleet_work *work,
	   const struct worker *worker)
{
	struct mark *marks = arena_alloc(worker->rows_count, sizeof *marks);
	struct table_row row = { 0 };
	struct buffer out = { 0 };
	enum status gravest = STATUS_OK, status;
	size_t i;

	if (dup2(worker->errors, STDERR_FILENO) < 0)
		_exit(STATUS_MACHINE);
	for (i = 0; i < worker->rows_count; i++) {
		if (gravest == STATUS_OK || !work->is_stopped_by_error)
			work->row(fleet, worker->first + i, &row, &out);
		status = diag_flush();
		if (status > gravest)
			gravest = status;
		fflush(stderr);
		marks[i] = (struct mark){
			(uint32_t)out.size,
			(uint32_t)lseek(STDERR_FILENO, 0, SEEK_CUR),
		};
	}
	if (!host_write_all(worker->found, (struct bytes){
			(const uint8_t *)out.at, out.size }) ||
	    !host_write_all(worker->found, (struct bytes){
			(const uint8_t *)marks, i * sizeof *marks }))
		gravest = STATUS_MACHINE;
	_exit((int)gravest);
}

static bool
start_worker(struct fleet *fleet, const struct fleet_work *work,
	     struct worker *worker)
{
	worker->found = memfd_create("found", MFD_CLOEXEC);
	worker->errors = memfd_create("errors", MFD_CLOEXEC);
	worker->pid = worker->found < 0 || worker->errors < 0 ? -1
							      : host_fork();
	if (worker->pid == 0)
		run_worker(fleet, work, worker);
	if (worker->pid > 0)
		return true;
	fprintf(stderr, "unicc: no process can be had: %s\n", strerror(errno));
	close(worker->found);
	close(worker->errors);
	return false;
}

/* The bytes of a file without a name; NULL at: it cannot be read. */
static struct bytes
map_file(int file)
{
	off_t size = lseek(file, 0, SEEK_END);
	struct bytes none = { NULL, 0 }, bytes;

	if (size <= 0)
		return none;
	bytes.size = (size_t)size;
	bytes.at = mmap(NULL, bytes.size, PROT_READ, MAP_PRIVATE, file, 0);
	return bytes.at == MAP_FAILED ? none : bytes;
}

static void
unmap_file(int file, struct bytes bytes)
{
	if (bytes.at != NULL)
		munmap((void *)(uintptr_t)bytes.at, bytes.size);
	close(file);
}

static void
show_progress(const struct fleet *fleet, const char *what, size_t done_count)
{
	if (isatty(STDERR_FILENO) && !diag_json)
		fprintf(stderr, "\r%s [%zu/%zu] ", what, done_count,
			fleet->table.rows_count);
}

static void
end_progress(void)
{
	if (isatty(STDERR_FILENO) && !diag_json)
		fprintf(stderr, "\r\033[K");
}

/* Tell what a batch says, from *at to end. */
static void
tell(struct bytes errors, size_t *at, size_t end)
{
	if (*at >= end || end > errors.size)
		return;
	end_progress();
	host_write_all(STDERR_FILENO, (struct bytes){
		errors.at + *at, end - *at });
	*at = end;
}

/* Take what a batch has found, and tell what it says: of each row in turn. */
static enum status
take_batch(struct fleet *fleet, const struct fleet_work *work,
	   const struct worker *worker, struct bytes found, struct bytes errors)
{
	size_t marks_bytes = worker->rows_count * sizeof(struct mark);
	size_t at = 0, errors_at = 0, marked = worker->rows_count, i;
	enum status gravest = STATUS_OK, status;
	struct mark mark;

	/* One that was ended by a signal has left nothing. */
	if (found.at == NULL || found.size < marks_bytes)
		marked = 0;
	for (i = 0; i < marked; i++) {
		memcpy(&mark, found.at + found.size - marks_bytes +
			      i * sizeof mark, sizeof mark);
		tell(errors, &errors_at, mark.errors_end);
		work->take(fleet, worker->first + i,
			   (struct bytes){ found.at + at, mark.found_end - at });
		at = mark.found_end;
		if (diag_count() != 0)
			end_progress();
		status = diag_flush();
		if (status > gravest)
			gravest = status;
	}
	tell(errors, &errors_at, errors.size);
	return gravest;
}

static enum status
finish_worker(struct fleet *fleet, const struct fleet_work *work,
	      const struct worker *worker)
{
	struct bytes found, errors;
	enum status taken;
	int status;

	status = host_wait(worker->pid);
	if (status < 0)
		return STATUS_MACHINE;
	found = map_file(worker->found);
	errors = map_file(worker->errors);
	taken = take_batch(fleet, work, worker, found, errors);
	unmap_file(worker->found, found);
	unmap_file(worker->errors, errors);
	if (WIFSIGNALED(status)) {
		end_progress();
		fprintf(stderr, "unicc: the process for rows %zu to %zu was "
				"ended by signal %d\n", worker->first + 1,
			worker->first + worker->rows_count, WTERMSIG(status));
		return STATUS_MACHINE;
	}
	return (enum status)WEXITSTATUS(status) > taken
		       ? (enum status)WEXITSTATUS(status)
		       : taken;
}

static size_t
batch_rows(const struct fleet *fleet, bool is_linked)
{
	/* The image, twice its manifest, and what is read to compare. */
	size_t row_bytes = 4 * fleet->sealing->build.elf.size + (256 << 10);
	size_t rows = batch_bytes_max / row_bytes;

	/* Its link and audit. */
	if (is_linked)
		return 1;
	return rows == 0 ? 1 : rows < TABLE_STRIDE ? rows : TABLE_STRIDE;
}

/* Processes at a time. */
static size_t
workers_most(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (processors < 1)
		return 1;
	return processors < HOST_CHILDREN_MAX ? (size_t)processors : HOST_CHILDREN_MAX;
}

enum status
fleet_run(struct fleet *fleet, const struct fleet_work *work, const char *what)
{
	size_t rows_count = fleet->table.rows_count, next = 0, running = 0;
	size_t most = batch_rows(fleet, work->is_linking), oldest = 0;
	struct worker workers[HOST_CHILDREN_MAX], *worker;
	enum status gravest = STATUS_OK, status;

	while (next < rows_count || running != 0) {
		while (running < workers_most() && next < rows_count) {
			worker = &workers[(oldest + running) % HOST_CHILDREN_MAX];
			worker->first = next;
			worker->rows_count = rows_count - next < most
						     ? rows_count - next
						     : most;
			if (!start_worker(fleet, work, worker)) {
				gravest = STATUS_MACHINE;
				rows_count = next;
				break;
			}
			next += worker->rows_count;
			running++;
		}
		if (running == 0)
			break;
		worker = &workers[oldest];
		status = finish_worker(fleet, work, worker);
		oldest = (oldest + 1) % HOST_CHILDREN_MAX;
		running--;
		show_progress(fleet, what, worker->first + worker->rows_count);
		if (status > gravest)
			gravest = status;
		if (status != STATUS_OK && work->is_stopped_by_error)
			rows_count = next;
	}
	end_progress();
	return gravest;
}
