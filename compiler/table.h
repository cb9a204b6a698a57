/* SPDX-License-Identifier: ISC */
/*
 * The table of a fleet: a row is a machine, a cell a name and a text.
 *
 *     NAME.csv    the first record names the columns (csv.h); an empty field is
 *                 no cell, unless it is quoted, and empty lines at the end are no
 *                 rows
 *     NAME.lua    returns { { name = "web1", ["ip.address"] = "10.0.0.7/24" },
 *                 ... }, evaluated as a configuration is, with its units
 */
#ifndef UNICC_TABLE_H
#define UNICC_TABLE_H

#include "csv.h"
#include "script.h"
#include "unicc.h"

struct table_cell {
	const char *name, *text;
	struct where where;
	size_t column;		/* CSV: which one */
};

struct table_row {
	struct where where;
	LIST(struct table_cell) cells;
};

struct table {
	const char *path;
	size_t rows_count;
	/* CSV: its columns, and where every TABLE_STRIDE'th row starts. */
	LIST(struct table_cell) columns;
	LIST(struct csv) marks;
	struct csv csv;		/* at row next */
	struct csv_record record;
	size_t next;
	/* Lua: what it returns is kept in the registry. */
	struct script *script;
	const struct catalogue *catalogue;
	int rows;
	struct table_row *row;	/* the one that is read */
	size_t row_index;
};

enum { TABLE_STRIDE = 64 };

/* Read a table, and of its rows how many there are. False after diag(): E0101
 * to E0103, E0109, E0805. */
bool table_open(struct table *table, const struct catalogue *catalogue,
		const char *path);
void table_close(struct table *table);

/* Read the row at index, best one after the other. False after diag(E0805); where
 * it is, is known. */
bool table_row(struct table *table, size_t index, struct table_row *row);

#endif
