#!/bin/sh
# SPDX-License-Identifier: ISC
# The project's C is clean for gcc, clang, clang-tidy and cppcheck.
set -u
cd "$(dirname "$0")/.."

warnings="-Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wcast-qual
	-Wvla -Werror"
# clang-19 has looked at the build itself; gcc is the second reader.
include="-std=c11 -D_GNU_SOURCE -Icompiler -Ikernel/include -Istdlib
	-I/usr/include/lua5.4"
sources=$(ls compiler/*.c stdlib/*/check.c)
# Each is a matter of taste here, or wrong about this code:
#   memset and memcpy are used with known sizes (no Annex K in glibc);
#   memory of the arena is never freed, on purpose;
#   a pointer itself is copied into liblua's extra space.
tidy="-*,bugprone-*,clang-analyzer-*,misc-redundant-expression"
tidy="$tidy,-bugprone-easily-swappable-parameters"
tidy="$tidy,-bugprone-narrowing-conversions,-bugprone-macro-parentheses"
tidy="$tidy,-bugprone-assignment-in-if-condition"
tidy="$tidy,-bugprone-reserved-identifier,-bugprone-suspicious-include"
tidy="$tidy,-clang-analyzer-unix.Malloc,-bugprone-sizeof-expression"
tidy="$tidy,-bugprone-multi-level-implicit-pointer-conversion"
tidy="$tidy,-bugprone-implicit-widening-of-multiplication-result"
tidy="$tidy,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
number=0

report() {
	status=$?
	number=$((number + 1))
	if [ $status -eq 0 ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		sed 's/^/# /' "$log" | head -n 60
	fi
}

echo 1..5
# The variables are lists of words: splitting them is meant.
# shellcheck disable=SC2086
{
	echo $sources | xargs -n 8 -P "$(nproc)" gcc $include $warnings \
		-fsyntax-only -O1 >"$log" 2>&1
	report "gcc has no warning"

	echo $sources | xargs -n 4 -P "$(nproc)" sh -c \
		'clang-tidy-19 --quiet --warnings-as-errors="*" \
			--checks="$0" "$@" -- '"$(echo $include)" "$tidy" \
		>"$log" 2>/dev/null
	report "clang-tidy has no finding"

	cppcheck --quiet --error-exitcode=1 --inline-suppr -j "$(nproc)" \
		--std=c11 --enable=warning,portability,performance \
		--suppress=missingIncludeSystem -Icompiler -Ikernel/include \
		--suppress=varFuncNullUB \
		compiler >"$log" 2>&1
	report "cppcheck has no finding"
}

! git grep -nE '\b(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|gets)\(' \
	-- '*.c' '*.h' >"$log"
report "no banned function is called"

awk 'FNR == 1 && !/SPDX-License-Identifier: ISC/ { print FILENAME; bad = 1 }
	END { exit bad }' $(git ls-files '*.c' '*.h' '*.S' ':!tests/freeze') >"$log"
report "each file names its licence first"
