#!/bin/sh
# SPDX-License-Identifier: ISC
# A network of two machines: QEMU is told all of its addresses, and the page is
# served.
set -u
cd "$(dirname "$0")/../.."
unicc=$PWD/unicc
scratch=$(mktemp -d)
run=
trap '[ -z "$run" ] || kill "$run" 2>/dev/null; rm -rf "$scratch"' EXIT
. tests/lib/tap.subr
echo 1..2

mkdir "$scratch/site"
echo small >"$scratch/site/index.html"
cat >"$scratch/t.lua" <<'LUA'
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net {}
ip  = tcpip { net = nic, address = "192.168.7.2/30", gateway = "192.168.7.1" }
www = httpd { stack = ip, content = "site" }
LUA
cd "$scratch" || exit 1
"$unicc" run t.lua --print 2>log | grep -q \
	'net=192.168.7.0/30,host=192.168.7.1,dns=192.168.7.3,dhcpstart=192.168.7.2'
report "QEMU is told each address"
port=$((20000 + $$ % 20000))
"$unicc" run t.lua --port $port:80 >log 2>&1 &
run=$!
page=
for _ in $(seq 100); do
	page=$(curl -s --max-time 1 "http://127.0.0.1:$port/") && break
	sleep 0.1
done
[ "$page" = small ]
report "the page is served"
