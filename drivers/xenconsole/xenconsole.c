/* SPDX-License-Identifier: ISC */
/*
 * Console in the page shared with the host's console daemon (xen/io/console.h).
 *
 * Usable from kernel_main on and in a panic; nothing that is typed is read. A
 * daemon that reads no more, or says nonsense, loses text, it never stops us:
 * it is waited for once, then only when it has read again.
 */
#include <unicc/console.h>
#include <xen/event.h>
#include <xen/interface.h>
#include <xen/start_info.h>
#include <xen/io/console.h>

static uint32_t written;	/* out_prod; what the page says is not read */
static bool is_given_up;

/* The bytes that fit in; 0: it is full, or the daemon lies. */
static size_t
room_in(const struct xencons_interface *ring)
{
	uint32_t used = written - __atomic_load_n(&ring->out_cons,
						  __ATOMIC_ACQUIRE);

	return used < sizeof ring->out ? sizeof ring->out - used : 0;
}

/* Wait for room as long as the patience lasts; it begins anew with each sign
 * of life. */
static size_t
wait_for_room(const struct xencons_interface *ring)
{
	uint32_t port = start_info_given.console.port;
	size_t room = room_in(ring);

	while (room == 0 && !is_given_up) {
		event_take(port);
		event_notify(port);
		is_given_up = !event_wait(port, xenconsole_patience_ns);
		room = room_in(ring);
	}
	if (room != 0)
		is_given_up = false;
	return room;
}

void
console_write(const char *bytes, size_t size_bytes)
{
	struct xencons_interface *ring = start_info_given.console.page;
	size_t room, i;

	while (ring != NULL && size_bytes != 0) {
		room = wait_for_room(ring);
		if (room == 0)
			return;
		if (room > size_bytes)
			room = size_bytes;
		for (i = 0; i < room; i++)
			ring->out[MASK_XENCONS_IDX(written + i, ring->out)] =
				bytes[i];
		written += (uint32_t)room;
		__atomic_store_n(&ring->out_prod, written, __ATOMIC_RELEASE);
		/* Words come in parts: the daemon is told of whole lines. */
		if (bytes[room - 1] == '\n')
			event_notify(start_info_given.console.port);
		bytes += room;
		size_bytes -= room;
	}
}
