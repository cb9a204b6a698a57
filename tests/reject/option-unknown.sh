# SPDX-License-Identifier: ISC
# Options that the configuration does not declare.
. tests/reject/option.subr
printf 'HTP=80\nDATABASE_URL=x\n' >"$folder/unknown.env"
"$UNICC" check "$folder/t.lua" --set evn=prod --set EVERY=5s --env "$folder/unknown.env"
