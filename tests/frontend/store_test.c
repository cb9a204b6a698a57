/* SPDX-License-Identifier: ISC */
/*
 * xenstore against a host in this process: one that behaves, one that does not
 * answer, and one that lies.
 */
#define clock_provider time
#define xenstore_provider store
#define xenstore_consumer user
#include <unicc/clock.h>
#include <unicc/xenstore.h>
#include <xen/start_info.h>
#include <xen/io/xs_wire.h>
#include "case.h"

enum { USER = 0 };	/* of store's users */

static unsigned changed_count, resumed_count;

void
xenstore_changed(void)
{
	changed_count++;
}

void
xenstore_resumed(void)
{
	resumed_count++;
}

static int
setup(void **state)
{
	(void)state;
	host_reset();
	store_forget();
	changed_count = resumed_count = 0;
	return store_start();
}

static void
run(void)
{
	store_event();
}

/* ---- xenstore ------------------------------------------------------------ */

static void
test_read_and_write(void **state)
{
	char value[8];

	(void)state;
	host_set("a/b", "seven77");
	assert_int_equal(xenstore_read("a", "b", value, sizeof value), 0);
	assert_string_equal(value, "seven77");
	assert_int_equal(xenstore_read("a", "b", value, 7), E_RANGE);
	assert_string_equal(value, "");
	assert_int_equal(xenstore_read("a", "c", value, sizeof value),
			 E_ABSENT);
	assert_int_equal(xenstore_write("a", "c", "x"), 0);
	assert_string_equal(host_get("a/c"), "x");
	assert_int_equal(xenstore_write("forbidden", "node", "x"), E_REFUSED);
	assert_int_equal(xenstore_read("forbidden", "node", value, 8),
			 E_ABSENT);
}

static void
test_what_is_too_long(void **state)
{
	static char key[XENSTORE_PATH_MAX_BYTES];
	char value[8];

	(void)state;
	memset(key, 'k', sizeof key - 1);
	assert_int_equal(xenstore_read("a", key, value, sizeof value), E_RANGE);
	assert_int_equal(xenstore_write("a", "b", key), E_RANGE);
	/* The longest path and value fit in the ring together. */
	key[XENSTORE_PATH_MAX_BYTES - 3] = '\0';
	key[XENSTORE_VALUE_MAX_BYTES] = '\0';
	assert_int_equal(xenstore_write("a", "b", key), 0);
}

static void
test_pieces_of_one_byte(void **state)
{
	char value[128];
	unsigned i;

	(void)state;
	host.piece_bytes = 1;
	host_set("a/b", "a value of some length");
	/* Often enough for every place of the ring to be a message's first. */
	for (i = 0; i < 100; i++) {
		assert_int_equal(xenstore_read("a", "b", value, 128), 0);
		assert_string_equal(value, "a value of some length");
	}
}

static void
test_answer_of_the_greatest_length(void **state)
{
	char value[8];
	unsigned i;

	(void)state;
	/* Events of many KiB come before the answer: the ring is full often. */
	assert_int_equal(xenstore_watch("a", "b", USER), 0);
	for (i = 0; i < 400; i++)
		host_set("a/b", "x");
	assert_int_equal(xenstore_read("a", "b", value, sizeof value), 0);
	store_event();
	assert_int_equal(changed_count, 1);
}

static void
test_silence_ends(void **state)
{
	uint64_t before_ns = host.now_ns;
	char value[8];

	(void)state;
	host.is_silent = true;
	assert_int_equal(xenstore_read("a", "b", value, sizeof value),
			 E_TIMEOUT);
	assert_true(host.now_ns - before_ns < 1100000000);
	/* What is asked next is answered again. */
	host.is_silent = false;
	host_set("a/b", "x");
	assert_int_equal(xenstore_read("a", "b", value, sizeof value), 0);
	/* Nobody reads our ring: it fills, and no write waits for ever. */
	host.is_deaf = true;
	while (host.now_ns - before_ns < 60000000000)
		assert_int_equal(xenstore_write("a", "b", "y"), E_TIMEOUT);
	host.is_deaf = false;
	assert_int_equal(xenstore_write("a", "b", "z"), 0);
	assert_string_equal(host_get("a/b"), "z");
}

/* Say half of an answer, and the rest when it is too late. */
static size_t late_bytes;

static void
say_first_half(void)
{
	static const struct xsd_sockmsg header = { XS_READ, 3, 0, 8 };

	if (late_bytes == 0)
		host_say(&header, sizeof header);
	if (late_bytes == 0)
		host_say("late", late_bytes = 4);
}

static void
test_late_answers_are_dropped(void **state)
{
	char value[16];

	(void)state;
	assert_int_equal(xenstore_write("a", "b", "now"), 0);	/* id 2 */
	host.is_silent = true;
	host.on_wait = say_first_half;
	late_bytes = 0;
	assert_int_equal(xenstore_read("a", "b", value, sizeof value),
			 E_TIMEOUT);
	assert_int_equal(late_bytes, 4);
	host.is_silent = false;
	host.on_wait = NULL;
	host_say("rest", 4);
	assert_int_equal(xenstore_read("a", "b", value, sizeof value), 0);
	assert_string_equal(value, "now");
}

static void
stops_after(const struct xsd_sockmsg *header, const char *fact)
{
	char value[8];

	host_say(header, sizeof *header);
	assert_int_equal(xenstore_read("a", "b", value, sizeof value), E_PEER);
	assert_logged(fact);
	host.log[0] = '\0';
	assert_int_equal(xenstore_write("a", "b", "x"), E_PEER);
	assert_int_equal(xenstore_wait(USER, UINT64_MAX), E_PEER);
	store_event();
	assert_string_equal(host.log, "");
}

static void
test_wrong_id(void **state)
{
	static const struct xsd_sockmsg header = { XS_READ, 77, 0, 0 };

	(void)state;
	stops_after(&header, "an answer was not asked for");
}

static void
test_wrong_type(void **state)
{
	static const struct xsd_sockmsg header = { XS_WRITE, 2, 0, 0 };

	(void)state;
	stops_after(&header, "an answer was not asked for");
}

static void
test_wrong_length(void **state)
{
	static const struct xsd_sockmsg header = { XS_READ, 2, 0, 4097 };

	(void)state;
	stops_after(&header, "a message is too long");
}

static void
test_more_than_fits(void **state)
{
	struct xenstore_domain_interface *ring =
		start_info_given.xenstore.page;
	char value[8];

	(void)state;
	ring->rsp_prod += XENSTORE_RING_SIZE + 1;
	assert_int_equal(xenstore_read("a", "b", value, 8), E_PEER);
	assert_logged("store: the host broke the protocol: more has come than "
		      "fits; stopped\n");
}

static void
test_more_read_than_sent(void **state)
{
	struct xenstore_domain_interface *ring =
		start_info_given.xenstore.page;
	char value[8];

	(void)state;
	ring->req_cons++;
	assert_int_equal(xenstore_read("a", "b", value, 8), E_PEER);
	assert_logged("more was read than sent; stopped\n");
}

static void
test_value_with_a_nul(void **state)
{
	static const struct xsd_sockmsg header = { XS_READ, 2, 0, 3 };
	char value[8];

	(void)state;
	host.is_silent = true;
	host_say(&header, sizeof header);
	host_say("a\0b", 3);
	assert_int_equal(xenstore_read("a", "b", value, 8), E_RANGE);
	assert_string_equal(value, "");
}

/* What would be a line of its own on the console. */
static void
test_value_of_two_lines(void **state)
{
	static const char *const values[] = { "0\nexit 0", "\x1b[2J", "\x80" };
	char value[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof values / sizeof *values; i++) {
		host_set("a/b", values[i]);
		assert_int_equal(xenstore_read("a", "b", value, sizeof value),
				 E_RANGE);
		assert_string_equal(value, "");
	}
}

static void
test_watch(void **state)
{
	(void)state;
	assert_int_equal(xenstore_watch("a", "b", USER), 0);
	assert_int_equal(xenstore_wait(USER, UINT64_MAX), 0);
	assert_int_equal(xenstore_wait(USER, host.now_ns + 1000), E_TIMEOUT);
	host_set("a/other", "x");
	assert_int_equal(xenstore_wait(USER, host.now_ns + 1000), E_TIMEOUT);
	host_set("a/b/below", "x");
	host_set("a/b", "x");
	run();
	host_set("a/b", "y");
	host_deliver();
	run();
	assert_in_range(changed_count, 1, 2);
}

/* News that come while another event hook asks something are told all the same:
 * nothing else would end the wait that follows. */
static void
test_news_with_an_answer(void **state)
{
	char value[8];

	(void)state;
	assert_int_equal(xenstore_watch("a", "b", USER), 0);
	host_deliver();
	run();
	changed_count = 0;
	assert_true(store_deadline_ns() == UINT64_MAX);
	host_set("a/b", "x");
	assert_int_equal(xenstore_read("a", "b", value, sizeof value), 0);
	assert_true(store_deadline_ns() == 0);
	run();
	assert_int_equal(changed_count, 1);
	assert_true(store_deadline_ns() == UINT64_MAX);
}

/* Tokens that are no user's. */
static void
test_foreign_tokens(void **state)
{
	static const struct xsd_sockmsg header = { XS_WATCH_EVENT, 0, 0, 8 };
	char value[8];

	(void)state;
	host_say(&header, sizeof header);
	host_say("a\0\xff" "4~\0\0", 8);
	host_say(&header, sizeof header);
	host_say("no token", 8);
	assert_int_equal(xenstore_read("a", "b", value, 8), E_ABSENT);
	run();
	assert_int_equal(changed_count, 0);
}

/* ---- The control node ---------------------------------------------------- */

static void
leaves_at(const char *wish, bool is_reboot)
{
	if (setjmp(host.left) == 0) {
		host_set("control/shutdown", wish);
		host_deliver();
		run();
		fail();
	}
	assert_string_equal(host_get("control/shutdown"), "");
	assert_int_equal(host.left_status, 0);
	assert_int_equal(host.is_reboot, is_reboot);
}

static void
test_poweroff(void **state)
{
	(void)state;
	run();
	leaves_at("poweroff", false);
}

static void
test_reboot(void **state)
{
	(void)state;
	run();
	leaves_at("reboot", true);
}

static void
test_unknown_wish(void **state)
{
	(void)state;
	host_set("control/shutdown", "dance");
	host_deliver();
	run();
	assert_logged("the host asks for something unknown");
	host_set("control/shutdown", "a wish that is much too long to be one");
	host_deliver();
	run();
}

static void
test_halt_while_a_user_waits(void **state)
{
	(void)state;
	if (setjmp(host.left) == 0) {
		host_set("control/shutdown", "halt");
		xenstore_wait(USER, UINT64_MAX);
		fail();
	}
	assert_string_equal(host_get("control/shutdown"), "");
}

/* It is put off until nobody is in the middle of a start. */
static void
test_suspend_while_a_user_waits(void **state)
{
	(void)state;
	host.suspend_error = 0;
	host_set("control/shutdown", "suspend");
	assert_int_equal(xenstore_wait(USER, host.now_ns + 1000000000),
			 E_TIMEOUT);
	assert_int_equal(resumed_count, 0);
	run();
	assert_int_equal(resumed_count, 1);
}

static void
test_suspend_refused(void **state)
{
	(void)state;
	host_set("control/shutdown", "suspend");
	host_deliver();
	run();
	assert_logged("store: this machine cannot be suspended\n");
	host.suspend_error = E_BUSY;
	host_set("control/shutdown", "suspend");
	host_deliver();
	run();
	assert_logged("store: the suspension was called off\n");
	assert_int_equal(resumed_count, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(read_and_write), TEST(what_is_too_long),
		TEST(pieces_of_one_byte), TEST(answer_of_the_greatest_length),
		TEST(silence_ends), TEST(late_answers_are_dropped),
		TEST(wrong_id), TEST(wrong_type), TEST(wrong_length),
		TEST(more_than_fits), TEST(more_read_than_sent),
		TEST(value_with_a_nul), TEST(value_of_two_lines), TEST(watch),
		TEST(news_with_an_answer), TEST(foreign_tokens),
		TEST(poweroff), TEST(reboot), TEST(unknown_wish),
		TEST(halt_while_a_user_waits), TEST(suspend_while_a_user_waits), TEST(suspend_refused),
	};

	return cmocka_run_group_tests_name("xenstore", tests, NULL, NULL);
}
