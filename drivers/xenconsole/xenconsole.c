/* SPDX-License-Identifier: ISC */
/*
 * Console in the page shared with the host's console daemon (xen/io/console.h).
 *
 * Usable from kernel_main on and in a panic; nothing that is typed is read. A
 * daemon that reads no more, or says nonsense, loses text, it never stops us:
 * it is waited for once, then only when it has read again.
 *
 * Nothing is kept but that: where the text goes on is asked of the page, which
 * is another one after a suspension. Who writes nonsense there garbles what he
 * reads; an index is always brought into the ring.
 */
#include <unicc/console.h>
#include <xen/event.h>
#include <xen/interface.h>
#include <xen/start_info.h>
#include <xen/system_time.h>
#include <xen/io/console.h>

static bool is_given_up;

/* The bytes that fit in; 0: it is full, or the daemon lies. */
static size_t
room_in(const struct xencons_interface *ring)
{
	uint32_t used = __atomic_load_n(&ring->out_prod, __ATOMIC_RELAXED) -
			__atomic_load_n(&ring->out_cons, __ATOMIC_ACQUIRE);

	return used < sizeof ring->out ? sizeof ring->out - used : 0;
}

/* Wait for room as long as the patience lasts, whatever else the daemon does. */
static size_t
wait_for_room(const struct xencons_interface *ring)
{
	uint32_t port = start_info_given.console.port;
	uint64_t left_ns, end_ns;
	size_t room = room_in(ring);

	if (room != 0 || is_given_up)
		return room;
	end_ns = system_time_ns() + xenconsole_patience_ns;
	event_notify(port);
	do {
		left_ns = end_ns - system_time_ns();
		is_given_up = (int64_t)left_ns <= 0;
		if (!is_given_up && event_wait(port, left_ns))
			event_take(port);
		room = room_in(ring);
	} while (room == 0 && !is_given_up);
	return room;
}

void
console_write(const char *bytes, size_t size_bytes)
{
	struct xencons_interface *ring = start_info_given.console.page;
	uint32_t prod;
	size_t room, i;

	while (ring != NULL && size_bytes != 0) {
		room = wait_for_room(ring);
		if (room == 0)
			return;
		is_given_up = false;
		if (room > size_bytes)
			room = size_bytes;
		prod = __atomic_load_n(&ring->out_prod, __ATOMIC_RELAXED);
		for (i = 0; i < room; i++, prod++)
			ring->out[MASK_XENCONS_IDX(prod, ring->out)] = bytes[i];
		__atomic_store_n(&ring->out_prod, prod, __ATOMIC_RELEASE);
		/* Words come in parts: the daemon is told of whole lines. */
		if (bytes[room - 1] == '\n')
			event_notify(start_info_given.console.port);
		bytes += room;
		size_bytes -= room;
	}
}
