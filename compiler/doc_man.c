/* SPDX-License-Identifier: ISC */
/*
 * unicc-modules(7): the catalogue as a manual page in mdoc, from module.lua
 * alone.
 *
 * A sentence begins a line, no line is longer than 78 bytes where a word ends
 * before, and none can be taken for a request: what mandoc -T lint asks.
 */
#include <stdio.h>
#include <string.h>

#include "doc.h"
#include "native.h"
#include "type.h"

enum { LINE_BYTES_MAX = 78 };

/* The date of this release: a page has one, and a build looks at no clock. */
#define PAGE_DATE "November 23, 2026"

/* ---- Text ------------------------------------------------------------ */

static bool
ends_sentence(const char *word, size_t size)
{
	while (size > 0 && strchr(")]'\"", word[size - 1]) != NULL)
		size--;
	if (size >= 3 && strncmp(word + size - 3, "...", 3) == 0)
		return false;
	return size > 0 && strchr(".!?", word[size - 1]) != NULL;
}

/* One word; a backslash escapes in roff, and . or ' begins a request. */
static size_t
print_word(const char *word, size_t size, bool is_first)
{
	size_t i, printed = 0;

	if (is_first && (word[0] == '.' || word[0] == '\''))
		printed += (size_t)printf("\\&");
	for (i = 0; i < size; i++) {
		if (word[i] == '\\')
			printed += (size_t)printf("\\e");
		else
			printed += (size_t)printf("%c", word[i]);
	}
	return printed;
}

/* A paragraph; the first byte of text in upper case. */
static void
print_text(const char *text)
{
	char *copy = arena_copy(text);
	size_t column = 0;
	bool is_new_line = true;

	if (copy[0] >= 'a' && copy[0] <= 'z')
		copy[0] = (char)(copy[0] - 'a' + 'A');
	for (text = copy; *text != '\0';) {
		size_t size = strcspn(text, " \t\r\n");

		if (size == 0) {
			text++;
			continue;
		}
		if (!is_new_line && column + 1 + size > LINE_BYTES_MAX)
			is_new_line = true;
		if (column != 0)
			putchar(is_new_line ? '\n' : ' ');
		if (is_new_line)
			column = 0;
		column += print_word(text, size, is_new_line) + 1;
		is_new_line = ends_sentence(text, size);
		text += size;
	}
	putchar('\n');
}

/* "a, b and c" */
static const char *
join(const char *const *texts, size_t count)
{
	struct buffer out = { 0 };
	size_t i;

	for (i = 0; i < count; i++)
		buffer_printf(&out, "%s%s", i == 0 ? ""
			      : i + 1 == count ? " and " : ", ", texts[i]);
	return out.at;
}

/* ---- Modules --------------------------------------------------------- */

static void
print_head(const struct module *module)
{
	printf(".Ss %s\n", module->name);
	print_text(arena_printf("%s.", module->summary));
	if (module->platforms_count != 0)
		print_text(arena_printf("Runs on %s.",
			join(module->platforms, module->platforms_count)));
	if (module->provides_count != 0)
		print_text(arena_printf("Provides %s.",
			join(module->provides, module->provides_count)));
	if (module->is_single)
		print_text("An image holds one at most.");
}

static void
print_slot(const struct requirement *requirement)
{
	printf(".It Cm %s\n", requirement->slot);
	print_text(arena_printf("an instance that provides %s%s.",
				requirement->interface,
				requirement->is_optional
					? ", or false for none" : ""));
}

static void
print_setting(const char *name, const struct setting *setting)
{
	const struct setting *part = setting;
	size_t i;

	printf(".It Cm %s\n", name);
	print_text(setting->doc);
	print_text(arena_printf("%s%s.", type_allowed(setting),
				setting->is_sealable ? "; can be sealed" : ""));
	if (setting->has_default)
		print_text(arena_printf("Default: %s.",
			type_show(setting, &setting->default_value)));
	else
		print_text(setting->is_optional ? "May be absent."
						: "Must be given.");
	for (; part->item != NULL; part = part->item)
		name = arena_printf("%s[]", name);
	for (i = 0; i < part->fields.count; i++)
		print_setting(arena_printf("%s.%s", name,
					   part->fields.at[i].name),
			      &part->fields.at[i]);
}

/* What a configuration can call, with the records among its types. */
static void
print_functions(const struct module *module)
{
	bool is_first = true;
	size_t i;

	for (i = 0; i < module->functions.count; i++) {
		const struct function *function = &module->functions.at[i];

		if (function->doc == NULL)
			continue;
		if (is_first)
			puts(".Pp\nFunctions:\n.Bl -tag -width Ds");
		is_first = false;
		printf(".It Li %s.%s\n", module->name,
		       c_signature_show(function));
		print_text(function->doc);
	}
	if (is_first)
		return;
	for (i = 0; i < module->records.count; i++) {
		printf(".It Li %s\n", module->records.at[i]->name);
		print_text(arena_printf("a table of %s.",
				c_record_show(module->records.at[i])));
	}
	puts(".El");
}

static void
print_module(const struct module *module)
{
	size_t i;

	print_head(module);
	if (module->requires.count + module->settings.count == 0)
		return;
	puts(".Bl -tag -width Ds");
	for (i = 0; i < module->requires.count; i++)
		print_slot(&module->requires.at[i]);
	for (i = 0; i < module->settings.count; i++)
		print_setting(module->settings.at[i].name,
			      &module->settings.at[i]);
	puts(".El");
	print_functions(module);
}

static void
print_interfaces(const struct catalogue *catalogue)
{
	size_t i;

	puts(".Sh INTERFACES\n.Bl -tag -width wallclock");
	for (i = 0; i < catalogue->interfaces_count; i++) {
		printf(".It Cm %s\n", catalogue->interfaces[i].name);
		print_text(catalogue->interfaces[i].doc);
	}
	puts(".El");
}

static void
print_platforms(const struct catalogue *catalogue)
{
	size_t i, j;

	puts(".Sh PLATFORMS\n.Bl -tag -width Ds");
	for (i = 0; i < catalogue->platforms_count; i++) {
		const struct platform *platform = &catalogue->platforms[i];

		printf(".It Cm %s\n", platform->name);
		print_text(arena_printf("%s.", platform->summary));
		print_text(arena_printf("Memory from %s to %s.",
			type_show_number(TYPE_SIZE, platform->memory_min),
			type_show_number(TYPE_SIZE, platform->memory_max)));
		for (j = 0; j < platform->providers_count; j++)
			print_text(arena_printf("Unless something else "
				"provides it, %s is provided by %s.",
				platform->provider_interfaces[j],
				platform->provider_modules[j]));
	}
	puts(".El");
}

bool
doc_print_man(const struct catalogue *catalogue)
{
	const struct module *module;
	size_t index = 0;

	puts(".\\\" SPDX-License-Identifier: ISC\n"
	     ".\\\" From the declarations of the modules: unicc doc --man\n"
	     ".Dd " PAGE_DATE "\n"
	     ".Dt UNICC-MODULES 7\n"
	     ".Os\n"
	     ".Sh NAME\n"
	     ".Nm unicc-modules\n"
	     ".Nd what a configuration of unicc can name\n"
	     ".Sh DESCRIPTION\n"
	     "Each module below is a function of\n"
	     ".Xr unicc-config 5 :\n"
	     "it takes a table of the keys listed, and the assignment of its\n"
	     "result names an instance.\n"
	     ".Sh MODULES");
	while ((module = doc_next_module(catalogue, &index)) != NULL)
		print_module(module);
	print_interfaces(catalogue);
	print_platforms(catalogue);
	puts(".Sh SEE ALSO\n"
	     ".Xr unicc 1 ,\n"
	     ".Xr unicc-config 5 ,\n"
	     ".Xr unicc-module 5");
	return true;
}
