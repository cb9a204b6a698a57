/* SPDX-License-Identifier: ISC */
/* Parts of an SPDX 2.3 document: what sbom.c and sbom_file.c share. */
#ifndef UNICC_SBOM_ELEMENT_H
#define UNICC_SBOM_ELEMENT_H

#include "sbom.h"

#define SBOM_UNKNOWN "NOASSERTION"
#define SBOM_NONE "NONE"

/* A new object at the end of an array. */
cJSON *sbom_row(cJSON *array);

void sbom_text(cJSON *array, const char *text);
void sbom_checksum(cJSON *array, const char *algorithm, const char *hex);

/* Hashes in hex. */
const char *sbom_sha1(struct bytes bytes);
const char *sbom_sha256(struct bytes bytes);

/* A word that is not among them yet. */
void sbom_once(struct words *words, const char *word);

void sbom_sort(struct words *words);

/* Expressions that all hold, "ISC AND (MIT OR Zlib)"; NULL: there is none. */
const char *sbom_all_of(const struct words *expressions);

/* What the files of a package say, or those of an image. */
struct findings {
	struct words infos;	/* licences as they stand in files */
	struct words concluded;
	struct words copyrights;
	bool is_info_unknown, is_concluded_unknown, is_copyright_unknown;
};

/* A file of content. */
struct labelled {
	const char *label;
	const struct content_file *file;
};

/* The document in the making. */
struct document {
	const struct build *build;
	struct shares shares;
	cJSON *packages, *files, *relationships, *texts;
	struct words text_ids;	/* of texts */
	LIST(struct labelled) contents;	/* sorted */
	struct findings findings;	/* of all that is linked */
	struct words unknown;	/* packages whose licence is not known */
};

/* Find the files that instances hold as content; once, before any is added. */
void sbom_find_contents(struct document *document);

const char *sbom_file_id(const char *label);

/* The shares of one file end before this one. */
size_t sbom_file_end(const struct shares *shares, size_t from);

/*
 * Add the file whose shares these are; its findings are added to those of its
 * package, whose licence holds where the file names none. Its SHA-1, or NULL if
 * it cannot be read any more.
 */
const char *sbom_file(struct document *document, size_t from, size_t end,
		      const char *license, struct findings *findings);

#endif
