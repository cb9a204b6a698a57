# SPDX-License-Identifier: ISC
# A guest that stops without a last line, and one that panics.
set -- lost
. tests/reject/app.subr
run() {
	"$UNICC" run "$folder/config.lua" 2>"$folder/said"
	status=$?
	grep -v 'bytes (text' "$folder/said" >&2
}

app_c <<'C'
	__asm__ volatile("lidt %0; int3" : : "m"(*(const char (*)[10])app_greeting));
	return 0;
C
run
app_c <<'C'
	kernel_panic(instance_name, "this is wrong");
C
run
exit $status
