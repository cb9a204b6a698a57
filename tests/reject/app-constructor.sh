# SPDX-License-Identifier: ISC
# C that compiles, and of which nothing would come in an image.
set -- constructor
. tests/reject/app.subr
app_c <<'C'
	return 0;
}

__attribute__((constructor)) static void
prepare(void)
{
	__asm__ volatile("nop");
C
"$UNICC" "$folder/config.lua"
app_c <<'C'
	static _Thread_local volatile int calls;

	return calls++;
C
"$UNICC" "$folder/config.lua"
