# SPDX-License-Identifier: ISC
# check.c defines a function otherwise than module.lua declares it.
set -- othertype
. tests/reject/app.subr
check_c 'text (u32 count)' <<'C'
const char *
app_judge(uint64_t count)
{
	return count == 0 ? "none" : (const char *)0;
}
C
"$UNICC" check "$folder/config.lua"
