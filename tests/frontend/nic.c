/* SPDX-License-Identifier: ISC */
/* The instance nic: netfront, with rings of SLOTS. */
#define instance_name "nic"
#define clock_provider time
#define xenstore_provider store
#define xenstore_consumer nic
#define netif_provider nic
#define netif_consumer user
#define netfront_start nic_start
#define netfront_event nic_event
#define netfront_deadline_ns nic_deadline_ns
#define netfront_stop nic_stop

#include <unicc/types.h>
#include "nic.h"
enum { device_slot = 0, devices_count = 1, xenstore_consumer_index = 0 };
enum { netfront_receive_slots = NIC_SLOTS, netfront_transmit_slots = NIC_SLOTS };
enum { netfront_mac_is_set = 0 };
static const struct mac netfront_mac;
static const uint64_t netfront_timeout_ns = 1000000000;

#include <netfront/netfront.c>

void
nic_forget(void)
{
	memset(&backend, 0, sizeof backend);
	memset(&frames, 0, sizeof frames);
	memset(&mac, 0, sizeof mac);
	refuses_sums = 0;
	is_running = is_in_event = has_taken_back = false;
	xenbus_forget_sharing(&bus);
}

bool
nic_is_running(void)
{
	return is_running;
}

/* Every buffer is with exactly one side. */
void
nic_check(void)
{
	unsigned lent = 0, id;

	for (id = 0; id < NIC_SLOTS; id++)
		lent += transmit_is_lent[id];
	kernel_assert(lent + transmit_free_count == NIC_SLOTS || !is_running);
	kernel_assert(!is_running || receive.announced - receive.taken ==
		      NIC_SLOTS);
	kernel_assert(!is_running || transmit.requested == transmit.announced);
}
