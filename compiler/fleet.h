/* SPDX-License-Identifier: ISC */
/*
 * A fleet: one image sealed once for every row of a table; of a configuration,
 * linked again for every row before, with a layout of its own.
 *
 * Rows are looked at twice, in batches, each in a process of its own, as many
 * at a time as there are processors: what a row takes of memory goes with its
 * batch. The first time every row is judged, and what has to be told apart is
 * collected; only when nothing is wrong with any row are they written.
 *
 *     DIR/index.jsonl      a line for each row, in the table's order
 *     DIR/NAME/NAME.elf    and its host files and manifest; NAME.debug and
 *                          what else the code alone decides are links to one
 *                          copy in DIR, or if each has its own code, its own
 *
 * An instance's folder gets its name when it is whole, so a fleet that was
 * interrupted goes on where it stopped.
 */
#ifndef UNICC_FLEET_H
#define UNICC_FLEET_H

#include "seal.h"
#include "table.h"

/* What no two machines share, of one row: by a hash. */
struct fleet_key {
	uint32_t high, low;
	uint32_t row;		/* from 1; 0: no key */
};

struct fleet {
	struct sealing *sealing;
	/* Of a configuration; NULL: of an image. */
	struct build *build;
	const char *seed;	/* of the row's layout, or NULL */
	struct table table;
	const char *out;
	struct kept *kept;
	size_t kept_count;
	/* CSV, by column: its slot; NULL: the name, or what was refused. */
	struct slot **columns;
	/* CSV: that nothing gives it a value was told of the table as a whole;
	 * by slot, and of the name. */
	bool *is_told, is_name_told;
	bool *is_given;		/* a row's, by slot */
	/* Keys that are known, by their hash: each where its hash says, or in the
	 * next free place. */
	struct fleet_key *keys;
	size_t keys_room;
	size_t done_count, written_count;
};

/* fleet.c: all of it; false after what is wrong has been told. */
enum status fleet_make(struct fleet *fleet);

/* What is done with every row, in a process of a batch of them; what it finds
 * goes to out, which the parent takes, row after row. Both may diag(). */
struct fleet_work {
	void (*row)(struct fleet *fleet, size_t index, struct table_row *row,
		    struct buffer *out);
	void (*take)(struct fleet *fleet, size_t index, struct bytes found);
	bool is_stopped_by_error;
	bool is_linking;	/* which takes much memory: one row a batch */
};

/* fleet_batch.c: do it with all rows; what goes wrong is told in their order.
 * The gravest status. */
enum status fleet_run(struct fleet *fleet, const struct fleet_work *work,
		      const char *what);

/* fleet_rows.c: what is wrong with the columns of a CSV, and so with all rows,
 * is told once. */
void fleet_take_columns(struct fleet *fleet);

/* Seal for a row; its name, NULL if it has none. What is wrong is told by diag(),
 * and leaves its slot without a value. */
const char *fleet_row(struct fleet *fleet, const struct table_row *row);

/* Seal one slot for a row; the row's name as it is written there, or NULL. */
void fleet_row_slot(struct fleet *fleet, const struct table_row *row,
		    const struct slot *slot);
const char *fleet_row_name(const struct table_row *row);

/* The seed of a row's layout, given or by its name, which may be NULL; NULL: it
 * has none, maybe after diag(). */
extern const char fleet_seed_column[];
const char *fleet_row_seed(const struct fleet *fleet,
			   const struct table_row *row, const char *name);

/* fleet_keys.c: the keys of the row that is sealed, appended to out; then, row
 * after row, E0806 for what one shares with one before it. */
void fleet_add_keys(const struct fleet *fleet, const char *name,
		    struct buffer *out);
void fleet_take_keys(struct fleet *fleet, size_t index, struct bytes keys);

/* E0806 for what all machines share, as it is frozen into their code. */
void fleet_find_frozen(const struct fleet *fleet);

/* E0807 for each machine in the fleet's folder that no row is; false then. */
bool fleet_find_strangers(const struct fleet *fleet);

/* fleet_write.c: what all instances share; then the instance that is sealed,
 * whose folder is *is_new if it was not there as it is now. False after
 * diag(). */
bool fleet_write_shared(struct fleet *fleet);
bool fleet_write(const struct fleet *fleet, const char *name, bool *is_new);

/* Remove the folders of machines that processes which were killed have left. */
void fleet_remove_unfinished(const struct fleet *fleet);

#endif
