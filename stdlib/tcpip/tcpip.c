/* SPDX-License-Identifier: ISC */
/*
 * lwIP on one Ethernet interface: frames in and out, timers, start and stop.
 *
 * A received frame is copied once into the only receive buffer, which lwIP
 * must have let go of when the frame has been handled: receiving needs no pool
 * and cannot run out of one. A frame that finds no buffer to be sent in stays
 * queued in its connection and is sent later.
 *
 * lwIP's timers are driven from here, so that a machine with no connection
 * sets no alarm at all.
 */
#include <string.h>

#include <unicc/clock.h>
#include <unicc/error.h>
#include <unicc/kernel.h>
#include <unicc/netif.h>

#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <netif/ethernet.h>

/* From lwip/dhcp.h, which declares nothing while LWIP_DHCP is 0; then the
 * calls below are in dead branches, and no DHCP is in the image. */
err_t dhcp_start(struct netif *netif);
void dhcp_coarse_tmr(void);
void dhcp_fine_tmr(void);
void dhcp_release_and_stop(struct netif *netif);
void dhcp_cleanup(struct netif *netif);
u8_t dhcp_supplied_address(const struct netif *netif);

enum {
	MILLISECOND_NS = 1000000,
	RETRY_FIRST_MS = 1,
	RETRY_LAST_MS = 256,
	DHCP_FINE_MS = 500,
	DHCP_FINE_IN_COARSE = 120,
};

static const uint64_t tcp_period_ns = TCP_TMR_INTERVAL * 1000000ull;
static const uint64_t arp_period_ns = ARP_TMR_INTERVAL * 1000000ull;
static const uint64_t dhcp_period_ns = DHCP_FINE_MS * 1000000ull;

static struct netif interface;
static uint8_t receive_buffer[NETIF_FRAME_MAX_BYTES];
static struct pbuf receive_pbuf;

/* Times are in clock_monotonic_ns; UINT64_MAX: never. */
static uint64_t now_ns;		/* when the clock was last read */
static bool is_stale;		/* the machine may have slept since then */
static bool is_fresh;		/* read since the last event hook */
static uint64_t tcp_next_ns = UINT64_MAX;
static uint64_t arp_next_ns;
static uint64_t retry_next_ns = UINT64_MAX;
static unsigned retry_ms;

/* dhcp */
static uint64_t dhcp_next_ns, dhcp_limit_ns;
static unsigned dhcp_count;
static bool is_dhcp_bound;

/* Printed at the end. */
static struct {
	uint64_t received, received_bad, sent, send_waits;
} frame_counts;

/* ---- Timers -------------------------------------------------------------------- */

/* lwIP: a connection exists now. */
void
tcp_timer_needed(void)
{
	if (tcp_next_ns == UINT64_MAX)
		tcp_next_ns = now_ns + tcp_period_ns;
}

/* After a sleep that had no alarm, time itself is moved on: running lwIP's
 * timer for every period slept through would take as long as the sleep. */
static void
tcp_run(void)
{
	uint64_t periods = (now_ns - tcp_next_ns) / tcp_period_ns + 1;

	if (tcp_active_pcbs == NULL && tcp_tw_pcbs == NULL) {
		tcp_next_ns = UINT64_MAX;
		return;
	}
	tcp_next_ns += periods * tcp_period_ns;
	if (periods > 4) {
		tcp_ticks += (u32_t)((periods - 4) / 2);
		periods = 4;
	}
	while (periods-- != 0)
		tcp_tmr();
}

static void
arp_run(void)
{
	uint64_t periods = (now_ns - arp_next_ns) / arp_period_ns + 1;

	arp_next_ns += periods * arp_period_ns;
	/* After ARP_MAXAGE periods the table is empty. */
	if (periods > ARP_MAXAGE + 1)
		periods = ARP_MAXAGE + 1;
	while (periods-- != 0)
		etharp_tmr();
}

static void
log_address(const char *how)
{
	uint32_t address = lwip_ntohl(netif_ip4_addr(&interface)->addr);

	kernel_log(instance_name, "address %u.%u.%u.%u %s",
		   (uint64_t)(address >> 24), (uint64_t)(address >> 16 & 0xff),
		   (uint64_t)(address >> 8 & 0xff), (uint64_t)(address & 0xff),
		   how);
}

static void set_static_address(void);

static void
dhcp_watch(void)
{
	if (!is_dhcp_bound && dhcp_supplied_address(&interface)) {
		is_dhcp_bound = true;
		dhcp_limit_ns = UINT64_MAX;
		log_address("by DHCP");
	} else if (now_ns >= dhcp_limit_ns) {
		dhcp_limit_ns = UINT64_MAX;
		kernel_log(instance_name, "no DHCP server has answered in %u s",
			   tcpip_dhcp_timeout_ns / 1000000000u);
		if (tcpip_address_is_set) {
			set_static_address();
			log_address("until one does");
		}
	}
}

static void
dhcp_run(void)
{
	uint64_t periods = (now_ns - dhcp_next_ns) / dhcp_period_ns + 1;

	dhcp_next_ns += periods * dhcp_period_ns;
	while (periods-- != 0) {
		if (!is_dhcp_bound || periods < 4)
			dhcp_fine_tmr();
		if (++dhcp_count == DHCP_FINE_IN_COARSE) {
			dhcp_count = 0;
			dhcp_coarse_tmr();
		}
	}
}

/* A bound address needs a look once a minute, a search twice a second. */
static uint64_t
dhcp_alarm_ns(void)
{
	if (!is_dhcp_bound)
		return dhcp_next_ns;
	return dhcp_next_ns +
	       (DHCP_FINE_IN_COARSE - 1 - dhcp_count) * dhcp_period_ns;
}

static void
timers_run(void)
{
	if (now_ns >= tcp_next_ns)
		tcp_run();
	if (now_ns >= arp_next_ns)
		arp_run();
	if (tcpip_dhcp) {
		if (now_ns >= dhcp_next_ns)
			dhcp_run();
		dhcp_watch();
	}
}

/* ---- Frames ---------------------------------------------------------------------- */

static err_t
frame_send(struct netif *netif, struct pbuf *p)
{
	uint8_t *buffer = netif_reserve();
	size_t size_bytes = 0;
	bool is_sum_open;

	(void)netif;
	if (buffer == NULL) {
		frame_counts.send_waits++;
		interface.flags &= (u8_t)~NETIF_FLAG_LINK_UP;
		if (retry_next_ns == UINT64_MAX) {
			retry_ms = RETRY_FIRST_MS;
			retry_next_ns = now_ns + MILLISECOND_NS;
		}
		return ERR_MEM;
	}
	if (p->tot_len > NETIF_FRAME_MAX_BYTES)
		return ERR_BUF;
	for (; p != NULL; p = p->next) {
		memcpy(buffer + size_bytes, p->payload, p->len);
		size_bytes += p->len;
	}
	frame_counts.sent++;
	is_sum_open = sum_write(buffer, size_bytes, netif_finishes_sums());
	return netif_send(size_bytes, is_sum_open) == 0 ? ERR_OK : ERR_IF;
}

/*
 * While no buffer is free the link counts as down: lwIP then gives a segment up
 * before it has built its headers. Connections try again whenever the
 * machine is awake, and if nothing wakes it, ever slower.
 */
static void
retry_run(void)
{
	struct tcp_pcb *pcb;

	if (netif_reserve() == NULL) {
		if (now_ns < retry_next_ns)
			return;
		if (retry_ms < RETRY_LAST_MS)
			retry_ms *= 2;
		retry_next_ns = now_ns + retry_ms * (uint64_t)MILLISECOND_NS;
		return;
	}
	retry_next_ns = UINT64_MAX;
	interface.flags |= NETIF_FLAG_LINK_UP;
	for (pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next)
		if (pcb->unsent != NULL || (pcb->flags & TF_ACK_NOW) != 0) {
			tcp_output(pcb);
			if (!netif_is_link_up(&interface))
				return;
		}
}

static void
clock_refresh(void)
{
	now_ns = clock_monotonic_ns();
	is_stale = false;
	timers_run();
}

static void
frame_handle(const void *frame, size_t size_bytes, bool is_checked)
{
	memcpy(receive_buffer, frame, size_bytes);
	if (!is_checked && !sum_is_right(receive_buffer, size_bytes)) {
		frame_counts.received_bad++;
		return;
	}
	receive_pbuf = (struct pbuf){
		.payload = receive_buffer,
		.len = (u16_t)size_bytes,
		.tot_len = (u16_t)size_bytes,
		/* A reference: whoever wants to keep it has to copy it. */
		.type_internal = PBUF_REF,
		.ref = 2,
	};
	is_frame_forgotten = false;
	ethernet_input(&receive_pbuf, &interface);
	if (receive_pbuf.ref != 1 && !is_frame_forgotten)
		kernel_panic(instance_name, "a received frame is still in use");
}

void
netif_received(const void *frame, size_t size_bytes, bool is_checked)
{
	if (is_stale) {
		clock_refresh();
		is_fresh = true;
	}
	frame_counts.received++;
	if (size_bytes > sizeof receive_buffer) {
		frame_counts.received_bad++;
		return;
	}
	is_frame_renewed = false;
	frame_handle(frame, size_bytes, is_checked);
	/* tcpip_admit has made room for the connection that this frame opens.
	 * The frame may be another one by now: the device can write it. */
	if (is_frame_renewed)
		frame_handle(frame, size_bytes, is_checked);
}

/* ---- Hooks ------------------------------------------------------------------------- */

static ip4_addr_t
address_of(uint32_t address)
{
	return (ip4_addr_t){ lwip_htonl(address) };
}

static void
set_static_address(void)
{
	ip4_addr_t address = address_of(tcpip_address.address);
	ip4_addr_t gateway = address_of(tcpip_gateway);
	ip4_addr_t netmask = address_of(
		tcpip_address.prefix_bits == 0
			? 0
			: UINT32_MAX << (32 - tcpip_address.prefix_bits));

	netif_set_addr(&interface, &address, &netmask, &gateway);
}

static err_t
interface_init(struct netif *netif)
{
	struct mac mac = netif_mac();

	memcpy(netif->hwaddr, mac.bytes, sizeof mac.bytes);
	netif->hwaddr_len = sizeof mac.bytes;
	netif->name[0] = 'n';
	netif->name[1] = 'i';
	netif->mtu = NETIF_MTU_BYTES;
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP |
		       NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
	netif->output = etharp_output;
	netif->linkoutput = frame_send;
	return ERR_OK;
}

int
tcpip_start(void)
{
	int error = random_start();

	/* Guessable sequence numbers would let anyone speak for a peer. */
	if (error != 0)
		return error;
	now_ns = clock_monotonic_ns();
	arp_next_ns = now_ns + arp_period_ns;
	connections_start();
	lwip_init();
	netif_add(&interface, NULL, NULL, NULL, NULL, interface_init,
		  ethernet_input);
	netif_set_default(&interface);
	if (!tcpip_dhcp)
		set_static_address();
	else if (tcpip_hostname_length != 0)
		netif_set_hostname(&interface, tcpip_hostname);
	netif_set_up(&interface);
	if (tcpip_dhcp) {
		dhcp_next_ns = now_ns + dhcp_period_ns;
		dhcp_limit_ns = now_ns + tcpip_dhcp_timeout_ns;
		if (dhcp_start(&interface) != ERR_OK)
			return E_MEMORY;
	}
	is_stale = true;
	return 0;
}

bool
tcpip_event(void)
{
	if (is_fresh)
		is_fresh = false;
	else
		clock_refresh();
	if (retry_next_ns != UINT64_MAX)
		retry_run();
	connections_retry();
	return false;
}

/* Connections in TIME-WAIT need no alarm: they end when next looked at. */
uint64_t
tcpip_deadline_ns(void)
{
	uint64_t deadline_ns = retry_next_ns;

	is_stale = true;
	if (tcp_active_pcbs != NULL && tcp_next_ns < deadline_ns)
		deadline_ns = tcp_next_ns;
	if (tcpip_dhcp && dhcp_alarm_ns() < deadline_ns)
		deadline_ns = dhcp_alarm_ns();
	return deadline_ns;
}

static const char *const pool_names[] = {
#define LWIP_MEMPOOL(name, count, size, text) #name,
#include <lwip/priv/memp_std.h>
};

void
tcpip_stop(void)
{
	size_t i;

	connections_stop();
	if (tcpip_dhcp) {
		dhcp_release_and_stop(&interface);
		dhcp_cleanup(&interface);
	}
	etharp_cleanup_netif(&interface);
	kernel_log(instance_name, "frames: %u received, %u bad, %u sent, %u waits",
		   frame_counts.received, frame_counts.received_bad,
		   frame_counts.sent, frame_counts.send_waits);
	kernel_log(instance_name,
		   "connections: %u accepted, %u refused, %u lost, %u displaced, "
		   "%u renewed",
		   connection_counts.accepted, connection_counts.refused,
		   connection_counts.lost, connection_counts.displaced,
		   connection_counts.renewed);
	kernel_log(instance_name, "segments dropped: %u",
		   (uint64_t)lwip_stats.tcp.drop);
	kernel_log(instance_name, "kept blocks: %u used, %u at most, %u failed",
		   (uint64_t)connection_counts.blocks_used,
		   (uint64_t)connection_counts.blocks_most,
		   connection_counts.kept_out);
	for (i = 0; i < countof(pool_names); i++) {
		const struct stats_mem *pool = memp_pools[i]->stats;

		if (pool->max != 0 || pool->err != 0)
			kernel_log(instance_name,
				   "pool %s: %u used, %u at most, %u failed",
				   pool_names[i], (uint64_t)pool->used,
				   (uint64_t)pool->max, (uint64_t)pool->err);
	}
}
