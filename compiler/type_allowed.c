/* SPDX-License-Identifier: ISC */
/* What a setting accepts, in words. */
#include "type_rows.h"

static bool
is_integer_type(enum type type)
{
	return type == TYPE_INT || type == TYPE_SIZE || type == TYPE_DURATION ||
	       type == TYPE_PORT;
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
		return type_allowed_number(setting);
	switch (setting->type) {
	case TYPE_FLAG:
		return "true or false";
	case TYPE_TEXT:
		return setting->min <= 0
			       ? arena_printf("a text of at most %lld bytes",
					      (long long)setting->max)
			       : arena_printf("a text of %lld to %lld bytes",
					      (long long)setting->min,
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
