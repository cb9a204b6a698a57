#!/bin/sh
# SPDX-License-Identifier: ISC
# A stranger's check.c runs nowhere but in its sandbox, cannot keep unicc
# waiting, and is built again when a header of it changes.
. "$(dirname "$0")/cli.subr"
XDG_CACHE_HOME=$scratch/cache
export XDG_CACHE_HOME
mkdir app
cat >app/module.lua <<'END'
return module {
  summary   = "Checks",
  requires  = { console = "console" },
  sources   = { "app.c" },
  hooks     = { "start" },
  functions = { judge = "text (u32 count)" },
  checks    = { { "judge", "count" } },
  settings  = {
    int "count" { default = 1, range = { 1, 9 }, doc = "A number." },
  },
}
END
printf 'int\napp_start(void)\n{\n\treturn 0;\n}\n' >app/app.c
cat >c.lua <<'END'
image { name = "c", platform = "qemu.microvm", memory = 2 * MiB }
main = app {}
END

cat >app/check.c <<'END'
#include <unicc/types.h>
#include "rule.h"
const char *app_judge(uint32_t count);
const char *
app_judge(uint32_t count)
{
	return count < LEAST ? "too few" : (const char *)0;
}
END
echo '#define LEAST 1' >app/rule.h
says "it sees the image's headers and its own" 0 "exit status 0" \
	"$unicc" check c.lua
echo '#define LEAST 2' >app/rule.h
says "another header is another check" 1 "too few" "$unicc" check c.lua

cat >app/check.c <<'END'
#include <stdio.h>
const char *app_judge(unsigned count);
END
says "there is no libc" 1 "stdio.h" "$unicc" check c.lua

cat >app/check.c <<'END'
const char *app_judge(unsigned count);
static const char *
plain(unsigned count)
{
	(void)count;
	return (const char *)0;
}
static void *
resolve(void)
{
	static const char path[] = "escaped";
	long result;

	__asm__ volatile("syscall" : "=a"(result)
			 : "a"(83), "D"(path), "S"(0755L)
			 : "rcx", "r11", "memory");
	return (void *)plain;
}
const char *app_judge(unsigned count) __attribute__((ifunc("resolve")));
END
says "code that the loader would run is refused" 1 \
	"it has indirect functions" "$unicc" check c.lua
[ ! -e escaped ]
report "and has not run"

cat >app/check.c <<'END'
const char *app_judge(unsigned count);
const char *
app_judge(unsigned count)
{
	char byte;
	long result;

	(void)count;
	for (;;)
		__asm__ volatile("syscall" : "=a"(result)
				 : "a"(0), "D"(0L), "S"(&byte), "d"(1L)
				 : "rcx", "r11", "memory");
}
END
says "code that waits is ended" 1 "it waited for something" \
	"$unicc" check c.lua

PATH=$scratch/none "$unicc" check c.lua >.said 2>&1
[ $? -eq 3 ] && grep -q 'E0601: clang-19: the program is not on PATH' .said
report "without clang it says what to install"
finish
