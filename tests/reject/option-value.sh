# SPDX-License-Identifier: ISC
# Values that an option does not take, on the command line and in a file.
. tests/reject/option.subr
cat >"$folder/wrong.env" <<'END'
NAME='much too long'
export QUIET=yes
HTTP=99999999999999999999
END
"$UNICC" check "$folder/t.lua" --set env=prdo --set memory=3MiB \
	--set every=15 --env "$folder/wrong.env"
