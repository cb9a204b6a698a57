# SPDX-License-Identifier: ISC
# A module has a setting loaded, and not its value, from where an equal constant
# of its own lies, too.
set -- load
. tests/reject/app.subr
cat >"$folder/app/module.lua" <<'END'
return module {
  summary  = "Loads a setting",
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
	static const uint64_t equal = 5000000000;

	__asm__ volatile("" : : "r"(*(const volatile uint64_t *)&equal),
			 "r"(*(const volatile uint64_t *)&app_wait_ns));
	return 0;
C
"$UNICC" "$folder/config.lua"
