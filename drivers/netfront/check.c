/* SPDX-License-Identifier: ISC */
/* Build-time C: refuses addresses and bridges that no interface can have. */
#include <unicc/types.h>

const char *netfront_mac_usable(struct mac mac);
const char *netfront_bridge_usable(const char *bridge);

const char *
netfront_mac_usable(struct mac mac)
{
	if ((mac.bytes[0] & 1) != 0)
		return "this is the address of a group, not of an interface "
		       "(IEEE 802): its first byte is odd\n"
		       "begin it with 52:54:00, or another even byte";
	return NULL;
}

const char *
netfront_bridge_usable(const char *bridge)
{
	size_t i;

	/* The kernel's dev_valid_name, but for blanks, which no text has here. */
	for (i = 0; bridge[i] != '\0' && bridge[i] != '/' && bridge[i] != ':'; i++)
		;
	if (i == 0 || bridge[i] != '\0')
		return "a bridge has a name, without a slash or a colon in it";
	return NULL;
}
