/* SPDX-License-Identifier: ISC */
/*
 * Reads the first sector. If it is what this module would have written, the
 * whole disk must be; else, if the disk can be written, it writes all of it,
 * flushes, and reads it back. As many requests are under way as the disk
 * takes, of lengths from one sector to the greatest.
 */
#include <string.h>
#include <unicc/block.h>
#include <unicc/kernel.h>

enum {
	REQUESTS_MAX = 32,
	TRANSFER_SECTORS_MAX = 128,
};

struct request {
	uint64_t first_sector;
	uint32_t sectors_count;
	bool is_open;
	uint8_t bytes[TRANSFER_SECTORS_MAX * BLOCK_SECTOR_BYTES];
};

static struct request requests[REQUESTS_MAX];
static const struct block_disk *disk;

static enum {
	LOOKING,	/* at the first sector */
	WRITING,
	FLUSHING,
	VERIFYING,
	DISCARDING,
} doing;
static uint64_t next_sector;	/* the first not asked for */
static uint32_t next_count;
static unsigned open_count;

static void
fail(const char *what, uint64_t sector)
{
	kernel_log(instance_name, "%s at sector %u", what, sector);
	kernel_exit(1);
}

/* The words of a sector, no two the same. */
static uint64_t
word_of(uint64_t sector, unsigned index)
{
	uint64_t word = (sector * 64 + index) * 0x9e3779b97f4a7c15u +
			(uint64_t)diskcheck_seed * 0xbf58476d1ce4e5b9u;

	return word ^ word >> 29;
}

static void
fill(struct request *request)
{
	uint64_t word;
	uint32_t sector;
	unsigned i;

	for (sector = 0; sector < request->sectors_count; sector++)
		for (i = 0; i < BLOCK_SECTOR_BYTES / 8; i++) {
			word = word_of(request->first_sector + sector, i);
			memcpy(request->bytes + sector * BLOCK_SECTOR_BYTES +
			       8 * i, &word, 8);
		}
}

static bool
is_as_written(const struct request *request)
{
	uint64_t word;
	uint32_t sector;
	unsigned i;

	for (sector = 0; sector < request->sectors_count; sector++)
		for (i = 0; i < BLOCK_SECTOR_BYTES / 8; i++) {
			memcpy(&word, request->bytes +
			       sector * BLOCK_SECTOR_BYTES + 8 * i, 8);
			if (word != word_of(request->first_sector + sector, i))
				return false;
		}
	return true;
}

/* The next request of those that go over the whole disk. */
static bool
ask_next(struct request *request)
{
	uint64_t left = disk->sectors_count - next_sector;
	uint32_t most = disk->transfer_sectors_max;
	int error;

	if (most > TRANSFER_SECTORS_MAX)
		most = TRANSFER_SECTORS_MAX;
	request->first_sector = next_sector;
	request->sectors_count = next_count < left ? next_count
						   : (uint32_t)left;
	if (doing == WRITING) {
		fill(request);
		error = block_write(request->first_sector,
				    request->sectors_count, request->bytes,
				    request);
	} else {
		memset(request->bytes, 0, sizeof request->bytes);
		error = block_read(request->first_sector,
				   request->sectors_count, request->bytes,
				   request);
	}
	if (error == E_FULL)
		return false;
	if (error)
		fail("a request was refused", next_sector);
	request->is_open = true;
	open_count++;
	next_sector += request->sectors_count;
	next_count = next_count < most ? next_count + 1 : 1;
	return true;
}

static void
go_over_disk(void)
{
	unsigned i;

	for (i = 0; i < REQUESTS_MAX; i++)
		if (!requests[i].is_open &&
		    (next_sector == disk->sectors_count ||
		     !ask_next(&requests[i])))
			return;
}

static void
begin(unsigned what)
{
	doing = what;
	next_sector = 0;
	next_count = 1;
}

static void
end(void)
{
	kernel_log(instance_name, "%u sectors verified", disk->sectors_count);
	if (!diskcheck_discard)
		kernel_exit(0);
	doing = DISCARDING;
	if (block_discard(disk->sectors_count / 2, disk->sectors_count -
			  disk->sectors_count / 2, NULL))
		fail("discarding was refused", disk->sectors_count / 2);
}

/* Everything asked for has been answered: what comes next? */
static void
go_on(void)
{
	int error;

	switch (doing) {
	case LOOKING:
		if (is_as_written(&requests[0])) {
			kernel_log(instance_name, "written before");
			begin(VERIFYING);
		} else if (disk->is_read_only) {
			fail("the disk is read-only and other", 0);
		} else {
			begin(WRITING);
		}
		break;
	case WRITING:
		doing = FLUSHING;
		error = disk->can_flush ? block_flush(NULL) : E_ABSENT;
		if (error == 0)
			break;
		kernel_log(instance_name, "this disk cannot be flushed");
		begin(VERIFYING);
		break;
	case FLUSHING:
		kernel_log(instance_name, "written");
		begin(VERIFYING);
		break;
	case VERIFYING:
		end();
		break;
	case DISCARDING:
		kernel_log(instance_name, "discarded");
		kernel_exit(0);
	}
}

void
block_done(void *context, int error)
{
	struct request *request = context;

	if (error)
		fail("a request failed", request ? request->first_sector : 0);
	if (!request) {
		go_on();
		return;
	}
	request->is_open = false;
	open_count--;
	if (doing == VERIFYING && !is_as_written(request))
		fail("the wrong bytes", request->first_sector);
	if (open_count == 0 &&
	    (doing == LOOKING || next_sector == disk->sectors_count))
		go_on();
}

bool
diskcheck_event(void)
{
	if (doing == WRITING || doing == VERIFYING)
		go_over_disk();
	return false;
}

int
diskcheck_start(void)
{
	disk = block_describe();
	kernel_log(instance_name, "%u sectors, %u at a time, %s",
		   disk->sectors_count, (uint64_t)disk->transfer_sectors_max,
		   disk->is_read_only ? "read-only" : "writable");
	if (block_write(disk->sectors_count, 1, requests[0].bytes, NULL) == 0)
		fail("a write beyond the end was accepted",
		     disk->sectors_count);
	requests[0].sectors_count = 1;
	requests[0].is_open = true;
	open_count = 1;
	doing = LOOKING;
	return block_read(0, 1, requests[0].bytes, &requests[0]);
}
