/* SPDX-License-Identifier: ISC */
/*
 * The clock of a Xen domain, whose facts Xen writes into the shared page:
 * whatever they are, it never goes back, and never leaps ahead.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* The host of these tests has a clock of its own. */
#define system_time_ns domain_time_ns
#define system_time_of_xen domain_time_of_xen
#define system_time_continue domain_time_continue
#include <xen/interface.h>
#include <xen/system_time.c>

union shared_page shared_page;

/* Xen says: it was ns when the time stamp was ahead of now by stamps. */
static void
say(uint64_t ns, int64_t stamps, uint32_t scale, int8_t shift)
{
	shared_page.info.vcpu_info[0].time = (struct vcpu_time_info){
		.tsc_timestamp = cpu_time_stamp() + (uint64_t)stamps,
		.system_time = ns,
		.tsc_to_system_mul = scale,
		.tsc_shift = shift,
	};
}

enum { HALF = 1u << 30 };	/* of a nanosecond: with shift 1, a half */

static void
test_it_goes(void **state)
{
	(void)state;
	say(5000, -1000000, HALF, 1);
	assert_in_range(system_time_ns(), 505000, 1000000000);
}

static void
test_never_back(void **state)
{
	uint64_t before_ns;

	(void)state;
	say(2000000000, 0, HALF, 1);
	before_ns = system_time_ns();
	say(1000000000, 0, HALF, 1);
	assert_true(system_time_ns() >= before_ns);
}

/* The CPU it runs on now counts a little behind the one that Xen asked. */
static void
test_no_leap(void **state)
{
	(void)state;
	say(3000000000, 1000000000, HALF, 1);
	assert_in_range(system_time_ns(), 3000000000, 3100000000);
	say(3000000000, 1000000000, HALF, -1);
	assert_in_range(system_time_ns(), 3000000000, 3100000000);
}

/* Suspended on one host, resumed on another that has just started. */
static void
test_goes_on(void **state)
{
	uint64_t before_ns;

	(void)state;
	say(4000000000, 0, HALF, 1);
	before_ns = system_time_ns();
	say(1000, 0, HALF, 1);
	system_time_continue();
	assert_in_range(system_time_ns(), before_ns, before_ns + 1000000000);
	assert_in_range(system_time_of_xen(before_ns), 0, 1000000000);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_goes), cmocka_unit_test(test_never_back),
		cmocka_unit_test(test_no_leap), cmocka_unit_test(test_goes_on),
	};

	return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
