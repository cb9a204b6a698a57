# SPDX-License-Identifier: ISC
# An option is given once, wherever that is.
. tests/reject/option.subr
printf 'HTTP=80\nhttp=81\nENV=prod\n' >"$folder/twice.env"
"$UNICC" check "$folder/t.lua" --set env=prod --set quiet=true \
	--set quiet=true --env "$folder/twice.env"
