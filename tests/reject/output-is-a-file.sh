# SPDX-License-Identifier: ISC
# The output folder cannot be made.
set -- output
. tests/reject/app.subr
touch "$folder/file"
"$UNICC" "$folder/config.lua" -o "$folder/file/out"
