#!/bin/sh
# SPDX-License-Identifier: ISC
# A flipped bit of an image, of its manifest or of a file beside it is found
# and its part named.
set -eu
cd "$(dirname "$0")/../.."
out=build/test-verify
mkdir -p "$out"
./unicc configs/web.lua -o "$out/web" 2>"$out/log" || {
	echo "Bail out! web does not build: see $out/log"
	exit 1
}
clang-19 -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Werror -Icompiler -Itests/verify \
	-o "$out/flips" tests/verify/flips.c compiler/verify_files.c \
	compiler/audit_lines.c compiler/verify_folder.c compiler/tokens.c \
	compiler/verify_said.c compiler/manifest_bytes.c \
	compiler/built.c compiler/manifest_root.c compiler/identity.c \
	compiler/elf.c compiler/elf_parts.c -lelf -lnettle -lcjson
files=$(cd "$out/web" && ls -- audit.json web.* generated/www.c \
	generated/contract.s generated/ip/lwipopts.h |
	grep -v '^web\.elf$')
# One word a file: their names are unicc's own.
# shellcheck disable=SC2086
exec "$out/flips" "$out/web" web.elf $files
