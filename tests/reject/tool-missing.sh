# SPDX-License-Identifier: ISC
# No compiler, no linker, no ninja on PATH: each is named with its package.
set -- tool
. tests/reject/app.subr
PATH=/nonexistent "$UNICC" "$folder/config.lua"
