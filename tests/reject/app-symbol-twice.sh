# SPDX-License-Identifier: ISC
# Two instances of a module that defines a function which is not static.
set -- twice
. tests/reject/app.subr
app_c <<'C'
	return 0;
}

int
app_helper(void)
{
	return 1;
C
echo 'also = app {}' >>"$folder/config.lua"
"$UNICC" "$folder/config.lua"
