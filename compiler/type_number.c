/* SPDX-License-Identifier: ISC */
/* The rows of numbers: int, size, duration, port, and their units. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "type_rows.h"

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

bool
type_accept_integer(const struct accept *accept)
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

const char *
type_show_integer(const struct setting *setting, const struct value *value)
{
	(void)setting;
	return type_show_number(value->type, value->number);
}

const char *
type_allowed_number(const struct setting *setting)
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
