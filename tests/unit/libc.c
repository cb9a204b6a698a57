/* SPDX-License-Identifier: ISC */
/*
 * The C library of an image: files are found by what they define, and chosen
 * by what objects want and no object gives.
 *
 * Needs: base diag host label tokens object libc_index libc
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "folder.h"
#include "libc.h"
#include "libc_index.h"
#include "object.h"
#include "unicc.h"

/* A library of a few files, in place of musl. */
static struct package pinned = { .name = "small", .version = "1" };
static const char *sources[] = { "ours.c" };
static const char *package_files[] = { "src/one.c", "src/more" };
static struct module library = {
	.name = "libc",
	.label = "stdlib/libc",
	.sources = sources,
	.sources_count = countof(sources),
	.package = "small",
	.package_files = package_files,
	.package_files_count = countof(package_files),
};
static struct catalogue catalogue = {
	.packages = &pinned,
	.packages_count = 1,
};

/* What sources.c and catalogue.c give elsewhere. */
const char *
sources_folder(const struct package *package)
{
	(void)package;
	return in_folder("package");
}

struct module *
catalogue_module(const struct catalogue *all, const char *name)
{
	(void)all;
	assert_string_equal(name, "libc");
	return &library;
}

static int
open_folder(void **state)
{
	(void)state;
	if (make_folder() != 0)
		return -1;
	library.folder = in_folder("ours");
	put("ours/ours.c", "int replaced(void) { return 1; }\n");
	put("package/src/one.c",
	    "#include <none.h>\n"
	    "#define unused(x) x;\n"
	    "static int hidden(void) { return 0; }\n"
	    "extern int elsewhere;\n"
	    "int replaced(void) { return 2; }\n"
	    "const char *first = \"a;b\", *second;\n"
	    "static const int table[] = { 1, 2 };\n"
	    "int declared(int argument);\n"
	    "struct kind { int member; } made = { 3 };\n"
	    "weak_alias(one, other_name);\n"
	    "__attribute__((__noinline__)) int one(void)\n"
	    "{\n\tint local = elsewhere;\n\treturn local + two();\n}\n");
	put("package/src/more/two.c", "int two(void) { return three(); }\n");
	put("package/src/more/three.c", "int three(void) { return 3; }\n"
					"const int bittab[] = { 1 };\n");
	put("package/src/more/four.c", "int four(void) { return 4; }\n");
	put("package/src/more/notes.txt", "int five(void) { return 5; }\n");
	put("package/arch/x86_64/bits/alltypes.h.in", "TYPEDEF long a_t;\n");
	put("package/include/alltypes.h.in", "STRUCT s { int a; };\n");
	put("package/arch/x86_64/bits/syscall.h.in", "#define __NR_read 0\n");
	return 0;
}

static const char *
label_for(const struct libc_index *index, const char *name)
{
	const struct libc_file *file = libc_index_find(index, name);

	return file == NULL ? "" : file->label;
}

static void
check_index(const struct libc_index *index)
{
	static const char *const not_defined[] = {
		"hidden", "elsewhere", "table", "declared", "local", "member",
		"unused", "kind", "five", "argument", "__attribute__", "",
	};
	size_t i;

	assert_non_null(index);
	assert_string_equal(label_for(index, "one"), "small:src/one.c");
	assert_string_equal(label_for(index, "other_name"), "small:src/one.c");
	assert_string_equal(label_for(index, "first"), "small:src/one.c");
	assert_string_equal(label_for(index, "second"), "small:src/one.c");
	assert_string_equal(label_for(index, "made"), "small:src/one.c");
	assert_string_equal(label_for(index, "two"), "small:src/more/two.c");
	assert_string_equal(label_for(index, "__fsmu8"),
			    "small:src/more/three.c");
	assert_string_equal(label_for(index, "replaced"), "stdlib/libc/ours.c");
	for (i = 0; i < countof(not_defined); i++)
		assert_string_equal(label_for(index, not_defined[i]), "");
}

static void
definitions_are_found_and_kept(void **state)
{
	const char *kept = in_folder("kept");
	struct libc_index *index;

	(void)state;
	check_index(libc_index_read(&library, in_folder("package"), kept));
	/* Read again, from what was kept: the package is not looked at. */
	index = libc_index_read(&library, in_folder("moved"), kept);
	check_index(index);
	assert_string_equal(libc_index_find(index, "two")->path,
			    in_folder("moved/src/more/two.c"));
}

static const char *
compiled(const char *name, const char *text)
{
	const char *source = arena_printf("objects/%s.c", name);
	const char *object = in_folder(arena_printf("objects/%s.o", name));
	const char *argv[] = { "clang-19", "-ffreestanding", "-w", "-O1", "-c",
			       "-o", object, in_folder(source), NULL };

	put(source, text);
	assert_int_equal(host_run(argv, NULL), 0);
	return object;
}

static void
add_object(struct build *build, const char *name, const char *text)
{
	struct unit *unit = list_add(&build->units);

	unit->name = unit->label = name;
	unit->object = compiled(name, text);
}

static void
objects_tell_what_they_give_and_want(void **state)
{
	struct object_names names;

	(void)state;
	object_names(compiled("names",
			      "int given; static int own;\n"
			      "int wanted(int *);\n"
			      "__attribute__((weak)) int perhaps(void);\n"
			      "int call(void) { return wanted(&own) +\n"
			      "(perhaps ? perhaps() : 0); }\n"),
		     &names);
	assert_int_equal(names.given.count, 2);
	assert_int_equal(names.wanted.count, 1);
	assert_string_equal(names.wanted.at[0], "wanted");
	object_names(in_folder("objects/names.c"), &names);
	assert_int_equal(names.given.count + names.wanted.count, 0);
	object_names(in_folder("none"), &names);
	assert_int_equal(names.given.count + names.wanted.count, 0);
}

static void
what_is_wanted_is_chosen_in_rounds(void **state)
{
	struct libc *libc = libc_open(&catalogue);
	struct build build = { .catalogue = &catalogue };

	(void)state;
	assert_non_null(libc);
	add_object(&build, "app", "int two(void), unknown(void);\n"
				  "int four(void) { return 5; }\n"
				  "int app(void) { return two() + unknown(); }");
	add_object(&build, "user", "int four(void), replaced(void);\n"
				   "int user(void)\n"
				   "{ return four() + replaced(); }\n");
	libc_choose(libc, &build, 0);
	/* Two's file, and ours; app gives four; nobody has unknown. */
	assert_int_equal(build.units.count, 4);
	build.units.at[2].object = compiled("round2a",
		"int three(void); int two(void) { return three(); }\n");
	build.units.at[3].object = compiled("round2b",
		"int replaced(void) { return 1; }\n");
	libc_choose(libc, &build, 2);
	assert_int_equal(build.units.count, 5);
	assert_string_equal(build.units.at[4].name, "libc-three.c");
	assert_true(build.units.at[4].is_system);
	build.units.at[4].object = compiled("round3",
		"int two(void); int three(void) { return two(); }\n");
	libc_choose(libc, &build, 4);
	assert_int_equal(build.units.count, 5);

	libc_sort(&build, 2);
	assert_string_equal(build.units.at[0].name, "app");
	assert_string_equal(build.units.at[1].name, "user");
	assert_string_equal(build.units.at[2].name, "libc-ours.c");
	assert_string_equal(build.units.at[3].name, "libc-three.c");
	assert_string_equal(build.units.at[4].name, "libc-two.c");
	assert_false(build.units.at[2].is_system);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(definitions_are_found_and_kept),
		cmocka_unit_test(objects_tell_what_they_give_and_want),
		cmocka_unit_test(what_is_wanted_is_chosen_in_rounds),
	};

	return cmocka_run_group_tests(tests, open_folder, remove_folder);
}
