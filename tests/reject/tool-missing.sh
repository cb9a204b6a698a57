# SPDX-License-Identifier: ISC
# No compiler, no linker, no ninja on PATH: each is named with its package.
set -- tool
. tests/reject/app.subr
# check.c would need a compiler before all others.
sed -i '/judge/d' "$folder/app/module.lua"
PATH=/nonexistent "$UNICC" "$folder/config.lua"
