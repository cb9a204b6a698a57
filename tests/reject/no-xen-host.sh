# SPDX-License-Identifier: ISC
# No Xen host in the cache, and no mirror that has its packages.
folder=build/reject/no-xen-host
rm -rf "$folder"
mkdir -p "$folder/bin"
"$UNICC" configs/hello-xen.lua -o "$folder/image" 2>/dev/null
cat >"$folder/bin/apt-get" <<'SH'
#!/bin/sh
echo "E: Unable to locate package xen-hypervisor-4.17-amd64" >&2
exit 100
SH
chmod +x "$folder/bin/apt-get"
PATH="$PWD/$folder/bin:$PATH" XDG_CACHE_HOME="$PWD/$folder/cache" \
	"$UNICC" run "$folder/image" 2>"$folder/said"
status=$?
grep -v '^unicc: fetching' "$folder/said" >&2
[ -z "$(find "$folder/cache/unicc/xen" "$folder/cache/unicc/work" -mindepth 1)" ] ||
	echo "something is left in the cache" >&2
exit $status
