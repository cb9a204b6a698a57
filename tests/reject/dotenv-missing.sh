# SPDX-License-Identifier: ISC
# The file of options is not there.
. tests/reject/option.subr
"$UNICC" check "$folder/t.lua" --env "$folder/prod.env"
