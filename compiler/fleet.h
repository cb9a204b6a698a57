/* SPDX-License-Identifier: ISC */
/*
 * A fleet: one image sealed once for every row of a table.
 *
 * Rows are looked at twice, in batches, each in a process of its own, as many
 * at a time as there are processors: what a row takes of memory goes with its
 * batch. The first time every row is judged, and what has to be told apart is
 * collected; only when nothing is wrong with any row are they written.
 *
 *     DIR/index.jsonl      a line for each row, in the table's order
 *     DIR/NAME/NAME.elf    and its host files and manifest; NAME.debug and
 *                          what else the code alone decides are links to one
 *                          copy in DIR
 *
 * An instance's folder gets its name when it is whole, so a fleet that was
 * interrupted goes on where it stopped.
 */
#ifndef UNICC_FLEET_H
#define UNICC_FLEET_H

#include "seal.h"
#include "table.h"

/* What no two machines share. */
enum fleet_kind { FLEET_NAME, FLEET_UNIQUE, FLEET_KINDS };

/* One of these of one row, by a hash. */
struct fleet_key {
	uint32_t high, low, row;
};

struct fleet {
	struct sealing *sealing;
	struct table table;
	const char *out;
	struct kept *kept;
	size_t kept_count;
	struct {
		struct fleet_key *at;
		size_t count, room;
	} keys[FLEET_KINDS];
	size_t done_count, written_count;
};

/* fleet.c: all of it; false after what is wrong has been told. */
enum status fleet_make(struct fleet *fleet);

/* fleet_rows.c: seal for the row at index; its name, or NULL after diag(). */
const char *fleet_row(struct fleet *fleet, size_t index, struct table_row *row);

/* fleet_keys.c: the keys of the row that is sealed, appended to out; and after
 * all rows, E0806 for what two of them share. */
void fleet_add_keys(const struct fleet *fleet, size_t index, const char *name,
		    struct buffer *out);
void fleet_take_keys(struct fleet *fleet, struct bytes keys);
void fleet_find_shared(struct fleet *fleet);

/* fleet_write.c: what all instances share; then the instance that is sealed,
 * whose folder is *is_new if it was not there as it is now. False after
 * diag(). */
bool fleet_write_shared(struct fleet *fleet);
bool fleet_write(const struct fleet *fleet, const char *name, bool *is_new);

#endif
