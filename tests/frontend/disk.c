/* SPDX-License-Identifier: ISC */
/* The instance disk: blkfront, large enough for indirect requests. */
#define instance_name "disk"
#define clock_provider time
#define xenstore_provider store
#define xenstore_consumer disk
#define block_provider disk
#define block_consumer user
#define blkfront_start disk_start
#define blkfront_event disk_event
#define blkfront_deadline_ns disk_deadline_ns
#define blkfront_stop disk_stop

#include "disk.h"
enum { device_slot = 0, devices_count = 1, xenstore_consumer_index = DISK_INDEX };
enum {
	blkfront_requests = DISK_REQUESTS,
	blkfront_transfer_bytes = DISK_TRANSFER_BYTES,
	blkfront_access_rw = 0, blkfront_access_ro, blkfront_access = 0,
};
static const uint64_t blkfront_sectors = 100;
static const uint64_t blkfront_timeout_ns = 1000000000;

#include <blkfront/blkfront.c>

void
disk_forget(void)
{
	memset(&backend, 0, sizeof backend);
	memset(requests, 0, sizeof requests);
	memset(&counts, 0, sizeof counts);
	is_running = is_in_event = false;
	xenbus_forget_sharing(&bus);
}

bool
disk_is_running(void)
{
	return is_running;
}
