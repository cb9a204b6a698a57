# SPDX-License-Identifier: ISC
# An image for one kind of host, to be run on another; and xl where no Xen runs.
folder=build/reject/on-other-host
rm -rf "$folder"
mkdir -p "$folder"
cat >"$folder/t.lua" <<'LUA'
on = option { choice = { "qemu", "xen" }, default = "xen" }
image {
  name = "t", memory = 2 * MiB,
  platform = on == "qemu" and "qemu.microvm" or "xen.pvh",
}
app = hello {}
LUA
"$UNICC" run "$folder/t.lua" --set on=qemu --on xen \
	2>"$folder/said"
grep -v 'bytes (text' "$folder/said" >&2
"$UNICC" run "$folder/t.lua" --on qemu 2>"$folder/said"
grep -v 'bytes (text' "$folder/said" >&2
"$UNICC" run "$folder/t.lua" --on xl 2>"$folder/said"
status=$?
grep -v 'bytes (text' "$folder/said" >&2
exit $status
