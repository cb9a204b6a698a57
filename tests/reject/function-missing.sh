# SPDX-License-Identifier: ISC
# module.lua declares a function that check.c does not have.
set -- funmissing
. tests/reject/app.subr
check_c 'text (u32 count)' <<'C'
const char *
app_jugde(uint32_t count)
{
	return count == 0 ? "none" : (const char *)0;
}
C
"$UNICC" check "$folder/config.lua"
