/* SPDX-License-Identifier: ISC */
/* Build-time C: refuses addresses that no interface can have. */
#include <unicc/types.h>

const char *virtio_net_mac_usable(struct mac mac);

const char *
virtio_net_mac_usable(struct mac mac)
{
	if ((mac.bytes[0] & 1) != 0)
		return "this is the address of a group, not of an interface "
		       "(IEEE 802): its first byte is odd\n"
		       "begin it with 52:54:00, or another even byte";
	return NULL;
}
