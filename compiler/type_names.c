/* SPDX-License-Identifier: ISC */
/*
 * The names that settings take in C, and that no two of them share one.
 *
 * A setting is MODULE_SETTING with its unit behind; what else it needs begins
 * with that name (type.h). Types and enumerators of a part begin with the path
 * to it: httpd_upstreams_port.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "module_words.h"

/* A name, and whose it is. */
struct c_name {
	const char *text;
	const struct setting *setting;
};

struct c_names {
	LIST(struct c_name) names;
	const struct setting *setting;	/* whose are being added */
};

bool
is_c_word(const char *text)
{
	/* Keywords of C, and macros of C's headers and of generated C. */
	static const char *const words[] = {
		"alignas", "alignof", "asm", "assert", "auto", "bool", "break",
		"case", "char", "complex", "const", "continue", "default", "do",
		"double", "else", "enum", "errno", "extern", "false", "float",
		"for", "goto", "if", "imaginary", "inline", "instance_name",
		"int", "linux", "long", "noreturn", "nullptr", "offsetof",
		"register", "restrict", "return", "short", "signed", "sizeof",
		"static", "static_assert", "stderr", "stdin", "stdout", "struct",
		"switch", "thread_local", "true", "typedef", "typeof", "union",
		"unix", "unsigned", "void", "volatile", "while",
	};
	size_t i;

	for (i = 0; i < countof(words); i++)
		if (text_equal(words[i], text))
			return true;
	return false;
}

const char *
type_c_member(const struct setting *field)
{
	return arena_printf("%s%s", field->name, type_c_suffix(field->type));
}

/* Parts may be shared by several settings until they have names: each gets its
 * own copy. */
void
type_set_c_name(struct setting *setting, const char *c_name)
{
	size_t i;

	setting->c_name = c_name;
	if (setting->item != NULL) {
		struct setting *item = arena_alloc(1, sizeof *item);
		bool is_nested = setting->item->item != NULL;

		*item = *setting->item;
		type_set_c_name(item, is_nested ? arena_printf("%s_item", c_name)
						: c_name);
		setting->item = item;
	}
	if (setting->fields.count != 0) {
		struct setting *fields = arena_alloc(setting->fields.count,
						     sizeof *fields);

		memcpy(fields, setting->fields.at,
		       setting->fields.count * sizeof *fields);
		setting->fields.at = fields;
		for (i = 0; i < setting->fields.count; i++)
			type_set_c_name(&fields[i],
					arena_printf("%s_%s", c_name,
						     fields[i].name));
	}
}

/* ---- All names of a setting ------------------------------------------ */

static void
add(struct c_names *names, const char *prefix, const char *name,
    const char *ending)
{
	*list_add(&names->names) = (struct c_name){
		arena_printf("%s%s%s", prefix, name, ending), names->setting };
}

static void
add_choices(struct c_names *names, const struct setting *setting)
{
	size_t i;

	for (i = 0; i < setting->choices_count; i++)
		add(names, setting->c_name, "_", setting->choices[i]);
}

/* The types of a part: tags and members are names of other kinds. */
static void
add_types(struct c_names *names, const struct setting *setting, bool is_part)
{
	size_t i;

	if (is_part)
		add_choices(names, setting);
	if (is_part && setting->type == TYPE_LIST)
		add(names, "struct ", setting->c_name, "_list");
	if (is_part && setting->type == TYPE_MAP)
		add(names, "struct ", setting->c_name, "_map");
	if (setting->type == TYPE_MAP)
		add(names, "struct ", setting->c_name, "_entry");
	if (setting->type == TYPE_RECORD)
		add(names, "struct ", setting->c_name, "");
	if (setting->item != NULL)
		add_types(names, setting->item, true);
	for (i = 0; i < setting->fields.count; i++) {
		const struct setting *field = &setting->fields.at[i];
		const char *inside = arena_printf("struct %s.",
						  setting->c_name);

		add(names, inside, type_c_member(field), "");
		if (field->is_optional)
			add(names, inside, type_c_member(field), "_is_set");
		add_types(names, field, true);
	}
}

/* Every name that a setting takes in the instance's unit: see type.h, and for
 * files content_c.c. */
static void
add_setting(struct c_names *names, const struct setting *setting)
{
	static const char *const endings[TYPES][2] = {
		[TYPE_FILE] = { "_bytes", "_body" },
		[TYPE_FILES] = { "_entries", "_starts" },
		[TYPE_TEXT] = { "_length" },
		[TYPE_LIST] = { "_count" },
		[TYPE_MAP] = { "_count" },
		[TYPE_SECRET] = { "_length" },
	};
	size_t i;

	names->setting = setting;
	add(names, setting->c_name, "", "");
	add(names, setting->c_name, "_is_set", "");
	for (i = 0; i < 2 && endings[setting->type][i] != NULL; i++)
		add(names, setting->c_name, endings[setting->type][i], "");
	if (setting->type == TYPE_CHOICE)
		add_choices(names, setting);
	add_types(names, setting, false);
}

/* ---- No two alike ---------------------------------------------------- */

/* By name; of one name the setting that is declared first. */
static int
name_order(const void *a, const void *b)
{
	const struct c_name *first = a, *second = b;
	int order = strcmp(first->text, second->text);

	if (order != 0)
		return order;
	return (first->setting > second->setting) -
	       (first->setting < second->setting);
}

void
type_check_names(const struct module *module)
{
	struct c_names names = { 0 };
	const struct setting *reported = NULL;
	size_t i;

	for (i = 0; i < module->settings.count; i++)
		add_setting(&names, &module->settings.at[i]);
	if (names.names.count != 0)
		qsort(names.names.at, names.names.count, sizeof *names.names.at,
		      name_order);
	for (i = 1; i < names.names.count; i++) {
		const struct c_name *first = &names.names.at[i - 1];
		const struct c_name *second = &names.names.at[i];

		assert(first->setting != NULL && second->setting != NULL);
		if (!text_equal(first->text, second->text) ||
		    second->setting == reported)
			continue;
		reported = second->setting;
		diag(E0501, second->setting->where, second->setting->name,
		     "its name in C, %s, is taken", second->text);
		if (first->setting != second->setting)
			diag_also(first->setting->where, "by this one");
	}
}
