/* SPDX-License-Identifier: ISC */
/*
 * Token hashes: what may change in a source without changing the image's
 * fingerprint, and what may not.
 *
 * Needs: base tokens
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tokens.h"

static bool
is_same(const char *a, const char *b, enum token_language language)
{
	uint8_t first[32], second[32];

	tokens_hash((struct bytes){ (const uint8_t *)a, strlen(a) }, language,
		    first);
	tokens_hash((struct bytes){ (const uint8_t *)b, strlen(b) }, language,
		    second);
	return memcmp(first, second, sizeof first) == 0;
}

static void
same(const char *a, const char *b)
{
	if (!is_same(a, b, TOKENS_C))
		fail_msg("differ: [%s] [%s]", a, b);
}

static void
differ(const char *a, const char *b)
{
	if (is_same(a, b, TOKENS_C))
		fail_msg("the same: [%s] [%s]", a, b);
}

static void
spacing_and_comments_are_nothing(void **state)
{
	(void)state;
	same("int a;", "int\n\n\ta ;");
	same("int a;", "int /* \" */ a; // rest");
	same("a = b / *c;", "a = b / /* x */ *c;");
	same("int a;", "in\\\nt a;");
	same("f(a, b)", "f( a ,b )");
	same("// it's \\\nstill a comment\nint a;", "int a;");
	same("", "/* never closed");
}

static void
tokens_are_something(void **state)
{
	(void)state;
	differ("int a;", "inta;");
	differ("a + +b", "a ++b");
	differ("a < < b", "a << b");
	differ("x = 1;", "x = 2;");
	differ("1e+5", "1e + 5");
	differ("int a;", "int a; ;");
}

static void
literals_are_kept_to_the_byte(void **state)
{
	(void)state;
	differ("\"a b\"", "\"a  b\"");
	differ("\"/* x */\"", "\"/* y */\"");
	differ("'a'", "' '");
	differ("\"a\" \"b\"", "\"ab\"");
	same("\"a\\\"b\" c", "\"a\\\"b\"\tc");
	differ("\"a\\\\\" // b", "\"a\\\\\" \"b\"");
}

static void
preprocessor_lines_keep_their_ends(void **state)
{
	(void)state;
	differ("#define f (x)\n", "#define f(x)\n");
	differ("#define a b\nc\n", "#define a\nb c\n");
	same("#define a b\nc\n", "#define a \\\n b // d\n\n\nc\n");
	same("#  define a b\n", "#  define a   b\n");
	differ("#include <a//b>\n", "#include <a//c>\n");
	same("#include <a.h>\nint a;", "#include <a.h>  /* why */\nint a;");
}

static void
assembly_keeps_its_lines(void **state)
{
	(void)state;
	assert_false(is_same("nop\nnop\n", "nop nop\n", TOKENS_ASSEMBLY));
	assert_true(is_same("nop\n\n\nnop\n", "nop\nnop /* a */\n",
			    TOKENS_ASSEMBLY));
	assert_true(is_same("\tmov  %eax, %ebx\n", "mov %eax, %ebx\n",
			    TOKENS_ASSEMBLY));
	assert_false(is_same("a: .long 1, -1\n", "a: .long 1 - 1\n",
			     TOKENS_ASSEMBLY));
}

static void
lines_are_counted(void **state)
{
	static const char text[] = "a\n/* \n\n */ b \\\n c";
	struct tokens tokens;
	unsigned lines[3];
	size_t i;

	(void)state;
	tokens_open(&tokens,
		    (struct bytes){ (const uint8_t *)text, sizeof text - 1 },
		    TOKENS_C);
	for (i = 0; i < 3; i++)
		lines[i] = tokens_next(&tokens).line;
	assert_int_equal(lines[0], 1);
	assert_int_equal(lines[1], 4);
	assert_int_equal(lines[2], 5);
	assert_int_equal(tokens_next(&tokens).kind, TOKEN_END);
	assert_int_equal(tokens_next(&tokens).kind, TOKEN_END);
}

static void
any_bytes_come_to_an_end(void **state)
{
	uint8_t text[257];
	struct tokens tokens;
	size_t i, steps = 0;

	(void)state;
	for (i = 0; i < sizeof text; i++)
		text[i] = (uint8_t)(i * 7);
	tokens_open(&tokens, (struct bytes){ text, sizeof text },
		    TOKENS_ASSEMBLY);
	while (tokens_next(&tokens).kind != TOKEN_END)
		assert_true(++steps <= sizeof text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spacing_and_comments_are_nothing),
		cmocka_unit_test(tokens_are_something),
		cmocka_unit_test(literals_are_kept_to_the_byte),
		cmocka_unit_test(preprocessor_lines_keep_their_ends),
		cmocka_unit_test(assembly_keeps_its_lines),
		cmocka_unit_test(lines_are_counted),
		cmocka_unit_test(any_bytes_come_to_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
