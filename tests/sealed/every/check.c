/* SPDX-License-Identifier: ISC */
#include <unicc/types.h>

const char *every_count_even(int64_t count);
const char *every_pair_fits(struct cidr network, uint32_t peer);

const char *
every_count_even(int64_t count)
{
	return count % 2 == 0 ? 0 : "it is odd";
}

const char *
every_pair_fits(struct cidr network, uint32_t peer)
{
	uint32_t differs = network.address ^ peer;

	if (network.prefix_bits == 0 || peer == 0)
		return 0;
	return differs >> (32 - network.prefix_bits) == 0
		       ? 0 : "the peer is outside of the network";
}
