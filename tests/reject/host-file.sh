# SPDX-License-Identifier: ISC
# Files of a domain that do not give an image the machine that it needs, and one
# that does: each difference is named.
folder=build/reject/host-file
rm -rf "$folder"
mkdir -p "$folder"
cp -R tests/xen/modules/diskcheck "$folder"
truncate -s 1M "$folder/disk.img"
cat >"$folder/t.lua" <<LUA
image { name = "t", platform = "xen.pvh", memory = 4 * MiB }

nic  = netfront { mac = "00:16:3e:00:00:01", bridge = "lan" }
ip   = tcpip { net = nic, address = "10.0.2.15/24" }
www  = httpd { stack = ip, content = "site" }
db   = blkfront { target = "$PWD/$folder/disk.img", sectors = 2048 }
disk = diskcheck { disk = db }
LUA
mkdir "$folder/site"
echo page >"$folder/site/index.html"
"$UNICC" "$folder/t.lua" -o "$folder/out" 2>/dev/null
file=$folder/out/t.xl
cp "$file" "$folder/whole.xl"
status=0

# Apply a sed script to the file and check it.
with() {
	sed "$2" "$folder/whole.xl" >"$file"
	echo "$1:" >&2
	"$UNICC" check-host "$file" >/dev/null 2>"$folder/said"
	status=$?
	sed "s#$PWD/##g" "$folder/said" >&2
}

with "as it was written" ''
with "no vif" '/^vif/,/^]/d'
with "two vifs" '/00:16/p'
with "another bridge" 's/bridge=lan/bridge=xenbr0/'
with "no bridge" 's/,bridge=lan//'
with "another address" 's/:01,/:02,/'
with "no disk" '/^disk/,/^]/d'
with "the disk elsewhere" 's/disk.img/other.img/'
with "a disk as another" 's/xvda/xvdb/'
with "a disk that cannot be written" 's/access=rw/access=ro/'
with "too little memory" 's/^memory = 4/memory = 2/'
with "the other kind" 's/"pvh"/"pv"/'
with "another kernel" 's/t\.elf/u.elf/'
with "a file that is no image" 's/t\.elf/t.xl/'
with "a line too much" '$a pci = [ "00:1f.0" ]'
with "a line twice" '/^vcpus/p'
with "no list" 's/^vif = \[.*/vif = "x"/; /00:16/d'
with "a text without an end" 's/^name = "t"/name = "t/'
with "no value" 's/^memory.*/memory =/'
truncate -s 64K "$folder/disk.img"
with "a disk too small" ''
rm "$folder/disk.img"
with "no such disk" ''
exit $status
