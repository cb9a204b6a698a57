/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as audit.json: `unicc verify` hashes it, `unicc affected` reads what
 * is linked from it, and both take it from anybody.
 *
 * Build with compiler/ audit_lines.c sbom_shares.c linked_names.c elf_linked.c;
 * -lcjson -ldw -lelf -lnettle. What is hashed has the same hash if its lines have moved; what is
 * read has a file each.
 */
#include "../verify/memory.h"
#include "audit_lines.h"
#include "sbom.h"

/* Other digits for those of a line in an origin; others stay. */
static void
move_lines(uint8_t *json, size_t size)
{
	static const char start[] = "\"origin\":\"";
	uint8_t *at = json, *end = json + size;

	at = memmem(json, size, start, sizeof start - 1);
	if (at == NULL)
		return;
	for (at += sizeof start - 1; at < end && *at != '"' && *at != '\n' &&
				     *at != '\\'; at++)
		if (*at == ':')
			while (at + 1 < end && at[1] >= '0' && at[1] <= '9')
				*++at = '7';
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint8_t *moved = malloc(size + 1), has[32], is[32];
	struct shares shares;
	size_t i;

	if (size != 0)
		memcpy(moved, bytes, size);
	if (audit_hash((struct bytes){ bytes, size }, has)) {
		move_lines(moved, size);
		assert(audit_hash((struct bytes){ moved, size }, is));
		assert(memcmp(has, is, sizeof has) == 0);
	}
	shares = sbom_shares((struct bytes){ bytes, size },
			     (struct bytes){ bytes, 0 });
	for (i = 0; i < shares.count; i++)
		assert(shares.at[i].label != NULL && shares.at[i].name != NULL);
	free(moved);
	arena_release();
	return 0;
}
