/* SPDX-License-Identifier: ISC */
/* As freeze writes it, with pools so small that every one of them runs out. */
#define LWIP_DHCP 0
#define TCPIP_CONNECTIONS 6
#define TCPIP_HALF_OPEN 4
#define MEMP_NUM_TCP_PCB_LISTEN 2
#define TCP_MSS 1460
#define TCP_WND 2920
#define TCP_SND_BUF 5840
#define MEMP_NUM_TCP_SEG 16
#define TCPIP_COPIES 4
#define TCPIP_LARGE_COPIES 2
#include <tcpip/lwipopts_fixed.h>
