/* SPDX-License-Identifier: ISC */
/*
 * Interface block: the sectors of a disk. One provider, exactly one user.
 *
 * A sector is BLOCK_SECTOR_BYTES bytes. Requests are answered in any order,
 * each by one upcall; two that overlap are in no order either, unless the
 * second is made after the first was answered.
 */
#ifndef UNICC_BLOCK_H
#define UNICC_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unicc/types.h>

enum {
	BLOCK_SECTOR_BYTES = 512,
};

/* What a disk is. */
struct block_disk {
	uint64_t sectors_count;
	uint32_t transfer_sectors_max;	/* of one read or write; 1 or more */
	uint32_t requests_max;		/* unanswered at a time; 1 or more */
	bool is_read_only;
	bool can_flush;
	bool can_discard;
};

/* The provider's calls. */
#define block_describe UNICC_JOIN(block_provider, block_describe)
#define block_read UNICC_JOIN(block_provider, block_read)
#define block_write UNICC_JOIN(block_provider, block_write)
#define block_flush UNICC_JOIN(block_provider, block_flush)
#define block_discard UNICC_JOIN(block_provider, block_discard)

/* The user's calls, made by the provider. */
#define block_done UNICC_JOIN(block_consumer, block_done)

/* What the disk is; valid after the provider's start hook. */
const struct block_disk *block_describe(void);

/*
 * Each of these makes a request and returns; block_done(context, error) tells
 * its end, unless an error is returned. [start, loop; never waits]
 *
 * E_FULL: requests_max are unanswered; retry after a block_done. E_RANGE: no
 * sectors, more than transfer_sectors_max, or some that the disk does not have.
 * E_REFUSED: the disk is read-only. E_ABSENT: this disk cannot do that. E_PEER:
 * the device has stopped; every later call returns this.
 */

/* bytes is lent to the provider until block_done. */
int block_read(uint64_t first_sector, uint32_t sectors_count, void *bytes,
	       void *context);
int block_write(uint64_t first_sector, uint32_t sectors_count,
		const void *bytes, void *context);

/* What was written, and answered, before this is durable when it is done. */
int block_flush(void *context);

/* The sectors are not needed any more: until they are written again, reading
 * them gives anything. Not bounded by transfer_sectors_max. */
int block_discard(uint64_t first_sector, uint64_t sectors_count, void *context);

/*
 * A request has ended. [loop, from the provider's event hook] The user may
 * make others inside the call. error is 0; E_MEDIUM: the disk could not, and
 * what was to be read or written is unknown; E_ABSENT: it cannot do that after
 * all; E_PEER: the device has stopped, what was to be written is unknown.
 */
void block_done(void *context, int error);

#endif
