/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define clock_provider time
#include <unicc/clock.h>
#include <unicc/kernel.h>
#include <xen/event.h>
#include <xen/grant.h>
#include <xen/power.h>
#include <xen/start_info.h>
#include <xen/suspend.h>
#include <xen/system_time.h>
#include <xen/io/xs_wire.h>
#include "host.h"

enum {
	NODES_MAX = 128,
	WATCHES_MAX = 32,
	TEXT_BYTES = 1024,
	SAYING_BYTES = 1 << 16,
};

struct host host;
struct start_info_given start_info_given;

/* A whole page, as whoever shares it may write all of it. */
static _Alignas(4096) union {
	struct xenstore_domain_interface ring;
	char bytes[4096];
} store_page;
#define ring store_page.ring

static struct {
	char path[TEXT_BYTES], value[TEXT_BYTES];
} nodes[NODES_MAX];
static struct {
	char path[TEXT_BYTES], token[TEXT_BYTES];
} watches[WATCHES_MAX];
static unsigned nodes_count, watches_count;

/* Requests until they are whole; answers until they have been said. */
static char hearing[sizeof(struct xsd_sockmsg) + XENSTORE_PAYLOAD_MAX];
static size_t hearing_bytes;
static char saying[SAYING_BYTES];
static size_t saying_bytes;

/* ---- xenstored ----------------------------------------------------------- */

/* Say as much as is wanted at a time, and as fits. */
static void
speak(void)
{
	size_t room = sizeof ring.rsp - (ring.rsp_prod - ring.rsp_cons);
	size_t count = saying_bytes < room ? saying_bytes : room, i;

	if (count > host.piece_bytes)
		count = host.piece_bytes;
	if (count == 0)
		return;
	for (i = 0; i < count; i++)
		ring.rsp[MASK_XENSTORE_IDX(ring.rsp_prod + i)] = saying[i];
	ring.rsp_prod += (uint32_t)count;
	saying_bytes -= count;
	memmove(saying, saying + count, saying_bytes);
	host_raise(HOST_XENSTORE_PORT);
}

void
host_say(const void *bytes, size_t size_bytes)
{
	if (saying_bytes + size_bytes > sizeof saying)
		return;
	memcpy(saying + saying_bytes, bytes, size_bytes);
	saying_bytes += size_bytes;
}

static void
say_message(uint32_t type, uint32_t id, const char *bytes, size_t size_bytes)
{
	struct xsd_sockmsg message = {
		.type = type, .req_id = id, .len = (uint32_t)size_bytes,
	};

	host_say(&message, sizeof message);
	host_say(bytes, size_bytes);
}

static void
say_event(unsigned watch, const char *path)
{
	char text[2 * TEXT_BYTES];
	size_t path_bytes = strlen(path) + 1;
	size_t token_bytes = strlen(watches[watch].token) + 1;

	memcpy(text, path, path_bytes);
	memcpy(text + path_bytes, watches[watch].token, token_bytes);
	say_message(XS_WATCH_EVENT, 0, text, path_bytes + token_bytes);
}

static void
fire(const char *path)
{
	unsigned i;
	size_t watched_bytes;

	for (i = 0; i < watches_count; i++) {
		watched_bytes = strlen(watches[i].path);
		if (strncmp(watches[i].path, path, watched_bytes) == 0 &&
		    (path[watched_bytes] == '\0' || path[watched_bytes] == '/'))
			say_event(i, path);
	}
}

static unsigned
find_node(const char *path)
{
	unsigned i;

	for (i = 0; i < nodes_count && strcmp(nodes[i].path, path) != 0; i++)
		;
	return i;
}

const char *
host_get(const char *path)
{
	unsigned i = find_node(path);

	return i < nodes_count ? nodes[i].value : NULL;
}

uint64_t
host_get_number(const char *path)
{
	const char *value = host_get(path);

	return value ? strtoull(value, NULL, 10) : 0;
}

void
host_set(const char *path, const char *value)
{
	unsigned i = find_node(path);

	if (i == NODES_MAX)
		return;
	if (i == nodes_count)
		nodes_count++;
	snprintf(nodes[i].path, TEXT_BYTES, "%s", path);
	snprintf(nodes[i].value, TEXT_BYTES, "%s", value);
	fire(path);
}

void
host_set_number(const char *path, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%llu", (unsigned long long)number);
	host_set(path, text);
}

void
host_remove(const char *path)
{
	unsigned i = find_node(path);

	if (i == nodes_count)
		return;
	nodes[i] = nodes[--nodes_count];
	fire(path);
}

static void
answer_error(uint32_t id, const char *name)
{
	say_message(XS_ERROR, id, name, strlen(name) + 1);
}

/* One whole request, whose two texts end with a NUL that we put there. */
static void
answer(const struct xsd_sockmsg *request, const char *path, const char *rest)
{
	unsigned node = find_node(path);

	switch (request->type) {
	case XS_READ:
		if (node == nodes_count)
			answer_error(request->req_id, "ENOENT");
		else
			say_message(XS_READ, request->req_id, nodes[node].value,
				    strlen(nodes[node].value));
		break;
	case XS_WRITE:
		if (strcmp(path, "forbidden/node") == 0) {
			answer_error(request->req_id, "EACCES");
			break;
		}
		host_set(path, rest);
		say_message(XS_WRITE, request->req_id, "OK", 3);
		if (host.on_write)
			host.on_write(path, rest);
		break;
	case XS_WATCH:
		if (watches_count == WATCHES_MAX) {
			answer_error(request->req_id, "E2BIG");
			break;
		}
		snprintf(watches[watches_count].path, TEXT_BYTES, "%s", path);
		snprintf(watches[watches_count].token, TEXT_BYTES, "%s", rest);
		say_message(XS_WATCH, request->req_id, "OK", 3);
		say_event(watches_count++, path);
		break;
	default:
		answer_error(request->req_id, "EINVAL");
	}
}

static void
hear(void)
{
	struct xsd_sockmsg request;
	char text[XENSTORE_PAYLOAD_MAX + 1];

	/* Both may have been written by whoever shares the page. */
	if (ring.req_prod - ring.req_cons > sizeof ring.req)
		host.is_deaf = true;
	while (!host.is_deaf && ring.req_cons != ring.req_prod) {
		hearing[hearing_bytes++] =
			ring.req[MASK_XENSTORE_IDX(ring.req_cons++)];
		if (hearing_bytes < sizeof request)
			continue;
		memcpy(&request, hearing, sizeof request);
		if (request.len > XENSTORE_PAYLOAD_MAX) {
			host.is_deaf = true;
			return;
		}
		if (hearing_bytes < sizeof request + request.len)
			continue;
		memcpy(text, hearing + sizeof request, request.len);
		text[request.len] = '\0';
		hearing_bytes = 0;
		if (!host.is_silent)
			answer(&request, text, text + strlen(text) + 1);
	}
}

void
host_deliver(void)
{
	hear();
	speak();
}

/* ---- Ports --------------------------------------------------------------- */

void
host_raise(uint32_t port)
{
	if (port < HOST_PORTS_COUNT)
		host.ports[port].is_raised = true;
}

int
event_offer(uint16_t domain, uint32_t *port)
{
	unsigned i;

	(void)domain;
	if (host.ports_left == 0)
		return E_FULL;
	for (i = HOST_CONSOLE_PORT + 1; host.ports[i].is_offered; i++)
		assert(i + 1 < HOST_PORTS_COUNT);
	host.ports_left--;
	host.ports[i] = (struct host_port){ .is_offered = true };
	*port = i;
	return 0;
}

void
event_open(uint32_t port)
{
	assert(port < HOST_PORTS_COUNT && host.ports[port].is_offered);
	host.ports[port].is_open = true;
}

void
event_mask(uint32_t port)
{
	assert(port < HOST_PORTS_COUNT && host.ports[port].is_offered);
	host.ports[port].is_open = false;
}

void
event_close(uint32_t port)
{
	event_mask(port);
	host.ports[port] = (struct host_port){ 0 };
	host.ports_left++;
}

bool
event_take(uint32_t port)
{
	bool was_raised = host.ports[port].is_raised;

	host.ports[port].is_raised = false;
	return was_raised;
}

void
event_notify(uint32_t port)
{
	assert(port < HOST_PORTS_COUNT && host.ports[port].is_offered);
	if (port == HOST_XENSTORE_PORT) {
		host_deliver();
	} else if (host.on_notify) {
		host.on_notify(port);
	}
}

bool
event_wait(uint32_t port, uint64_t timeout_ns)
{
	if (!host.ports[port].is_raised) {
		if (host.on_wait)
			host.on_wait();
		host_deliver();
	}
	host.now_ns += host.ports[port].is_raised ? host.tick_ns : timeout_ns;
	return host.ports[port].is_raised;
}

/* ---- Grants, clock, the kernel ------------------------------------------- */

int
grant_share(uint16_t domain, const void *page, bool is_read_only,
	    uint32_t *reference)
{
	unsigned i;

	assert((uintptr_t)page % 4096 == 0);
	if (host.grants_left == 0)
		return E_FULL;
	host.grants_left--;
	for (i = 8; host.grants[i].page; i++) {
		assert(host.grants[i].page != page);
		assert(i + 1 < HOST_GRANTS_COUNT);
	}
	host.grants[i] = (struct host_grant){
		.page = (void *)(uintptr_t)page, .domain = domain,
		.is_read_only = is_read_only,
	};
	*reference = i;
	return 0;
}

bool
grant_end(uint32_t reference)
{
	assert(reference < HOST_GRANTS_COUNT && host.grants[reference].page);
	if (host.keeps_grants)
		return false;
	host.grants[reference].page = NULL;
	host.grants_left++;
	return true;
}

void *
host_map(uint64_t reference)
{
	return reference < HOST_GRANTS_COUNT ? host.grants[reference].page
					     : NULL;
}

uint64_t
clock_monotonic_ns(void)
{
	return host.now_ns += host.tick_ns;
}

uint64_t
system_time_ns(void)
{
	return clock_monotonic_ns();
}

void
kernel_log(const char *instance, const char *fact, ...)
{
	size_t at = strlen(host.log), room = sizeof host.log - at;
	va_list args;

	at += (size_t)snprintf(host.log + at, room, "%s: ", instance);
	va_start(args, fact);
	for (; *fact && at + 1 < sizeof host.log; fact++) {
		room = sizeof host.log - at;
		if (*fact != '%')
			at += (size_t)snprintf(host.log + at, room, "%c", *fact);
		else if (*++fact == 's')
			at += (size_t)snprintf(host.log + at, room, "%s",
					       va_arg(args, const char *));
		else
			at += (size_t)snprintf(host.log + at, room, "%llu",
					       va_arg(args, unsigned long long));
	}
	va_end(args);
	if (at + 1 < sizeof host.log)
		snprintf(host.log + at, sizeof host.log - at, "\n");
}

_Noreturn void
kernel_exit(unsigned status)
{
	host.left_status = status;
	longjmp(host.left, 1);
}

void
power_reboot_at_exit(void)
{
	host.is_reboot = true;
}

void
platform_offer_suspend(void)
{
}

int
platform_suspend(void)
{
	unsigned i;

	if (host.suspend_error)
		return host.suspend_error;
	memset(host.grants, 0, sizeof host.grants);
	for (i = HOST_CONSOLE_PORT + 1; i < HOST_PORTS_COUNT; i++)
		host.ports[i] = (struct host_port){ 0 };
	host.ports_left = HOST_PORTS_FREE;
	host.grants_left = HOST_GRANTS_COUNT - 8;
	watches_count = 0;
	saying_bytes = hearing_bytes = 0;
	memset(&store_page, 0, sizeof store_page);
	if (host.on_suspend)
		host.on_suspend();
	return 0;
}

void
host_reset(void)
{
	memset(&host, 0, sizeof host);
	memset(&store_page, 0, sizeof store_page);
	nodes_count = watches_count = 0;
	saying_bytes = hearing_bytes = 0;
	host.now_ns = 1000000000;
	host.tick_ns = 100;
	host.ports_left = HOST_PORTS_FREE;
	host.grants_left = HOST_GRANTS_COUNT - 8;
	host.piece_bytes = SIZE_MAX;
	host.suspend_error = E_ABSENT;
	host.ports[HOST_XENSTORE_PORT].is_offered = true;
	host.ports[HOST_CONSOLE_PORT].is_offered = true;
	start_info_given.xenstore.page = &store_page;
	start_info_given.xenstore.port = HOST_XENSTORE_PORT;
}
