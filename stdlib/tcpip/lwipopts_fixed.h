/* SPDX-License-Identifier: ISC */
/*
 * lwIP's options that are no setting of this module, and those that follow
 * from settings. The generated lwipopts.h includes this last.
 */
#ifndef TCPIP_LWIPOPTS_FIXED_H
#define TCPIP_LWIPOPTS_FIXED_H

/* No threads: everything runs in the event loop. Timers are tcpip.c's, so
 * that an idle machine sleeps. */
#define NO_SYS 1
#define LWIP_TIMERS 0
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0

/* One interface, Ethernet, IPv4. Fragments and options are dropped: no path
 * with TCP's MSS makes the former, no host needs the latter. */
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ARP 1
#define LWIP_ETHERNET 1
#define LWIP_ICMP 1
#define LWIP_IGMP 0
#define LWIP_RAW 0
#define LWIP_UDP LWIP_DHCP
#define LWIP_DNS 0
#define LWIP_AUTOIP 0
#define LWIP_SINGLE_NETIF 1
#define LWIP_HAVE_LOOPIF 0
#define LWIP_NETIF_LOOPBACK 0
#define LWIP_NETIF_HOSTNAME 1
#define IP_FORWARD 0
#define IP_FRAG 0
#define IP_REASSEMBLY 0
#define IP_OPTIONS_ALLOWED 0
#define LWIP_BROADCAST_PING 0
#define LWIP_MULTICAST_PING 0

/* sum.c makes and checks them. */
#define CHECKSUM_GEN_TCP 0
#define CHECKSUM_GEN_UDP 0
#define CHECKSUM_CHECK_TCP 0
#define CHECKSUM_CHECK_UDP 0

/* The address check would cost seconds of every start; the server checks. */
#define DHCP_DOES_ARP_CHECK 0
#define LWIP_DHCP_BOOTP_FILE 0
#define LWIP_DHCP_MAX_DNS_SERVERS 0

/* A burst of first packets to one host must lose none: a whole table of
 * handshakes waits for the router's address. Addresses are not learnt from
 * other frames than ARP's, for a stranger behind the router can forge those. */
#define ARP_QUEUEING 1
#define ARP_QUEUE_LEN MEMP_NUM_TCP_PCB
#define MEMP_NUM_ARP_QUEUE MEMP_NUM_TCP_PCB
#define ARP_TABLE_SIZE 16
#define ETHARP_SUPPORT_STATIC_ENTRIES 0
#define ETHARP_TABLE_MATCH_NETIF 0

/* One upcall by name instead of six function pointers in every connection. */
#define LWIP_TCP 1
#define LWIP_EVENT_API 1
#define LWIP_CALLBACK_API 0
#define TCP_LISTEN_BACKLOG 0
#define TCP_CALCULATE_EFF_SEND_MSS 0	/* the MTU is fixed */
#define TCP_MSL 15000UL
#define TCP_OVERSIZE 0		/* copies are written whole */
#define TCP_SND_QUEUELEN (4 * ((TCP_SND_BUF + TCP_MSS - 1) / TCP_MSS))
#define LWIP_TCP_KEEPALIVE 0

/* The receive buffer is one for all (tcpip.c): nothing of it may be kept, so
 * segments out of order are dropped and come again. That also leaves a peer
 * no way to hold the machine's memory with holes. */
#define TCP_QUEUE_OOSEQ 0
#define LWIP_TCP_SACK_OUT 0

/* Fixed pools of fixed sizes: no fragmentation, and every leak is a count. */
#define MEM_ALIGNMENT 8
#define MEM_USE_POOLS 1
#define MEM_USE_POOLS_TRY_BIGGER_POOL 1
#define MEMP_USE_CUSTOM_POOLS 1
#define MEMP_NUM_TCP_PCB (TCPIP_CONNECTIONS + TCPIP_HALF_OPEN)
#define MEMP_NUM_PBUF (2 * MEMP_NUM_TCP_SEG)
#define MEMP_NUM_UDP_PCB 1
#define PBUF_POOL_SIZE 0
#define TCPIP_HEADERS (MEMP_NUM_TCP_SEG + 16)
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1	/* check.c has them */

#define LWIP_STATS 1
#define LWIP_STATS_LARGE 1
#define MEMP_STATS 1
#define MEM_STATS 0
#define SYS_STATS 0
#define LINK_STATS 0
#define ETHARP_STATS 0
#define IP_STATS 0
#define ICMP_STATS 0
#define UDP_STATS 0
#define TCP_STATS 1

#define LWIP_HOOK_FILENAME <tcpip/hooks.h>

#endif
