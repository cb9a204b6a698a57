/* SPDX-License-Identifier: ISC */
/* The instance store: xenstore, with users that the build names in STORE_USERS,
 * as it is in the generated xenstore_consumers. */
#define instance_name "store"
#define clock_provider time
#define xenstore_provider store
#define xenstore_consumers STORE_USERS
#define xenstore_start store_start
#define xenstore_event store_event
#define xenstore_deadline_ns store_deadline_ns

#include <stdint.h>
static const uint64_t xenstore_timeout_ns = 1000000000;

#include "store.h"
#include <xenstore/xenstore.c>
#include <xenstore/control.c>

void
store_forget(void)
{
	memset(&asked, 0, sizeof asked);
	is_stopped = false;
	coming = COMING_HEADER;
	coming_bytes = 0;
}
