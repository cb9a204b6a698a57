/* SPDX-License-Identifier: ISC */
/* Audit, what is said of an image by whoever reads one: see audit.h. */
#include "audit.h"
#include "unicc.h"

enum { NAME_BYTES_MAX = 60 };

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
		else if ((unsigned char)*at >= ' ')
			buffer_add(&out, at, 1);
	buffer_printf(&out, *at == '\0' ? "\"" : "...\"");
	return out.at;
}

const char *
audit_owner_of(const struct audit *audit, const struct audit_node *node)
{
	size_t cause = audit_cause_of(audit, node);

	return cause == AUDIT_NONE ? audit_module_of(audit, node)
				   : audit->causes.at[cause].name;
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
