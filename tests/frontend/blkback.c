/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <string.h>
#include <xen/interface.h>
#include <xen/io/xenbus.h>
#include "blkback.h"
#include "host.h"

struct blkback blkback;

static void
blkback_connect(void)
{
	void *ring = host_map(host_get_number(VBD "/ring-ref"));

	if (!ring)
		return;
	blkback.ring = ring;
	blkback.port = (uint32_t)host_get_number(VBD "/event-channel");
	blkback.taken = 0;
	host_set_number(VBD_BACKEND "/sectors", BLKBACK_SECTORS);
	host_set(VBD_BACKEND "/sector-size", "512");
	host_set_number(VBD_BACKEND "/state", XenbusStateConnected);
}

static void
transfer(uint8_t operation, uint64_t first, unsigned count,
	 const struct blkif_request_segment *segments)
{
	unsigned i, sector;
	uint8_t *page;

	for (i = 0; i < count; i++) {
		page = host_map(segments[i].gref);
		assert(page && !host.grants[segments[i].gref].is_read_only);
		assert(segments[i].first_sect <= segments[i].last_sect);
		assert(segments[i].last_sect < 8);
		for (sector = segments[i].first_sect;
		     sector <= segments[i].last_sect; sector++, first++) {
			assert(first < BLKBACK_SECTORS);
			if (operation == BLKIF_OP_READ)
				memcpy(page + 512 * sector,
				       blkback.sectors[first], 512);
			else
				memcpy(blkback.sectors[first],
				       page + 512 * sector, 512);
		}
	}
}

static void
discard(const struct blkif_request_discard *request)
{
	assert(request->sector_number + request->nr_sectors <= BLKBACK_SECTORS);
	memset(blkback.sectors[request->sector_number], 0,
	       request->nr_sectors * 512);
	blkback.discard_count++;
}

static uint8_t
perform(const struct blkif_request *request)
{
	const struct blkif_request_indirect *indirect =
		(const void *)request;

	switch (request->operation) {
	case BLKIF_OP_READ:
	case BLKIF_OP_WRITE:
		assert(request->nr_segments <= BLKIF_MAX_SEGMENTS_PER_REQUEST);
		transfer(request->operation, request->sector_number,
			 request->nr_segments, request->seg);
		return request->operation;
	case BLKIF_OP_INDIRECT:
		assert(!host.grants[indirect->indirect_grefs[0]].is_read_only);
		transfer(indirect->indirect_op, indirect->sector_number,
			 indirect->nr_segments,
			 host_map(indirect->indirect_grefs[0]));
		blkback.indirect_count++;
		return indirect->indirect_op;
	case BLKIF_OP_DISCARD:
		discard((const void *)request);
		return request->operation;
	default:
		assert(request->operation == BLKIF_OP_FLUSH_DISKCACHE ||
		       request->operation == BLKIF_OP_WRITE_BARRIER);
		assert(request->nr_segments == 0);
		blkback.flush_count++;
		return request->operation;
	}
}

void
blkback_serve(void)
{
	struct blkif_request request;
	struct blkif_response *response;
	uint64_t id;

	while (!blkback.keeps && blkback.ring &&
	       blkback.taken != blkback.ring->req_prod) {
		request = blkback.ring->ring[blkback.taken % 32].req;
		id = request.operation == BLKIF_OP_INDIRECT
			? ((struct blkif_request_indirect *)&request)->id
			: request.id;
		response = &blkback.ring->ring[blkback.taken++ % 32].rsp;
		response->operation = perform(&request);
		response->id = id;
		response->status = blkback.status;
		if (blkback.ring->rsp_event == ++blkback.ring->rsp_prod)
			host_raise(blkback.port);
		blkback.ring->req_event = blkback.taken + 1;
	}
}

void
blkback_wrote(const char *path, const char *value)
{
	if (strcmp(path, VBD "/state") != 0)
		return;
	if (strcmp(value, "3") == 0)
		blkback_connect();
	else if (strcmp(value, "6") == 0)
		host_set_number(VBD_BACKEND "/state", XenbusStateClosed);
}

void
blkback_notified(uint32_t port)
{
	if (port == blkback.port)
		blkback_serve();
}

void
blkback_suspended(void)
{
	blkback.ring = NULL;
	host_set_number(VBD_BACKEND "/state", XenbusStateInitWait);
}

void
blkback_reset(void)
{
	memset(&blkback, 0, sizeof blkback);
	host.on_write = blkback_wrote;
	host.on_notify = blkback_notified;
	host.on_suspend = blkback_suspended;
	host_set(VBD "/backend", VBD_BACKEND);
	host_set(VBD "/backend-id", "0");
	host_set(VBD_BACKEND "/feature-max-indirect-segments", "256");
	host_set(VBD_BACKEND "/feature-flush-cache", "1");
	host_set(VBD_BACKEND "/feature-discard", "1");
	host_set_number(VBD_BACKEND "/state", XenbusStateInitWait);
}
