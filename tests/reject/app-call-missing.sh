# SPDX-License-Identifier: ISC
# A function that is declared and called and nowhere defined.
set -- nocall
. tests/reject/app.subr
app_c <<'C'
	void console_wirte(const char *bytes, size_t size_bytes);

	console_wirte(app_greeting, sizeof app_greeting - 1);
	console_write("\n", 1);
	return 0;
C
"$UNICC" "$folder/config.lua"
