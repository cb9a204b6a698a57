/* SPDX-License-Identifier: ISC */
/*
 * A disk through a Xen backend (xen/io/blkif.h).
 *
 * Every request has pages of its own, shared once at the start; what is read or
 * written is copied. So the grants are persistent, whether or not the backend
 * keeps them mapped, the user's memory is seen by nobody, and a request that
 * the backend never answers keeps nothing but its own pages.
 *
 * The backend is not trusted: see ring.h and xenbus.h.
 *
 * 1. A request is what requests[id] says. What lies in the ring is not read.
 * 2. An answer is for an id that is unanswered, and repeats its operation.
 * 3. Whatever happens, each request that was accepted is ended by exactly one
 *    block_done, called from the event hook.
 */
#include <string.h>
#include <unicc/block.h>
#include <xen/ring.h>
#include <xen/storm.h>
#include <xen/xenbus.h>
#include <xen/io/blkif.h>
#include <xen/io/protocols.h>

enum {
	RING_ENTRIES = 32,	/* what a page holds */
	SLOT_PAGES = blkfront_transfer_bytes / XENBUS_PAGE_BYTES,
	PAGE_SECTORS = XENBUS_PAGE_BYTES / BLOCK_SECTOR_BYTES,
	/* Segments of an indirect request lie in a page of their own. */
	IS_INDIRECT = SLOT_PAGES > BLKIF_MAX_SEGMENTS_PER_REQUEST,
	INDIRECT_PAGES = IS_INDIRECT ? blkfront_requests : 1,
	/* device/vbd/N: xvda, xvdb and so on (Xen's vbd-interface). */
	DEVICE_FIRST = 202 << 8,
	DEVICE_PARTITIONS = 16,
};

static struct xenbus_page ring_page;
static struct xenbus_page data_pages[blkfront_requests][SLOT_PAGES];
static struct xenbus_page indirect_pages[INDIRECT_PAGES];

static uint32_t ring_reference;
static uint32_t data_references[blkfront_requests][SLOT_PAGES];
static uint32_t indirect_references[INDIRECT_PAGES];

/* What the backend says. */
static uint64_t offers_indirect_segments, offers_flush, offers_barrier;
static uint64_t offers_discard, sectors_count, sector_bytes, disk_info;

static struct xenbus_backend backend;

static const struct xenbus bus = {
	.instance = instance_name,
	.what = "Xen disk",
	.kind = "vbd",
	.number = DEVICE_FIRST + device_slot * DEVICE_PARTITIONS,
	.unused = device_slot + 1 == devices_count
			  ? DEVICE_FIRST + devices_count * DEVICE_PARTITIONS
			  : 0,
	.timeout_ns = blkfront_timeout_ns,
	.offers = (const struct xenbus_read[]){
		{ "feature-max-indirect-segments", &offers_indirect_segments,
		  UINT32_MAX, false },
		{ 0 },
	},
	/* A backend that keeps pages mapped maps all of them to be written
	 * (blkif.h, note 8). */
	.shared = (const struct xenbus_pages[]){
		{ &ring_page, &ring_reference, 1, false },
		{ data_pages[0], data_references[0],
		  blkfront_requests * SLOT_PAGES, false },
		{ IS_INDIRECT ? indirect_pages : NULL, indirect_references,
		  INDIRECT_PAGES, false },
		{ 0 },
	},
	.published = (const struct xenbus_publish[]){
		{ .key = "ring-ref", .number = &ring_reference },
		{ .key = "protocol", .text = XEN_IO_PROTO_ABI_X86_64 },
		{ .key = "feature-persistent", .text = "1" },
		{ 0 },
	},
	/* Features of the disk are known when it has been opened. */
	.properties = (const struct xenbus_read[]){
		{ "sectors", &sectors_count, UINT64_MAX / BLOCK_SECTOR_BYTES,
		  true },
		{ "sector-size", &sector_bytes, UINT32_MAX, true },
		{ "info", &disk_info, UINT32_MAX, false },
		{ "feature-flush-cache", &offers_flush, 1, false },
		{ "feature-barrier", &offers_barrier, 1, false },
		{ "feature-discard", &offers_discard, 1, false },
		{ 0 },
	},
	.published_state = XenbusStateInitialised,
	.backend = &backend,
};

#define shared ((struct blkif_sring *)ring_page.bytes)
#define indexes ((struct ring_indexes *)ring_page.bytes)

static struct ring ring;

struct request {
	bool is_open;		/* block_done is owed */
	uint8_t operation;	/* BLKIF_OP_..., never indirect */
	uint32_t sectors_count;	/* in its pages */
	uint64_t first_sector;
	uint64_t discarded_count;
	void *read_into;
	void *context;
};

/* Each that can be made; only we know this. */
static struct request requests[blkfront_requests];

static struct block_disk disk;
static struct storm storm;
static bool is_running;
static bool is_in_event;	/* requests wait for its end to be announced */
static struct {
	uint64_t reads, writes, others, errors;
} counts;

static void
give_up(const char *fact)
{
	is_running = false;
	counts.errors++;
	xenbus_give_up(&bus, fact);
}

/* ---- Requests ---------------------------------------------------------- */

static void
announce(void)
{
	if (ring_announce(&ring, indexes))
		event_notify(backend.port);
}

/* The segments of a request: its pages, each whole, and the end of the last. */
static void
put_segments(unsigned id, volatile struct blkif_request_segment *segments)
{
	uint32_t left = requests[id].sectors_count;
	unsigned page;

	for (page = 0; left; page++) {
		uint32_t here = left < PAGE_SECTORS ? left : PAGE_SECTORS;

		segments[page] = (struct blkif_request_segment){
			.gref = data_references[id][page],
			.last_sect = (uint8_t)(here - 1),
		};
		left -= here;
	}
}

static unsigned
segments_count(unsigned id)
{
	return (requests[id].sectors_count + PAGE_SECTORS - 1) / PAGE_SECTORS;
}

static void
put_indirect(unsigned id)
{
	volatile struct blkif_request_indirect *request =
		(volatile void *)&RING_REQUEST(&ring, shared, RING_ENTRIES);

	put_segments(id, (volatile void *)indirect_pages[id].bytes);
	*request = (struct blkif_request_indirect){
		.operation = BLKIF_OP_INDIRECT,
		.indirect_op = requests[id].operation,
		.nr_segments = (uint16_t)segments_count(id),
		.id = id,
		.sector_number = requests[id].first_sector,
		.handle = (blkif_vdev_t)bus.number,
		.indirect_grefs = { indirect_references[id] },
	};
}

static void
put_discard(unsigned id)
{
	volatile struct blkif_request_discard *request =
		(volatile void *)&RING_REQUEST(&ring, shared, RING_ENTRIES);

	*request = (struct blkif_request_discard){
		.operation = BLKIF_OP_DISCARD,
		.handle = (blkif_vdev_t)bus.number,
		.id = id,
		.sector_number = requests[id].first_sector,
		.nr_sectors = requests[id].discarded_count,
	};
}

/* Read, write, flush or barrier; only the first two have sectors. */
static void
put_plain(unsigned id)
{
	volatile struct blkif_request *request =
		&RING_REQUEST(&ring, shared, RING_ENTRIES);

	request->operation = requests[id].operation;
	request->nr_segments = (uint8_t)segments_count(id);
	request->handle = (blkif_vdev_t)bus.number;
	request->id = id;
	request->sector_number = requests[id].first_sector;
	put_segments(id, request->seg);
}

/* Give the backend request id, which is all set. */
static void
put(unsigned id)
{
	if (requests[id].operation == BLKIF_OP_DISCARD)
		put_discard(id);
	else if (IS_INDIRECT &&
		 segments_count(id) > BLKIF_MAX_SEGMENTS_PER_REQUEST)
		put_indirect(id);
	else
		put_plain(id);
	ring.requested++;
	if (!is_in_event)
		announce();
}

/* Make a request whose pages hold bytes, unless that is NULL. */
static int
make(struct request request, const void *bytes)
{
	unsigned id;

	for (id = 0; id < blkfront_requests && requests[id].is_open; id++)
		;
	if (id == blkfront_requests)
		return E_FULL;
	requests[id] = request;
	requests[id].is_open = true;
	if (request.operation == BLKIF_OP_READ)
		counts.reads++;
	else if (request.operation == BLKIF_OP_WRITE)
		counts.writes++;
	else
		counts.others++;
	if (bytes)
		memcpy(data_pages[id], bytes,
		       (size_t)request.sectors_count * BLOCK_SECTOR_BYTES);
	put(id);
	return 0;
}

static int
check_sectors(uint64_t first_sector, uint64_t count, uint64_t count_max)
{
	if (!is_running)
		return E_PEER;
	if (count == 0 || count > count_max ||
	    first_sector >= disk.sectors_count ||
	    count > disk.sectors_count - first_sector)
		return E_RANGE;
	return 0;
}

int
block_read(uint64_t first_sector, uint32_t count, void *bytes, void *context)
{
	int error = check_sectors(first_sector, count,
				  disk.transfer_sectors_max);

	if (error)
		return error;
	return make((struct request){
		.operation = BLKIF_OP_READ,
		.first_sector = first_sector,
		.sectors_count = count,
		.read_into = bytes,
		.context = context,
	}, NULL);
}

int
block_write(uint64_t first_sector, uint32_t count, const void *bytes,
	    void *context)
{
	int error = check_sectors(first_sector, count,
				  disk.transfer_sectors_max);

	if (error)
		return error;
	if (disk.is_read_only)
		return E_REFUSED;
	return make((struct request){
		.operation = BLKIF_OP_WRITE,
		.first_sector = first_sector,
		.sectors_count = count,
		.context = context,
	}, bytes);
}

int
block_flush(void *context)
{
	if (!is_running)
		return E_PEER;
	if (!disk.can_flush)
		return E_ABSENT;
	/* An empty barrier is a flush that also keeps writes in order. */
	return make((struct request){
		.operation = offers_flush ? BLKIF_OP_FLUSH_DISKCACHE
					  : BLKIF_OP_WRITE_BARRIER,
		.context = context,
	}, NULL);
}

int
block_discard(uint64_t first_sector, uint64_t count, void *context)
{
	int error = check_sectors(first_sector, count, UINT64_MAX);

	if (error)
		return error;
	if (disk.is_read_only)
		return E_REFUSED;
	if (!disk.can_discard)
		return E_ABSENT;
	return make((struct request){
		.operation = BLKIF_OP_DISCARD,
		.first_sector = first_sector,
		.discarded_count = count,
		.context = context,
	}, NULL);
}

const struct block_disk *
block_describe(void)
{
	return &disk;
}

/* ---- Answers ----------------------------------------------------------- */

static void
end(unsigned id, int error)
{
	requests[id].is_open = false;
	if (error)
		counts.errors++;
	else if (requests[id].operation == BLKIF_OP_READ)
		memcpy(requests[id].read_into, data_pages[id],
		       (size_t)requests[id].sectors_count * BLOCK_SECTOR_BYTES);
	block_done(requests[id].context, error);
}

static int
error_of(int16_t status)
{
	switch (status) {
	case BLKIF_RSP_OKAY:
		return 0;
	case BLKIF_RSP_EOPNOTSUPP:
		return E_ABSENT;
	default:
		return E_MEDIUM;
	}
}

/* Take one answer. False: there was none, or the device was stopped. */
static bool
take_answer(void)
{
	struct blkif_response response;

	switch (ring_look(&ring, indexes)) {
	case RING_EMPTY:
		return false;
	case RING_BROKEN:
		give_up("more answers came than there are requests");
		return false;
	case RING_RESPONDED:
		break;
	}
	response = RING_RESPONSE(&ring, shared, RING_ENTRIES);
	ring.taken++;
	if (response.id >= blkfront_requests ||
	    !requests[response.id].is_open ||
	    requests[response.id].operation != response.operation) {
		give_up("an answer came to what was not asked");
		return false;
	}
	end((unsigned)response.id, error_of(response.status));
	return is_running;
}

static void
end_all(void)
{
	unsigned id;

	for (id = 0; id < blkfront_requests; id++)
		if (requests[id].is_open)
			end(id, E_PEER);
}

bool
blkfront_event(void)
{
	bool was_raised, is_more = false;
	unsigned taken;

	if (!is_running) {
		end_all();
		return false;
	}
	was_raised = event_take(backend.port);
	is_in_event = true;
	for (taken = 0; taken < blkfront_requests; taken++)
		if (!take_answer())
			break;
	is_in_event = false;
	if (!is_running) {
		end_all();
		return false;
	}
	announce();
	/* If none was taken, the last event asked for is still to come. */
	if (taken)
		is_more = !ring_want_event(&ring, indexes, 1);
	storm_judge(&storm, backend.port, was_raised, taken);
	return is_more;
}

uint64_t
blkfront_deadline_ns(void)
{
	return is_running ? storm_deadline_ns(&storm) : UINT64_MAX;
}

/* ---- The other side ---------------------------------------------------- */

/* Pages that a request may have, as far as the backend can follow. */
static unsigned
usable_pages(void)
{
	if (!IS_INDIRECT || offers_indirect_segments >= SLOT_PAGES)
		return SLOT_PAGES;
	if (offers_indirect_segments > BLKIF_MAX_SEGMENTS_PER_REQUEST)
		return (unsigned)offers_indirect_segments;
	return BLKIF_MAX_SEGMENTS_PER_REQUEST;
}

static int
describe(void)
{
	if (sector_bytes != BLOCK_SECTOR_BYTES) {
		kernel_log(instance_name, "the disk has sectors of %u bytes, "
			   "not %u", sector_bytes,
			   (uint64_t)BLOCK_SECTOR_BYTES);
		return E_PEER;
	}
	if (sectors_count < blkfront_sectors) {
		kernel_log(instance_name, "the disk has %u sectors, and must "
			   "have %u", sectors_count,
			   (uint64_t)blkfront_sectors);
		return E_ABSENT;
	}
	disk = (struct block_disk){
		.sectors_count = sectors_count,
		.transfer_sectors_max = usable_pages() * PAGE_SECTORS,
		.requests_max = blkfront_requests,
		.is_read_only = blkfront_access == blkfront_access_ro ||
				disk_info & VDISK_READONLY,
		.can_flush = offers_flush || offers_barrier,
		.can_discard = offers_discard,
	};
	return 0;
}

static int
connect(void)
{
	int error;

	error = xenbus_find(&bus);
	if (error)
		return error;
	ring_begin(&ring, indexes);
	storm = (struct storm){ 0 };
	error = xenbus_connect(&bus);
	if (error)
		return error;
	error = describe();
	if (error)
		xenbus_leave(&bus);
	is_running = error == 0;
	return error;
}

void
xenstore_changed(void)
{
	if (!is_running)
		xenbus_end_sharing(&bus);
	else if (xenbus_has_closed(&bus))
		is_running = false;
}

/* What was not answered is asked again: reading, writing, flushing and
 * discarding twice is as good as once. */
void
xenstore_resumed(void)
{
	unsigned id;

	is_running = false;
	xenbus_forget_sharing(&bus);
	if (connect())
		return;
	for (id = 0; id < blkfront_requests; id++)
		if (requests[id].is_open)
			put(id);
}

int
blkfront_start(void)
{
	return connect();
}

void
blkfront_stop(void)
{
	if (is_running)
		xenbus_leave(&bus);
	is_running = false;
	kernel_log(instance_name, "%u reads, %u writes, %u others, %u errors",
		   counts.reads, counts.writes, counts.others, counts.errors);
}
