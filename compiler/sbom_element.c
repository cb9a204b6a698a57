/* SPDX-License-Identifier: ISC */
/* The small parts of an SPDX document; see sbom_element.h. */
#include "sbom_element.h"

#include <nettle/sha1.h>
#include <stdlib.h>
#include <string.h>

cJSON *
sbom_row(cJSON *array)
{
	cJSON *row = cJSON_CreateObject();

	cJSON_AddItemToArray(array, row);
	return row;
}

void
sbom_text(cJSON *array, const char *text)
{
	cJSON_AddItemToArray(array, cJSON_CreateString(text));
}

void
sbom_checksum(cJSON *array, const char *algorithm, const char *hex)
{
	cJSON *row = sbom_row(array);

	cJSON_AddStringToObject(row, "algorithm", algorithm);
	cJSON_AddStringToObject(row, "checksumValue", hex);
}

const char *
sbom_sha256(struct bytes bytes)
{
	uint8_t sha256[32];

	host_sha256(bytes, sha256);
	return host_hex(sha256, sizeof sha256);
}

/* SPDX 2.3 wants it of each file, besides whatever else is told. */
const char *
sbom_sha1(struct bytes bytes)
{
	uint8_t sha1[SHA1_DIGEST_SIZE];
	struct sha1_ctx context;

	sha1_init(&context);
	sha1_update(&context, bytes.size, bytes.at);
	sha1_digest(&context, sizeof sha1, sha1);
	return host_hex(sha1, sizeof sha1);
}

void
sbom_once(struct words *words, const char *word)
{
	size_t i;

	for (i = 0; i < words->count; i++)
		if (text_equal(words->at[i], word))
			return;
	words_add(words, word);
}

static int
word_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
sbom_sort(struct words *words)
{
	if (words->count != 0)
		qsort(words->at, words->count, sizeof *words->at, word_compare);
}

const char *
sbom_all_of(const struct words *expressions)
{
	struct words sorted = { 0 };
	struct buffer text = { 0 };
	size_t i;

	for (i = 0; i < expressions->count; i++)
		words_add(&sorted, strstr(expressions->at[i], " OR ") != NULL &&
						   expressions->count > 1
					   ? arena_printf("(%s)",
							  expressions->at[i])
					   : expressions->at[i]);
	sbom_sort(&sorted);
	for (i = 0; i < sorted.count; i++)
		buffer_printf(&text, "%s%s", i == 0 ? "" : " AND ",
			      sorted.at[i]);
	return text.size == 0 ? NULL : buffer_keep(&text);
}
