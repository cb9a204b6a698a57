-- SPDX-License-Identifier: ISC
return module {
  summary  = "TCP/IP over IPv4: TCP, ICMP echo, ARP and optionally DHCP, by lwIP",
  provides = { "tcp" },
  requires = { net = "netif", clock = "clock", entropy = "entropy" },
  sources  = { "checksum.c", "random.c", "connection.c", "tcpip.c" },
  hooks    = { "start", "event", "deadline", "stop" },
  single   = true,  -- lwIP keeps its state in global variables

  package          = "lwip",
  package_files    = {
    "src/core/def.c", "src/core/inet_chksum.c", "src/core/init.c", "src/core/ip.c",
    "src/core/ipv4/dhcp.c", "src/core/ipv4/etharp.c", "src/core/ipv4/icmp.c",
    "src/core/ipv4/ip4.c", "src/core/ipv4/ip4_addr.c", "src/core/mem.c",
    "src/core/memp.c", "src/core/netif.c", "src/core/pbuf.c", "src/core/stats.c",
    "src/core/tcp.c", "src/core/tcp_in.c", "src/core/tcp_out.c", "src/core/udp.c",
    "src/netif/ethernet.c",
  },
  package_includes = { ".", "package:src/include" },
  option_header    = "lwipopts.h",

  -- Build-time C in check.c.
  functions = {
    address_usable = "text (cidr address, flag dhcp)",
    gateway_inside = "text (cidr address, ipv4 gateway)",
    window_sane    = "text (u64 window, u64 send_buffer, u64 mss)",
    broadcast      = "ipv4 (cidr address)",
    network        = "ipv4 (cidr address)",
    netmask        = "ipv4 (cidr address)",
  },
  checks = {
    { "address_usable", "address", "dhcp" },
    { "gateway_inside", "address", "gateway" },
    { "window_sane", "window", "send_buffer", "mss" },
  },

  settings = {
    cidr "address" { optional = true, sealable = true,
      doc = "The machine's address and the length of its network's prefix. With dhcp it is what the machine falls back to when no server answers." },
    ipv4 "gateway" { optional = true, sealable = true,
      doc = "The router to all other networks. Without it only the own network is reached." },

    flag "dhcp" { default = false, option = "LWIP_DHCP",
      doc = "Ask a DHCP server for the address. Without it no UDP and no DHCP code is in the image." },
    duration "dhcp_timeout" { default = 10 * second, range = { 1 * second, 10 * minute }, sealable = true,
      doc = "How long to wait for a DHCP server before saying so and falling back to address. The machine goes on asking." },
    text "hostname" { default = "", max = 63, sealable = true,
      doc = "The name told to the DHCP server. Empty: none." },

    int "connections" { default = 72, range = { 1, 4096 }, option = "TCPIP_CONNECTIONS",
      doc = "Connections that users can hold at the same time. Give at least the sum of what they may hold (httpd: its connections): then a new one is always offered to its user, who may give up another for it. Beyond that new ones wait." },
    int "half_open" { default = 16, range = { 2, 4096 }, option = "TCPIP_HALF_OPEN",
      doc = "Room besides the connections for handshakes in progress and connections being closed. A flood only displaces these, the oldest first." },
    int "listeners" { default = 4, range = { 1, 64 }, option = "MEMP_NUM_TCP_PCB_LISTEN",
      doc = "Ports that can be listened on." },
    size "mss" { default = 1460, range = { 536, 1460 }, option = "TCP_MSS",
      doc = "Largest TCP segment." },
    size "window" { default = 5840, range = { 1072, 65535 }, option = "TCP_WND",
      doc = "Bytes a peer may send before they are taken." },
    size "send_buffer" { default = 32 * KiB, range = { 2 * KiB, 65535 }, option = "TCP_SND_BUF",
      doc = "Bytes of one connection that can be sent or queued without being acknowledged. Constants are not copied and take no memory but segments." },
    int "segments" { default = 256, range = { 16, 16384 }, option = "MEMP_NUM_TCP_SEG",
      doc = "Segments queued or unacknowledged, of all connections together. Each takes about 200 bytes." },
    int "kept_blocks" { default = 32, range = { 1, 65535 },
      doc = "Blocks of 512 bytes, of all connections together, for bytes that have come and that their user has not taken yet. A connection that finds none is reset." },
    int "copies" { default = 64, range = { 4, 4096 }, option = "TCPIP_COPIES",
      doc = "Buffers of 512 bytes for data that must be copied to be sent." },
    int "large_copies" { default = 4, range = { 2, 1024 }, option = "TCPIP_LARGE_COPIES",
      doc = "Buffers of 1600 bytes for the same, and for ICMP echoes." },
    duration "linger" { default = 5 * second, range = { 1 * second, 2 * minute },
      doc = "How long a closed connection goes on dropping what the peer still sends, and waits for the peer's end, before it is reset." },
  },
}
