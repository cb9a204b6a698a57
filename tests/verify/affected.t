#!/bin/sh
# SPDX-License-Identifier: ISC
# A function that is in an image is found, inlined or under its instance's name;
# one that is not is, with what keeps it out; a name nobody knows is no answer.
. "$(dirname "$0")/../cli/cli.subr"
"$unicc" "$root/configs/web.lua" -o web >.said 2>&1
report "a build"
affected() {
	says "$1" 4 "affected" "$unicc" affected web "$2"
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
absent() {
	says "$1" 0 "$2: not affected" "$unicc" affected web "$2"
	grep -qF "$3" .said
	report "and why"
}
absent "a function that a setting leaves out" dhcp_start \
	"under #if LWIP_IPV4 && LWIP_DHCP, by ip.dhcp = false (default)"
absent "one of a file that is not compiled" raw_recv \
	"lwip:src/core/raw.c, where it is defined, is not compiled"
absent "one of the C library" memccpy \
	"musl:src/string/memccpy.c, where it is defined, is not compiled"
absent "one that nothing calls" tcp_new_ip_type "nothing in the image calls it"
absent "a file that is not compiled" ip6.c "lwip:src/core/ipv6/ip6.c is not"
absent "a file of which nothing is left" dhcp.c "nothing of it is reached"
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

says "no image" 4 "error E0606" "$unicc" affected none tcp_input
says "no name" 2 "which image, and which function" "$unicc" affected web
rm web/audit.json
says "no account of the image" 4 "error E0902" "$unicc" affected web tcp_input
rm web/web.manifest.json
says "no manifest" 4 "error E0902" "$unicc" affected web tcp_input
finish
