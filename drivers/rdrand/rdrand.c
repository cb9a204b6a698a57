/* SPDX-License-Identifier: ISC */
/*
 * Entropy from RDSEED where the CPU offers it, else from RDRAND (Intel SDM 1,
 * 7.3.17). A CPU with neither, one that stays empty, and one that repeats
 * itself (a known fault) give E_ENTROPY.
 */
#include <string.h>
#include <unicc/entropy.h>
#include <unicc/error.h>
#include <cpu.h>

enum {
	LEAF_FEATURES = 1, FEATURE_RDRAND = 1 << 30,
	LEAF_EXTENDED = 7, EXTENDED_RDSEED = 1 << 18,
	TRIES_MAX = 1000,
};

static bool
draw(bool is_seed, uint64_t *value)
{
	unsigned tries;
	bool is_valid;

	for (tries = 0; tries < TRIES_MAX; tries++) {
		if (is_seed)
			__asm__ volatile("rdseed %0"
					 : "=r"(*value), "=@ccc"(is_valid));
		else
			__asm__ volatile("rdrand %0"
					 : "=r"(*value), "=@ccc"(is_valid));
		if (is_valid)
			return true;
		__asm__ volatile("pause");
	}
	return false;
}

int
entropy_fill(void *bytes, size_t size_bytes)
{
	bool is_seed = cpu_id(0).eax >= LEAF_EXTENDED &&
		       cpu_id(LEAF_EXTENDED).ebx & EXTENDED_RDSEED;
	uint64_t value, last = 0;
	uint8_t *to = bytes;
	size_t part;

	if (!is_seed && !(cpu_id(LEAF_FEATURES).ecx & FEATURE_RDRAND))
		return E_ENTROPY;
	if (!draw(is_seed, &last))
		return E_ENTROPY;
	for (; size_bytes; size_bytes -= part, to += part) {
		if (!draw(is_seed, &value) || value == last)
			return E_ENTROPY;
		part = size_bytes < sizeof value ? size_bytes : sizeof value;
		memcpy(to, &value, part);
		last = value;
	}
	return 0;
}
