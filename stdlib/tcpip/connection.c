/* SPDX-License-Identifier: ISC */
/*
 * Interface tcp over lwIP's raw calls (its event form: one upcall by name).
 *
 * Invariants:
 * 1. A slot is open exactly while its user holds it; then pcb->callback_arg
 *    is the slot. Every other pcb has a small number there: of its listener, or
 *    how many ticks a closed connection still lingers.
 * 2. Bytes that a user has not taken lie in blocks of a fixed pool, and the
 *    window is opened only for bytes taken; so nobody holds the frame that
 *    they came in, and a connection keeps at most its window.
 * 3. An established connection is never given up for a new one. What gives
 *    way, in this order: TIME-WAIT (lwIP), then the oldest half-open one or
 *    the oldest that lingers.
 * 4. A user that has let go of a connection is never called about it again.
 * 5. While users hold tcpip_connections or fewer, one slot is free: a new
 *    connection is always offered to its user, who may let go of another for
 *    it. Only beyond that are new ones left to wait.
 */
#include <string.h>

#include <unicc/error.h>
#include <unicc/kernel.h>

#include <lwip/opt.h>
#include <lwip/memp.h>
#include <lwip/priv/memp_priv.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/stats.h>
#include <lwip/tcp.h>
#include <tcpip/hooks.h>

#undef tcp_accepted	/* lwIP: an old spelling of nothing */
#include <unicc/tcp.h>

#ifndef tcp_consumers
#define tcp_consumers(X)
#endif

enum {
	BLOCK_BYTES = 512 - sizeof(void *) - 2 * sizeof(uint16_t),
	SEGMENTS_SPARED = MEMP_NUM_TCP_SEG / 4,
	QUEUE_ALWAYS = 4,	/* pieces that a connection may always queue */
	SEGMENT_LEAST = 64,	/* a peer that asks for less makes work only */
};

/* Bytes start .. end of one block wait for the connection's user. */
struct block {
	struct block *next;
	uint16_t start, end;
	uint8_t bytes[BLOCK_BYTES];
};

struct tcp_connection {
	struct tcp_pcb *pcb;		/* NULL: the slot is free */
	void *context;			/* the user's */
	struct block *first, *last;	/* what the user has not taken */
	struct tcp_connection *next_free;
	uint8_t consumer;
	bool is_finished;		/* the peer will send no more */
	bool is_finish_told;
	bool is_starved;		/* a send found a pool empty */
};

static struct tcp_connection connections[tcpip_connections + 1];
static struct tcp_connection *connections_free;
static struct block blocks[tcpip_kept_blocks];
static struct block *blocks_free;

/* Printed at the end. */
static struct {
	uint64_t accepted, refused, displaced, renewed, kept_out, lost;
	uint32_t blocks_used, blocks_most;
} connection_counts;

static struct tcp_pcb *aborted_pcb;	/* by us, since lwIP last called */
static bool is_anyone_starved;
static bool is_frame_renewed;	/* tcpip.c: give lwIP the same frame again */
static bool is_frame_forgotten;	/* lwIP has no use for it and did not free it */

#define TCPIP_DECLARE(index, consumer) TCP_UPCALLS(consumer);
tcp_consumers(TCPIP_DECLARE)

/* ---- Calling the user -------------------------------------------------------- */

#define TCPIP_COUNT(index, consumer) +1
enum { consumers_count = 0 tcp_consumers(TCPIP_COUNT) };

#define TCPIP_IS(connection, index) \
	(consumers_count == 1 || (connection)->consumer == (index))

static void *
call_accepted(struct tcp_connection *connection)
{
#define TCPIP_CALL(index, consumer)        \
	if (TCPIP_IS(connection, index))   \
		return consumer##_tcp_accepted(connection);
	tcp_consumers(TCPIP_CALL)
#undef TCPIP_CALL
	return NULL;
}

static size_t
call_received(const struct tcp_connection *connection, const void *bytes,
	      size_t size_bytes)
{
#define TCPIP_CALL(index, consumer)                                        \
	if (TCPIP_IS(connection, index))                                   \
		return consumer##_tcp_received(connection->context, bytes, \
					       size_bytes);
	tcp_consumers(TCPIP_CALL)
#undef TCPIP_CALL
	return size_bytes;
}

#define TCPIP_UPCALL(name)                                               \
	static void call_##name(const struct tcp_connection *connection) \
	{                                                                \
		tcp_consumers(TCPIP_CALL)                                \
	}
#define TCPIP_CALL(index, consumer)                                \
	if (TCPIP_IS(connection, index)) {                         \
		consumer##_tcp_writable(connection->context);      \
		return;                                            \
	}
TCPIP_UPCALL(writable)
#undef TCPIP_CALL
#define TCPIP_CALL(index, consumer)                            \
	if (TCPIP_IS(connection, index)) {                     \
		consumer##_tcp_tick(connection->context);      \
		return;                                        \
	}
TCPIP_UPCALL(tick)
#undef TCPIP_CALL
#define TCPIP_CALL(index, consumer)                                \
	if (TCPIP_IS(connection, index)) {                         \
		consumer##_tcp_finished(connection->context);      \
		return;                                            \
	}
TCPIP_UPCALL(finished)
#undef TCPIP_CALL
#define TCPIP_CALL(index, consumer)                            \
	if (TCPIP_IS(connection, index)) {                     \
		consumer##_tcp_lost(connection->context);      \
		return;                                        \
	}
TCPIP_UPCALL(lost)
#undef TCPIP_CALL

static bool
pool_has_room(memp_t pool)
{
	return *memp_pools[pool]->tab != NULL;
}

/* ---- Slots and blocks --------------------------------------------------------- */

static void
connections_start(void)
{
	size_t i;

	for (i = countof(connections); i-- != 0;) {
		connections[i].next_free = connections_free;
		connections_free = &connections[i];
	}
	for (i = countof(blocks); i-- != 0;) {
		blocks[i].next = blocks_free;
		blocks_free = &blocks[i];
	}
}

/* The open slot of a pcb's argument, NULL for every other pcb. */
static struct tcp_connection *
connection_of(void *argument)
{
	uintptr_t at = (uintptr_t)argument;

	if (at < (uintptr_t)connections ||
	    at >= (uintptr_t)(connections + countof(connections)))
		return NULL;
	return argument;
}

static bool
connection_is_open(const struct tcp_connection *connection)
{
	return connection->pcb != NULL;
}

static struct block *
block_take(void)
{
	struct block *block = blocks_free;

	if (block == NULL)
		return NULL;
	blocks_free = block->next;
	*block = (struct block){ .next = NULL };
	if (++connection_counts.blocks_used > connection_counts.blocks_most)
		connection_counts.blocks_most = connection_counts.blocks_used;
	return block;
}

static void
block_give(struct block *block)
{
	block->next = blocks_free;
	blocks_free = block;
	connection_counts.blocks_used--;
}

/* Free the slot and what it keeps; how many bytes that was. */
static size_t
connection_let_go(struct tcp_connection *connection)
{
	struct block *block, *next;
	size_t kept_bytes = 0;

	for (block = connection->first; block != NULL; block = next) {
		next = block->next;
		kept_bytes += block->end - block->start;
		block_give(block);
	}
	*connection = (struct tcp_connection){
		.next_free = connections_free,
	};
	connections_free = connection;
	return kept_bytes;
}

static void
pcb_abort(struct tcp_pcb *pcb)
{
	pcb->callback_arg = NULL;
	aborted_pcb = pcb;
	tcp_abort(pcb);
}

/* ---- Receiving ------------------------------------------------------------------ */

/* Copy bytes behind what is kept already; false: no block is left. */
static bool
connection_keep(struct tcp_connection *connection, const uint8_t *bytes,
		size_t size_bytes)
{
	while (size_bytes != 0) {
		struct block *block = connection->last;
		size_t part;

		if (block == NULL || block->end == BLOCK_BYTES) {
			block = block_take();
			if (block == NULL)
				return false;
			if (connection->last == NULL)
				connection->first = block;
			else
				connection->last->next = block;
			connection->last = block;
		}
		part = BLOCK_BYTES - block->end;
		if (part > size_bytes)
			part = size_bytes;
		memcpy(block->bytes + block->end, bytes, part);
		block->end = (uint16_t)(block->end + part);
		bytes += part;
		size_bytes -= part;
	}
	return true;
}

/* How many of the bytes the user took; the window grows by as many. */
static size_t
connection_offer_bytes(struct tcp_connection *connection, const void *bytes,
		       size_t size_bytes)
{
	size_t taken_bytes = call_received(connection, bytes, size_bytes);

	if (taken_bytes > size_bytes)
		kernel_panic(instance_name, "more taken than received");
	if (taken_bytes != 0 && connection_is_open(connection))
		tcp_recved(connection->pcb, (u16_t)taken_bytes);
	return taken_bytes;
}

/* Offer what is kept; after all of it, tell that the peer has finished. */
static void
connection_offer(struct tcp_connection *connection)
{
	while (connection->first != NULL) {
		struct block *block = connection->first;
		size_t taken_bytes = connection_offer_bytes(
			connection, block->bytes + block->start,
			(size_t)(block->end - block->start));

		if (!connection_is_open(connection))
			return;
		block->start = (uint16_t)(block->start + taken_bytes);
		if (block->start != block->end)
			return;
		connection->first = block->next;
		if (connection->first == NULL)
			connection->last = NULL;
		block_give(block);
	}
	if (connection->is_finished && !connection->is_finish_told) {
		connection->is_finish_told = true;
		call_finished(connection);
	}
}

static void
connection_lose(struct tcp_connection *connection)
{
	struct tcp_connection copy = *connection;

	connection_counts.lost++;
	connection_let_go(connection);
	call_lost(&copy);
}

static void
connection_receive(struct tcp_connection *connection, const struct pbuf *p)
{
	struct tcp_pcb *pcb = connection->pcb;
	const uint8_t *bytes = p->payload;
	size_t taken_bytes = 0;

	/* One frame, one buffer: tcpip.c never hands out chains. */
	if (connection->first == NULL)
		taken_bytes = connection_offer_bytes(connection, bytes, p->len);
	if (!connection_is_open(connection) || taken_bytes == p->len ||
	    connection_keep(connection, bytes + taken_bytes,
			    p->len - taken_bytes))
		return;
	connection_counts.kept_out++;
	pcb_abort(pcb);
	connection_lose(connection);
}

/* ---- Accepting and refusing ------------------------------------------------------- */

/*
 * Settle the size of segments for the connection's life. lwIP cuts them at
 * half of the largest window seen so far, which starts at whatever the SYN
 * says, even 0, and traps when that limit falls below a segment that waits.
 */
static void
segments_settle(struct tcp_pcb *pcb)
{
	u16_t half = (u16_t)(pcb->snd_wnd_max / 2);

	if (pcb->mss > half)
		pcb->mss = half;
	if (pcb->mss < SEGMENT_LEAST)
		pcb->mss = SEGMENT_LEAST;
	pcb->snd_wnd_max = UINT16_MAX;
}

static err_t
connection_accept(struct tcp_pcb *pcb, unsigned consumer)
{
	struct tcp_connection *connection = connections_free;
	void *context;

	if (connection == NULL) {
		connection_counts.refused++;
		return ERR_MEM;
	}
	connections_free = connection->next_free;
	*connection = (struct tcp_connection){
		.pcb = pcb,
		.consumer = (uint8_t)consumer,
	};
	pcb->callback_arg = connection;
	tcp_nagle_disable(pcb);
	segments_settle(pcb);
	context = call_accepted(connection);
	if (context != NULL) {
		connection->context = context;
		connection_counts.accepted++;
		return ERR_OK;
	}
	connection_counts.refused++;
	pcb->callback_arg = NULL;
	connection_let_go(connection);
	return ERR_MEM;
}

/* Invariant 3: a new connection takes the place of the oldest of these. */
static void
displace_oldest(void)
{
	struct tcp_pcb *pcb, *oldest = NULL;

	/* New ones and lively ones are at the front of lwIP's list. */
	for (pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next)
		if (connection_of(pcb->callback_arg) == NULL &&
		    (oldest == NULL ||
		     tcp_ticks - pcb->tmr >= tcp_ticks - oldest->tmr))
			oldest = pcb;
	if (oldest == NULL)
		return;
	connection_counts.displaced++;
	oldest->callback_arg = NULL;
	tcp_abandon(oldest, 0);
}

/*
 * lwIP asks about a segment for a listener or for a connection in TIME-WAIT.
 * ERR_OK: it goes on as usual; else the segment is dropped.
 */
err_t
tcpip_admit(struct tcp_pcb *pcb, const struct tcp_hdr *header)
{
	if ((TCPH_FLAGS(header) & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return ERR_OK;
	if (pcb->state == TIME_WAIT) {
		/* RFC 1122, 4.2.2.13: a SYN beyond the old connection's numbers
		 * opens a new one. Clients reuse a port that they did not close
		 * themselves at once. */
		if (!TCP_SEQ_GT(header->seqno, pcb->rcv_nxt))
			return ERR_OK;
		connection_counts.renewed++;
		is_frame_renewed = true;
		tcp_abort(pcb);
		return ERR_USE;
	}
	if (connections_free == NULL) {
		/* The peer tries again; perhaps there is room then. */
		connection_counts.refused++;
		return ERR_MEM;
	}
	if (!pool_has_room(MEMP_TCP_PCB) && tcp_tw_pcbs == NULL)
		displace_oldest();
	return ERR_OK;
}

/*
 * Give back all that has an owner. Users are not called: theirs have stopped.
 * What is in use behind this has been lost by somebody.
 */
static void
connections_stop(void)
{
	uint64_t open = 0, half_open = 0, closing = 0, waiting = 0, listening = 0;
	size_t i;

	for (i = 0; i < countof(connections); i++)
		if (connection_is_open(&connections[i])) {
			struct tcp_pcb *pcb = connections[i].pcb;

			open++;
			connection_let_go(&connections[i]);
			pcb_abort(pcb);
		}
	for (; tcp_active_pcbs != NULL; pcb_abort(tcp_active_pcbs))
		if (tcp_active_pcbs->state == SYN_RCVD)
			half_open++;
		else
			closing++;
	for (; tcp_tw_pcbs != NULL; tcp_abort(tcp_tw_pcbs))
		waiting++;
	for (; tcp_listen_pcbs.pcbs != NULL; tcp_close(tcp_listen_pcbs.pcbs))
		listening++;
	kernel_log(instance_name,
		   "at the end: %u open, %u half-open, %u closing, %u waiting, "
		   "%u listening", open, half_open, closing, waiting, listening);
}

/* ---- lwIP's upcall ------------------------------------------------------------------ */

/* The ticks that a closed connection lingers are its argument, counted down. */
enum { LINGER_TICKS = (unsigned)(tcpip_linger_ns / (TCP_SLOW_INTERVAL * 1000000ull)) };

static err_t
linger_event(struct tcp_pcb *pcb, enum lwip_event event, struct pbuf *p)
{
	uintptr_t ticks = (uintptr_t)pcb->callback_arg;

	if (event == LWIP_EVENT_RECV && p != NULL) {
		tcp_recved(pcb, p->tot_len);
		pbuf_free(p);
	} else if (event == LWIP_EVENT_SENT) {
		pcb->callback_arg = (void *)(uintptr_t)LINGER_TICKS;
	} else if (event == LWIP_EVENT_POLL) {
		if (ticks <= 1) {
			tcp_abort(pcb);
			return ERR_ABRT;
		}
		pcb->callback_arg = (void *)(ticks - 1);
	}
	return ERR_OK;
}

static void
connection_event(struct tcp_connection *connection, enum lwip_event event,
		 struct pbuf *p)
{
	switch (event) {
	case LWIP_EVENT_RECV:
		if (p != NULL) {
			connection_receive(connection, p);
			pbuf_free(p);
			return;
		}
		connection->is_finished = true;
		break;
	case LWIP_EVENT_SENT:
		connection->is_starved = false;
		call_writable(connection);
		break;
	case LWIP_EVENT_POLL:
		call_tick(connection);
		break;
	default:
		return;
	}
	if (connection_is_open(connection))
		connection_offer(connection);
}

/* Everything that lwIP has to say. ERR_ABRT: the pcb is gone. */
err_t
lwip_tcp_event(void *argument, struct tcp_pcb *pcb, enum lwip_event event,
	       struct pbuf *p, u16_t size, err_t error)
{
	struct tcp_connection *connection = connection_of(argument);

	(void)size;
	(void)error;
	if (event == LWIP_EVENT_ERR) {
		if (connection != NULL)
			connection_lose(connection);
		return ERR_OK;
	}
	if (event == LWIP_EVENT_ACCEPT)
		return pcb == NULL ? ERR_OK
				   : connection_accept(
					     pcb,
					     (unsigned)(uintptr_t)argument);
	if (connection == NULL)
		return linger_event(pcb, event, p);
	aborted_pcb = NULL;
	connection_event(connection, event, p);
	if (aborted_pcb != pcb)
		return ERR_OK;
	/* tcp_input leaves out the data of a segment, and the call that would
	 * free it, when a connection ends at the segment's acknowledgement. */
	if (event == LWIP_EVENT_SENT)
		is_frame_forgotten = true;
	return ERR_ABRT;
}

/* Wake those whose send found a pool empty, once there is something in it. */
static void
connections_retry(void)
{
	size_t i;

	if (!is_anyone_starved || !pool_has_room(MEMP_TCP_SEG) ||
	    !pool_has_room(MEMP_PBUF) ||
	    !(pool_has_room(MEMP_POOL_512) || pool_has_room(MEMP_POOL_1600)))
		return;
	is_anyone_starved = false;
	for (i = 0; i < countof(connections); i++)
		if (connection_is_open(&connections[i]) &&
		    connections[i].is_starved) {
			connections[i].is_starved = false;
			call_writable(&connections[i]);
		}
}

/* ---- The interface --------------------------------------------------------------------- */

int
tcp_port_listen(uint16_t port, unsigned consumer_index)
{
	struct tcp_pcb *pcb = tcp_new(), *listener;

	if (pcb == NULL)
		return E_MEMORY;
	if (tcp_bind(pcb, IP_ANY_TYPE, port) != ERR_OK) {
		tcp_abort(pcb);
		return E_BUSY;
	}
	listener = tcp_listen(pcb);
	if (listener == NULL) {
		tcp_abort(pcb);
		return E_MEMORY;
	}
	listener->callback_arg = (void *)(uintptr_t)consumer_index;
	return 0;
}

/* While segments are short, they are for connections that have few. */
size_t
tcp_connection_room(const struct tcp_connection *connection)
{
	const struct tcp_pcb *pcb = connection->pcb;
	const struct memp_desc *pool = memp_pools[MEMP_TCP_SEG];

	if (pcb->snd_queuelen + 2 > TCP_SND_QUEUELEN ||
	    (pcb->snd_queuelen > QUEUE_ALWAYS &&
	     pool->stats->used + SEGMENTS_SPARED > MEMP_NUM_TCP_SEG))
		return 0;
	return pcb->snd_buf;
}

int
tcp_connection_send(struct tcp_connection *connection, const void *bytes,
		    size_t size_bytes, unsigned how)
{
	struct tcp_pcb *pcb = connection->pcb;
	u8_t flags = 0;

	if (size_bytes > tcp_connection_room(connection))
		return E_FULL;
	if (how & TCP_COPY)
		flags |= TCP_WRITE_FLAG_COPY;
	if (how & TCP_MORE)
		flags |= TCP_WRITE_FLAG_MORE;
	if (tcp_write(pcb, bytes, (u16_t)size_bytes, flags) != ERR_OK) {
		connection->is_starved = true;
		is_anyone_starved = true;
		return E_FULL;
	}
	/* Inside lwIP's input of this connection nothing goes out before its
	 * end, which saves a separate acknowledgement. */
	if (!(how & TCP_MORE))
		tcp_output(pcb);
	return 0;
}

/* RFC 1122, 4.2.2.13: data that comes after close would call for a reset, and
 * a reset can destroy what we sent before the peer has read it. So only our
 * direction is shut, and what comes is dropped for a while. */
void
tcp_connection_close(struct tcp_connection *connection)
{
	struct tcp_pcb *pcb = connection->pcb;
	size_t kept_bytes = connection_let_go(connection);

	pcb->callback_arg = (void *)(uintptr_t)LINGER_TICKS;
	if (kept_bytes != 0)
		tcp_recved(pcb, (u16_t)kept_bytes);
	if (tcp_shutdown(pcb, 0, 1) != ERR_OK)
		pcb_abort(pcb);
}

void
tcp_connection_abort(struct tcp_connection *connection)
{
	struct tcp_pcb *pcb = connection->pcb;

	connection_let_go(connection);
	pcb_abort(pcb);
}
