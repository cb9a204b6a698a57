/* SPDX-License-Identifier: ISC */
/*
 * NAME.spdx.json: what is really linked, as an SPDX 2.3 document.
 *
 * A file stands in it because bytes of the image come from it, as the audit
 * found; its functions and objects that are left are told, and how many bytes
 * they take. What only was compiled is not in it. The same build gives the same
 * bytes: no time, no user, no path, no line number. Of the C that unicc wrote
 * no hash is told, because its comments name lines; its share is the image's.
 * It is about the code: every image that is sealed of it has the same document.
 */
#include "sbom.h"

#include <cjson/cJSON.h>
#include <nettle/sha1.h>
#include <stdlib.h>
#include <string.h>

#include "label.h"
#include "manifest_root.h"
#include "store.h"
#include "toolchain.h"

static const char unknown[] = "NOASSERTION";
static const char own_package[] = "unicc";
static const char config_package[] = "configuration";

/* Columns of audit.json. */
enum { ROW_BYTES = 1, ROW_KIND, ROW_NODE, ROW_SOURCE, ROW_FUNCTION };
enum { NODE_NAME = 3 };

static int
share_compare(const void *a, const void *b)
{
	const struct share *first = a, *second = b;
	int order = strcmp(first->label, second->label);

	if (order == 0)
		order = first->is_object - second->is_object;
	return order != 0 ? order : strcmp(first->name, second->name);
}

/* ---- What is linked -------------------------------------------------------- */

/* A number of a row of audit.json, or -1. */
static int
number_at(const cJSON *row, int column)
{
	const cJSON *item = cJSON_GetArrayItem(row, column);

	return cJSON_IsNumber(item) ? item->valueint : -1;
}

static const char *
text_at(const cJSON *row, int column)
{
	return cJSON_GetStringValue(cJSON_GetArrayItem(row, column));
}

/* The name of what a row of audit.json belongs to: "" if it has none. */
static const char *
name_of(const cJSON *row, const cJSON *const *nodes, int nodes_count)
{
	const char *function = text_at(row, ROW_FUNCTION), *name = NULL;
	int node = number_at(row, ROW_NODE);

	if (function != NULL)
		return arena_copy(function);
	if (node >= 0 && node < nodes_count &&
	    !text_equal(text_at(row, ROW_KIND), "string"))
		name = text_at(nodes[node], NODE_NAME);
	return name == NULL ? "" : arena_copy(name);
}

/* Sorted; each function and object once. */
static void
merge(struct shares *shares)
{
	size_t i, kept = 0;

	if (shares->count != 0)
		qsort(shares->at, shares->count, sizeof *shares->at, share_compare);
	for (i = 0; i < shares->count; i++)
		if (kept != 0 &&
		    share_compare(&shares->at[kept - 1], &shares->at[i]) == 0)
			shares->at[kept - 1].bytes += shares->at[i].bytes;
		else
			shares->at[kept++] = shares->at[i];
	shares->count = kept;
}

struct shares
sbom_shares(struct bytes audit)
{
	cJSON *whole = cJSON_ParseWithLength((const char *)audit.at,
					     audit.size);
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(whole, "nodes");
	LIST(const cJSON *) nodes = { 0 };
	struct shares shares = { 0 };
	const cJSON *row;

	cJSON_ArrayForEach(row, rows) {
		*list_add(&nodes) = row;
	}
	rows = cJSON_GetObjectItemCaseSensitive(whole, "rows");
	cJSON_ArrayForEach(row, rows) {
		const char *source = text_at(row, ROW_SOURCE);

		if (source != NULL)
			*list_add(&shares) = (struct share){
				arena_copy(source),
				name_of(row, nodes.at, (int)nodes.count),
				!text_equal(text_at(row, ROW_KIND), "code"),
				(size_t)number_at(row, ROW_BYTES) };
	}
	cJSON_Delete(whole);
	merge(&shares);
	return shares;
}

/* "musl" of "musl:src/string/memcpy.c", "configuration" of the user's own. */
static const char *
package_of(const char *label)
{
	const char *colon = strchr(label, ':');

	if (text_starts(label, "config/") || text_starts(label, "generated/") ||
	    text_starts(label, "outside/"))
		return config_package;
	return colon == NULL ? own_package
			     : arena_copy_n(label, (size_t)(colon - label));
}

static bool
is_hashed(const char *label)
{
	return !text_starts(label, "generated/");
}

/* ---- Elements -------------------------------------------------------------- */

static cJSON *
add_row(cJSON *array)
{
	cJSON *row = cJSON_CreateObject();

	cJSON_AddItemToArray(array, row);
	return row;
}

static void
add_checksum(cJSON *array, const char *algorithm, const char *hex)
{
	cJSON *row = add_row(array);

	cJSON_AddStringToObject(row, "algorithm", algorithm);
	cJSON_AddStringToObject(row, "checksumValue", hex);
}

static const char *
sha256_of(struct bytes bytes)
{
	uint8_t sha256[32];

	host_sha256(bytes, sha256);
	return host_hex(sha256, sizeof sha256);
}

/* SPDX 2.3 wants SHA-1 of each file, besides whatever else is told. */
static const char *
sha1_of(struct bytes bytes)
{
	uint8_t sha1[SHA1_DIGEST_SIZE];
	struct sha1_ctx context;

	sha1_init(&context);
	sha1_update(&context, bytes.size, bytes.at);
	sha1_digest(&context, sizeof sha1, sha1);
	return host_hex(sha1, sizeof sha1);
}

static const char *
file_id(const char *label)
{
	return arena_printf("SPDXRef-File-%.16s",
			    sha256_of((struct bytes){
				    (const uint8_t *)label, strlen(label) }));
}

static const char *
package_id(const char *name)
{
	return arena_printf("SPDXRef-Package-%s", name);
}

static void
relate(cJSON *array, const char *from, const char *type, const char *to)
{
	cJSON *row = add_row(array);

	cJSON_AddStringToObject(row, "spdxElementId", from);
	cJSON_AddStringToObject(row, "relationshipType", type);
	cJSON_AddStringToObject(row, "relatedSpdxElement", to);
}

static cJSON *
add_package(cJSON *packages, const char *id, const char *name,
	    const char *version, const char *license)
{
	cJSON *row = add_row(packages);

	cJSON_AddStringToObject(row, "SPDXID", id);
	cJSON_AddStringToObject(row, "name", name);
	if (!text_equal(version, unknown))
		cJSON_AddStringToObject(row, "versionInfo", version);
	cJSON_AddStringToObject(row, "downloadLocation", unknown);
	cJSON_AddStringToObject(row, "licenseConcluded", license);
	cJSON_AddStringToObject(row, "licenseDeclared", license);
	cJSON_AddStringToObject(row, "copyrightText", unknown);
	return row;
}

/* ---- Source files ---------------------------------------------------------- */

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
	return text_utf8(text.at);
}

static size_t
end_of_file(const struct shares *shares, size_t from)
{
	size_t end = from + 1;

	while (end < shares->count && text_equal(shares->at[end].label,
						shares->at[from].label))
		end++;
	return end;
}

static const char *
license_of(const struct build *build, const char *package)
{
	size_t i;

	if (text_equal(package, own_package))
		return "ISC";
	for (i = 0; i < build->catalogue->packages_count; i++)
		if (text_equal(build->catalogue->packages[i].name, package))
			return build->catalogue->packages[i].license;
	return unknown;
}

/* The file and its SHA-1, or NULL if it cannot be read any more. */
static const char *
add_file(cJSON *files, const struct build *build, const struct shares *shares,
	 size_t from, size_t end)
{
	const char *label = shares->at[from].label, *path = label_path(label);
	const char *colon = strchr(label, ':'), *sha1;
	const char *license = license_of(build, package_of(label));
	struct bytes bytes;
	cJSON *row, *array;

	if (path == NULL || !host_read(path, &bytes))
		return NULL;
	sha1 = sha1_of(bytes);
	row = add_row(files);
	cJSON_AddStringToObject(row, "SPDXID", file_id(label));
	cJSON_AddStringToObject(row, "fileName",
				text_utf8(arena_printf("./%s",
						       colon == NULL
							       ? label
							       : colon + 1)));
	array = cJSON_AddArrayToObject(row, "checksums");
	add_checksum(array, "SHA1", sha1);
	add_checksum(array, "SHA256", sha256_of(bytes));
	array = cJSON_AddArrayToObject(row, "fileTypes");
	cJSON_AddItemToArray(array, cJSON_CreateString("SOURCE"));
	cJSON_AddStringToObject(row, "licenseConcluded", license);
	array = cJSON_AddArrayToObject(row, "licenseInfoInFiles");
	cJSON_AddItemToArray(array, cJSON_CreateString(unknown));
	cJSON_AddStringToObject(row, "copyrightText", unknown);
	cJSON_AddStringToObject(row, "comment", comment_of(shares, from, end));
	return sha1;
}

static int
text_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* SPDX 2.3, 7.9: the SHA-1 of the files' SHA-1s, sorted, end to end. */
static void
add_verification(cJSON *package, const char **sha1s, size_t count)
{
	cJSON *code = cJSON_AddObjectToObject(package,
					      "packageVerificationCode");
	struct buffer text = { 0 };
	size_t i;

	qsort(sha1s, count, sizeof *sha1s, text_compare);
	for (i = 0; i < count; i++)
		buffer_printf(&text, "%s", sha1s[i]);
	cJSON_AddStringToObject(code, "packageVerificationCodeValue",
				sha1_of((struct bytes){
					(const uint8_t *)text.at, text.size }));
}

/* The source package as Debian has it. */
static void
add_source(cJSON *row, const struct package *package)
{
	cJSON *reference;
	struct buffer text = { 0 };
	size_t i;

	cJSON_AddStringToObject(row, "packageFileName",
				package->files[0].name);
	add_checksum(cJSON_AddArrayToObject(row, "checksums"), "SHA256",
		     package->files[0].sha256);
	for (i = 1; i < package->files_count; i++)
		buffer_printf(&text, "%s%s SHA256 %s", i == 1 ? "" : "; ",
			      package->files[i].name, package->files[i].sha256);
	cJSON_AddStringToObject(row, "sourceInfo", text.at == NULL ? ""
								   : text.at);
	reference = add_row(cJSON_AddArrayToObject(row, "externalRefs"));
	cJSON_AddStringToObject(reference, "referenceCategory",
				"PACKAGE-MANAGER");
	cJSON_AddStringToObject(reference, "referenceType", "purl");
	cJSON_AddStringToObject(reference, "referenceLocator",
				arena_printf("pkg:deb/debian/%s@%s?arch=source",
					     package->name, package->version));
}

static const char *
version_of(const struct build *build, const char *package,
	   const struct package **source)
{
	size_t i;

	*source = NULL;
	for (i = 0; i < build->catalogue->packages_count; i++)
		if (text_equal(build->catalogue->packages[i].name, package)) {
			*source = &build->catalogue->packages[i];
			return (*source)->version;
		}
	return text_equal(package, own_package) ? UNICC_VERSION : unknown;
}

struct document {
	const struct build *build;
	struct shares shares;
	cJSON *packages, *files, *relationships;
	struct buffer licenses;	/* "BSD-3-Clause AND ISC AND MIT" */
};

/* One package with those of its files that something is linked of. */
static void
add_linked(struct document *document, const char *name, cJSON *row)
{
	const struct shares *shares = &document->shares;
	LIST(const char *) sha1s = { 0 };
	const char *sha1;
	size_t i, end;

	for (i = 0; i < shares->count; i = end) {
		end = end_of_file(shares, i);
		if (!text_equal(package_of(shares->at[i].label), name) ||
		    !is_hashed(shares->at[i].label))
			continue;
		sha1 = add_file(document->files, document->build, shares, i,
				end);
		if (sha1 == NULL)
			continue;
		*list_add(&sha1s) = sha1;
		relate(document->relationships, package_id(name), "CONTAINS",
		       file_id(shares->at[i].label));
	}
	cJSON_AddBoolToObject(row, "filesAnalyzed", sha1s.count != 0);
	if (sha1s.count != 0)
		add_verification(row, sha1s.at, sha1s.count);
}

static void
add_linked_package(struct document *document, const char *name)
{
	const struct package *source;
	const char *version = version_of(document->build, name, &source);
	const char *license = license_of(document->build, name);
	cJSON *row = add_package(document->packages, package_id(name), name,
				 version, license);

	add_linked(document, name, row);
	if (source != NULL)
		add_source(row, source);
	relate(document->relationships, "SPDXRef-Image", "STATIC_LINK",
	       package_id(name));
	if (!text_equal(license, unknown) &&
	    (document->licenses.at == NULL ||
	     strstr(document->licenses.at, license) == NULL))
		buffer_printf(&document->licenses, "%s%s",
			      document->licenses.size == 0 ? "" : " AND ",
			      license);
}

static void
add_linked_packages(struct document *document)
{
	LIST(const char *) names = { 0 };
	size_t i, j;

	for (i = 0; i < document->shares.count; i++) {
		const char *name = package_of(document->shares.at[i].label);

		for (j = 0; j < names.count; j++)
			if (text_equal(names.at[j], name))
				break;
		if (j == names.count)
			*list_add(&names) = name;
	}
	if (names.count != 0)
		qsort(names.at, names.count, sizeof *names.at, text_compare);
	for (i = 0; i < names.count; i++)
		add_linked_package(document, names.at[i]);
}

/* ---- The image, its tools, the document ------------------------------------ */

static void
add_image(struct document *document)
{
	const struct build *build = document->build;
	cJSON *row = add_package(document->packages, "SPDXRef-Image",
				 "unicc image", host_hex(build->code_root, 32),
				 document->licenses.at == NULL
					 ? unknown
					 : document->licenses.at);

	cJSON_AddBoolToObject(row, "filesAnalyzed", false);
	cJSON_AddStringToObject(row, "primaryPackagePurpose",
				"OPERATING-SYSTEM");
	relate(document->relationships, "SPDXRef-DOCUMENT", "DESCRIBES",
	       "SPDXRef-Image");
}

static void
add_tools(struct document *document)
{
	const struct tool *tools[] = { &toolchain_clang, &toolchain_linker };
	cJSON *row;
	size_t i;

	for (i = 0; i < countof(tools); i++) {
		const char *id = package_id(tools[i]->package);

		row = add_package(document->packages, id, tools[i]->name,
				  text_utf8(tools[i]->version), unknown);
		cJSON_AddBoolToObject(row, "filesAnalyzed", false);
		cJSON_AddStringToObject(
			row, "comment",
			arena_printf("unicc's hash of the tool and its LLVM: "
				     "%s", host_hex(tools[i]->sha256, 32)));
		relate(document->relationships, id, "BUILD_TOOL_OF",
		       "SPDXRef-Image");
	}
}

/* A UUID of the kind that is the maker's own business (RFC 9562, 5.8). */
static const char *
name_space(const struct build *build)
{
	const char *text = arena_printf("unicc spdx 1\n%s\n",
					host_hex(build->code_root, 32));
	uint8_t sha256[32];

	host_sha256((struct bytes){ (const uint8_t *)text, strlen(text) },
		    sha256);
	sha256[6] = (uint8_t)(0x80 | (sha256[6] & 15));
	sha256[8] = (uint8_t)(0x80 | (sha256[8] & 63));
	return arena_printf("urn:uuid:%s-%s-%s-%s-%s", host_hex(sha256, 4),
			    host_hex(sha256 + 4, 2), host_hex(sha256 + 6, 2),
			    host_hex(sha256 + 8, 2), host_hex(sha256 + 10, 6));
}

struct bytes
sbom_write(const struct build *build)
{
	cJSON *whole = cJSON_CreateObject(), *info, *creators;
	struct document document = { .build = build };
	struct bytes printed;

	document.shares = sbom_shares(build->audit);
	cJSON_AddStringToObject(whole, "spdxVersion", "SPDX-2.3");
	cJSON_AddStringToObject(whole, "dataLicense", "CC0-1.0");
	cJSON_AddStringToObject(whole, "SPDXID", "SPDXRef-DOCUMENT");
	cJSON_AddStringToObject(whole, "name",
				arena_printf("unicc image, code %s",
					     host_hex(build->code_root, 32)));
	cJSON_AddStringToObject(whole, "documentNamespace", name_space(build));
	info = cJSON_AddObjectToObject(whole, "creationInfo");
	/* It has to be told, and the same build tells the same. */
	cJSON_AddStringToObject(info, "created", "1970-01-01T00:00:00Z");
	creators = cJSON_AddArrayToObject(info, "creators");
	cJSON_AddItemToArray(creators,
			     cJSON_CreateString("Tool: unicc-" UNICC_VERSION));
	document.packages = cJSON_AddArrayToObject(whole, "packages");
	document.files = cJSON_AddArrayToObject(whole, "files");
	document.relationships = cJSON_AddArrayToObject(whole, "relationships");
	add_linked_packages(&document);
	add_image(&document);
	add_tools(&document);
	printed = manifest_print(whole);
	cJSON_Delete(whole);
	return printed;
}
