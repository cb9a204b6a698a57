/* ip: tcpip, web.lua:5:7. Written by unicc: edit the configuration. */
#include <unicc/types.h>

/* Wiring. */
#define instance_name "ip"
#define clock_provider lapic_timer	/* clock: implied by ip */
#define entropy_provider rdrand	/* entropy: implied by ip */
#define netif_provider nic	/* net: web.lua:5:15 */
#define netif_consumer ip
#define tcp_provider ip
#define tcp_consumers(X) X(0, www)

/* Hooks. */
#define tcpip_start ip_start
#define tcpip_event ip_event
#define tcpip_deadline_ns ip_deadline_ns
#define tcpip_stop ip_stop

/* Settings. */
/* address: web.lua:5:26 */
enum { tcpip_address_is_set = 1 };
static const struct cidr tcpip_address = { 0x0a00020f, 24 };
/* gateway: web.lua:5:52 */
enum { tcpip_gateway_is_set = 1 };
static const uint32_t tcpip_gateway = 0x0a000202;
/* dhcp: default */
enum { tcpip_dhcp = 0 };
/* dhcp_timeout: default */
static const uint64_t tcpip_dhcp_timeout_ns = 10000000000;
/* hostname: default */
static const char tcpip_hostname[] = "";
enum { tcpip_hostname_length = 0 };
/* connections: default */
enum { tcpip_connections = 72 };
/* half_open: default */
enum { tcpip_half_open = 16 };
/* listeners: default */
enum { tcpip_listeners = 4 };
/* mss: default */
enum { tcpip_mss_bytes = 1460 };
/* window: default */
enum { tcpip_window_bytes = 5840 };
/* send_buffer: default */
enum { tcpip_send_buffer_bytes = 32768 };
/* segments: default */
enum { tcpip_segments = 256 };
/* kept_blocks: default */
enum { tcpip_kept_blocks = 32 };
/* copies: default */
enum { tcpip_copies = 64 };
/* large_copies: default */
enum { tcpip_large_copies = 4 };
/* linger: default */
static const uint64_t tcpip_linger_ns = 5000000000;

#include <tcpip/checksum.c>
#include <tcpip/sum.c>
#include <tcpip/random.c>
#include <tcpip/connection.c>
#include <tcpip/tcpip.c>
#include <src/core/def.c>
#include <src/core/inet_chksum.c>
#include <src/core/init.c>
#include <src/core/ip.c>
#include <src/core/ipv4/dhcp.c>
#include <src/core/ipv4/etharp.c>
#include <src/core/ipv4/icmp.c>
#include <src/core/ipv4/ip4.c>
#include <src/core/ipv4/ip4_addr.c>
#include <src/core/mem.c>
#include <src/core/memp.c>
#include <src/core/netif.c>
#include <src/core/pbuf.c>
#include <src/core/stats.c>
#include <src/core/tcp.c>
#include <src/core/tcp_in.c>
#include <src/core/tcp_out.c>
#include <src/core/udp.c>
#include <src/netif/ethernet.c>
