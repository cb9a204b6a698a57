/* SPDX-License-Identifier: ISC */
/* Fleets: what is done with each row, and the index. See fleet.h. */
#include "fleet.h"

#include <stdio.h>
#include <unistd.h>

#include "driver.h"
#include "store.h"

/* ---- First: every row is judged -------------------------------------------- */

static void
judge_row(struct fleet *fleet, size_t index, struct table_row *row,
	  struct buffer *out)
{
	const char *name;
	size_t before = diag_count();

	if (!table_row(&fleet->table, index, row))
		return;
	name = fleet_row(fleet, row);
	if (diag_count() == before)
		seal_check(fleet->sealing);
	fleet_add_keys(fleet, name, out);
}

/* ---- Then: every row is written --------------------------------------------- */

/* Its code in place of the one that was sealed. The batch ends with it. */
static bool
link_row(struct fleet *fleet, const struct table_row *row)
{
	bool is_linked = build_link_again(fleet->build, fleet->seed);

	store_remove_work();
	if (!is_linked)
		diag_also(row->where, "with the layout of this machine");
	return is_linked && seal_take_built(fleet->sealing, fleet->build);
}

/* A line of the index, behind whether its files are new. */
static void
write_row(struct fleet *fleet, size_t index, struct table_row *row,
	  struct buffer *out)
{
	const char *name;
	bool is_new;

	/* Cannot fail: it was judged. */
	table_row(&fleet->table, index, row);
	name = fleet_row(fleet, row);
	if (diag_count() == 0 && (fleet->build == NULL || link_row(fleet, row)) &&
	    fleet_write(fleet, name, &is_new))
		buffer_printf(out, "%c%s\n", is_new ? '+' : '=',
			      seal_line(fleet->sealing));
}

/* The index on its way. */
static FILE *index_file;

static void
take_line(struct fleet *fleet, size_t index, struct bytes found)
{
	(void)index;
	if (found.size == 0)
		return;
	fleet->written_count += found.at[0] == '+';
	fleet->done_count++;
	fwrite(found.at + 1, found.size - 1, 1, index_file);
}

static enum status
write_rows(struct fleet *fleet)
{
	const struct fleet_work work = { write_row, take_line, true,
					 fleet->build != NULL };
	const char *path = host_join(fleet->out, "index.jsonl");
	const char *beside = arena_printf("%s.unfinished", path);
	enum status status;
	bool is_whole;

	if (!package_lock(fleet->out) || !fleet_find_strangers(fleet))
		return diag_flush();
	fleet_remove_unfinished(fleet);
	if (!fleet_write_shared(fleet))
		return diag_flush();
	/* It may be a link, which a file of ours is not. */
	unlink(beside);
	host_remove_on_interrupt(beside);
	index_file = fopen(beside, "wxe");
	if (index_file == NULL) {
		package_cannot_write(beside);
		return diag_flush();
	}
	status = fleet_run(fleet, &work,
			   fleet->build == NULL ? "seal" : "link");
	is_whole = ferror(index_file) == 0;
	if ((fclose(index_file) != 0 || !is_whole) && status == STATUS_OK) {
		package_cannot_write(beside);
		status = diag_flush();
	}
	if (status == STATUS_OK && rename(beside, path) != 0) {
		package_cannot_write(path);
		status = diag_flush();
	}
	if (status != STATUS_OK) {
		unlink(beside);
		fleet_remove_unfinished(fleet);
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
	static const struct fleet_work judge = { judge_row, fleet_take_keys,
						 false, false };
	enum status wrong, status;

	fleet_take_columns(fleet);
	if (fleet->table.rows_count == 0)
		diag(E0805, (struct where){ fleet->table.path, 0, 0 }, NULL,
		     "it has no row");
	if (fleet->table.rows_count > 1)
		fleet_find_frozen(fleet);
	wrong = diag_flush();
	status = fleet_run(fleet, &judge, "check");
	if (wrong > status)
		status = wrong;
	return status == STATUS_OK ? write_rows(fleet) : status;
}
