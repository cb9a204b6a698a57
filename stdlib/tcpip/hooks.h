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
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, header, options, size1, at2, p)  \
	((pcb)->state == LISTEN || (pcb)->state == TIME_WAIT             \
		 ? tcpip_admit(pcb, header)                              \
		 : ERR_OK)

#endif
