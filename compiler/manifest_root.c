/* SPDX-License-Identifier: ISC */
/* Making and checking a manifest's root; see manifest_root.h. */
#include "manifest_root.h"

#include <stdlib.h>
#include <string.h>

#include "unicc.h"

static const char root_name[] = "root";
const char manifest_format[] = "unicc manifest 2";

/* More are no manifest of ours, and would take long to compare. */
enum { FIELDS_MAX = 64 };

static const char *
hash_text(const char *text)
{
	uint8_t sha256[32];

	host_sha256((struct bytes){ (const uint8_t *)text, strlen(text) },
		    sha256);
	return host_hex(sha256, 32);
}

static const char *
hash_field(const cJSON *field)
{
	char *printed = cJSON_PrintUnformatted(field);
	const char *hash = hash_text(printed == NULL ? "" : printed);

	free(printed);
	return hash;
}

static bool
is_root(const cJSON *field)
{
	return text_equal(field->string, root_name);
}

/* The root over all the other fields. */
static cJSON *
make_root(const cJSON *whole)
{
	cJSON *root = cJSON_CreateObject(), *fields = cJSON_CreateArray(), *row;
	struct buffer lines = { 0 };
	const cJSON *field;
	const char *hash;

	buffer_printf(&lines, "%s\n", manifest_format);
	cJSON_ArrayForEach(field, whole) {
		if (is_root(field))
			continue;
		hash = hash_field(field);
		buffer_printf(&lines, "%s %s\n", field->string, hash);
		row = cJSON_CreateObject();
		cJSON_AddStringToObject(row, "name", field->string);
		cJSON_AddStringToObject(row, "sha256", hash);
		cJSON_AddItemToArray(fields, row);
	}
	cJSON_AddStringToObject(root, "sha256", hash_text(lines.at));
	cJSON_AddItemToObject(root, "fields", fields);
	free(lines.at);
	return root;
}

void
manifest_root_set(cJSON *whole)
{
	cJSON *root = make_root(whole);

	cJSON_DeleteItemFromObjectCaseSensitive(whole, root_name);
	cJSON_AddItemToObject(whole, root_name, root);
}

struct bytes
manifest_print(const cJSON *whole)
{
	char *printed = cJSON_Print(whole);
	const char *text = arena_printf("%s\n", printed == NULL ? "" : printed);

	free(printed);
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

/* ---- Reading --------------------------------------------------------------- */

const char *
manifest_text(const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(object, key));

	return text == NULL ? "" : text;
}

bool
manifest_number(const cJSON *object, const char *key, uint64_t *number)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) ||
	    item->valuedouble > 1e15)
		return false;
	*number = (uint64_t)item->valuedouble;
	return true;
}

static unsigned
line_of(const uint8_t *at, size_t size)
{
	unsigned line = 1;
	size_t i;

	for (i = 0; i < size; i++)
		line += at[i] == '\n';
	return line;
}

static void
refuse(const struct manifest *manifest, unsigned line, const char *subject,
       const char *why)
{
	diag(E0608, (struct where){ manifest->path, line, line != 0 }, subject,
	     "%s", why);
}

static void
break_field(struct manifest *manifest, const char *name, const char *why)
{
	*list_add(&manifest->broken) = name;
	refuse(manifest, 0, name, why);
}

/* The row of root.fields about a field of this name, or NULL. */
static const cJSON *
row_of(const cJSON *rows, const char *name)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, rows)
		if (text_equal(manifest_text(row, "name"), name))
			return row;
	return NULL;
}

static bool
is_first(const cJSON *whole, const cJSON *field)
{
	return cJSON_GetObjectItemCaseSensitive(whole, field->string) == field;
}

static void
check_fields(struct manifest *manifest, const cJSON *rows)
{
	const cJSON *whole = manifest->whole, *field, *row;

	cJSON_ArrayForEach(field, whole) {
		if (is_root(field))
			continue;
		row = row_of(rows, field->string);
		if (!is_first(whole, field))
			break_field(manifest, field->string, "it is there twice");
		else if (row == NULL)
			break_field(manifest, field->string,
				    "the root knows no such field");
		else if (!text_equal(hash_field(field),
				     manifest_text(row, "sha256")))
			break_field(manifest, field->string,
				    "it is not what the root was made of");
	}
	cJSON_ArrayForEach(row, rows) {
		const char *name = manifest_text(row, "name");

		if (cJSON_GetObjectItemCaseSensitive(whole, name) == NULL)
			break_field(manifest, name, "it is missing");
	}
}

/* The fields agree with the root's hash, and some row of root.fields does
 * not agree with them. */
static void
check_rows(const struct manifest *manifest, const cJSON *rows,
	   const cJSON *expected)
{
	const cJSON *wanted, *row = rows == NULL ? NULL : rows->child;

	cJSON_ArrayForEach(wanted, expected) {
		if (row == NULL || !cJSON_Compare(wanted, row, true)) {
			refuse(manifest, 0,
			       arena_printf("root.fields.%s",
					    manifest_text(wanted, "name")),
			       "it is not what the root was made of");
			return;
		}
		row = row->next;
	}
	refuse(manifest, 0, root_name, "it says more than a root does");
}

static void
check_root(struct manifest *manifest, const cJSON *root)
{
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(root, "fields");
	cJSON *expected = make_root(manifest->whole);
	const char *says = manifest_text(root, "sha256");

	if (cJSON_Compare(root, expected, true)) {
		manifest->root = arena_copy(says);
	} else if (text_equal(says, manifest_text(expected, "sha256"))) {
		check_rows(manifest, rows,
			   cJSON_GetObjectItemCaseSensitive(expected,
							    "fields"));
	} else {
		check_fields(manifest, rows);
		if (manifest->broken.count == 0)
			refuse(manifest, 0, "root.sha256",
			       "it is not the root of the fields");
	}
	cJSON_Delete(expected);
}

/* What is written as unicc does not write it carries no meaning, and yet is
 * not what was built. */
static void
check_spelling(const struct manifest *manifest, struct bytes file)
{
	struct bytes written = manifest_print(manifest->whole);
	size_t i = 0;

	while (i < file.size && i < written.size && file.at[i] == written.at[i])
		i++;
	if (i < file.size || i < written.size)
		refuse(manifest, line_of(file.at, i < file.size ? i : file.size),
		       NULL, "this is not as unicc writes it");
}

bool
manifest_has_format(const cJSON *whole, const char *path)
{
	const struct where where = { path, 0, 0 };
	const char *format = manifest_text(whole, "format");
	const char *by = manifest_text(whole, "unicc");

	if (text_equal(format, manifest_format))
		return true;
	if (format[0] == '\0') {
		diag(E0608, where, "format", "it is missing");
		return false;
	}
	diag(E1009, where, "format", "it is \"%s\", by unicc %s; this is unicc "
	     "%s, which reads \"%s\"", text_utf8(format), text_utf8(by),
	     UNICC_VERSION, manifest_format);
	diag_fix("ask unicc %s, or build the image again with this one",
		 text_utf8(by));
	return false;
}

bool
manifest_has_version(const cJSON *whole, const char *path)
{
	const char *by = text_utf8(manifest_text(whole, "unicc"));

	if (text_equal(by, UNICC_VERSION))
		return true;
	diag(E1009, (struct where){ path, 0, 0 }, NULL,
	     "unicc %s wrote it; this is unicc %s", by, UNICC_VERSION);
	diag_fix("use unicc %s for it, or build the image again with this one",
		 by);
	return false;
}

/* What keeps this from being a manifest at all, or NULL. */
static const char *
wrong_form(const cJSON *whole)
{
	const cJSON *root;

	if (!cJSON_IsObject(whole) || whole->child == NULL)
		return "it is no manifest of unicc";
	if (cJSON_GetArraySize(whole) > FIELDS_MAX)
		return "it has more fields than any manifest";
	root = cJSON_GetObjectItemCaseSensitive(whole, root_name);
	if (root == NULL)
		return "it has no root";
	if (root->next != NULL)
		return "something stands behind its root";
	return NULL;
}

static bool
is_field_name(const char *name)
{
	return name[0] != '\0' &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyz_")] == '\0';
}

/* What agrees with the root is still no manifest if a name with a line break
 * swallows the lines of other fields, or if nobody says what to compare. */
static void
check_names(const struct manifest *manifest)
{
	static const struct {
		const char *name;
		int type;
	} needed[] = {
		{ "unicc", cJSON_String }, { "name", cJSON_String },
		{ "platform", cJSON_String }, { "memory_bytes", cJSON_Number },
		{ "fingerprint", cJSON_Object }, { "segments", cJSON_Array },
		{ "parts", cJSON_Array }, { "sealed", cJSON_Array },
		{ "files", cJSON_Array }, { "options", cJSON_Array },
		{ "instances", cJSON_Array }, { "toolchain", cJSON_Array },
		{ "sources", cJSON_Array }, { "inputs", cJSON_Array },
	};
	const cJSON *field;
	size_t i;

	cJSON_ArrayForEach(field, manifest->whole)
		if (!is_field_name(field->string))
			refuse(manifest, 0, text_utf8(field->string),
			       "no field is called like this");
	for (i = 0; i < countof(needed); i++) {
		field = cJSON_GetObjectItemCaseSensitive(manifest->whole,
							 needed[i].name);
		if (field == NULL)
			refuse(manifest, 0, needed[i].name, "it is missing");
		else if ((field->type & 0xff) != needed[i].type)
			refuse(manifest, 0, needed[i].name,
			       "it is of another type");
	}
}

bool
manifest_open(const char *path, struct bytes file, struct manifest *manifest)
{
	const char *end = NULL, *wrong;
	size_t size = 0;

	*manifest = (struct manifest){ .path = path };
	manifest->whole = cJSON_ParseWithLengthOpts((const char *)file.at,
						    file.size, &end, false);
	if (manifest->whole == NULL) {
		if (end != NULL)
			size = (size_t)((const uint8_t *)end - file.at);
		refuse(manifest,
		       line_of(file.at, size <= file.size ? size : 0), NULL,
		       "it is no JSON from here on");
		return false;
	}
	wrong = wrong_form(manifest->whole);
	if (wrong != NULL) {
		refuse(manifest, 0, NULL, wrong);
		manifest_close(manifest);
		return false;
	}
	if (!manifest_has_format(manifest->whole, path)) {
		manifest_close(manifest);
		return false;
	}
	check_root(manifest, cJSON_GetObjectItemCaseSensitive(manifest->whole,
							      root_name));
	if (manifest->root != NULL) {
		check_spelling(manifest, file);
		check_names(manifest);
	}
	return true;
}

void
manifest_close(struct manifest *manifest)
{
	cJSON_Delete(manifest->whole);
	manifest->whole = NULL;
}

const cJSON *
manifest_field(const struct manifest *manifest, const char *name)
{
	size_t i;

	for (i = 0; i < manifest->broken.count; i++)
		if (text_equal(manifest->broken.at[i], name))
			return NULL;
	return cJSON_GetObjectItemCaseSensitive(manifest->whole, name);
}
