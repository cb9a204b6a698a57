/* SPDX-License-Identifier: ISC */
/* Where lwIP calls this module. */
#ifndef TCPIP_HOOKS_H
#define TCPIP_HOOKS_H

#include <lwip/err.h>
#include <lwip/ip_addr.h>

struct tcp_pcb;
struct tcp_hdr;

/* random.c */
u32_t tcpip_sequence(const ip_addr_t *local, u16_t local_port,
		     const ip_addr_t *remote, u16_t remote_port);
#define LWIP_HOOK_TCP_ISN(local, local_port, remote, remote_port) \
	tcpip_sequence(local, local_port, remote, remote_port)

/* connection.c: asked only where no established connection is concerned. */
err_t tcpip_admit(struct tcp_pcb *pcb, const struct tcp_hdr *header);

/*
 * Every segment passes here. Options count in a SYN alone: lwIP would take a
 * new MSS at any time, and then traps over segments cut for the old one. They
 * are in the receive buffer, behind the checked checksum: the first one becomes
 * the end of the list.
 */
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, header, options_bytes, size1, at2, p) \
	((options_bytes) != 0 && !(TCPH_FLAGS(header) & TCP_SYN)             \
		 ? (void)(*(u8_t *)((header) + 1) = LWIP_TCP_OPT_EOL)        \
		 : (void)0,                                                  \
	 (pcb)->state == LISTEN || (pcb)->state == TIME_WAIT                 \
		 ? tcpip_admit(pcb, header)                                  \
		 : ERR_OK)

#endif
