# SPDX-License-Identifier: ISC
# A text that is too long where it is written, in a file that is included.
folder=build/reject/long-text
rm -rf "$folder"
mkdir -p "$folder"
cat >"$folder/t.lua" <<'LUA'
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
app = hello(include "app.lua")
LUA
printf 'return {\n  message = "%20000s",\n}\n' x >"$folder/app.lua"
"$UNICC" check "$folder/t.lua"
