/* SPDX-License-Identifier: ISC */
/* blkfront against a host and a blkback in this process. */
#define block_provider disk
#define block_consumer user
#include <unicc/block.h>
#include "blkback.h"
#include "case.h"
#include "disk.h"

static struct {
	unsigned count;
	void *context;
	int error;
} done;

void
block_done(void *context, int error)
{
	done.count++;
	done.context = context;
	done.error = error;
}

static int
setup(void **state)
{
	(void)state;
	host_reset();
	store_forget();
	disk_forget();
	blkback_reset();
	memset(&done, 0, sizeof done);
	return store_start();
}

static void
run(void)
{
	run_with(disk_event);
}

static void
test_no_disk(void **state)
{
	(void)state;
	host_remove(VBD "/backend");
	assert_int_equal(disk_start(), E_ABSENT);
	assert_logged("disk: expected a Xen disk in device/vbd/51712, "
		      "found none\n");
}

static void
test_every_grant_failing(void **state)
{
	(void)state;
	assert_int_equal(grants_of_a_start(setup, disk_start,
					   "disk: no grant is left"),
			 1 + 2 * 16 + 2);
	setup(NULL);
	host.ports_left = 0;
	assert_int_equal(disk_start(), E_FULL);
}

/* ---- blkfront ------------------------------------------------------------ */

static uint8_t memory[DISK_TRANSFER_BYTES];

static void
start_disk(void)
{
	assert_int_equal(disk_start(), 0);
	run();
	host.log[0] = '\0';
}

static void
test_published(void **state)
{
	(void)state;
	start_disk();
	assert_string_equal(host_get(VBD "/protocol"), "x86_64-abi");
	assert_string_equal(host_get(VBD "/feature-persistent"), "1");
	assert_string_equal(host_get(VBD "/state"), "4");
	assert_int_not_equal(blkback.port, 0);
}

static void
is_done(unsigned count, int error)
{
	run();
	assert_int_equal(done.count, count);
	assert_int_equal(done.error, error);
}

static void
test_write_and_read(void **state)
{
	uint8_t read[DISK_TRANSFER_BYTES];
	uint32_t sectors;
	unsigned count = 0;

	(void)state;
	start_disk();
	for (sectors = 1; sectors <= 128; sectors++) {
		memset(memory, (int)sectors, sizeof memory);
		memory[512 * sectors - 1] = 0x55;
		assert_int_equal(block_write(sectors, sectors, memory, NULL),
				 0);
		is_done(++count, 0);
		assert_memory_equal(blkback.sectors[sectors], memory,
				    512 * sectors);
		memset(read, 0, sizeof read);
		assert_int_equal(block_read(sectors, sectors, read, &count), 0);
		is_done(++count, 0);
		assert_ptr_equal(done.context, &count);
		assert_memory_equal(read, memory, 512 * sectors);
	}
	assert_int_equal(blkback.indirect_count, 2 * (128 - 88));
}

static void
test_disk_bounds(void **state)
{
	(void)state;
	start_disk();
	assert_int_equal(block_describe()->sectors_count, BLKBACK_SECTORS);
	assert_int_equal(block_describe()->transfer_sectors_max, 128);
	assert_int_equal(block_read(0, 0, memory, NULL), E_RANGE);
	assert_int_equal(block_read(0, 129, memory, NULL), E_RANGE);
	assert_int_equal(block_read(2048, 1, memory, NULL), E_RANGE);
	assert_int_equal(block_read(2047, 2, memory, NULL), E_RANGE);
	assert_int_equal(block_read(UINT64_MAX, 2, memory, NULL), E_RANGE);
	assert_int_equal(block_discard(2000, UINT64_MAX, NULL), E_RANGE);
	assert_int_equal(block_discard(0, 0, NULL), E_RANGE);
	assert_int_equal(block_write(2047, 1, memory, NULL), 0);
	is_done(1, 0);
}

static void
test_flush_and_discard(void **state)
{
	(void)state;
	start_disk();
	assert_true(block_describe()->can_flush);
	assert_true(block_describe()->can_discard);
	assert_int_equal(block_flush(NULL), 0);
	is_done(1, 0);
	assert_int_equal(blkback.flush_count, 1);
	memset(blkback.sectors, 1, sizeof blkback.sectors);
	assert_int_equal(block_discard(1000, 1048, NULL), 0);
	is_done(2, 0);
	assert_int_equal(blkback.sectors[2047][511], 0);
	assert_int_equal(blkback.sectors[999][511], 1);
}

static void
test_disk_with_barriers_only(void **state)
{
	(void)state;
	host_remove(VBD_BACKEND "/feature-flush-cache");
	host_set(VBD_BACKEND "/feature-barrier", "1");
	start_disk();
	assert_int_equal(block_flush(NULL), 0);
	is_done(1, 0);
	assert_int_equal(blkback.flush_count, 1);
}

static void
test_disk_with_nothing(void **state)
{
	(void)state;
	host_remove(VBD_BACKEND "/feature-flush-cache");
	host_remove(VBD_BACKEND "/feature-discard");
	host_remove(VBD_BACKEND "/feature-max-indirect-segments");
	host_set(VBD_BACKEND "/info", "4");
	start_disk();
	assert_true(block_describe()->is_read_only);
	assert_int_equal(block_describe()->transfer_sectors_max, 88);
	assert_int_equal(block_flush(NULL), E_ABSENT);
	assert_int_equal(block_discard(0, 1, NULL), E_REFUSED);
	assert_int_equal(block_write(0, 1, memory, NULL), E_REFUSED);
	assert_int_equal(block_read(0, 88, memory, NULL), 0);
	is_done(1, 0);
	assert_int_equal(blkback.indirect_count, 0);
}

static void
test_requests_run_out(void **state)
{
	(void)state;
	start_disk();
	blkback.keeps = true;
	assert_int_equal(block_read(0, 1, memory, NULL), 0);
	assert_int_equal(block_read(1, 1, memory, NULL), 0);
	assert_int_equal(block_read(2, 1, memory, NULL), E_FULL);
	assert_int_equal(block_flush(NULL), E_FULL);
	blkback.keeps = false;
	blkback_serve();
	is_done(2, 0);
	assert_int_equal(block_read(2, 1, memory, NULL), 0);
	is_done(3, 0);
}

static void
test_failed_requests(void **state)
{
	(void)state;
	start_disk();
	blkback.status = BLKIF_RSP_ERROR;
	memset(memory, 7, sizeof memory);
	assert_int_equal(block_read(0, 1, memory, NULL), 0);
	is_done(1, E_MEDIUM);
	assert_int_equal(memory[0], 7);
	blkback.status = BLKIF_RSP_EOPNOTSUPP;
	assert_int_equal(block_flush(NULL), 0);
	is_done(2, E_ABSENT);
}

static void
test_large_sectors(void **state)
{
	(void)state;
	host_set(VBD_BACKEND "/sector-size", "4096");
	host.on_write = NULL;
	host_set(VBD_BACKEND "/sectors", "10");
	host_set(VBD_BACKEND "/state", "4");
	assert_int_equal(disk_start(), E_PEER);
	assert_logged("disk: the disk has sectors of 4096 bytes, not 512\n");
}

static void
test_small_disk(void **state)
{
	(void)state;
	host.on_write = NULL;
	host_set(VBD_BACKEND "/sector-size", "512");
	host_set(VBD_BACKEND "/sectors", "99");
	host_set(VBD_BACKEND "/state", "4");
	assert_int_equal(disk_start(), E_ABSENT);
	assert_logged("disk: the disk has 99 sectors, and must have 100\n");
}

/* Both requests are ended, as soon as the device stops. */
static void
disk_stops(const char *fact)
{
	run();
	assert_false(disk_is_running());
	assert_logged(fact);
	is_done(2, E_PEER);
	assert_int_equal(block_read(0, 1, memory, NULL), E_PEER);
	host_deliver();
	run();
	assert_int_equal(host.grants_left, HOST_GRANTS_COUNT - 8);
}

static void
answer_wrongly(struct blkif_response response)
{
	start_disk();
	blkback.keeps = true;
	assert_int_equal(block_read(0, 1, memory, NULL), 0);
	assert_int_equal(block_read(0, 1, memory, NULL), 0);
	blkback.ring->ring[0].rsp = response;
	blkback.ring->rsp_prod++;
	disk_stops("disk: the backend broke the protocol: an answer came to "
		   "what was not asked; stopped\n");
}

static void
test_wrong_disk_ids(void **state)
{
	(void)state;
	answer_wrongly((struct blkif_response){ .id = 2 });
	setup(NULL);
	answer_wrongly((struct blkif_response){ .id = 1ull << 32 });
	setup(NULL);
	answer_wrongly((struct blkif_response){ .operation = BLKIF_OP_WRITE });
}

static void
test_disk_index_ahead(void **state)
{
	(void)state;
	start_disk();
	blkback.keeps = true;
	assert_int_equal(block_read(0, 1, memory, NULL), 0);
	assert_int_equal(block_read(0, 1, memory, NULL), 0);
	blkback.ring->rsp_prod += 3;
	disk_stops("protocol: more answers came than there are requests; "
		   "stopped\n");
}

static void
test_disk_disappears(void **state)
{
	(void)state;
	start_disk();
	blkback.keeps = true;
	assert_int_equal(block_read(0, 1, memory, NULL), 0);
	assert_int_equal(block_flush(NULL), 0);
	host_remove(VBD_BACKEND "/state");
	host_deliver();
	disk_stops("disk: the backend has closed; stopped\n");
}

/* What was not answered before is asked again after. */
static void
test_disk_resumes(void **state)
{
	(void)state;
	start_disk();
	blkback.keeps = true;
	memset(memory, 9, sizeof memory);
	assert_int_equal(block_write(5, 100, memory, NULL), 0);
	assert_int_equal(block_discard(0, 5, NULL), 0);
	blkback.keeps = false;
	suspend();
	is_done(2, 0);
	assert_int_equal(blkback.sectors[104][511], 9);
	assert_int_equal(blkback.discard_count, 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(no_disk), TEST(published), TEST(every_grant_failing), TEST(write_and_read),
		TEST(disk_bounds), TEST(flush_and_discard),
		TEST(disk_with_barriers_only), TEST(disk_with_nothing),
		TEST(requests_run_out), TEST(failed_requests),
		TEST(large_sectors), TEST(small_disk), TEST(wrong_disk_ids),
		TEST(disk_index_ahead), TEST(disk_disappears),
		TEST(disk_resumes),
	};

	return cmocka_run_group_tests_name("blkfront", tests, NULL, NULL);
}
