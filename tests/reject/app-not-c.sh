# SPDX-License-Identifier: ISC
# Errors in a user's C are shown in the user's file.
set -- notc
. tests/reject/app.subr
app_c <<'C'
	int x = app_cuont;
	return x
C
"$UNICC" "$folder/config.lua"
