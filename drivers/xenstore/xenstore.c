/* SPDX-License-Identifier: ISC */
/*
 * Client of xenstored over the page shared with it (xen/io/xs_wire.h; Xen's
 * docs/misc/xenstore.txt and xenstore-ring.txt).
 *
 *     request:  header | folder / key NUL | value          one at a time
 *     answer:   header | value, or the name of an error
 *     event:    header | path NUL token NUL                 at any time
 *
 * 1. A byte or an index of the shared page is read once, and checked before
 *    it is used; our own indexes are kept here and never read back.
 * 2. Answers are told by their number. One that comes after its time is
 *    dropped; one that nobody has asked for breaks the protocol, and from then
 *    on nothing of the page is looked at.
 * 3. A token is the index of a user. Events only set a flag: users are called
 *    from the event hook, so never inside a call of their own.
 */
#include <string.h>
#include <unicc/clock.h>
#include <unicc/kernel.h>
#include <unicc/xenstore.h>
#include <xen/event.h>
#include <xen/start_info.h>
#include <xen/suspend.h>
#include <xen/io/xs_wire.h>

#ifndef xenstore_consumers
#define xenstore_consumers(X)
#endif

#define XENSTORE_COUNT(index, instance) +1
#define XENSTORE_DECLARE(index, instance)    \
	void instance##_xenstore_changed(void); \
	void instance##_xenstore_resumed(void);

xenstore_consumers(XENSTORE_DECLARE)

/* The last user is the control node (control.c). */
enum {
	CONSUMERS_COUNT = 0 xenstore_consumers(XENSTORE_COUNT),
	CONSUMER_CONTROL = CONSUMERS_COUNT,
	USERS_COUNT,
};

_Static_assert(USERS_COUNT <= 64, "a token is one character");

static void control_changed(bool can_suspend);	/* control.c */

static volatile struct xenstore_domain_interface *ring;
static bool is_stopped;

/* Our ends of the rings. */
static uint32_t request_produced, answer_consumed;

static bool has_changed[USERS_COUNT];

/* What is asked, and how far its answer has come. */
static struct {
	uint32_t type;
	uint32_t id;		/* counts requests */
	char *value;		/* room_bytes for what was asked for */
	size_t room_bytes;
	size_t value_bytes;	/* of it, until now; may exceed the room */
	char error[8];		/* the beginning of an error's name */
	size_t error_bytes;
	bool is_answered;
	bool is_refused;
} asked;

/* What is coming in. */
static enum {
	COMING_HEADER,
	COMING_ANSWER,
	COMING_REFUSAL,
	COMING_EVENT_PATH,
	COMING_EVENT_TOKEN,
	COMING_NOTHING,		/* to be dropped */
} coming;
static union {
	struct xsd_sockmsg fields;
	char bytes[sizeof(struct xsd_sockmsg)];
} header;
static uint32_t coming_bytes;	/* of header or message, until now */

static int
stop(const char *fact)
{
	is_stopped = true;
	kernel_log(instance_name, "the host broke the protocol: %s; stopped",
		   fact);
	return E_PEER;
}

/* ---- What comes in ------------------------------------------------------ */

static void
take_header(void)
{
	const struct xsd_sockmsg *fields = &header.fields;

	if (fields->len > XENSTORE_PAYLOAD_MAX)
		stop("a message is too long");
	else if (fields->type == XS_WATCH_EVENT)
		coming = COMING_EVENT_PATH;
	else if (fields->req_id == asked.id && !asked.is_answered &&
		 (fields->type == asked.type || fields->type == XS_ERROR))
		coming = fields->type == XS_ERROR ? COMING_REFUSAL
						  : COMING_ANSWER;
	else if ((int32_t)(fields->req_id - asked.id) < 0)
		coming = COMING_NOTHING;
	else
		stop("an answer was not asked for");
}

static void
take_end(void)
{
	if (coming == COMING_ANSWER || coming == COMING_REFUSAL) {
		asked.is_answered = true;
		asked.is_refused = coming == COMING_REFUSAL;
	}
	coming = COMING_HEADER;
	coming_bytes = 0;
}

static void
take_byte(char byte)
{
	switch (coming) {
	case COMING_HEADER:
		header.bytes[coming_bytes] = byte;
		return;
	case COMING_ANSWER:
		if (asked.value_bytes < asked.room_bytes)
			asked.value[asked.value_bytes] = byte;
		asked.value_bytes++;
		return;
	case COMING_REFUSAL:
		if (asked.error_bytes < sizeof asked.error)
			asked.error[asked.error_bytes++] = byte;
		return;
	case COMING_EVENT_PATH:
		if (byte == '\0')
			coming = COMING_EVENT_TOKEN;
		return;
	case COMING_EVENT_TOKEN:
		/* "0" NUL; the NUL is no index. */
		if ((unsigned char)(byte - '0') < USERS_COUNT)
			has_changed[byte - '0'] = true;
		return;
	case COMING_NOTHING:
		return;
	}
}

/* Take what is in the ring now, at most the ring's size. */
static void
take_all(void)
{
	uint32_t produced = ring->rsp_prod, from = answer_consumed;

	if (is_stopped || produced == from)
		return;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	if (produced - from > XENSTORE_RING_SIZE) {
		stop("more has come than fits");
		return;
	}
	while (answer_consumed != produced && !is_stopped) {
		take_byte(ring->rsp[MASK_XENSTORE_IDX(answer_consumed++)]);
		coming_bytes++;
		if (coming == COMING_HEADER &&
		    coming_bytes == sizeof header) {
			coming_bytes = 0;
			take_header();
		}
		if (coming != COMING_HEADER && coming_bytes == header.fields.len)
			take_end();
	}
	ring->rsp_cons = answer_consumed;
	/* It waits for room only if it has seen the ring full. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (ring->rsp_prod - from >= XENSTORE_RING_SIZE)
		event_notify(start_info_given.xenstore.port);
}

/* Sleep until the host says something. False: it is too late. */
static bool
wait_until(uint64_t deadline_ns)
{
	uint64_t now_ns = clock_monotonic_ns();

	if (now_ns >= deadline_ns)
		return false;
	event_wait(start_info_given.xenstore.port, deadline_ns - now_ns);
	event_take(start_info_given.xenstore.port);
	return true;
}

/* ---- What goes out ------------------------------------------------------ */

struct part {
	const char *bytes;
	size_t size_bytes;
};

static void
put(const void *bytes, size_t size_bytes)
{
	const char *from = bytes;

	for (; size_bytes; size_bytes--)
		ring->req[MASK_XENSTORE_IDX(request_produced++)] = *from++;
}

/* Wait until all of a request fits. An earlier one may not be read yet. */
static int
wait_for_room(size_t size_bytes, uint64_t deadline_ns)
{
	uint32_t used_bytes;

	for (;;) {
		used_bytes = request_produced - ring->req_cons;
		if (used_bytes > XENSTORE_RING_SIZE)
			return stop("more was read than sent");
		if (size_bytes <= XENSTORE_RING_SIZE - used_bytes)
			return 0;
		take_all();
		if (is_stopped)
			return E_PEER;
		if (!wait_until(deadline_ns))
			return E_TIMEOUT;
	}
}

static int
error_of_refusal(void)
{
	return asked.error_bytes >= 6 && memcmp(asked.error, "ENOENT", 6) == 0
		       ? E_ABSENT : E_REFUSED;
}

/* From now on the answer, or what is still to come of it, is too late. */
static int
give_up_asking(void)
{
	asked.id++;
	if (coming == COMING_ANSWER || coming == COMING_REFUSAL)
		coming = COMING_NOTHING;
	return E_TIMEOUT;
}

/* Ask, and wait for the answer; asked.value and its room are set. */
static int
ask(uint32_t type, const char *folder, const char *key, struct part rest)
{
	const struct part path[] = {
		{ folder, strlen(folder) }, { "/", 1 }, { key, strlen(key) + 1 },
		rest,
	};
	struct xsd_sockmsg request = { .type = type };
	uint64_t deadline_ns = clock_monotonic_ns() + xenstore_timeout_ns;
	size_t i;
	int error;

	if (is_stopped)
		return E_PEER;
	if (path[0].size_bytes + path[2].size_bytes >= XENSTORE_PATH_MAX_BYTES ||
	    rest.size_bytes > XENSTORE_VALUE_MAX_BYTES)
		return E_RANGE;
	for (i = 0; i < countof(path); i++)
		request.len += (uint32_t)path[i].size_bytes;
	error = wait_for_room(sizeof request + request.len, deadline_ns);
	if (error)
		return error;
	request.req_id = ++asked.id;
	asked.type = type;
	asked.value_bytes = asked.error_bytes = 0;
	asked.is_answered = false;
	put(&request, sizeof request);
	for (i = 0; i < countof(path); i++)
		put(path[i].bytes, path[i].size_bytes);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	ring->req_prod = request_produced;
	event_notify(start_info_given.xenstore.port);
	for (;;) {
		take_all();
		if (is_stopped)
			return E_PEER;
		if (asked.is_answered)
			return asked.is_refused ? error_of_refusal() : 0;
		if (!wait_until(deadline_ns))
			return give_up_asking();
	}
}

/* Can value be shown as it is, on one line? */
static bool
is_plain(const char *value, size_t value_bytes)
{
	size_t i;

	for (i = 0; i < value_bytes; i++)
		if (value[i] < ' ' || value[i] > '~')
			return false;
	return true;
}

int
xenstore_read(const char *folder, const char *key, char *value,
	      size_t value_bytes)
{
	int error;

	asked.value = value;
	asked.room_bytes = value_bytes - 1;
	error = ask(XS_READ, folder, key, (struct part){ "", 0 });
	asked.room_bytes = 0;
	if (!error && asked.value_bytes < value_bytes &&
	    is_plain(value, asked.value_bytes)) {
		value[asked.value_bytes] = '\0';
		return 0;
	}
	value[0] = '\0';
	return error ? error : E_RANGE;
}

int
xenstore_write(const char *folder, const char *key, const char *value)
{
	return ask(XS_WRITE, folder, key,
		   (struct part){ value, strlen(value) });
}

int
xenstore_watch(const char *folder, const char *key, unsigned consumer_index)
{
	const char token[2] = { (char)('0' + consumer_index) };

	return ask(XS_WATCH, folder, key, (struct part){ token, sizeof token });
}

/* ---- What has changed --------------------------------------------------- */

static bool
take_changed(unsigned index)
{
	bool is_changed = has_changed[index];

	has_changed[index] = false;
	return is_changed;
}

int
xenstore_wait(unsigned consumer_index, uint64_t deadline_ns)
{
	for (;;) {
		take_all();
		if (is_stopped)
			return E_PEER;
		if (take_changed(CONSUMER_CONTROL))
			control_changed(false);
		/* News without end do not make it any earlier. */
		if (clock_monotonic_ns() >= deadline_ns)
			return E_TIMEOUT;
		if (take_changed(consumer_index))
			return 0;
		if (!wait_until(deadline_ns))
			return E_TIMEOUT;
	}
}

#define XENSTORE_TELL_CHANGED(index, instance)       \
	if (take_changed(index))                     \
		instance##_xenstore_changed();
#define XENSTORE_TELL_RESUMED(index, instance) instance##_xenstore_resumed();

bool
xenstore_event(void)
{
	if (!ring)
		return false;
	event_take(start_info_given.xenstore.port);
	take_all();
	xenstore_consumers(XENSTORE_TELL_CHANGED)
	if (take_changed(CONSUMER_CONTROL))
		control_changed(true);
	return false;
}

/* News that came with an answer after their user was asked are not forgotten:
 * they end the next wait at once. */
uint64_t
xenstore_deadline_ns(void)
{
	unsigned i;

	for (i = 0; i < USERS_COUNT; i++)
		if (has_changed[i])
			return 0;
	return UINT64_MAX;
}

/* ---- Start -------------------------------------------------------------- */

/* Find the page and begin where its indexes are: whoever built the domain may
 * have used it before us. */
static int
attach(void)
{
	ring = start_info_given.xenstore.page;
	if (!ring || start_info_given.xenstore.port == 0) {
		kernel_log(instance_name, "expected a xenstore, found none");
		return E_ABSENT;
	}
	request_produced = ring->req_prod;
	answer_consumed = ring->rsp_cons;
	coming = COMING_HEADER;
	coming_bytes = 0;
	memset(has_changed, 0, sizeof has_changed);
	event_open(start_info_given.xenstore.port);
	platform_offer_suspend();
	return xenstore_watch("control", "shutdown", CONSUMER_CONTROL);
}

int
xenstore_start(void)
{
	return attach();
}

/* The machine goes on in a domain that nobody knows yet. Users are told even
 * if there is no xenstore: what they had of their backends is gone. */
static void
resume(void)
{
	attach();
	xenstore_consumers(XENSTORE_TELL_RESUMED)
}
