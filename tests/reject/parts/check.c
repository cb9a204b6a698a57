/* SPDX-License-Identifier: ISC */
/* Judges what values are made of. */
const char *
parts_door_alone(struct parts_door door)
{
	return door.is_open && door.from != 0 && door.port < 1024
		       ? "an open door below 1024 is for all" : NULL;
}

const char *
parts_pair_order(struct parts_pair pair)
{
	return pair.low <= pair.high ? NULL : "low is above high";
}

const char *
parts_no_loop(struct ipv6 address)
{
	size_t i;

	for (i = 0; i < 15; i++)
		if (address.bytes[i] != 0)
			return NULL;
	return address.bytes[15] == 1 ? "a peer is another machine" : NULL;
}

const char *
parts_limit_even(const char *name, uint32_t limit)
{
	if (name[0] == 'x')
		return "its name begins with x";
	return limit % 2 == 0 ? NULL : "it is odd";
}
