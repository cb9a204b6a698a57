# SPDX-License-Identifier: ISC
# Two machines of one name, and of one address.
set -- fleet-shared
folder=build/reject/fleet-shared
rm -rf "$folder"
mkdir -p "$folder/site"
echo page >"$folder/site/index.html"
cat >"$folder/web.lua" <<'LUA'
image { name = "web", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net { mac = sealed("52:54:00:00:00:01") }
ip  = tcpip { net = nic, address = sealed("10.0.2.15/24") }
www = httpd { stack = ip, content = "site" }
LUA
"$UNICC" "$folder/web.lua" -o "$folder/web" 2>"$folder/log" || cat "$folder/log" >&2
cat >"$folder/table.csv" <<'CSV'
name,ip.address,nic.mac
web1,10.0.2.16/24,
web2,10.0.2.17/24,52:54:00:00:00:02
web1,10.0.2.18/24,52:54:00:00:00:03
web3,10.0.2.17/25,52:54:00:00:00:01
CSV
"$UNICC" fleet "$folder/web" "$folder/table.csv" -o "$folder/out"
status=$?
ls "$folder/out" >&2 2>/dev/null || exit $status
