/* lwipopts.h of ip: web.lua:5:7. Written by unicc. */
#define LWIP_DHCP 0	/* dhcp: default */
#define TCPIP_CONNECTIONS 72	/* connections: default */
#define TCPIP_HALF_OPEN 16	/* half_open: default */
#define MEMP_NUM_TCP_PCB_LISTEN 4	/* listeners: default */
#define TCP_MSS 1460	/* mss: default */
#define TCP_WND 5840	/* window: default */
#define TCP_SND_BUF 32768	/* send_buffer: default */
#define MEMP_NUM_TCP_SEG 256	/* segments: default */
#define TCPIP_COPIES 64	/* copies: default */
#define TCPIP_LARGE_COPIES 4	/* large_copies: default */
#include <tcpip/lwipopts_fixed.h>
