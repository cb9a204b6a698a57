/* SPDX-License-Identifier: ISC */
/* The backend of a disk: does what the interface says, or what a test wants. */
#ifndef FRONTEND_BLKBACK_H
#define FRONTEND_BLKBACK_H

#include <stdbool.h>
#include <stdint.h>
#include <xen/interface.h>
#include <xen/io/blkif.h>

#define VBD "device/vbd/51712"
#define VBD_BACKEND "/local/domain/0/backend/vbd/7/51712"

enum { BLKBACK_SECTORS = 2048 };

struct blkback {
	struct blkif_sring *ring;
	uint32_t taken;
	uint32_t port;
	bool keeps;
	int16_t status;		/* of every answer */
	unsigned indirect_count, flush_count, discard_count;
	uint8_t sectors[BLKBACK_SECTORS][512];
};

extern struct blkback blkback;

/* Make the device known to the domain, the backend waiting for it. */
void blkback_reset(void);

/*
 * The driver has written one of its nodes; has notified a port; the machine
 * goes on where nobody is connected to it.
 */
void blkback_wrote(const char *path, const char *value);
void blkback_notified(uint32_t port);
void blkback_suspended(void);

/* Answer what waits. */
void blkback_serve(void);

#endif
