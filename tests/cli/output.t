#!/bin/sh
# SPDX-License-Identifier: ISC
# An answer that nobody can read is no success, and no file of a build ever
# takes the number of a standard stream that is closed.
. "$(dirname "$0")/cli.subr"
hello ok.lua
"$unicc" ok.lua >.said 2>&1
report "a build"
cp build/h/h.elf before.elf

try() {
	(timeout 60 "$unicc" "$@" >/dev/full) 2>.said
	[ $? -eq 3 ] && grep -qF 'cannot be written' .said
	report "unicc $*: a full disk on stdout"
	(timeout 60 "$unicc" "$@" >&-) 2>.said
	[ $? -eq 3 ] && grep -qF 'cannot be written' .said
	report "unicc $*: stdout closed"
}
try --help
try help run
try modules
try doc httpd
try doc httpd --json
try config ok.lua
try config ok.lua --json
try id build/h
try run ok.lua
try run ok.lua --print

rm -rf build
(timeout 60 "$unicc" ok.lua <&- >&- 2>&-)
[ $? -eq 0 ] && cmp build/h/h.elf before.elf >.said 2>&1
report "a build with every stream closed has the same bytes"
finish
