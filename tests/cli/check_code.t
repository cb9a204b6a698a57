#!/bin/sh
# SPDX-License-Identifier: ISC
# A stranger's check.c runs nowhere but in its sandbox, cannot keep unicc
# waiting, knows nothing of the user, and is built again when a header of it
# or a declaration changes.
. "$(dirname "$0")/cli.subr"
XDG_CACHE_HOME=$scratch/cache
export XDG_CACHE_HOME
mkdir app
declare() {
	cat >app/module.lua <<-END
		return module {
		  summary   = "Checks",
		  requires  = { console = "console" },
		  sources   = { "app.c" },
		  hooks     = { "start" },
		  records   = { point = "i16 x, i64 y", line = "point a, point b, mac of" },
		  functions = {
		    judge = "$1",
		    small = { type = "i8 (i8 a, i16 b, i32 c, i64 d)", doc = "The sum." },
		    wide  = { type = "u64 (u8 a, u16 b, u32 c, u64 d)", doc = "The sum." },
		    turn  = { type = "line (line which, flag is_turned)", doc = "Turned." },
		    upper = { type = "bytes[64] (bytes text)", doc = "In capitals." },
		    count = { type = "u32 (u32 number)", doc = "The number." },
		    nth   = { type = "text (u8 number)", doc = "A word, or none." },
		    net   = { type = "cidr (ipv4 address, u8 bits)", doc = "Both." },
		    six   = { type = "ipv6 (ipv6 address)", doc = "The next one." },
		    peek  = { type = "bytes[8] ()", doc = "What lies there." },
		  },
		  checks    = { { "judge", "count" } },
		  settings  = {
		    int "count" { default = 1, range = { 1, 9 }, doc = "A number." },
		    text "note" { default = "", doc = "Anything." },
		  },
		}
	END
}
printf 'int\napp_start(void)\n{\n\treturn 0;\n}\n' >app/app.c
cat >c.lua <<'END'
image { name = "c", platform = "qemu.microvm", memory = 2 * MiB }
main = app {}
END
cat >others.h <<'END'
int8_t app_small(int8_t a, int16_t b, int32_t c, int64_t d)
{
	return (int8_t)(a + b + c + d);
}
uint64_t app_wide(uint8_t a, uint16_t b, uint32_t c, uint64_t d)
{
	return d + a + b + c;
}
struct app_line app_turn(struct app_line which, bool is_turned)
{
	struct app_line turned = { which.b, which.a, which.of };

	return is_turned ? turned : which;
}
size_t app_upper(const uint8_t *text, size_t text_bytes, uint8_t *result,
		 size_t result_max)
{
	size_t i;

	for (i = 0; i < text_bytes && i < result_max; i++)
		result[i] = text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32
							     : text[i];
	return text_bytes;
}
uint32_t app_count(uint32_t number)
{
	static uint32_t calls;

	return calls += number;
}
const char *app_nth(uint8_t number)
{
	return number == 1 ? "one" : number == 2 ? "" : (const char *)0;
}
struct cidr app_net(uint32_t address, uint8_t bits)
{
	return (struct cidr){ address, bits };
}
struct ipv6 app_six(struct ipv6 address)
{
	address.bytes[15]++;
	return address;
}
size_t app_peek(uint8_t *result, size_t result_max)
{
	(void)result_max;
	return result[0] == 0 ? 8 : 1;
}
END
mv others.h app/
# A constant inside an instruction is code too: mov %edi, %eax; syscall; ret.
cat >app/gadget.h <<'END'
__attribute__((noinline, used)) static uint64_t
gadget(void)
{
	return 0x00c3050ff889;
}
#define system_call(number, b, c) \
	((long (*)(long, const void *, long))((uintptr_t)gadget + 2))( \
		number, b, c)
END

declare 'text (u32 count)'
cat >app/check.c <<'END'
#include "rule.h"
#include "others.h"
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
declare 'text (u64 count)'
says "another declaration is compared anew" 1 \
	"module.lua declares it as judge(u64 count) -> text" "$unicc" check c.lua
declare 'text (u32 count)'
echo '#define LEAST 1' >app/rule.h

cat >calls.lua <<'END'
image { name = "c", platform = "qemu.microvm", memory = 2 * MiB }
line = app.turn({ a = { x = -1, y = -9223372036854775807 - 1 },
	b = { x = 32767, y = 9223372036854775807 },
	of = "52:54:00:12:34:56" }, true)
said = text.join({
	app.small(-128, 127, 1, 1), app.wide(255, 65535, 4294967295, 1),
	line.a.x, line.a.y, line.b.x, line.b.y, line.of,
	app.upper("a\0b"):byte(2) .. app.upper("xyz"),
	app.count(3), app.count(4), app.nth(1), "<" .. app.nth(2) .. ">",
	tostring(app.nth(3)), app.net("10.0.0.1", 8), app.six("fe80::1"), text.len(app.peek()),
}, " ")
main = app { note = said }
END
says "every type goes there and comes back; nothing is kept between calls" 0 \
	'main.note = "1 4295033086 32767 9223372036854775807 -1 -9223372036854775808 52:54:00:12:34:56 0XYZ 3 4 one <> nil 10.0.0.1/8 fe80::2 8"' \
	"$unicc" config calls.lua
cat >by.lua <<'END'
image { name = "c", platform = "qemu.microvm", memory = 2 * MiB }
main = app { note = app.upper("abc") }
END
says "a value's origin tells who computed it" 0 \
	'main.note = "ABC"                             by.lua:2:14, by app.upper' \
	"$unicc" config by.lua
cat >loop.lua <<'END'
image { name = "c", platform = "qemu.microvm", memory = 2 * MiB }
for i = 1, 20000 do local same = app.count(i) end
main = app {}
END
says "calls count against the budget of steps" 1 "error E0109" \
	"$unicc" check loop.lua

cat >app/check.c <<'END'
#include <stdio.h>
END
says "there is no libc" 1 "'stdio.h' file not found" "$unicc" check c.lua
cat >app/check.c <<'END'
static char huge[1 << 30];
#include "others.h"
const char *
app_judge(uint32_t count)
{
	huge[count] = 1;
	return huge[count + 1] ? "" : (const char *)0;
}
END
says "its variables are bounded" 1 "its variables take more than 4 MiB" \
	"$unicc" check c.lua
cat >app/check.c <<'END'
__asm__(".incbin \"/etc/passwd\"");
END
says "there is no assembly, which reads files" 1 \
	"GNU-style inline assembly is disabled" "$unicc" check c.lua

cat >app/check.c <<'END'
#include "gadget.h"
#include "others.h"
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

	system_call(83, path, 0755L);
	return (void *)plain;
}
const char *app_judge(unsigned count) __attribute__((ifunc("resolve")));
END
says "code that the loader would run is refused" 1 \
	"it has indirect functions" "$unicc" check c.lua
cat >app/check.c <<'END'
#include "others.h"
__attribute__((constructor)) static void
early(void)
{
	for (;;)
		;
}
const char *
app_judge(uint32_t count)
{
	(void)count;
	return (const char *)0;
}
END
says "as is a constructor" 1 "it has constructors" "$unicc" check c.lua

# What the environment and the user's files were would lie above the stack and
# in memory that the code could find: it looks for both from its own stack up.
cat >app/check.c <<'END'
#include "others.h"
static bool
is_there(const char *at, const char *what)
{
	while (*what != '\0' && *at == *what) {
		at++;
		what++;
	}
	return *what == '\0';
}
const char *
app_judge(uint32_t count)
{
	/* Not written out, or it would find itself. */
	char what[] = { 'S', 'E', 'C', 'R', 'E', 'T', '_', 'W', '0' + count,
			'R', 'D', '\0' };
	const char *at = (const char *)__builtin_frame_address(0);
	uintptr_t end = ((uintptr_t)at | 0xfff) + 1;
	const char *program = (const char *)0;

	for (at += 256; (uintptr_t)at < end; at++)
		if (is_there(at, "unicc-check"))
			program = at;
		else if (is_there(at, what))
			return "found";
	return program != (const char *)0 ? "nothing but its name" : "nothing";
}
END
says "it does not see the environment" 1 "nothing but its name" \
	env SECRET_W1RD=SECRET_W1RD "$unicc" check c.lua

# Nor do the compilers: of two builds that differ in it alone, one would be
# another image.
mkdir path
echo '#error "of the environment"' >path/stdint.h
cat >app/check.c <<'END'
#include "others.h"
#ifndef V
#define V "as it stands"
#endif
const char *
app_judge(uint32_t count)
{
	return count == 0 ? (const char *)0 : V;
}
END
says "a compiler does not see it either" 1 "as it stands" \
	env CPATH="$scratch/path" C_INCLUDE_PATH="$scratch/path" \
	CCC_OVERRIDE_OPTIONS='#+-DV="other"' XDG_CACHE_HOME="$scratch/cache2" \
	"$unicc" check c.lua

PATH=$scratch/none "$unicc" check c.lua >.said 2>&1
[ $? -eq 3 ] && grep -q 'E0601: clang-19: the program is not on PATH' .said
report "without clang it says what to install"
finish
