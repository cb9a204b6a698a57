/* SPDX-License-Identifier: ISC */
/*
 * audit.html: the page doc/audit.html with the data in place of its null. One
 * file that asks nothing of a network; the same image gives the same bytes.
 */
#include <string.h>

#include "audit_json.h"
#include "driver.h"

static const char mark[] = "type=\"application/json\">null";

static bool
has_unit(const struct audit *audit, const char *module)
{
	size_t i;

	for (i = 0; i < audit->units.count; i++)
		if (text_equal(audit->units.at[i].module, module))
			return true;
	return false;
}

const struct module **
audit_not_linked(const struct audit *audit, const struct catalogue *catalogue,
		 size_t *count)
{
	LIST(const struct module *) modules = { 0 };
	size_t i;

	for (i = 0; i < catalogue->modules.count; i++) {
		const struct module *module = catalogue_module(
			catalogue, catalogue->modules.at[i]->name);

		if (module != NULL && !has_unit(audit, module->name))
			*list_add(&modules) = module;
	}
	*count = modules.count;
	return modules.at;
}

static void
add_not_linked(struct buffer *out, const struct audit *audit,
	       const struct catalogue *catalogue)
{
	size_t count, i;
	const struct module **modules = audit_not_linked(audit, catalogue,
							 &count);

	buffer_printf(out, ",\"not_linked\":[");
	for (i = 0; i < count; i++) {
		buffer_printf(out, i == 0 ? "{\"name\":" : ",{\"name\":");
		json_add_text(out, modules[i]->name);
		buffer_printf(out, ",\"summary\":");
		json_add_text(out, modules[i]->summary);
		buffer_printf(out, "}");
	}
	buffer_printf(out, "]");
}

static void
add_data(struct buffer *out, const struct code *code,
	 const struct catalogue *catalogue)
{
	struct bytes json = audit_write(code->audit, code);
	struct elf_identity identity;

	elf_identity_get(code->audit->file, &code->audit->image, &identity);
	buffer_printf(out, "{\"unicc\":\"%s\",\"code_root\":\"%s\"",
		      UNICC_VERSION,
		      host_hex(identity.code_root, ELF_HASH_BYTES));
	add_not_linked(out, code->audit, catalogue);
	buffer_printf(out, ",\"audit\":");
	buffer_add(out, json.at, json.size);
	buffer_printf(out, "}");
}

bool
audit_page(const struct code *code, const struct catalogue *catalogue,
	   struct bytes *page)
{
	const char *path = host_join(catalogue->root, "doc/audit.html");
	struct buffer out = { 0 };
	struct bytes text;
	const uint8_t *at;

	if (!host_read(path, &text) ||
	    (at = memmem(text.at, text.size, mark, strlen(mark))) == NULL) {
		diag(E0101, (struct where){ path, 0, 0 }, NULL,
		     "the page that an audit is shown in cannot be read");
		return false;
	}
	at += strlen(mark) - strlen("null");
	buffer_add(&out, text.at, (size_t)(at - text.at));
	add_data(&out, code, catalogue);
	at += strlen("null");
	buffer_add(&out, at, (size_t)(text.at + text.size - at));
	*page = (struct bytes){ (const uint8_t *)out.at, out.size };
	return true;
}
