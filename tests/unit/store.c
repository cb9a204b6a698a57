/* SPDX-License-Identifier: ISC */
/*
 * The store: a stamp stands for a file only while the file stands still, and
 * a record holds only while everything it names would be read again.
 *
 * Needs: base host label tokens store record
 */
#include <setjmp.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "folder.h"
#include "label.h"
#include "record.h"
#include "store.h"
#include "unicc.h"

static int
open_folder(void **state)
{
	(void)state;
	if (make_folder() != 0)
		return -1;
	label_add(folder, "");
	return 0;
}

static struct include_path
path_of(unsigned number)
{
	static const char *folders[2];

	folders[0] = in_folder("one");
	folders[1] = in_folder("two");
	return (struct include_path){ folders, 2, number };
}

/* Each finding uses paths not asked for before: store_file remembers. */
static struct record
keep_record(const uint8_t key[32], const struct include_path *path,
	    const char *header)
{
	struct record record = { .said = "a warning\n" };
	struct read_file **reads = arena_alloc(2, sizeof *reads);

	put("object", "an object");
	host_sha256((struct bytes){ (const uint8_t *)"an object", 9 },
		    record.object);
	record.object_bytes = 9;
	assert_true(store_adopt(in_folder("object"),
				store_path("objects", record.object)));
	reads[0] = store_file(in_folder(header));
	assert_non_null(reads[0]);
	record.reads = reads;
	record.reads_count = 1;
	record_keep(key, path, &record);
	return record;
}

static void
an_unchanged_record_holds(void **state)
{
	struct include_path path = path_of(1);
	const uint8_t key[32] = { 1 };
	struct record record;

	(void)state;
	put("two/a.h", "a");
	keep_record(key, &path, "two/a.h");
	assert_true(record_find(key, &path, &record));
	assert_int_equal(record.reads_count, 1);
	assert_string_equal(record.reads[0]->label, "two/a.h");
	assert_string_equal(record.said, "a warning\n");
	assert_int_equal(record.object_bytes, 9);
}

static void
a_header_that_hides_another_ends_it(void **state)
{
	struct include_path path = path_of(2), later = path_of(3);
	const uint8_t key[32] = { 2 };
	struct record record;

	(void)state;
	put("two/b.h", "b");
	keep_record(key, &path, "two/b.h");
	assert_true(record_find(key, &path, &record));
	put("one/b.h", "b");
	assert_false(record_find(key, &later, &record));
}

static void
a_lost_object_ends_it(void **state)
{
	struct include_path path = path_of(4);
	const uint8_t key[32] = { 3 };
	struct record record, kept;

	(void)state;
	put("two/c.h", "c");
	kept = keep_record(key, &path, "two/c.h");
	put(store_path("objects", kept.object), "cut");
	assert_false(record_find(key, &path, &record));
}

static void
torn_records_hold_nothing(void **state)
{
	struct include_path path = path_of(5);
	const uint8_t key[32] = { 4 };
	struct record record;
	struct bytes bytes;
	size_t size;

	(void)state;
	put("two/d.h", "d");
	keep_record(key, &path, "two/d.h");
	assert_true(host_read(store_path("records", key), &bytes));
	for (size = 0; size + 4 < bytes.size; size++) {
		assert_true(host_write(store_path("records", key),
				       (struct bytes){ bytes.at, size }));
		assert_false(record_find(key, &path, &record));
	}
}

static void
a_file_of_this_moment_is_not_trusted(void **state)
{
	struct read_file *file;

	(void)state;
	put("new.c", "int a;");
	file = store_file(in_folder("new.c"));
	assert_non_null(file);
	assert_false(file->is_trusted);
	assert_ptr_equal(store_file(in_folder("./new.c")), file);
	assert_null(store_file(in_folder("none.c")));
}

static void
what_is_old_and_unused_is_removed(void **state)
{
	const struct timespec old[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	const uint8_t used[32] = { 5 }, unused[32] = { 6 };

	(void)state;
	put(store_path("objects", used), "used");
	put(store_path("objects", unused), "unused");
	assert_int_equal(utimensat(AT_FDCWD, store_path("objects", used), old,
				   0), 0);
	assert_int_equal(utimensat(AT_FDCWD, store_path("objects", unused), old,
				   0), 0);
	store_use(store_path("objects", used));
	assert_non_null(store_work_folder());
	store_remove_work();
	assert_true(host_exists(store_path("objects", used)));
	assert_false(host_exists(store_path("objects", unused)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unchanged_record_holds),
		cmocka_unit_test(a_header_that_hides_another_ends_it),
		cmocka_unit_test(a_lost_object_ends_it),
		cmocka_unit_test(torn_records_hold_nothing),
		cmocka_unit_test(a_file_of_this_moment_is_not_trusted),
		cmocka_unit_test(what_is_old_and_unused_is_removed),
	};

	return cmocka_run_group_tests(tests, open_folder, remove_folder);
}
