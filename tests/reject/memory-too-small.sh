# SPDX-License-Identifier: ISC
# The sum is shown; its numbers change with every line of code.
set -- memory
. tests/reject/app.subr
sed -i 's/2 \* MiB/1152 * KiB/' "$folder/config.lua"
app_c <<'C'
	static char pool[256 * 1024];

	pool[app_count] = 1;
	__asm__ volatile("" : : "r"(pool) : "memory");
	return 0;
C
"$UNICC" "$folder/config.lua" 2>"$folder/said"
status=$?
sed -e 's/takes [0-9]* KiB/takes N KiB/' -e 's/^  *[0-9][0-9]*  /  N  /' \
	-e '/pool/,/fix/{/pool/!{/fix/!d;};}' -e 's/= [0-9]* \*/= N */' \
	"$folder/said" >&2
exit $status
