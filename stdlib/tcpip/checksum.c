/* SPDX-License-Identifier: ISC */
/*
 * The Internet checksum (RFC 1071), 64 bits at a time.
 *
 * A ones' complement sum may be taken over words of any size and folded at the
 * end (RFC 1071, 2, C), so one add with carry does eight bytes. lwIP's own goes
 * by sixteen bits and is 15 % of a small request.
 */
#include <stdint.h>
#include <string.h>

static inline uint64_t
checksum_load(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return word;
}

/* The last 1 .. 7 bytes as a word whose other bytes are zero. */
static inline uint64_t
checksum_rest(const uint8_t *at, unsigned size_bytes)
{
	uint64_t word = 0;
	uint32_t four;
	uint16_t two;
	unsigned done = 0;

	if (size_bytes & 4) {
		memcpy(&four, at, sizeof four);
		word = four;
		done = 4;
	}
	if (size_bytes & 2) {
		memcpy(&two, at + done, sizeof two);
		word |= (uint64_t)two << (8 * done);
		done += 2;
	}
	if (size_bytes & 1)
		word |= (uint64_t)at[done] << (8 * done);
	return word;
}

/*
 * The sum of size_bytes bytes taken as 16-bit words in memory order, folded to
 * 16 bits and not inverted. [any; never waits] An odd last byte is the first
 * of a word whose second is zero.
 */
uint16_t
tcpip_checksum(const void *bytes, int size_bytes)
{
	const uint8_t *at = bytes;
	unsigned size = size_bytes < 0 ? 0 : (unsigned)size_bytes;
	unsigned long long sum = 0, carry = 0;

	for (; size >= 64; size -= 64, at += 64) {
		sum = __builtin_addcll(sum, checksum_load(at), carry, &carry);
		sum = __builtin_addcll(sum, checksum_load(at + 8), carry, &carry);
		sum = __builtin_addcll(sum, checksum_load(at + 16), carry, &carry);
		sum = __builtin_addcll(sum, checksum_load(at + 24), carry, &carry);
		sum = __builtin_addcll(sum, checksum_load(at + 32), carry, &carry);
		sum = __builtin_addcll(sum, checksum_load(at + 40), carry, &carry);
		sum = __builtin_addcll(sum, checksum_load(at + 48), carry, &carry);
		sum = __builtin_addcll(sum, checksum_load(at + 56), carry, &carry);
		sum = __builtin_addcll(sum, 0, carry, &carry);
	}
	for (; size >= 8; size -= 8, at += 8) {
		sum = __builtin_addcll(sum, checksum_load(at), 0, &carry);
		sum += carry;
	}
	sum = __builtin_addcll(sum, checksum_rest(at, size), 0, &carry);
	sum += carry;
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}
