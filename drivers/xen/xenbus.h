/* SPDX-License-Identifier: ISC */
/*
 * How the driver of a Xen device and its backend meet: the handshake of
 * xen/io/xenbus.h over xenstore. A driver gives a table; all of it is here.
 *
 *     we                                  the backend
 *     find its folder                     publishes what it offers
 *                                         state InitWait
 *     read what it offers
 *     share pages, make an event channel
 *     publish both, and our features
 *     state Initialised or Connected      maps what it was told of
 *                                         state Connected
 *     read what the device is
 *     state Connected
 *
 * 1. Each wait has an end. Whatever the backend does, a driver's start returns
 *    in time, with one line said.
 * 2. What it writes is read once, into a bounded text, and must be a number in
 *    its bounds, or a path.
 * 3. A page once shared belongs to the device for good: it is taken back when
 *    the backend lets go of it, and used for nothing else.
 * 4. A backend that leaves or breaks the protocol stops its device, which stays
 *    stopped until the machine is resumed.
 */
#ifndef XEN_XENBUS_H
#define XEN_XENBUS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unicc/clock.h>
#include <unicc/kernel.h>
#include <unicc/xenstore.h>
#include <xen/event.h>
#include <xen/grant.h>
#include <xen/interface.h>
#include <xen/io/xenbus.h>

enum {
	XENBUS_PAGE_BYTES = 4096,
	XENBUS_BACKEND_BYTES = 96,	/* of a backend's folder and its NUL */
	XENBUS_FOLDER_BYTES = 32,
	XENBUS_NUMBER_BYTES = 21,	/* 2^64 - 1 and NUL */
};

struct xenbus_page {
	_Alignas(XENBUS_PAGE_BYTES) uint8_t bytes[XENBUS_PAGE_BYTES];
};

/* A row of a list of numbers to read; a row without a key ends the list. */
struct xenbus_read {
	const char *key;
	uint64_t *number;
	uint64_t most;		/* more is refused */
	bool is_needed;		/* else a node that is absent says 0 */
};

/* A row of a list of what to publish, a number or a text; ended the same. */
struct xenbus_publish {
	const char *key;
	const uint32_t *number;
	const char *text;
};

/* A row of a list of pages to share; a row without pages ends it. */
struct xenbus_pages {
	struct xenbus_page *pages;
	uint32_t *references;	/* of each; 0: it is not shared */
	unsigned count;
	bool is_read_only;	/* for the backend */
};

/* What is known of the backend, for the driver to keep. */
struct xenbus_backend {
	char folder[XENBUS_BACKEND_BYTES];
	uint16_t domain;
	uint32_t port;
};

/* A device as its driver describes it; constant. */
struct xenbus {
	const char *instance;
	const char *what;	/* "Xen network interface" */
	const char *kind;	/* "vif" */
	unsigned number;	/* among its kind */
	unsigned unused;	/* the first that no driver is for; 0: another's
				 * driver looks there */
	uint64_t timeout_ns;	/* for each of the two waits */
	const struct xenbus_read *offers;
	const struct xenbus_pages *shared;
	const struct xenbus_publish *published;
	const struct xenbus_read *properties;
	enum xenbus_state published_state;
	struct xenbus_backend *backend;
};

/* ---- Numbers ------------------------------------------------------------ */

static inline void
xenbus_put_number(char *text, uint64_t number)
{
	char digits[XENBUS_NUMBER_BYTES];
	size_t count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while (number /= 10);
	while (count)
		*text++ = digits[--count];
	*text = '\0';
}

/* False: text is not a number in base 10, or one above most. */
static inline bool
xenbus_take_number(const char *text, uint64_t most, uint64_t *number)
{
	unsigned digit;

	*number = 0;
	if (*text == '\0')
		return false;
	for (; *text; text++) {
		digit = (unsigned char)(*text - '0');
		if (digit > 9 || digit > most || *number > (most - digit) / 10)
			return false;
		*number = *number * 10 + digit;
	}
	return true;
}

/* Read the numbers of a list. One that is wrong is logged. */
static inline int
xenbus_read(const struct xenbus *bus, const char *folder,
	    const struct xenbus_read *row)
{
	char text[XENBUS_NUMBER_BYTES];
	int error;

	for (; row->key; row++) {
		error = xenstore_read(folder, row->key, text, sizeof text);
		*row->number = 0;
		if (error == E_ABSENT && !row->is_needed)
			continue;
		if (!error &&
		    xenbus_take_number(text, row->most, row->number))
			continue;
		kernel_log(bus->instance, "%s/%s is not a number as expected: "
			   "\"%s\"", folder, row->key, text);
		return error == E_TIMEOUT ? error : E_PEER;
	}
	return 0;
}

/* ---- States ------------------------------------------------------------- */

/* device/KIND/NUMBER, in folder. */
static inline void
xenbus_folder_of(const struct xenbus *bus, unsigned number,
		 char folder[XENBUS_FOLDER_BYTES])
{
	static const char device[] = "device/";
	size_t kind_bytes = strlen(bus->kind);

	memcpy(folder, device, sizeof device - 1);
	folder += sizeof device - 1;
	memcpy(folder, bus->kind, kind_bytes);
	folder += kind_bytes;
	*folder++ = '/';
	xenbus_put_number(folder, number);
}

static inline void
xenbus_folder(const struct xenbus *bus, char folder[XENBUS_FOLDER_BYTES])
{
	xenbus_folder_of(bus, bus->number, folder);
}

static inline int
xenbus_write(const struct xenbus *bus, const char *key, uint64_t number)
{
	char folder[XENBUS_FOLDER_BYTES], text[XENBUS_NUMBER_BYTES];

	xenbus_folder(bus, folder);
	xenbus_put_number(text, number);
	return xenstore_write(folder, key, text);
}

/* Unknown: it says none, or nothing that makes sense. */
static inline enum xenbus_state
xenbus_backend_state(const struct xenbus *bus)
{
	char text[XENBUS_NUMBER_BYTES];
	uint64_t state;

	if (xenstore_read(bus->backend->folder, "state", text, sizeof text) ||
	    !xenbus_take_number(text, XenbusStateReconfigured, &state))
		return XenbusStateUnknown;
	return (enum xenbus_state)state;
}

static inline const char *
xenbus_state_text(enum xenbus_state state)
{
	static const char *const texts[] = {
		"gone", "initialising", "waiting", "initialised", "connected",
		"closing", "closed", "reconfiguring", "reconfigured",
	};

	return texts[state];
}

/* Wait for the backend to be in a state first .. Connected. */
static inline int
xenbus_wait(const struct xenbus *bus, enum xenbus_state first)
{
	uint64_t deadline_ns = clock_monotonic_ns() + bus->timeout_ns;
	enum xenbus_state state;
	int error;

	do {
		state = xenbus_backend_state(bus);
		if (state >= first && state <= XenbusStateConnected)
			return 0;
		error = xenstore_wait(xenstore_consumer_index, deadline_ns);
	} while (!error);
	if (error == E_TIMEOUT)
		kernel_log(bus->instance, "the backend %s has not connected in "
			   "%u ms; it is %s", bus->backend->folder,
			   bus->timeout_ns / 1000000, xenbus_state_text(state));
	return error;
}

/* ---- Pages -------------------------------------------------------------- */

/*
 * Take back what is shared. [start, loop] False: the backend still uses some
 * pages, which stay its own.
 */
static inline bool
xenbus_end_sharing(const struct xenbus *bus)
{
	const struct xenbus_pages *row;
	bool is_ended = true;
	unsigned i;

	for (row = bus->shared; row->pages; row++)
		for (i = 0; i < row->count; i++) {
			if (row->references[i] == 0)
				continue;
			if (grant_end(row->references[i]))
				row->references[i] = 0;
			else
				is_ended = false;
		}
	return is_ended;
}

/* Share every page of the list. [start, loop] E_FULL: none is shared. */
static inline int
xenbus_share(const struct xenbus *bus)
{
	const struct xenbus_pages *row;
	unsigned i;

	for (row = bus->shared; row->pages; row++)
		for (i = 0; i < row->count; i++)
			if (grant_share(bus->backend->domain, &row->pages[i],
					row->is_read_only,
					&row->references[i])) {
				row->references[i] = 0;
				xenbus_end_sharing(bus);
				kernel_log(bus->instance, "no grant is left");
				return E_FULL;
			}
	return 0;
}

/* After a resume no grant is left of those before. */
static inline void
xenbus_forget_sharing(const struct xenbus *bus)
{
	const struct xenbus_pages *row;

	for (row = bus->shared; row->pages; row++)
		memset(row->references, 0, row->count * sizeof *row->references);
}

/* ---- The handshake ------------------------------------------------------ */

/* A device more than the image was built for does no harm, and none of what it
 * may have been given for. */
static inline void
xenbus_name_unused(const struct xenbus *bus)
{
	char folder[XENBUS_FOLDER_BYTES], backend[XENBUS_BACKEND_BYTES];

	xenbus_folder_of(bus, bus->unused, folder);
	if (!xenstore_read(folder, "backend", backend, sizeof backend))
		kernel_log(bus->instance, "found one more %s in %s, which this "
			   "image has no driver for", bus->what, folder);
}

/*
 * Find the device and its backend, wait until that is ready, and read what it
 * offers. [start, loop; waits, bounded] E_ABSENT: there is no such device.
 * E_TIMEOUT, E_PEER: the backend is not there or not sane. All are logged.
 */
static inline int
xenbus_find(const struct xenbus *bus)
{
	struct xenbus_backend *backend = bus->backend;
	char folder[XENBUS_FOLDER_BYTES];
	uint64_t domain;
	const struct xenbus_read id[] = {
		{ "backend-id", &domain, DOMID_FIRST_RESERVED - 1, true },
		{ 0 },
	};
	int error;

	xenbus_folder(bus, folder);
	error = xenstore_read(folder, "backend", backend->folder,
			      sizeof backend->folder);
	if (error) {
		kernel_log(bus->instance, "expected a %s in %s, found none",
			   bus->what, folder);
		return error;
	}
	if (bus->unused)
		xenbus_name_unused(bus);
	error = xenbus_read(bus, folder, id);
	if (error)
		return error;
	backend->domain = (uint16_t)domain;
	error = xenstore_watch(backend->folder, "state",
			       xenstore_consumer_index);
	if (error)
		return error;
	error = xenbus_wait(bus, XenbusStateInitWait);
	if (error)
		return error;
	return xenbus_read(bus, backend->folder, bus->offers);
}

/* The state comes last: it tells the backend to read the others. */
static inline int
xenbus_publish(const struct xenbus *bus)
{
	const struct xenbus_publish *row;
	char folder[XENBUS_FOLDER_BYTES];
	int error = xenbus_write(bus, "event-channel", bus->backend->port);

	xenbus_folder(bus, folder);
	for (row = bus->published; row->key && !error; row++)
		error = row->text ? xenstore_write(folder, row->key, row->text)
				  : xenbus_write(bus, row->key, *row->number);
	return error ? error
		     : xenbus_write(bus, "state", bus->published_state);
}

/* Publish, wait until the backend has connected, read what the device is. */
static inline int
xenbus_agree(const struct xenbus *bus)
{
	int error = xenbus_publish(bus);

	if (!error)
		error = xenbus_wait(bus, XenbusStateConnected);
	if (!error)
		error = xenbus_read(bus, bus->backend->folder, bus->properties);
	if (!error && bus->published_state != XenbusStateConnected)
		error = xenbus_write(bus, "state", XenbusStateConnected);
	return error;
}

/* Stop using the backend, and let it know. [start, loop] */
static inline void
xenbus_leave(const struct xenbus *bus)
{
	event_close(bus->backend->port);
	xenbus_write(bus, "state", XenbusStateClosed);
}

/* Stop using a backend that broke the protocol. [start, loop] */
static inline void
xenbus_give_up(const struct xenbus *bus, const char *fact)
{
	kernel_log(bus->instance, "the backend broke the protocol: %s; stopped",
		   fact);
	xenbus_leave(bus);
}

/* Is a backend not connected any more? Then we stop using it. [loop] */
static inline bool
xenbus_has_closed(const struct xenbus *bus)
{
	if (xenbus_backend_state(bus) == XenbusStateConnected)
		return false;
	kernel_log(bus->instance, "the backend has closed; stopped");
	xenbus_leave(bus);
	return true;
}

/*
 * Share the pages and agree with the backend that xenbus_find has found.
 * [start, loop; waits, bounded] The rings must be ready before. After it the
 * channel is open. E_FULL: Xen has no grant or port left. Others as above.
 */
static inline int
xenbus_connect(const struct xenbus *bus)
{
	int error = xenbus_share(bus);

	if (error)
		return error;
	error = event_offer(bus->backend->domain, &bus->backend->port);
	if (error) {
		xenbus_end_sharing(bus);
		return error;
	}
	error = xenbus_agree(bus);
	if (error)
		xenbus_leave(bus);
	else
		event_open(bus->backend->port);
	return error;
}

#endif
