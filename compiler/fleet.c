/* SPDX-License-Identifier: ISC */
/* Fleets: batches of rows, and the index. See fleet.h. */
#include "fleet.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS_MAX = 64 };

/* Memory that a batch may take, about. */
static const size_t batch_bytes_max = 32 << 20;

/* What is done with the rows of a batch, in its process; what it finds goes to
 * out, which the parent takes, batch after batch in the table's order. */
struct work {
	bool (*row)(struct fleet *fleet, size_t index, struct table_row *row,
		    struct buffer *out);
	bool (*take)(struct fleet *fleet, struct bytes found);
	bool is_stopped_by_error;
};

struct worker {
	pid_t pid;
	size_t rows_count;
	int found, errors;	/* files without a name */
};

/* ---- Batches --------------------------------------------------------------- */

static bool
write_all(int file, const void *bytes, size_t size)
{
	const char *at = bytes;
	ssize_t written;

	for (; size != 0; at += written, size -= (size_t)written) {
		written = write(file, at, size);
		if (written < 0 && errno != EINTR)
			return false;
		if (written < 0)
			written = 0;
	}
	return true;
}

static _Noreturn void
run_worker(struct fleet *fleet, const struct work *work,
	   const struct worker *worker, size_t first)
{
	struct table_row row = { 0 };
	struct buffer out = { 0 };
	enum status status;
	size_t i;

	if (dup2(worker->errors, STDERR_FILENO) < 0)
		_exit(STATUS_MACHINE);
	for (i = 0; i < worker->rows_count; i++)
		if (!work->row(fleet, first + i, &row, &out) &&
		    work->is_stopped_by_error)
			break;
	status = diag_flush();
	if (!write_all(worker->found, out.at, out.size))
		status = STATUS_MACHINE;
	fflush(stderr);
	_exit((int)status);
}

static bool
start_worker(struct fleet *fleet, const struct work *work,
	     struct worker *worker, size_t first)
{
	pid_t parent = getpid();

	worker->found = memfd_create("found", MFD_CLOEXEC);
	worker->errors = memfd_create("errors", MFD_CLOEXEC);
	fflush(NULL);
	worker->pid = worker->found < 0 || worker->errors < 0 ? -1 : fork();
	if (worker->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(STATUS_MACHINE);
		run_worker(fleet, work, worker, first);
	}
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

static enum status
finish_worker(struct fleet *fleet, const struct work *work,
	      const struct worker *worker)
{
	struct bytes found, errors;
	int status;

	while (waitpid(worker->pid, &status, 0) < 0)
		if (errno != EINTR)
			return STATUS_MACHINE;
	found = map_file(worker->found);
	errors = map_file(worker->errors);
	if (errors.size != 0) {
		end_progress();
		write_all(STDERR_FILENO, errors.at, errors.size);
	}
	status = WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_MACHINE;
	if (found.size != 0 && !work->take(fleet, found))
		status = STATUS_MACHINE;
	unmap_file(worker->found, found);
	unmap_file(worker->errors, errors);
	return (enum status)status;
}

static size_t
batch_rows(const struct fleet *fleet)
{
	/* The image, twice its manifest, and what is read to compare. */
	size_t row_bytes = 4 * fleet->sealing->build.elf.size + (256 << 10);
	size_t rows = batch_bytes_max / row_bytes;

	return rows == 0 ? 1 : rows < TABLE_STRIDE ? rows : TABLE_STRIDE;
}

/* The gravest status of a batch. */
static enum status
run_batches(struct fleet *fleet, const struct work *work, const char *what)
{
	size_t rows_count = fleet->table.rows_count, next = 0, done = 0;
	size_t most = batch_rows(fleet), running = 0, oldest = 0;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t workers_count = processors < 1 ? 1 : (size_t)processors;
	struct worker workers[WORKERS_MAX];
	enum status gravest = STATUS_OK, status;

	if (workers_count > WORKERS_MAX)
		workers_count = WORKERS_MAX;
	while (next < rows_count || running != 0) {
		while (running < workers_count && next < rows_count) {
			struct worker *worker =
				&workers[(oldest + running) % WORKERS_MAX];

			worker->rows_count = rows_count - next < most
						     ? rows_count - next
						     : most;
			if (!start_worker(fleet, work, worker, next)) {
				gravest = STATUS_MACHINE;
				rows_count = next;
				break;
			}
			next += worker->rows_count;
			running++;
		}
		if (running == 0)
			break;
		status = finish_worker(fleet, work, &workers[oldest]);
		done += workers[oldest].rows_count;
		oldest = (oldest + 1) % WORKERS_MAX;
		running--;
		show_progress(fleet, what, done);
		if (status > gravest)
			gravest = status;
		if (status != STATUS_OK && work->is_stopped_by_error)
			rows_count = next;
	}
	end_progress();
	return gravest;
}

/* ---- First: every row is judged -------------------------------------------- */

static bool
judge_row(struct fleet *fleet, size_t index, struct table_row *row,
	  struct buffer *out)
{
	const char *name = fleet_row(fleet, index, row);

	if (name == NULL || !seal_check(fleet->sealing))
		return false;
	fleet_add_keys(fleet, index, name, out);
	return true;
}

static bool
take_keys(struct fleet *fleet, struct bytes found)
{
	fleet_take_keys(fleet, found);
	return true;
}

/* Of a CSV, what is wrong with every row is told once. */
static void
check_columns(const struct fleet *fleet)
{
	const struct slots *slots = &fleet->sealing->slots;
	struct where where = { fleet->table.path, 1, 1 };
	bool has_name = false;
	size_t i, j;

	for (i = 0; i < fleet->table.columns.count; i++) {
		const struct table_cell *column = &fleet->table.columns.at[i];

		if (text_equal(column->name, "name"))
			has_name = true;
		else
			seal_find(fleet->sealing, column->name, column->where);
	}
	if (fleet->table.columns.count != 0 && !has_name) {
		diag(E0805, where, NULL, "no column is called name");
		diag_fix("start it with name,INSTANCE.SETTING,...");
	}
	for (i = 0; fleet->table.columns.count != 0 && i < slots->list.count;
	     i++) {
		const struct slot *slot = &slots->list.at[i];

		for (j = 0; j < fleet->table.columns.count; j++)
			if (text_equal(fleet->table.columns.at[j].name,
				       slot->name))
				break;
		if (j < fleet->table.columns.count || slot_is_secret(slot) ||
		    slot_value(slot)->is_filled)
			continue;
		diag(E0805, where, slot->name, "neither a column nor the image "
					       "gives it a value");
		diag_fix("add a column %s", slot->name);
	}
}

/* ---- Then: every row is written --------------------------------------------- */

/* A line of the index, behind whether its files are new. */
static bool
write_row(struct fleet *fleet, size_t index, struct table_row *row,
	  struct buffer *out)
{
	const struct sealing *sealing = fleet->sealing;
	const cJSON *whole = sealing->manifest.whole, *sealed;
	const char *name = fleet_row(fleet, index, row);
	cJSON *line, *values;
	bool is_new;
	char *text;

	if (name == NULL || !fleet_write(fleet, name, &is_new))
		return false;
	line = cJSON_CreateObject();
	cJSON_AddStringToObject(line, "name", name);
	cJSON_AddStringToObject(line, "code_root",
				host_hex(sealing->identity.code_root, 32));
	cJSON_AddStringToObject(line, "instance_root",
		manifest_text(cJSON_GetObjectItemCaseSensitive(whole,
				"fingerprint"), "instance_root"));
	cJSON_AddStringToObject(line, "manifest_root",
		manifest_text(cJSON_GetObjectItemCaseSensitive(whole, "root"),
			      "sha256"));
	values = cJSON_AddObjectToObject(line, "sealed");
	cJSON_ArrayForEach(sealed,
			   cJSON_GetObjectItemCaseSensitive(whole, "sealed")) {
		const char *value = manifest_text(sealed, "value");

		if (value[0] != '\0')
			cJSON_AddStringToObject(values,
						manifest_text(sealed, "name"),
						value);
	}
	text = cJSON_PrintUnformatted(line);
	buffer_printf(out, "%c%s\n", is_new ? '+' : '=',
		      text == NULL ? "" : text);
	free(text);
	cJSON_Delete(line);
	return true;
}

/* The index on its way. */
static FILE *index_file;

static bool
take_lines(struct fleet *fleet, struct bytes found)
{
	const char *at = (const char *)found.at, *end = at + found.size, *line;

	while (at < end) {
		line = memchr(at, '\n', (size_t)(end - at));
		if (line == NULL)
			return false;
		fleet->written_count += *at == '+';
		fleet->done_count++;
		fwrite(at + 1, (size_t)(line - at), 1, index_file);
		at = line + 1;
	}
	return true;
}

static enum status
write_rows(struct fleet *fleet)
{
	static const struct work work = { write_row, take_lines, true };
	const char *path = host_join(fleet->out, "index.jsonl");
	const char *beside = arena_printf("%s.unfinished", path);
	enum status status;

	if (!package_lock(fleet->out) || !fleet_write_shared(fleet))
		return diag_flush();
	index_file = fopen(beside, "we");
	if (index_file == NULL) {
		package_cannot_write(beside);
		return diag_flush();
	}
	host_remove_on_interrupt(beside);
	status = run_batches(fleet, &work, "seal");
	if (fclose(index_file) != 0 && status == STATUS_OK) {
		package_cannot_write(beside);
		status = diag_flush();
	}
	if (status == STATUS_OK && rename(beside, path) != 0) {
		package_cannot_write(path);
		status = diag_flush();
	}
	if (status != STATUS_OK) {
		unlink(beside);
		if (!diag_json)
			fprintf(stderr, "unicc: %zu of %zu machines are in %s; "
					"the same command goes on from there\n",
				fleet->done_count, fleet->table.rows_count,
				fleet->out);
	}
	host_keep(beside);
	return status;
}

enum status
fleet_make(struct fleet *fleet)
{
	static const struct work judge = { judge_row, take_keys, false };
	enum status status, shared;

	check_columns(fleet);
	if (fleet->table.rows_count == 0 && diag_count() == 0)
		diag(E0805, (struct where){ fleet->table.path, 0, 0 }, NULL,
		     "it has no row");
	if (diag_count() != 0)
		return diag_flush();
	status = run_batches(fleet, &judge, "check");
	fleet_find_shared(fleet);
	shared = diag_flush();
	if (shared > status)
		status = shared;
	return status == STATUS_OK ? write_rows(fleet) : status;
}
