/* SPDX-License-Identifier: ISC */
/* One line of all values, and what can be told of the secret: its sum. */
#include <string.h>
#include <unicc/kernel.h>

int
every_start(void)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < every_key_length; i++)
		sum = sum * 31 + (uint8_t)every_key[i];
	kernel_log(instance_name, "%s %u %u %u %u %u %u",
		   every_loud ? "loud" : "quiet", (uint64_t)(every_count + 8),
		   (uint64_t)every_wide, every_room_bytes, every_pause_ns,
		   (uint64_t)every_port, (uint64_t)every_colour);
	kernel_log(instance_name, "%s %u %u, %x, %x-%x, %x/%u, %x-%x", every_name,
		   (uint64_t)every_name_length, (uint64_t)strlen(every_name),
		   (uint64_t)every_peer, (uint64_t)every_far.bytes[0],
		   (uint64_t)every_far.bytes[15],
		   (uint64_t)every_network.address,
		   (uint64_t)every_network.prefix_bits,
		   (uint64_t)every_card.bytes[0],
		   (uint64_t)every_card.bytes[5]);
	kernel_log(instance_name, "%u %u", (uint64_t)every_key_length, sum);
	return every_colour == every_colour_blue ? E_RANGE : 0;
}
