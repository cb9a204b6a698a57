/* SPDX-License-Identifier: ISC */
/*
 * What must not be guessed from outside: initial sequence numbers (RFC 6528),
 * ephemeral ports (RFC 6056) and DHCP's transaction numbers.
 *
 * All are SipHash-2-4 (Aumasson and Bernstein, 2012) under a secret of 128 bits
 * that the machine's entropy gives once at its start.
 */
#include <unicc/clock.h>
#include <unicc/entropy.h>

#include <lwip/opt.h>
#include <lwip/ip_addr.h>

static uint64_t random_secret[2];
static uint64_t random_count;

static inline uint64_t
rotate_left(uint64_t word, unsigned bits)
{
	return word << bits | word >> (64 - bits);
}

static inline void
siphash_rounds(uint64_t v[4], unsigned rounds)
{
	while (rounds-- != 0) {
		v[0] += v[1];
		v[1] = rotate_left(v[1], 13) ^ v[0];
		v[0] = rotate_left(v[0], 32);
		v[2] += v[3];
		v[3] = rotate_left(v[3], 16) ^ v[2];
		v[0] += v[3];
		v[3] = rotate_left(v[3], 21) ^ v[0];
		v[2] += v[1];
		v[1] = rotate_left(v[1], 17) ^ v[2];
		v[2] = rotate_left(v[2], 32);
	}
}

static inline void
siphash_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	siphash_rounds(v, 2);
	v[0] ^= word;
}

/* SipHash-2-4 of 16 bytes. */
static uint64_t
siphash_16(const uint64_t key[2], uint64_t first, uint64_t second)
{
	uint64_t v[4] = {
		key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
		key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573,
	};

	siphash_word(v, first);
	siphash_word(v, second);
	siphash_word(v, (uint64_t)16 << 56);
	v[2] ^= 0xff;
	siphash_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* Take the secret. [start; may wait] E_ENTROPY: none is to be had. */
static int
random_start(void)
{
	return entropy_fill(random_secret, sizeof random_secret);
}

/* 32 bits that tell nothing about those before and after. */
uint32_t
tcpip_random(void)
{
	/* No connection has port 0: never equal to a sequence number's hash. */
	return (uint32_t)siphash_16(random_secret, ++random_count, 0);
}

/*
 * RFC 6528, 3: a clock of about 4 us and a keyed hash of the connection's two
 * ends, so that one connection's numbers say nothing of another's.
 */
u32_t
tcpip_sequence(const ip_addr_t *local, u16_t local_port,
	       const ip_addr_t *remote, u16_t remote_port)
{
	uint64_t ends = (uint64_t)ip4_addr_get_u32(ip_2_ip4(local)) << 32 |
			ip4_addr_get_u32(ip_2_ip4(remote));
	uint64_t ports = (uint64_t)local_port << 16 | remote_port;

	return (u32_t)(siphash_16(random_secret, ends, ports) +
		       (clock_monotonic_ns() >> 12));
}
