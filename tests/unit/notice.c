/* SPDX-License-Identifier: ISC */
/*
 * What a file says of its licence and its copyright, and what it does not say.
 *
 * Needs: base host notice
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "notice.h"

static struct notice
read_text(const char *text)
{
	return notice_read((struct bytes){ (const uint8_t *)text,
					   strlen(text) });
}

/* Exactly these licences; NULL: none. */
static void
has(const char *text, const char *first, const char *second)
{
	struct notice notice = read_text(text);
	size_t count = (first != NULL) + (second != NULL);

	if (notice.licenses.count != count)
		fail_msg("%zu licences: [%s]", notice.licenses.count, text);
	assert_false(notice.is_license_unclear);
	if (first != NULL)
		assert_string_equal(notice.licenses.at[0], first);
	if (second != NULL)
		assert_string_equal(notice.licenses.at[1], second);
	assert_int_equal(notice.texts.count, 0);
}

/* Words that are kept, under an identifier of theirs. */
static void
keeps(const char *text, const char *words)
{
	struct notice notice = read_text(text);

	if (notice.texts.count != 1 || notice.licenses.count != 1)
		fail_msg("%zu texts: [%s]", notice.texts.count, text);
	assert_string_equal(notice.texts.at[0].text, words);
	assert_string_equal(notice.texts.at[0].id, notice.licenses.at[0]);
	assert_int_equal(strncmp(notice.texts.at[0].id, "LicenseRef-", 11), 0);
	assert_int_equal(strlen(notice.texts.at[0].id), 11 + 16);
}

static void
is_unclear(const char *text)
{
	struct notice notice = read_text(text);

	if (!notice.is_license_unclear || notice.licenses.count != 0)
		fail_msg("clear: [%s]", text);
}

#define TAG "SPDX-License-Identifier: "

static void
tags(void **state)
{
	(void)state;
	has("/* " TAG "ISC */\nint a;", "ISC", NULL);
	has("// " TAG "MIT\n", "MIT", NULL);
	has("# " TAG "0BSD\n\t.text\n", "0BSD", NULL);
	has("/*\n * " TAG "MIT OR Apache-2.0\n */", "MIT OR Apache-2.0", NULL);
	has("/* " TAG "(MIT AND (ISC OR Zlib)) */",
	    "(MIT AND (ISC OR Zlib))", NULL);
	has("// " TAG "Apache-2.0 WITH LLVM-exception",
	    "Apache-2.0 WITH LLVM-exception", NULL);
	has("/* " TAG "ISC */\n/* " TAG "MIT */\n/* " TAG "ISC */", "ISC",
	    "MIT");
	has("const char *a = \"" TAG "MIT\";", NULL, NULL);
	has("int a = '\"'; /* " TAG "MIT */", "MIT", NULL);
	keeps("/* " TAG "Proprietary */", TAG "Proprietary");
	keeps("/* " TAG "LicenseRef-Ours */", TAG "LicenseRef-Ours");
	keeps("/* " TAG "MIT OR */", TAG "MIT OR");
	keeps("/* " TAG "(MIT */", TAG "(MIT");
	keeps("/* " TAG "MIT) */", TAG "MIT)");
	keeps("/* " TAG "MIT ISC */", TAG "MIT ISC");
	keeps("/* " TAG "MIT WITH ISC */", TAG "MIT WITH ISC");
	keeps("/* " TAG "*/", "SPDX-License-Identifier:");
}

#define BSD_1 "Redistributions of source code must retain the above\n" \
	" * copyright notice, this list of conditions and the\n" \
	" * following disclaimer.\n"
#define BSD_2 " * 2. Redistributions in binary form must reproduce the above " \
	"copyright\n * notice, this list of conditions and the following " \
	"disclaimer in the\n * documentation.\n"
#define BSD_3 " * 3. The name of the author may not be used to endorse or " \
	"promote\n * products derived from this software.\n"

static void
texts(void **state)
{
	(void)state;
	has("/*\n * 1. " BSD_1 BSD_2 " */", "BSD-2-Clause", NULL);
	has("/*\n * 1. " BSD_1 BSD_2 BSD_3 " */", "BSD-3-Clause", NULL);
	has("// Permission is hereby granted, free of charge, to any person\n"
	    "// obtaining a copy of this software and associated\n"
	    "// documentation files, ... The above copyright notice and this\n"
	    "// permission notice shall be included in all copies or\n"
	    "// substantial portions of it.\n", "MIT", NULL);
	has("/* Permission to use, copy, modify, and/or distribute this\n"
	    "   software for any purpose with or without fee is hereby\n"
	    "   granted, provided that the above copyright notice and this\n"
	    "   permission notice appear in all copies. */\n"
	    "/* 1. " BSD_1 BSD_2 "*/", "ISC", "BSD-2-Clause");
	keeps("/* 1. " BSD_1 " */", "1. Redistributions of source code must "
	      "retain the above\ncopyright notice, this list of conditions and "
	      "the\nfollowing disclaimer.");
	keeps("/* ====\n * Permission to use this\n *\n * is freely granted.\n"
	      " * ==== */", "Permission to use this\n\nis freely granted.");
	keeps("/* Public domain. */", "Public domain.");
	is_unclear("/* See LICENCE for the terms. */");
	is_unclear("/* There is no warranty. */");
	has("/* It does nothing. */ int license;", NULL, NULL);
	has("", NULL, NULL);
	has("/*", NULL, NULL);
	has("/", NULL, NULL);
	has("\"/* " TAG "MIT */", NULL, NULL);
}

static void
copyrights(void **state)
{
	struct notice notice = read_text(
		"/*\n * Copyright (c) 2001 A \xc3\x85. All rights reserved.\n"
		" * Portions copyright 2003-2004 by B\n */\n"
		"/* SPDX-FileCopyrightText: 2020 C */\n"
		"/* Copyright (c) 2001 A \xc3\x85. All rights reserved. */\n"
		"// \xc2\xa9 2021 D\xff\n"
		"/* Copyright \xc2\xa9 2022 E */\n"
		"/* The above copyright notice: copyright holders, copyrighted"
		" copyright law. */\n"
		"char *text = \"Copyright (c) 1999 F\";\n");

	(void)state;
	assert_int_equal(notice.copyrights.count, 5);
	assert_string_equal(notice.copyrights.at[0],
			    "Copyright (c) 2001 A \xc3\x85. All rights "
			    "reserved.");
	assert_string_equal(notice.copyrights.at[1],
			    "Portions copyright 2003-2004 by B");
	assert_string_equal(notice.copyrights.at[2],
			    "SPDX-FileCopyrightText: 2020 C");
	assert_string_equal(notice.copyrights.at[3], "\xc2\xa9 2021 D\\xff");
	assert_string_equal(notice.copyrights.at[4], "Copyright \xc2\xa9 2022 E");
	assert_false(notice.is_copyright_unclear);
	assert_true(read_text("/* the above copyright notice */")
			    .is_copyright_unclear);
	assert_false(read_text("int copyright;").is_copyright_unclear);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags),
		cmocka_unit_test(texts),
		cmocka_unit_test(copyrights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
