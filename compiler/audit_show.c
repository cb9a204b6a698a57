/* SPDX-License-Identifier: ISC */
/* Audit, what is said of an image by whoever reads one: see audit.h. */
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "unicc.h"

enum { NAME_BYTES_MAX = 60 };

/* Of UTF-8: C0, DEL, or C1 (0xc2 and what follows). */
static bool
is_control(const char *at)
{
	const unsigned char *byte = (const unsigned char *)at;

	return byte[0] < ' ' || byte[0] == 0x7f ||
	       (byte[0] == 0xc2 && byte[1] >= 0x80 && byte[1] < 0xa0);
}

const char *
audit_printable(const char *text)
{
	struct buffer out = { 0 };
	const char *at;

	text = text_utf8(text);
	for (at = text; *at != '\0' && !is_control(at);)
		at++;
	if (*at == '\0')
		return text;
	for (at = text; *at != '\0'; at++)
		if (is_control(at) && (unsigned char)*at == 0xc2)
			buffer_printf(&out, "\\x%02x", (unsigned char)*++at);
		else if (is_control(at))
			buffer_printf(&out, "\\x%02x", (unsigned char)*at);
		else
			buffer_add(&out, at, 1);
	return buffer_keep(&out);
}

const char *
audit_show(const struct audit_node *node)
{
	struct buffer out = { 0 };
	const char *at;

	if (node->kind == AUDIT_TABLE)
		return arena_printf("%s (table)", node->name);
	if (node->kind != AUDIT_STRING)
		return node->name;
	buffer_printf(&out, "\"");
	for (at = text_utf8(node->name);
	     *at != '\0' && out.size < NAME_BYTES_MAX; at++)
		if (*at == '\n' || *at == '\r')
			buffer_printf(&out, *at == '\n' ? "\\n" : "\\r");
		else if (!is_control(at))
			buffer_add(&out, at, 1);
		else if ((unsigned char)*at == 0xc2)
			at++;
	buffer_printf(&out, *at == '\0' ? "\"" : "...\"");
	return out.at;
}

static const char *
unit_owner(const struct audit *audit, size_t unit)
{
	size_t cause = audit->units.at[unit].cause;

	return cause == AUDIT_NONE ? audit->units.at[unit].module
				   : audit->causes.at[cause].name;
}

static int
name_order(const void *a, const void *b)
{
	const char *const *first = a, *const *second = b;

	return strcmp(*first, *second);
}

const char *
audit_owner_of(const struct audit *audit, const struct audit_node *node)
{
	const char **owners = arena_alloc(node->units_count + 1,
					  sizeof *owners);
	struct buffer out = { 0 };
	size_t i;

	if (node->unit != AUDIT_NONE)
		return unit_owner(audit, node->unit);
	if (node->units_count == 0)
		return audit_module_of(audit, node);
	for (i = 0; i < node->units_count; i++)
		owners[i] = unit_owner(audit, node->units[i]);
	qsort(owners, node->units_count, sizeof *owners, name_order);
	for (i = 0; i < node->units_count; i++)
		if (i == 0 || !text_equal(owners[i], owners[i - 1]))
			buffer_printf(&out, "%s%s", i == 0 ? "" : ", ",
				      owners[i]);
	return buffer_keep(&out);
}

const char *
audit_sources_of(const struct audit *audit, const struct audit_node *node)
{
	struct buffer out = { 0 };
	size_t i;

	if (node->kind == AUDIT_CODE)
		return node->rows_count == 0
			       ? NULL
			       : audit->rows.at[node->first_row].source;
	if (node->sources_count == 0)
		return NULL;
	for (i = 0; i < node->sources_count; i++) {
		const struct audit_source *source = &node->sources[i];

		buffer_printf(&out, "%s%s%s%s", i == 0 ? "" : " and ",
			      source->function == NULL ? "" : source->function,
			      source->function == NULL ? "" : " in ",
			      source->file);
	}
	return buffer_keep(&out);
}

void
audit_check_pages(const struct audit *audit, const char *file)
{
	size_t i;

	for (i = 0; i < audit->image.segments_count; i++) {
		const struct elf_segment *segment = &audit->image.segments[i];

		if (segment->is_writable && segment->is_executable)
			diag(E0904, (struct where){ file, 0, 0 }, NULL,
			     "the %llu bytes at 0x%llx can be written and "
			     "executed",
			     (unsigned long long)segment->memory_bytes,
			     (unsigned long long)segment->address);
	}
}
