# SPDX-License-Identifier: ISC
# What is neither a file nor a folder is refused before it is opened.
set -- pipe
. tests/reject/content.subr
mkfifo "$folder/site/pipe"
"$UNICC" check "$folder/t.lua"
