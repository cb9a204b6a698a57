# SPDX-License-Identifier: ISC
# A module takes the address of a setting that was to be folded.
set -- address
. tests/reject/app.subr
cat >"$folder/app/module.lua" <<'END'
return module {
  summary  = "Takes the address of a setting",
  requires = { console = "console" },
  sources  = { "app.c" },
  hooks    = { "start" },
  settings = {
    duration "wait" { default = 5 * second, range = { 0, 1 * hour },
      doc = "How long." },
  },
}
END
sed -i 's/= app {.*/= app {}/' "$folder/config.lua"
app_c <<'C'
	const uint64_t *where = &app_wait_ns;

	__asm__ volatile("" : : "r"(where) : "memory");
	return 0;
C
"$UNICC" "$folder/config.lua"
