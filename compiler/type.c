/* SPDX-License-Identifier: ISC */
/*
 * The table of types: one row says how a type is read, shown and written as
 * C. See type.h.
 */
#include "type_rows.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The buffer's text, in the arena. */
const char *
type_keep(struct buffer *buffer)
{
	return buffer_keep(buffer);
}

/* ---- Complaints ------------------------------------------------------ */

void
type_complain(const struct accept *accept, enum diag_code code,
	      const char *format, ...)
{
	va_list args;
	const char *message;

	va_start(args, format);
	message = arena_vprintf(format, args);
	va_end(args);
	diag(accept->blame->is_module ? E0501 : code,
	     item_where(accept->item), accept->blame->subject, "%s", message);
}

/* The wrong type. Silent about what an earlier error left behind. */
bool
type_refuse(const struct accept *accept)
{
	const struct item *item = accept->item;
	lua_State *L = item->script->state;

	if (script_is_poison(L, item->index))
		return false;
	type_complain(accept, E0202, "found %s; allowed is %s",
		      item_found(item), type_allowed(accept->setting));
	return false;
}

static bool
is_integer_type(enum type type)
{
	return type == TYPE_INT || type == TYPE_SIZE || type == TYPE_DURATION ||
	       type == TYPE_PORT;
}

/* ---- Numbers --------------------------------------------------------- */

struct unit_word {
	int64_t factor;
	const char *shown, *word;
};

static const struct unit_word size_units[] = {
	{ 1024 * 1024 * 1024, "GiB", "GiB" },
	{ 1024 * 1024, "MiB", "MiB" },
	{ 1024, "KiB", "KiB" },
	{ 1, "bytes", NULL },
	{ 0, NULL, NULL },
};

static const struct unit_word duration_units[] = {
	{ 3600 * INT64_C(1000000000), "h", "hour" },
	{ 60 * INT64_C(1000000000), "min", "minute" },
	{ INT64_C(1000000000), "s", "second" },
	{ 1000 * 1000, "ms", "millisecond" },
	{ 1000, "us", "microsecond" },
	{ 1, "ns", "nanosecond" },
	{ 0, NULL, NULL },
};

static const struct unit_word *
units_of(enum type type)
{
	if (type == TYPE_SIZE)
		return size_units;
	return type == TYPE_DURATION ? duration_units : NULL;
}

/* The largest unit that leaves no fraction; 0 takes the base unit. */
static const struct unit_word *
unit_for(enum type type, int64_t number)
{
	const struct unit_word *unit = units_of(type);

	while (unit->factor != 1 &&
	       (number == 0 || number % unit->factor != 0))
		unit++;
	return unit;
}

const char *
type_show_number(enum type type, int64_t number)
{
	const struct unit_word *unit;

	if (units_of(type) == NULL)
		return arena_printf("%lld", (long long)number);
	unit = unit_for(type, number);
	return arena_printf("%lld %s", (long long)(number / unit->factor),
			    unit->shown);
}

const char *
type_write_number(enum type type, int64_t number)
{
	const struct unit_word *unit;

	if (units_of(type) == NULL)
		return arena_printf("%lld", (long long)number);
	unit = unit_for(type, number);
	if (unit->word == NULL)
		return arena_printf("%lld", (long long)number);
	return arena_printf("%lld * %s", (long long)(number / unit->factor),
			    unit->word);
}

bool
type_read_number(enum type type, const char *shown, int64_t *number)
{
	const struct unit_word *unit = units_of(type);
	char *end;

	errno = 0;
	*number = strtoll(shown, &end, 10);
	if (end == shown || errno != 0)
		return false;
	if (unit == NULL)
		return *end == '\0';
	if (*end++ != ' ')
		return false;
	while (unit->factor != 0 && !text_equal(unit->shown, end))
		unit++;
	return unit->factor != 0 &&
	       !__builtin_mul_overflow(*number, unit->factor, number);
}

static bool
is_power_of_two(int64_t number)
{
	return number > 0 && (number & (number - 1)) == 0;
}

/* The allowed number nearest to what was found. */
static int64_t
nearest_number(const struct setting *setting, int64_t number)
{
	int64_t power = 1;

	if (number < setting->min)
		number = setting->min;
	if (number > setting->max)
		number = setting->max;
	if (!setting->is_power_of_two || is_power_of_two(number))
		return number;
	while (power <= INT64_MAX / 2 && power * 2 <= number)
		power *= 2;
	if (power <= INT64_MAX / 2 &&
	    (power < setting->min ||
	     (number - power > power / 2 && power <= setting->max / 2)))
		power *= 2;
	return power;
}

/* 15 where 15 * second is meant: the unit that brings it into range. */
static const char *
missing_unit(const struct setting *setting, int64_t number)
{
	const struct unit_word *unit = units_of(setting->type), *found = NULL;

	/* 65536 or 5000000 come from a unit already. */
	if (unit == NULL || number <= 0 || number >= setting->min ||
	    number >= 1000)
		return NULL;
	for (; unit->factor != 0; unit++)
		if (unit->word != NULL && unit->factor != 1 &&
		    number <= setting->max / unit->factor &&
		    number * unit->factor >= setting->min)
			found = unit;
	/* Seconds are what people leave out most. */
	if (setting->type == TYPE_DURATION &&
	    number <= setting->max / 1000000000 &&
	    number * 1000000000 >= setting->min)
		return "second";
	return found == NULL ? NULL : found->word;
}

static bool
check_range(const struct accept *accept, int64_t number)
{
	const struct setting *setting = accept->setting;
	const char *unit;

	if (number >= setting->min && number <= setting->max &&
	    (!setting->is_power_of_two || is_power_of_two(number)))
		return true;
	type_complain(accept, E0203, "found %s; allowed is %s",
		      type_show_number(setting->type, number),
		      type_allowed(setting));
	unit = missing_unit(setting, number);
	if (unit != NULL)
		diag_fix("write %lld * %s", (long long)number, unit);
	else
		diag_fix("write %s", type_write_number(setting->type,
				nearest_number(setting, number)));
	return false;
}

/* "16 KiB", "15s", "80" in quotes: say how it is written. */
static void
suggest_from_text(const struct setting *setting, const char *text)
{
	const struct unit_word *unit = units_of(setting->type);
	char word[24];
	long long number;
	int end = 0;

	if (text == NULL || sscanf(text, "%15lld%n", &number, &end) != 1)
		return;
	text += end;
	while (*text == ' ' || *text == '*')
		text++;
	if (*text == '\0') {
		diag_fix("write %lld", number);
		return;
	}
	if (unit == NULL || sscanf(text, "%23[A-Za-z]%n", word, &end) != 1 ||
	    text[end] != '\0')
		return;
	for (; unit->factor != 0; unit++)
		if (unit->word != NULL && number <= INT64_MAX / unit->factor &&
		    (text_equal(word, unit->shown) ||
		     text_starts(word, unit->word)))
			diag_fix("write %lld * %s", number, unit->word);
}

static bool
accept_integer(const struct accept *accept)
{
	const struct item *item = accept->item;
	lua_State *L = item->script->state;

	if (lua_type(L, item->index) == LUA_TSTRING) {
		type_refuse(accept);
		suggest_from_text(accept->setting, item_text(item));
		return false;
	}
	if (lua_type(L, item->index) != LUA_TNUMBER)
		return type_refuse(accept);
	if (!lua_isinteger(L, item->index)) {
		lua_Integer number;
		int is_whole;

		type_complain(accept, E0202, "found %s, which is no whole "
			      "number; allowed is %s", item_found(item),
			      type_allowed(accept->setting));
		number = lua_tointegerx(L, item->index, &is_whole);
		if (is_whole)
			diag_fix("write %s, or // to divide",
				 type_write_number(accept->setting->type,
						   number));
		else if (!(lua_tonumber(L, item->index) < 0x1p63 &&
			   lua_tonumber(L, item->index) >= -0x1p63))
			diag_fix("write less: whole numbers end at %lld",
				 (long long)INT64_MAX);
		else
			diag_fix("use a smaller unit, or // to divide");
		return false;
	}
	accept->value->number = lua_tointeger(L, item->index);
	return check_range(accept, accept->value->number);
}

static const char *
show_integer(const struct setting *setting, const struct value *value)
{
	(void)setting;
	return type_show_number(value->type, value->number);
}

/* ---- Flags ----------------------------------------------------------- */

static bool
accept_flag(const struct accept *accept)
{
	const struct item *item = accept->item;
	lua_State *L = item->script->state;
	const char *text;

	if (lua_type(L, item->index) == LUA_TBOOLEAN) {
		accept->value->number = lua_toboolean(L, item->index);
		return true;
	}
	type_refuse(accept);
	text = item_text(item);
	if (text != NULL && (text_equal(text, "true") ||
			     text_equal(text, "yes") || text_equal(text, "on")))
		diag_fix("write true, without quotes");
	else if (text != NULL &&
		 (text_equal(text, "false") || text_equal(text, "no") ||
		  text_equal(text, "off")))
		diag_fix("write false, without quotes");
	return false;
}

static const char *
show_flag(const struct setting *setting, const struct value *value)
{
	(void)setting;
	return value->number != 0 ? "true" : "false";
}

/* ---- Texts ----------------------------------------------------------- */

bool
type_is_utf8(const char *text)
{
	size_t size;

	while (*text != '\0') {
		size = text_utf8_size(text);
		if (size == 0)
			return false;
		text += size;
	}
	return true;
}

static bool
accept_text(const struct accept *accept)
{
	const struct setting *setting = accept->setting;
	const struct item *item = accept->item;
	lua_State *L = item->script->state;
	size_t size;

	if (lua_type(L, item->index) != LUA_TSTRING) {
		type_refuse(accept);
		if (lua_isinteger(L, item->index))
			diag_fix("write \"%s\"", item_found(item));
		return false;
	}
	accept->value->text = item_text(item);
	if (accept->value->text == NULL || !type_is_utf8(accept->value->text)) {
		type_complain(accept, E0203, "found %s; a text is UTF-8 without "
			      "a zero byte", item_found(item));
		return false;
	}
	size = strlen(accept->value->text);
	if (size < (size_t)setting->min || size > (size_t)setting->max) {
		type_complain(accept, E0203, "found a text of %zu bytes; allowed "
			      "is %s", size, type_allowed(setting));
		if (size > (size_t)setting->max)
			diag_fix("shorten it by %zu bytes",
				 size - (size_t)setting->max);
		return false;
	}
	return true;
}

static const char *
show_text(const struct setting *setting, const struct value *value)
{
	struct buffer out = { 0 };

	(void)setting;
	buffer_c_string(&out, value->text, strlen(value->text));
	return type_keep(&out);
}

/* ---- Choices --------------------------------------------------------- */

static bool
accept_choice(const struct accept *accept)
{
	const struct setting *setting = accept->setting;
	const char *text = item_text(accept->item), *nearest;
	size_t i;

	if (lua_type(accept->item->script->state, accept->item->index) !=
	    LUA_TSTRING)
		return type_refuse(accept);
	for (i = 0; text != NULL && i < setting->choices_count; i++)
		if (text_equal(text, setting->choices[i])) {
			accept->value->number = (int64_t)i;
			accept->value->text = setting->choices[i];
			return true;
		}
	type_complain(accept, E0205, "found %s; allowed is %s",
		      item_found(accept->item), type_allowed(setting));
	nearest = text == NULL ? NULL
			       : text_nearest(text, setting->choices,
					      setting->choices_count);
	if (nearest != NULL)
		diag_fix("write \"%s\"", nearest);
	return false;
}

/* ---- Secrets --------------------------------------------------------- */

/* Whatever is written is not repeated. */
static bool
accept_secret(const struct accept *accept)
{
	lua_State *L = accept->item->script->state;

	if (script_is_poison(L, accept->item->index))
		return false;
	type_complain(accept, E0209, "a secret stands in no configuration: it "
		      "would be frozen into the image");
	diag_fix("write sealed(); unicc seal IMAGE --set-file %s=FILE fills it "
		 "in", accept->blame->subject);
	return false;
}

static const char *
show_secret(const struct setting *setting, const struct value *value)
{
	(void)setting;
	(void)value;
	return "secret";
}

/* ---- The table ------------------------------------------------------- */

static const struct row {
	const char *name;
	bool (*accept)(const struct accept *accept);
	const char *(*show)(const struct setting *setting,
			    const struct value *value);
	const char *c_suffix;
	int64_t min, max;	/* unless a setting says otherwise */
	struct type_form c;
} types[TYPES] = {
	[TYPE_FLAG] = { "flag", accept_flag, show_flag, "", 0, 1,
			{ type_write_flag, type_c_flag, "bool" } },
	[TYPE_INT] = { "int", accept_integer, show_integer, "", INT64_MIN,
		       INT64_MAX,
		       { type_write_integer, type_c_integer, "int64_t" } },
	[TYPE_SIZE] = { "size", accept_integer, show_integer, "_bytes", 0,
			INT64_MAX,
			{ type_write_integer, type_c_integer, "uint64_t" } },
	[TYPE_DURATION] = { "duration", accept_integer, show_integer, "_ns", 0,
			    INT64_MAX,
			    { type_write_integer, type_c_integer, "uint64_t" } },
	[TYPE_PORT] = { "port", accept_integer, show_integer, "", 1, 65535,
			{ type_write_integer, type_c_integer, "uint16_t" } },
	[TYPE_TEXT] = { "text", accept_text, show_text, "", 0, TEXT_BYTES_MAX,
			{ type_write_text, type_c_text, "const char *" } },
	[TYPE_CHOICE] = { "choice", accept_choice, show_text, "", 0, 0,
			  { type_write_choice, type_c_choice, "int" } },
	[TYPE_IPV4] = { "ipv4", type_accept_ipv4, type_show_ipv4, "", 0, 0,
			{ NULL, type_c_ipv4, "uint32_t" } },
	[TYPE_IPV6] = { "ipv6", type_accept_ipv6, type_show_ipv6, "", 0, 0,
			{ NULL, type_c_ipv6, "struct ipv6" } },
	[TYPE_CIDR] = { "cidr", type_accept_cidr, type_show_cidr, "", 0, 0,
			{ NULL, type_c_cidr, "struct cidr" } },
	[TYPE_MAC] = { "mac", type_accept_mac, type_show_mac, "", 0, 0,
		       { NULL, type_c_mac, "struct mac" } },
	[TYPE_FILE] = { "file", accept_text, show_text, "", 1, 4096,
			{ NULL, type_c_file, "struct blob" } },
	[TYPE_FILES] = { "files", accept_text, show_text, "", 1, 4096,
			 { NULL, type_c_files, "struct files" } },
	[TYPE_LIST] = { "list", type_accept_list, type_show_items, "", 0,
			LIST_ITEMS_MAX,
			{ type_write_items, type_c_items, NULL } },
	[TYPE_MAP] = { "map", type_accept_map, type_show_items, "", 0,
		       LIST_ITEMS_MAX,
		       { type_write_items, type_c_items, NULL } },
	[TYPE_RECORD] = { "record", type_accept_record, type_show_record, "", 0,
			  0, { NULL, type_c_record, NULL } },
	/* Written so, as "", only where an optional one is not given. */
	[TYPE_SECRET] = { "secret", accept_secret, show_secret, "", 1,
			  TEXT_BYTES_MAX,
			  { type_write_text, NULL, NULL } },
};

const struct type_form *
type_form(enum type type)
{
	return &types[type].c;
}

const char *
type_name(enum type type)
{
	return types[type].name;
}

enum type
type_by_name(const char *name)
{
	int type;

	for (type = 0; type < TYPES; type++)
		if (text_equal(types[type].name, name))
			break;
	return (enum type)type;
}

const char *
type_c_suffix(enum type type)
{
	return types[type].c_suffix;
}

void
type_default_range(struct setting *setting)
{
	setting->min = types[setting->type].min;
	setting->max = types[setting->type].max;
}

static bool
is_word(const char *text, const char *letters)
{
	size_t size = strspn(text, letters);

	return text[0] >= 'a' && text[0] <= 'z' && text[size] == '\0' &&
	       size <= 64;
}

bool
is_name(const char *text)
{
	return is_word(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

bool
is_image_name(const char *text)
{
	return is_word(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");
}

bool
type_accept_one(const struct accept *accept)
{
	accept->value->type = accept->setting->type;
	return types[accept->setting->type].accept(accept);
}

bool
type_accept(const struct setting *setting, const struct item *item,
	    const struct type_blame *blame, struct value *value)
{
	return type_accept_one(&(struct accept){ setting, item, blame, value });
}

const char *
type_show(const struct setting *setting, const struct value *value)
{
	return types[value->type].show(setting, value);
}

/* ---- What is allowed, in words --------------------------------------- */

static const char *
allowed_number(const struct setting *setting)
{
	static const char *const nouns[] = {
		[TYPE_INT] = "a whole number", [TYPE_SIZE] = "a size",
		[TYPE_DURATION] = "a duration", [TYPE_PORT] = "a port",
	};

	return arena_printf("%s from %s to %s",
			    setting->is_power_of_two ? "a power of two"
						     : nouns[setting->type],
			    type_show_number(setting->type, setting->min),
			    type_show_number(setting->type, setting->max));
}

static const char *
allowed_choice(const struct setting *setting)
{
	struct buffer out = { 0 };
	size_t i;

	for (i = 0; i < setting->choices_count; i++)
		buffer_printf(&out, "%s\"%s\"",
			      i == 0 ? "" : i + 1 == setting->choices_count
					? " or " : ", ",
			      setting->choices[i]);
	return type_keep(&out);
}

static const char *
allowed_items(const struct setting *setting, const char *form)
{
	return arena_printf("%s of %lld to %lld entries, each %s", form,
			    (long long)setting->min, (long long)setting->max,
			    type_allowed(setting->item));
}

static const char *
allowed_record(const struct setting *setting)
{
	struct buffer out = { 0 };
	size_t i;

	buffer_printf(&out, "a record { ");
	for (i = 0; i < setting->fields.count; i++)
		buffer_printf(&out, "%s%s = ...", i == 0 ? "" : ", ",
			      setting->fields.at[i].name);
	buffer_printf(&out, " }");
	return type_keep(&out);
}

const char *
type_allowed(const struct setting *setting)
{
	if (is_integer_type(setting->type))
		return allowed_number(setting);
	switch (setting->type) {
	case TYPE_FLAG:
		return "true or false";
	case TYPE_TEXT:
		return arena_printf("a text of at most %lld bytes",
				    (long long)setting->max);
	case TYPE_CHOICE:
		return allowed_choice(setting);
	case TYPE_IPV4:
		return "an IPv4 address such as \"10.0.2.2\"";
	case TYPE_IPV6:
		return "an IPv6 address such as \"2001:db8::1\"";
	case TYPE_CIDR:
		return "an IPv4 address with its prefix such as "
		       "\"10.0.2.15/24\"";
	case TYPE_MAC:
		return "a MAC address such as \"52:54:00:12:34:56\"";
	case TYPE_FILE:
		return "the path of a file";
	case TYPE_FILES:
		return "the path of a folder";
	case TYPE_SECRET:
		return arena_printf("a secret of at most %lld bytes",
				    (long long)setting->max);
	case TYPE_LIST:
		return allowed_items(setting, "a list { ... }");
	case TYPE_MAP:
		return allowed_items(setting, "a table { key = ... }");
	case TYPE_RECORD:
		return allowed_record(setting);
	default:
		return "something else";
	}
}

static const char *
where_text(const struct where *where)
{
	return arena_printf("%s:%u:%u", where->file, where->line,
			    where->column);
}

const char *
origin_show(const struct origin *origin)
{
	switch (origin->kind) {
	case ORIGIN_DEFAULT:
		return "default";
	case ORIGIN_CONFIG:
		return arena_printf("%s%s%s", origin->where.line == 0
						      ? origin->where.file
						      : where_text(&origin->where),
				    origin->by == NULL ? "" : ", by ",
				    origin->by == NULL ? "" : origin->by);
	case ORIGIN_OPTION:
		return origin->where.line == 0
			? arena_printf("option %s (%s)", origin->by,
				       origin->where.file)
			: arena_printf("option %s (%s)", origin->by,
				       where_text(&origin->where));
	case ORIGIN_OPTION_DEFAULT:
		return arena_printf("option %s (default, %s)", origin->by,
				    where_text(&origin->where));
	case ORIGIN_IMPLIED:
		return arena_printf("implied by %s", origin->by);
	case ORIGIN_NONE:
		break;
	}
	return "not given";
}
