/* SPDX-License-Identifier: ISC */
/*
 * One file of the SPDX document: what is linked of it, and what it says of its
 * licence. What a file does not say is its package's; what cannot be told is
 * NOASSERTION, and NONE means that the file was read and says nothing.
 */
#include "sbom_element.h"

#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "label.h"
#include "notice.h"

const char *
sbom_file_id(const char *label)
{
	return arena_printf("SPDXRef-File-%.16s",
			    sbom_sha256((struct bytes){
				    (const uint8_t *)label, strlen(label) }));
}

size_t
sbom_file_end(const struct shares *shares, size_t from)
{
	size_t end = from + 1;

	while (end < shares->count && text_equal(shares->at[end].label,
						shares->at[from].label))
		end++;
	return end;
}

/* ---- What is linked -------------------------------------------------------- */

static void
add_names(struct buffer *text, const struct shares *shares, size_t from,
	  size_t end, bool is_object)
{
	const char *start = is_object ? "; objects: " : "; functions: ";
	size_t i;

	for (i = from; i < end; i++) {
		if (shares->at[i].is_object != is_object ||
		    shares->at[i].name[0] == '\0')
			continue;
		buffer_printf(text, "%s%s", start, shares->at[i].name);
		start = ", ";
	}
}

/* "linked: 1374 bytes; functions: pbuf_alloc, pbuf_free; objects: table" */
static const char *
comment_of(const struct shares *shares, size_t from, size_t end)
{
	struct buffer text = { 0 };
	size_t bytes = 0, i;

	for (i = from; i < end; i++)
		bytes += shares->at[i].bytes;
	buffer_printf(&text, "linked: %zu bytes", bytes);
	add_names(&text, shares, from, end, false);
	add_names(&text, shares, from, end, true);
	return text_utf8(buffer_keep(&text));
}

/* ---- What it says ---------------------------------------------------------- */

static void
add_texts(struct document *document, const struct notice *notice)
{
	size_t i, count;
	cJSON *row;

	for (i = 0; i < notice->texts.count; i++) {
		count = document->text_ids.count;
		sbom_once(&document->text_ids, notice->texts.at[i].id);
		if (document->text_ids.count == count)
			continue;
		row = sbom_row(document->texts);
		cJSON_AddStringToObject(row, "licenseId",
					notice->texts.at[i].id);
		cJSON_AddStringToObject(row, "extractedText",
					notice->texts.at[i].text);
		cJSON_AddStringToObject(row, "name", SBOM_UNKNOWN);
	}
}

static void
add_license(cJSON *row, const struct notice *notice, const char *license,
	    struct findings *findings)
{
	cJSON *infos;
	struct words found = { 0 };
	const char *concluded = license;
	size_t i;

	for (i = 0; i < notice->licenses.count; i++) {
		words_add(&found, notice->licenses.at[i]);
		sbom_once(&findings->infos, notice->licenses.at[i]);
	}
	if (notice->is_license_unclear)
		concluded = SBOM_UNKNOWN;
	else if (found.count != 0)
		concluded = sbom_all_of(&found);
	if (text_equal(concluded, SBOM_UNKNOWN))
		findings->is_concluded_unknown = true;
	else
		sbom_once(&findings->concluded, concluded);
	cJSON_AddStringToObject(row, "licenseConcluded", concluded);
	infos = cJSON_AddArrayToObject(row, "licenseInfoInFiles");
	for (i = 0; i < found.count; i++)
		sbom_text(infos, found.at[i]);
	if (notice->is_license_unclear)
		findings->is_info_unknown = true;
	if (found.count == 0)
		sbom_text(infos, notice->is_license_unclear ? SBOM_UNKNOWN
							    : SBOM_NONE);
	if (found.count == 0 && !text_equal(concluded, SBOM_UNKNOWN))
		cJSON_AddStringToObject(row, "licenseComments",
					"The file names no licence: its "
					"package's.");
}

static void
add_copyright(cJSON *row, const struct notice *notice,
	      struct findings *findings)
{
	struct buffer text = { 0 };
	size_t i;

	for (i = 0; i < notice->copyrights.count; i++) {
		buffer_printf(&text, "%s%s", i == 0 ? "" : "\n",
			      notice->copyrights.at[i]);
		sbom_once(&findings->copyrights, notice->copyrights.at[i]);
	}
	if (notice->is_copyright_unclear)
		findings->is_copyright_unknown = true;
	cJSON_AddStringToObject(row, "copyrightText",
				text.size != 0 ? buffer_keep(&text)
				: notice->is_copyright_unclear ? SBOM_UNKNOWN
							       : SBOM_NONE);
}

/* ---- Files ----------------------------------------------------------------- */

static int
labelled_order(const void *a, const void *b)
{
	const struct labelled *first = a, *second = b;

	return strcmp(first->label, second->label);
}

void
sbom_find_contents(struct document *document)
{
	const struct build *build = document->build;
	const struct content_file **files;
	size_t i, j, k, count;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		for (j = 0; j < instance->module->settings.count; j++) {
			files = content_files(instance, j, &count);
			for (k = 0; k < count; k++)
				*list_add(&document->contents) =
					(struct labelled){
						content_label(instance, j,
							      files[k]),
						files[k] };
		}
	}
	if (document->contents.count != 0)
		qsort(document->contents.at, document->contents.count,
		      sizeof *document->contents.at, labelled_order);
}

/* The file of content with this label, or NULL. */
static const struct content_file *
content_of(const struct document *document, const char *label)
{
	struct labelled wanted = { label, NULL };
	const struct labelled *found;

	if (document->contents.count == 0)
		return NULL;
	found = bsearch(&wanted, document->contents.at,
			document->contents.count,
			sizeof *document->contents.at, labelled_order);
	return found == NULL ? NULL : found->file;
}

static const char *
type_of(const struct content_file *content)
{
	if (content == NULL)
		return "SOURCE";
	if (content->type != NULL && text_starts(content->type, "text/"))
		return "TEXT";
	if (content->type != NULL && text_starts(content->type, "image/"))
		return "IMAGE";
	return "OTHER";
}

/* "src/a.c" of "musl:src/a.c", "www.content/a.html" of "www.content:/a.html". */
static const char *
name_of(const char *label)
{
	const char *colon = strchr(label, ':');

	if (colon == NULL)
		return label;
	if (colon[1] != '/')
		return colon + 1;
	return arena_printf("%.*s%s", (int)(colon - label), label, colon + 1);
}

static cJSON *
add_file(struct document *document, const char *label, struct bytes bytes,
	 const char *type)
{
	cJSON *row = sbom_row(document->files), *array;
	cJSON_AddStringToObject(row, "SPDXID", sbom_file_id(label));
	cJSON_AddStringToObject(row, "fileName",
				text_utf8(arena_printf("./%s",
						       name_of(label))));
	array = cJSON_AddArrayToObject(row, "checksums");
	sbom_checksum(array, "SHA1", sbom_sha1(bytes));
	sbom_checksum(array, "SHA256", sbom_sha256(bytes));
	sbom_text(cJSON_AddArrayToObject(row, "fileTypes"), type);
	return row;
}

const char *
sbom_file(struct document *document, size_t from, size_t end,
	  const char *license, struct findings *findings)
{
	const struct shares *shares = &document->shares;
	const char *label = shares->at[from].label, *path = label_path(label);
	const struct content_file *content = content_of(document, label);
	/* Of other files than sources nothing was read. */
	struct notice notice = { .is_license_unclear = true,
				 .is_copyright_unclear = true };
	struct bytes bytes;
	cJSON *row;

	if (content != NULL)
		bytes = content->plain;
	else if (path == NULL || !host_read(path, &bytes))
		return NULL;
	if (content == NULL)
		notice = notice_read(bytes);
	row = add_file(document, label, bytes, type_of(content));
	add_license(row, &notice, license, findings);
	add_copyright(row, &notice, findings);
	add_texts(document, &notice);
	cJSON_AddStringToObject(row, "comment", comment_of(shares, from, end));
	return sbom_sha1(bytes);
}
