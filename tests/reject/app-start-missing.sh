# SPDX-License-Identifier: ISC
# A hook that the module declares and does not define: nothing to point at but
# the instance.
set -- nostart
. tests/reject/app.subr
echo 'extern int app_other;' >"$folder/app/app.c"
"$UNICC" "$folder/config.lua"
