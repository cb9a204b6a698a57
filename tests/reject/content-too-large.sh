# SPDX-License-Identifier: ISC
# A file larger than the machine's memory is refused without being read.
set -- large
. tests/reject/content.subr
truncate -s 3G "$folder/site/dump.bin"
echo page >"$folder/site/index.html"
"$UNICC" check "$folder/t.lua"
