#!/bin/sh
# SPDX-License-Identifier: ISC
# What `unicc new` writes passes its own check, wherever it is written.
. "$(dirname "$0")/cli.subr"

long=$(printf '%0200d' 0 | tr 0 n)
for folder in plain 'a b/ü/9x' _x- "$long" ./-dash plain2/; do
	says "new '$folder'" 0 "is ready" "$unicc" new "$folder"
	says "it is right" 0 "exit status 0" "$unicc" check "$folder/config.lua"
done
says "a name that a shell splits is quoted" 0 "unicc run 'c d/config.lua'" \
	"$unicc" new 'c d'
says "new --app" 0 "is ready" "$unicc" new app1 --app
says "it boots" 0 "app1 is here" "$unicc" run app1/config.lua
UNICC=$unicc says "its own test passes" 0 "ok 3 - too many greetings" \
	prove -v app1/test.t
sed -i 's/i < app_count/i <= app_count/' app1/app/app.c
UNICC=$unicc says "and fails when the application is wrong" 1 \
	"not ok 2 - it greets three times" prove -v app1/test.t

mkdir empty
(cd empty && "$unicc" new .) >.said 2>&1 &&
	(cd empty && "$unicc" check config.lua) >>.said 2>&1
report "the empty folder one stands in"
says "a folder with files" 3 "the folder is not empty: it holds README.md" \
	"$unicc" new plain
says "the folder above" 3 "the folder is not empty" "$unicc" new ..
echo >file
says "a file" 3 "file: error E0605: Not a directory" "$unicc" new file
says "below a file" 3 "error E0605: Not a directory" "$unicc" new file/x
says "a name too long" 3 "error E0605: File name too long" \
	"$unicc" new "$long$long"
[ "$(find . -name '*.??????' | wc -l)" = 0 ]
report "nothing unfinished is left"
finish
