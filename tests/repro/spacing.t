#!/bin/sh
# SPDX-License-Identifier: ISC
# Tokens tell one source from another but for what C can make of spacing and of
# lines. So the code root is one of what was linked, too: images of other bytes
# have other roots, and those of the same bytes the same.
. "$(dirname "$0")/../cli/cli.subr"
"$unicc" new main --app >.said 2>&1
report "an application"
cat >app.c <<'END'
#include <unicc/console.h>
#define TEXT(x) #x

int
app_start(void)
{
	static const char text[] = TEXT(a+b) "\n";

	console_write(text, sizeof text - 1);
	return LINE > 12 ? 1 : 0;
}
END
# root NAME EXPRESSION OF SED: the code root of what it makes of app.c, in
# NAME.code, and the image's bytes without it in NAME.image.
root() {
	sed "$2" app.c >main/app/app.c
	"$unicc" main/config.lua -o "$1" >.said 2>&1
	report "$1"
	"$unicc" id "$1" | sed -n 's/^code  *//p' >"$1.code"
	"$unicc" id "$1" | sed -n 's/^\(text\|constants\|data\) //p' >"$1.image"
}
for line in __LINE__ __builtin_LINE\(\); do
	root base "s/LINE/$line/"
	root spaced "s/LINE/$line/; s/a+b/a + b/"
	root moved "s/LINE/$line/; 1s/^/\n\n\n\n/"
	[ "$(cat ./*.image | sort -u | wc -l)" -gt 3 ]
	report "their bytes differ, with $line"
	[ "$(cat base.code spaced.code moved.code | sort -u | wc -l)" -eq 3 ]
	report "and so do their roots"
done
root plain "s/LINE/1/"
root commented "s/LINE/1/; s/return/return  \/* *\//; 1s/^/\n\n/"
cmp plain.image commented.image && cmp plain.code commented.code
report "what only moves and comments lines has the same root"
finish
