/* SPDX-License-Identifier: ISC */
#ifndef FRONTEND_DISK_H
#define FRONTEND_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef DISK_INDEX
#define DISK_INDEX 0	/* among the users of store */
#endif

enum {
	DISK_REQUESTS = 2,
	DISK_TRANSFER_BYTES = 16 * 4096,
};

int disk_start(void);
bool disk_event(void);
uint64_t disk_deadline_ns(void);
void disk_stop(void);

/* Of the tests: begin anew; is it running. */
void disk_forget(void);
bool disk_is_running(void);

#endif
