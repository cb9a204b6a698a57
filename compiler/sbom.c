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
#include "sbom_element.h"

#include <ctype.h>
#include <string.h>

#include "manifest_root.h"
#include "toolchain.h"

static const char own_package[] = "unicc";
static const char own_license[] = "ISC";
static const char own_copyright[] = "Copyright 2026 the unicc maintainers";
static const char config_package[] = "configuration";
static const char compiler_package[] = "compiler-headers";

/* A pinned source package; NULL: it is none. */
static const struct package *
source_of(const struct build *build, const char *name)
{
	size_t i;

	for (i = 0; i < build->catalogue->packages_count; i++)
		if (text_equal(build->catalogue->packages[i].name, name))
			return &build->catalogue->packages[i];
	return NULL;
}

/* "musl" of "musl:src/string/memcpy.c"; "configuration" of the user's own, to
 * which content belongs: "config/site/a.html", "www.content:/a.html". */
static const char *
package_of(const struct build *build, const char *label)
{
	const char *colon = strchr(label, ':'), *package;

	if (text_starts(label, "config/") || text_starts(label, "generated/") ||
	    text_starts(label, "outside/"))
		return config_package;
	if (text_starts(label, "clang/"))
		return compiler_package;
	if (colon == NULL)
		return own_package;
	package = arena_copy_n(label, (size_t)(colon - label));
	return source_of(build, package) == NULL ? config_package : package;
}

static bool
is_hashed(const char *label)
{
	return !text_starts(label, "generated/");
}

static const char *
package_id(const char *name)
{
	return arena_printf("SPDXRef-Package-%s", name);
}

static void
relate(struct document *document, const char *from, const char *type,
       const char *to)
{
	cJSON *row = sbom_row(document->relationships);

	cJSON_AddStringToObject(row, "spdxElementId", from);
	cJSON_AddStringToObject(row, "relationshipType", type);
	cJSON_AddStringToObject(row, "relatedSpdxElement", to);
}

static cJSON *
add_package(struct document *document, const char *id, const char *name,
	    const char *version)
{
	cJSON *row = sbom_row(document->packages);

	cJSON_AddStringToObject(row, "SPDXID", id);
	cJSON_AddStringToObject(row, "name", name);
	if (version != NULL)
		cJSON_AddStringToObject(row, "versionInfo", version);
	cJSON_AddStringToObject(row, "downloadLocation", SBOM_UNKNOWN);
	return row;
}

/* ---- Licences of many files ------------------------------------------------ */

static const char *
concluded_of(const struct findings *findings)
{
	const char *all = sbom_all_of(&findings->concluded);

	return all == NULL || findings->is_concluded_unknown ? SBOM_UNKNOWN
							     : all;
}

/* A package's, of those files of it that something is linked of. */
static void
add_findings(cJSON *row, struct findings *findings, const char *declared)
{
	cJSON *infos = cJSON_AddArrayToObject(row, "licenseInfoFromFiles");
	struct buffer text = { 0 };
	size_t i;

	sbom_sort(&findings->infos);
	for (i = 0; i < findings->infos.count; i++)
		sbom_text(infos, findings->infos.at[i]);
	if (findings->is_info_unknown)
		sbom_text(infos, SBOM_UNKNOWN);
	else if (findings->infos.count == 0)
		sbom_text(infos, SBOM_NONE);
	sbom_sort(&findings->copyrights);
	for (i = 0; i < findings->copyrights.count; i++)
		buffer_printf(&text, "%s%s", i == 0 ? "" : "\n",
			      findings->copyrights.at[i]);
	cJSON_AddStringToObject(row, "licenseConcluded",
				concluded_of(findings));
	cJSON_AddStringToObject(row, "licenseDeclared", declared);
	cJSON_AddStringToObject(row, "copyrightText",
				text.size == 0 ? SBOM_UNKNOWN
					       : buffer_keep(&text));
}

static void
merge_findings(struct document *document, const char *name,
	       const struct findings *findings)
{
	size_t i;

	for (i = 0; i < findings->concluded.count; i++)
		sbom_once(&document->findings.concluded,
			  findings->concluded.at[i]);
	if (!findings->is_concluded_unknown)
		return;
	document->findings.is_concluded_unknown = true;
	words_add(&document->unknown, name);
}

/* ---- Packages -------------------------------------------------------------- */

/* SPDX 2.3, 7.9: the SHA-1 of the files' SHA-1s, sorted, end to end. */
static void
add_verification(cJSON *package, struct words *sha1s)
{
	cJSON *code = cJSON_AddObjectToObject(package,
					      "packageVerificationCode");
	struct buffer text = { 0 };
	size_t i;

	sbom_sort(sha1s);
	for (i = 0; i < sha1s->count; i++)
		buffer_printf(&text, "%s", sha1s->at[i]);
	cJSON_AddStringToObject(code, "packageVerificationCodeValue",
				sbom_sha1((struct bytes){
					(const uint8_t *)text.at, text.size }));
}

/* A version as a package URL takes it: letters, digits and -._~ stay. */
static const char *
purl_version(const char *version)
{
	struct buffer text = { 0 };

	for (; *version != '\0'; version++)
		if (isalnum((unsigned char)*version) ||
		    strchr("-._~", *version) != NULL)
			buffer_add(&text, version, 1);
		else
			buffer_printf(&text, "%%%02X", (unsigned char)*version);
	return buffer_keep(&text);
}

/* The source package as Debian has it. */
static void
add_source(cJSON *row, const struct package *package)
{
	cJSON *reference;
	struct buffer text = { 0 };
	size_t i;

	cJSON_AddStringToObject(row, "supplier", "Organization: Debian");
	cJSON_AddStringToObject(row, "packageFileName",
				package->files[0].name);
	sbom_checksum(cJSON_AddArrayToObject(row, "checksums"), "SHA256",
		      package->files[0].sha256);
	for (i = 1; i < package->files_count; i++)
		buffer_printf(&text, "%s%s SHA256 %s", i == 1 ? "" : "; ",
			      package->files[i].name, package->files[i].sha256);
	cJSON_AddStringToObject(row, "sourceInfo", buffer_keep(&text));
	reference = sbom_row(cJSON_AddArrayToObject(row, "externalRefs"));
	cJSON_AddStringToObject(reference, "referenceCategory",
				"PACKAGE-MANAGER");
	cJSON_AddStringToObject(reference, "referenceType", "purl");
	cJSON_AddStringToObject(reference, "referenceLocator",
				arena_printf("pkg:deb/debian/%s@%s?arch=source",
					     package->name,
					     purl_version(package->version)));
}

/* Those of its files that something is linked of. */
static void
add_files(struct document *document, const char *name, const char *license,
	  struct findings *findings, struct words *sha1s)
{
	const struct shares *shares = &document->shares;
	const char *sha1;
	size_t i, end;

	for (i = 0; i < shares->count; i = end) {
		end = sbom_file_end(shares, i);
		if (!text_equal(package_of(document->build,
					   shares->at[i].label), name))
			continue;
		sha1 = !is_hashed(shares->at[i].label)
			       ? NULL
			       : sbom_file(document, i, end, license, findings);
		if (sha1 == NULL) {
			findings->is_concluded_unknown = true;
			continue;
		}
		words_add(sha1s, sha1);
		relate(document, package_id(name), "CONTAINS",
		       sbom_file_id(shares->at[i].label));
	}
}

static void
add_linked_package(struct document *document, const char *name)
{
	const struct package *source = source_of(document->build, name);
	const char *license = source != NULL		      ? source->license
			      : text_equal(name, own_package) ? own_license
							      : SBOM_UNKNOWN;
	const char *version =
		source != NULL				? source->version
		: text_equal(name, own_package)		? UNICC_VERSION
		: text_equal(name, compiler_package)
			? text_utf8(toolchain_clang.version)
			: NULL;
	cJSON *row = add_package(document, package_id(name), name, version);
	bool is_configuration = text_equal(name, config_package);
	struct findings findings = { .is_info_unknown = false };
	struct words sha1s = { 0 };

	if (source != NULL && source->copyright != NULL)
		sbom_once(&findings.copyrights, source->copyright);
	else if (text_equal(name, own_package))
		sbom_once(&findings.copyrights, own_copyright);
	add_files(document, name, license, &findings, &sha1s);
	cJSON_AddBoolToObject(row, "filesAnalyzed", sha1s.count != 0);
	if (sha1s.count != 0) {
		add_verification(row, &sha1s);
		cJSON_AddStringToObject(row, "comment",
					"Its files are those that something is "
					"linked of.");
	}
	add_findings(row, &findings, license);
	if (source != NULL)
		add_source(row, source);
	merge_findings(document, name, &findings);
	relate(document, "SPDXRef-Image",
	       is_configuration ? "GENERATED_FROM" : "STATIC_LINK",
	       package_id(name));
}

static void
add_linked_packages(struct document *document)
{
	struct words names = { 0 };
	size_t i;

	for (i = 0; i < document->shares.count; i++)
		sbom_once(&names, package_of(document->build,
					      document->shares.at[i].label));
	sbom_sort(&names);
	for (i = 0; i < names.count; i++)
		add_linked_package(document, names.at[i]);
}

/* ---- The image, its tools, the document ------------------------------------ */

static void
add_image(struct document *document)
{
	const char *known = sbom_all_of(&document->findings.concluded);
	cJSON *row = add_package(document, "SPDXRef-Image", "unicc image",
				 host_hex(document->build->code_root, 32));
	struct buffer text = { 0 };
	size_t i;

	cJSON_AddBoolToObject(row, "filesAnalyzed", false);
	cJSON_AddStringToObject(row, "primaryPackagePurpose",
				"OPERATING-SYSTEM");
	cJSON_AddStringToObject(row, "licenseConcluded",
				concluded_of(&document->findings));
	cJSON_AddStringToObject(row, "licenseDeclared", SBOM_UNKNOWN);
	cJSON_AddStringToObject(row, "copyrightText", SBOM_UNKNOWN);
	for (i = 0; i < document->unknown.count; i++)
		buffer_printf(&text, "%s%s", i == 0 ? "Not known of: " : ", ",
			      document->unknown.at[i]);
	if (text.size != 0 && known != NULL)
		buffer_printf(&text, ". Of the rest: %s", known);
	if (text.size != 0)
		cJSON_AddStringToObject(row, "licenseComments",
					buffer_keep(&text));
	relate(document, "SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Image");
}

static void
add_tools(struct document *document)
{
	const struct tool *tools[] = { &toolchain_clang, &toolchain_linker };
	cJSON *row;
	size_t i;

	for (i = 0; i < countof(tools); i++) {
		const char *id = package_id(tools[i]->package);

		row = add_package(document, id, tools[i]->name,
				  text_utf8(tools[i]->version));
		cJSON_AddBoolToObject(row, "filesAnalyzed", false);
		cJSON_AddStringToObject(row, "licenseConcluded", SBOM_UNKNOWN);
		cJSON_AddStringToObject(row, "licenseDeclared", SBOM_UNKNOWN);
		cJSON_AddStringToObject(row, "copyrightText", SBOM_UNKNOWN);
		cJSON_AddStringToObject(
			row, "comment",
			arena_printf("unicc's hash of the tool and its LLVM: "
				     "%s", host_hex(tools[i]->sha256, 32)));
		relate(document, id, "BUILD_TOOL_OF", "SPDXRef-Image");
	}
}

/*
 * A UUID of the kind that is the maker's own business (RFC 9562, 5.8), by what
 * the document says: another document has another name space.
 */
static const char *
name_space(const cJSON *whole)
{
	struct bytes printed = manifest_print(whole);
	uint8_t sha256[32];

	host_sha256(printed, sha256);
	sha256[6] = (uint8_t)(0x80 | (sha256[6] & 15));
	sha256[8] = (uint8_t)(0x80 | (sha256[8] & 63));
	return arena_printf("urn:uuid:%s-%s-%s-%s-%s", host_hex(sha256, 4),
			    host_hex(sha256 + 4, 2), host_hex(sha256 + 6, 2),
			    host_hex(sha256 + 8, 2), host_hex(sha256 + 10, 6));
}

static void
add_creation(cJSON *whole, const struct build *build)
{
	cJSON *info;

	cJSON_AddStringToObject(whole, "spdxVersion", "SPDX-2.3");
	cJSON_AddStringToObject(whole, "dataLicense", "CC0-1.0");
	cJSON_AddStringToObject(whole, "SPDXID", "SPDXRef-DOCUMENT");
	cJSON_AddStringToObject(whole, "name",
				arena_printf("unicc image, code %s",
					     host_hex(build->code_root, 32)));
	cJSON_AddStringToObject(whole, "documentNamespace", "");
	info = cJSON_AddObjectToObject(whole, "creationInfo");
	/* It has to be told, and the same build tells the same. */
	cJSON_AddStringToObject(info, "created", "1970-01-01T00:00:00Z");
	sbom_text(cJSON_AddArrayToObject(info, "creators"),
		  "Tool: unicc-" UNICC_VERSION);
}

struct bytes
sbom_write(const struct build *build)
{
	struct document document = { .build = build };
	cJSON *whole = cJSON_CreateObject();
	struct bytes printed;

	document.shares = sbom_shares(build->audit, build->debug);
	add_creation(whole, build);
	document.packages = cJSON_AddArrayToObject(whole, "packages");
	document.files = cJSON_AddArrayToObject(whole, "files");
	document.relationships = cJSON_AddArrayToObject(whole, "relationships");
	document.texts = cJSON_AddArrayToObject(whole,
						"hasExtractedLicensingInfos");
	sbom_find_contents(&document);
	add_linked_packages(&document);
	add_image(&document);
	add_tools(&document);
	if (document.text_ids.count == 0)
		cJSON_DeleteItemFromObject(whole, "hasExtractedLicensingInfos");
	cJSON_ReplaceItemInObject(whole, "documentNamespace",
				  cJSON_CreateString(name_space(whole)));
	printed = manifest_print(whole);
	cJSON_Delete(whole);
	return printed;
}
