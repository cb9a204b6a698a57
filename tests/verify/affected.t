#!/bin/sh
# SPDX-License-Identifier: ISC
# A function that is in an image is found, inlined or under its instance's name;
# one that is not is, with what keeps it out; a name nobody knows is no answer.
. "$(dirname "$0")/../cli/cli.subr"
"$unicc" "$root/configs/web.lua" -o web >.said 2>&1
report "a build"
image=web
affected() {
	says "$1" 4 "affected" "$unicc" affected "$image" "$2"
	grep -q "^$2: affected" .said && grep -qF "$3" .said &&
		grep -qF "error E1007: $2: it is in the image" .said
	report "where it is"
}
affected "a function" tcp_input "function tcp_input of lwip:src/core/tcp_in.c"
affected "an inlined one" rotate_left "of stdlib/tcpip/random.c"
affected "one of the C library" strlen "of musl:src/string/strlen.c"
affected "a hook, named after the instance" httpd_start \
	"function www_start of stdlib/httpd/httpd.c"
affected "a call of an interface" netif_send "function nic_netif_send of"
affected "a hook of a module of two words" virtio_net_event "nic_event of"
affected "a source file" tcp_in.c "function tcp_receive of"
affected "one by its path" src/core/pbuf.c "function pbuf_alloc of"
affected "one with its package" lwip:src/core/pbuf.c "function pbuf_free of"
says "as a call" 4 "tcp_input: affected" "$unicc" affected web "tcp_input()"
says "from here" 4 "src/core/pbuf.c: affected" "$unicc" affected web \
	./src/core/pbuf.c
affected "in a folder of another name" lwip-2.1.3/src/core/pbuf.c \
	"function pbuf_free of"
# All of their code is that of what they call, inlined too.
affected "one inlined whole" virtio_reset \
	"function virtio_reset of drivers/virtio/virtio_mmio.h: inlined or folded"
affected "one in a driver" rtc_register "inlined or folded"
affected "a symbol of assembly" start_32 \
	"function start_32 of kernel/x86_64/start.S"
absent() {
	says "$1" 0 "$2: not affected" "$unicc" affected "$image" "$2"
	grep -qF "$3" .said
	report "and why"
}
absent "a function that a setting leaves out" dhcp_start \
	"#if LWIP_IPV4 && LWIP_DHCP, which leaves it out: LWIP_DHCP is ip.dhcp = false (default)"
absent "one that another setting of the library leaves out" udp_input \
	"LWIP_UDP is LWIP_DHCP, and LWIP_DHCP is ip.dhcp = false (default)"
absent "one that no setting brings in" ip6_input "is not compiled"
absent "one that a header leaves out" ip4_forward \
	"which leaves it out: IP_FORWARD is 0 in stdlib/tcpip/lwipopts_fixed.h"
absent "one of a module that no instance is of" netfront_start \
	"it is of module netfront, and no instance is"
absent "one of a file that is not compiled" raw_recv \
	"lwip:src/core/raw.c, where it is defined, is not compiled"
absent "one of the C library" memccpy \
	"musl:src/string/memccpy.c, where it is defined, is not compiled"
absent "one that nothing calls" tcp_new_ip_type "nothing in the image calls it"
absent "a file that is not compiled" ip6.c "lwip:src/core/ipv6/ip6.c is not"
absent "a file of which nothing is left" dhcp.c "nothing of it is reached"
says "a macro proves nothing" 4 "E1008: isdigit: macros leave no trace" \
	"$unicc" affected web isdigit
grep -qF "a macro of musl:include/ctype.h, which is compiled" .said
report "which is told"
says "nor does a header's absence" 4 "E1008: tcp_priv.h: macros leave no trace" \
	"$unicc" affected web tcp_priv.h
absent "a header that is not compiled" mqtt.h "lwip/apps/mqtt.h is not compiled"
affected "an object that is zero at the start" tcp_active_pcbs \
	"object tcp_active_pcbs of lwip:src/core/tcp.c: zero at the start"
absent "conditions within others" ip_input \
	"#if (LWIP_IPV4 || LWIP_IPV6) && (LWIP_IPV4 && LWIP_IPV6), which"
says "nor does a name nearby" 4 "(is it tcp_input?)" "$unicc" affected web \
	tcp_inpu
says "nor a file's" 4 "(is it tcp_in.c?)" "$unicc" affected web tcp_im.c
for name in nonsense tftp.c tcp_inpu p_input; do
	says "$name, which is nowhere" 4 \
		"error E1008: $name: no source that unicc knows has it" \
		"$unicc" affected web $name
done
says "as JSON" 4 '"verdict":	"affected"' \
	"$unicc" affected web tcp_input --json
says "as JSON, not there" 0 '"verdict":	"not affected"' \
	"$unicc" affected web raw_recv --json

sed 's/, gateway = "10.0.2.2"/, dhcp_timeout = 1 * second/
	s/address = "10.0.2.15.24"/dhcp = true/
	s#"site"#"'"$root"'/configs/site"#' "$root/configs/web.lua" >dhcp.lua
"$unicc" dhcp.lua -o web >.said 2>&1
report "with the setting"
affected "it is there" dhcp_start "function dhcp_start of lwip:src/core/ipv4/dhcp.c"

mkdir -p mine/app
cat >mine/config.lua <<'END'
image { name = "mine", platform = "qemu.microvm", memory = 2 * MiB }
main = app {}
END
cat >mine/app/module.lua <<'END'
return module {
  summary = "Two functions that are the same, and one for nobody",
  sources = { "app.c" },
  hooks   = { "start" },
  settings = {},
}
END
cat >mine/app/app.c <<'END'
#include <unicc/kernel.h>
static volatile int counts[2];
__attribute__((noinline)) static int
same_one(int a)
{
	return a * 7 + counts[0];
}
__attribute__((noinline)) static int
same_two(int a)
{
	return a * 7 + counts[0];
}
int for_nobody(int a);
int
for_nobody(int a)
{
	return a + counts[1];
}
int
app_start(void)
{
	return same_one(counts[0]) & same_two(counts[1]) & 0;
}
END
"$unicc" mine/config.lua -o mine/out >.said 2>&1
report "an application of one's own"
image=mine/out
affected "its hook" app_start "function main_start of config/app/app.c"
affected "a function" same_one "of config/app/app.c"
affected "one folded with it" same_two "of config/app/app.c"
absent "one that is not called" for_nobody \
	"config/app/app.c defines it, and nothing in the image calls it"
affected "its file" app.c "function main_start of"

says "no image" 4 "error E0606" "$unicc" affected none tcp_input
says "no name" 2 "which image, and which function" "$unicc" affected web
rm web/audit.json
says "no account of the image" 4 "error E0902" "$unicc" affected web tcp_input
rm web/web.manifest.json
says "no manifest" 4 "error E0902" "$unicc" affected web tcp_input
finish
