# SPDX-License-Identifier: ISC
# The folder to be served holds nothing.
set -- empty
. tests/reject/content.subr
"$UNICC" check "$folder/t.lua"
