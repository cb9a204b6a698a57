/* SPDX-License-Identifier: ISC */
/*
 * The table of types: what each accepts, how it is shown, what C it becomes.
 *
 * Needs: type type_number type_allowed type_address type_items type_write type_names content_c script script_item script_words script_list script_text script_guard scan scan_tree scan_emit base diag host
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "type.h"

/* One conversion: the script returns the value to be accepted. */
static struct {
	struct setting setting;
	struct value value;
	bool is_accepted;
} conversion;

static int
convert_body(lua_State *L)
{
	static const struct type_blame blame = { .subject = "t.x" };
	struct script *script = script_of(L);
	struct item item;

	lua_newtable(L);
	script_push_words(script);
	script_load(script, 0, 1);
	lua_call(L, 0, 1);
	item = item_at(script, -1, 1);
	conversion.value = (struct value){ 0 };
	conversion.is_accepted = type_accept(&conversion.setting, &item, &blame,
					     &conversion.value);
	return 0;
}

static void
convert(const char *expression)
{
	const char *text = arena_printf("return %s", expression);
	struct script *script = script_open_text("t.lua",
		(struct bytes){ (const uint8_t *)text, strlen(text) });

	assert_non_null(script);
	assert_true(script_protect(script, convert_body));
	script_close(script);
}

static void
begin(enum type type)
{
	conversion.setting = (struct setting){
		.name = "x", .type = type,
		.c_name = arena_printf("m_x%s", type_c_suffix(type)),
	};
	type_default_range(&conversion.setting);
}

/* A list or map of that type. */
static void
set_item(enum type type)
{
	static struct setting item;

	item = (struct setting){ .name = "x", .type = type, .c_name = "m_x" };
	type_default_range(&item);
	conversion.setting.item = &item;
}

static void
assert_accepts(const char *expression, const char *shown, const char *c)
{
	struct buffer out = { 0 };

	convert(expression);
	assert_true(conversion.is_accepted);
	assert_string_equal(type_show(&conversion.setting, &conversion.value),
			    shown);
	type_write_c(&out, &conversion.setting, &conversion.value, true);
	assert_string_equal(out.at, c);
}

static void
assert_refuses(const char *expression)
{
	size_t before = diag_count();

	convert(expression);
	assert_false(conversion.is_accepted);
	assert_int_equal(diag_count(), before + 1);
}

static void
flags(void **state)
{
	(void)state;
	begin(TYPE_FLAG);
	assert_accepts("true", "true", "enum { m_x = 1 };\n");
	assert_accepts("false", "false", "enum { m_x = 0 };\n");
	assert_refuses("1");
	assert_refuses("'yes'");
	assert_refuses("nil");
}

static void
whole_numbers(void **state)
{
	(void)state;
	begin(TYPE_INT);
	assert_accepts("-9223372036854775807 - 1", "-9223372036854775808",
		       "static const int64_t m_x = -9223372036854775807 - 1;\n");
	conversion.setting.min = -2147483648LL;
	conversion.setting.max = 2147483647;
	assert_accepts("2147483647", "2147483647",
		       "enum { m_x = 2147483647 };\n");
	assert_refuses("2147483648");
	conversion.setting.min = 0;
	conversion.setting.max = 2147483648;
	assert_accepts("5", "5", "static const uint64_t m_x = 5;\n");
	assert_refuses("5.0");
	assert_refuses("10 / 2");
	assert_refuses("1e300");
	assert_refuses("0/0");
	assert_refuses("-1");
	assert_refuses("'5'");
	conversion.setting.is_power_of_two = true;
	assert_accepts("64", "64", "static const uint64_t m_x = 64;\n");
	assert_refuses("0");
	assert_refuses("65");
}

static void
units(void **state)
{
	(void)state;
	begin(TYPE_SIZE);
	assert_accepts("4096", "4 KiB", "static const uint64_t m_x_bytes = 4096;\n");
	assert_accepts("4095", "4095 bytes",
		       "static const uint64_t m_x_bytes = 4095;\n");
	assert_accepts("0", "0 bytes", "static const uint64_t m_x_bytes = 0;\n");
	assert_accepts("1 << 30", "1 GiB",
		       "static const uint64_t m_x_bytes = 1073741824;\n");
	begin(TYPE_DURATION);
	assert_accepts("1500000000", "1500 ms",
		       "static const uint64_t m_x_ns = 1500000000;\n");
	assert_accepts("7200000000000", "2 h",
		       "static const uint64_t m_x_ns = 7200000000000;\n");
	assert_accepts("1", "1 ns", "static const uint64_t m_x_ns = 1;\n");
	conversion.setting.max = 1000000000;
	assert_accepts("1000000000", "1 s", "enum { m_x_ns = 1000000000 };\n");
	begin(TYPE_PORT);
	assert_accepts("65535", "65535", "enum { m_x = 65535 };\n");
	assert_refuses("0");
	assert_refuses("65536");
}

static void
texts(void **state)
{
	(void)state;
	begin(TYPE_TEXT);
	assert_accepts("'a\"b\\\\c?'", "\"a\\\"b\\\\c\\077\"",
		       "static const char m_x[] = \"a\\\"b\\\\c\\077\";\n"
		       "enum { m_x_length = 6 };\n");
	assert_accepts("'\\1\\u{e4}9'", "\"\\001\\303\\2449\"",
		       "static const char m_x[] = \"\\001\\303\\2449\";\n"
		       "enum { m_x_length = 4 };\n");
	assert_accepts("''", "\"\"", "static const char m_x[] = \"\";\n"
				   "enum { m_x_length = 0 };\n");
	assert_refuses("'a\\0b'");
	assert_refuses("'\\xff'");
	assert_refuses("'\\xc0\\x80'");
	assert_refuses("'\\u{d800}'");
	assert_refuses("'\\xe2\\x82'");
	assert_refuses("5");
	conversion.setting.max = 2;
	assert_accepts("'ab'", "\"ab\"", "static const char m_x[] = \"ab\";\n"
					 "enum { m_x_length = 2 };\n");
	assert_refuses("'abc'");
}

static void
choices(void **state)
{
	static const char *words[] = { "slow", "fast" };

	(void)state;
	begin(TYPE_CHOICE);
	conversion.setting.choices = words;
	conversion.setting.choices_count = 2;
	assert_accepts("'fast'", "\"fast\"",
		       "enum { m_x_slow = 0, m_x_fast = 1, m_x = 1 };\n");
	assert_refuses("'quick'");
	assert_refuses("1");
}

static void
addresses(void **state)
{
	static const char *const wrong[] = {
		"'1.2.3'", "'1.2.3.4.5'", "'1.2.3.256'", "'01.2.3.4'",
		"'1.2.3.4 '", "' 1.2.3.4'", "'1..3.4'", "''", "'1.2.3.4/8'",
		"'-1.2.3.4'", "'99999999999.2.3.4'", "1", "'1.2.3.4\\0'",
	};
	size_t i;

	(void)state;
	begin(TYPE_IPV4);
	assert_accepts("'255.0.2.15'", "255.0.2.15",
		       "static const uint32_t m_x = 0xff00020f;\n");
	for (i = 0; i < countof(wrong); i++)
		assert_refuses(wrong[i]);
	begin(TYPE_CIDR);
	assert_accepts("'10.0.2.15/0'", "10.0.2.15/0",
		       "static const struct cidr m_x = { 0x0a00020f, 0 };\n");
	assert_refuses("'10.0.2.15/33'");
	assert_refuses("'10.0.2.15/'");
	assert_refuses("'10.0.2.15/024'");
	assert_refuses("'10.0.2.15'");
	begin(TYPE_MAC);
	assert_accepts("'52:54:00:aB:cd:EF'", "52:54:00:ab:cd:ef",
		       "static const struct mac m_x = { { 0x52, 0x54, 0x00, "
		       "0xab, 0xcd, 0xef } };\n");
	assert_refuses("'52:54:00:ab:cd'");
	assert_refuses("'52-54-00-ab-cd-ef'");
	assert_refuses("'52:54:00:ab:cd:eg'");
}

/* RFC 4291, 2.2; shown as RFC 5952 has it. */
static void
ipv6_addresses(void **state)
{
	static const char *const shown[][2] = {
		{ "'2001:db8:0:0:1:0:0:1'", "2001:db8::1:0:0:1" },
		{ "'2001:0DB8:0::1'", "2001:db8::1" },
		{ "'2001:db8:0:1:1:1:1:1'", "2001:db8:0:1:1:1:1:1" },
		{ "'2001:0:0:1:0:0:0:1'", "2001:0:0:1::1" },
		{ "'::'", "::" }, { "'0:0:0:0:0:0:0:0'", "::" },
		{ "'::1'", "::1" }, { "'1::'", "1::" },
		{ "'1:2:3:4:5:6:7::'", "1:2:3:4:5:6:7:0" },
		{ "'::2:3:4:5:6:7:8'", "0:2:3:4:5:6:7:8" },
		{ "'FF01:0:0:0:0:0:0:101'", "ff01::101" },
		{ "'::FFFF:129.144.52.38'", "::ffff:129.144.52.38" },
		{ "'0:0:0:0:0:ffff:1.2.3.4'", "::ffff:1.2.3.4" },
		{ "'64:ff9b::192.0.2.33'", "64:ff9b::c000:221" },
		{ "'1:2:3:4:5:6:7.8.9.10'", "1:2:3:4:5:6:708:90a" },
		{ "'0:0:1::'", "0:0:1::" },
	};
	static const char *const wrong[] = {
		"''", "':'", "':::'", "'1'", "'1:2:3:4:5:6:7'",
		"'1:2:3:4:5:6:7:8:9'", "'1::2::3'", "':1::'", "'1::2:'",
		"'1:::2'", "'1:2:3:4:5:6:7:8::'", "'::1:2:3:4:5:6:7:8'",
		"'12345::'", "'g::'", "'::1 '", "' ::1'", "'1.2.3.4'",
		"'::1.2.3'", "'::1.2.3.256'", "'1.2.3.4::'", "'::01.2.3.4'",
		"'1:2:3:4:5:6:7:1.2.3.4'", "'::1/64'", "'fe80::1%eth0'",
		"'[::1]'", "'['", "'::1\\0'", "1", "'0x1::'", "'::-1'",
	};
	size_t i;

	(void)state;
	begin(TYPE_IPV6);
	assert_accepts("'fe80::102:aB'", "fe80::102:ab",
		       "static const struct ipv6 m_x = { { 0xfe, 0x80, 0x00, "
		       "0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, "
		       "0x01, 0x02, 0x00, 0xab } };\n");
	for (i = 0; i < countof(shown); i++) {
		convert(shown[i][0]);
		assert_true(conversion.is_accepted);
		assert_string_equal(type_show(&conversion.setting,
					      &conversion.value), shown[i][1]);
	}
	for (i = 0; i < countof(wrong); i++)
		assert_refuses(wrong[i]);
}

static void
lists(void **state)
{
	(void)state;
	begin(TYPE_LIST);
	set_item(TYPE_PORT);
	assert_accepts("{ 80, 443 }", "{ 80, 443 }",
		       "static const uint16_t m_x[] = {\n\t80,\n\t443,\n};\n"
		       "enum { m_x_count = 2 };\n");
	assert_accepts("{}", "{}",
		       "static const uint16_t m_x[] = {\n\t0\n};\n"
		       "enum { m_x_count = 0 };\n");
	assert_refuses("{ 80, 0 }");
	assert_refuses("{ 80, a = 1 }");
	assert_refuses("{ 80, [3] = 81 }");
	assert_refuses("80");
	conversion.setting.max = 1;
	assert_refuses("{ 80, 81 }");
	begin(TYPE_LIST);
	set_item(TYPE_TEXT);
	assert_accepts("{ 'a', 'b' }", "{ \"a\", \"b\" }",
		       "static const char *const m_x[] = {\n\t\"a\",\n\t\"b\",\n"
		       "};\nenum { m_x_count = 2 };\n");
}

static void
maps(void **state)
{
	(void)state;
	begin(TYPE_MAP);
	set_item(TYPE_TEXT);
	assert_accepts("{ html = 'h', ['*'] = 'any', css = 'c' }",
		       "{ [\"*\"] = \"any\", css = \"c\", html = \"h\" }",
		       "static const struct pair m_x[] = {\n"
		       "\t{ \"*\", \"any\" },\n\t{ \"css\", \"c\" },\n"
		       "\t{ \"html\", \"h\" },\n};\nenum { m_x_count = 3 };\n");
	assert_refuses("{ 'a' }");
	assert_refuses("{ a = 1 }");
	assert_refuses("{ ['\\xff'] = 'x' }");
	assert_refuses("{ ['a\\0'] = 'x' }");
	assert_refuses("{ [true] = 'x' }");
}

static void
records(void **state)
{
	static struct setting fields[] = {
		{ .name = "host", .type = TYPE_TEXT },
		{ .name = "wait", .type = TYPE_DURATION, .has_default = true,
		  .default_value = { .type = TYPE_DURATION, .number = 1000 } },
		{ .name = "from", .type = TYPE_IPV4, .is_optional = true },
	};
	static struct setting item;
	static const char type[] =
		"struct m_x {\n\tconst char *host;\n\tuint64_t wait_ns;\n"
		"\tbool from_is_set;\n\tuint32_t from;\n};\n";
	size_t i;

	(void)state;
	for (i = 0; i < countof(fields); i++)
		type_default_range(&fields[i]);
	begin(TYPE_RECORD);
	conversion.setting.fields.at = fields;
	conversion.setting.fields.count = countof(fields);
	type_set_c_name(&conversion.setting, "m_x");
	assert_accepts("{ host = 'a' }", "{ host = \"a\", wait = 1 us }",
		       arena_printf("%sstatic const struct m_x m_x = { "
			".host = \"a\", .wait_ns = 1000, .from_is_set = 0, "
			".from = 0x00000000 };\n", type));
	assert_refuses("{}");
	assert_refuses("{ host = 1 }");
	assert_refuses("{ host = 'a', hots = 'b' }");
	assert_refuses("{ host = 'a', 1 }");
	assert_refuses("{ host = 'a', [true] = 1 }");
	assert_refuses("'a'");
	item = conversion.setting;
	begin(TYPE_LIST);
	conversion.setting.item = &item;
	type_set_c_name(&conversion.setting, "m_x");
	assert_accepts("{ { host = 'a', from = '1.2.3.4', wait = 5 } }",
		       "{ { host = \"a\", wait = 5 ns, from = 1.2.3.4 } }",
		       arena_printf("%sstatic const struct m_x m_x[] = {\n"
			"\t{ .host = \"a\", .wait_ns = 5, .from_is_set = 1, "
			".from = 0x01020304 },\n};\n"
			"enum { m_x_count = 1 };\n", type));
	assert_refuses("{ { host = 'a' }, {} }");
}

static void
secrets(void **state)
{
	struct buffer out = { 0 };

	(void)state;
	begin(TYPE_SECRET);
	assert_refuses("'hunter2'");
	assert_refuses("1");
	assert_refuses("{}");
	conversion.value = (struct value){ .type = TYPE_SECRET,
					   .text = "hunter2" };
	assert_string_equal(type_show(&conversion.setting, &conversion.value),
			    "secret");
	conversion.setting.is_optional = true;
	type_write_c(&out, &conversion.setting, &conversion.value, false);
	assert_string_equal(out.at, "enum { m_x_is_set = 0 };\n"
				    "static const char m_x[] = \"\";\n"
				    "enum { m_x_length = 0 };\n");
}

static void
optional_ones(void **state)
{
	struct buffer out = { 0 };

	(void)state;
	begin(TYPE_TEXT);
	conversion.setting.is_optional = true;
	type_write_c(&out, &conversion.setting, &conversion.value, false);
	assert_string_equal(out.at, "enum { m_x_is_set = 0 };\n"
				    "static const char m_x[] = \"\";\n"
				    "enum { m_x_length = 0 };\n");
	begin(TYPE_IPV4);
	conversion.setting.is_optional = true;
	assert_accepts("'1.2.3.4'", "1.2.3.4",
		       "enum { m_x_is_set = 1 };\n"
		       "static const uint32_t m_x = 0x01020304;\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags),
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(units),
		cmocka_unit_test(texts),
		cmocka_unit_test(choices),
		cmocka_unit_test(addresses),
		cmocka_unit_test(ipv6_addresses),
		cmocka_unit_test(lists),
		cmocka_unit_test(secrets),
		cmocka_unit_test(maps),
		cmocka_unit_test(records),
		cmocka_unit_test(optional_ones),
	};

	return cmocka_run_group_tests_name("type", tests, NULL, NULL);
}
