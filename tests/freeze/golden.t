#!/bin/sh
# SPDX-License-Identifier: ISC
# The generated C of each example is, to the byte, what the folder of its name
# holds. After a wanted change: tests/freeze/golden.t --accept, then read the
# difference.
set -u
cd "$(dirname "$0")/../.."

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
accept=${1:-}
number=0

echo 1..5
for name in hello web hello-xen hello-xen.pv; do
	number=$((number + 1))
	golden=tests/freeze/$name
	case $name in
	*.pv) set -- "configs/${name%.pv}.lua" --set guest=pv ;;
	*) set -- "configs/$name.lua" ;;
	esac
	./unicc "$@" -o "$out/$name" --until freeze >"$out/log" 2>&1
	if [ "$accept" = --accept ]; then
		rm -rf "$golden"
		cp -R "$out/$name/generated" "$golden"
	fi
	if diff -ru "$golden" "$out/$name/generated" >>"$out/log"; then
		echo "ok $number - the C of $* is golden"
	else
		echo "not ok $number - the C of $* is golden"
		sed 's/^/# /' "$out/log" | head -n 80
	fi
done

./unicc "$PWD/tests/../configs/web.lua" -o "$out/elsewhere" --until freeze \
	>"$out/log" 2>&1
if diff -ru tests/freeze/web "$out/elsewhere/generated" >>"$out/log"; then
	echo "ok 5 - however the configuration's path is written"
else
	echo "not ok 5 - however the configuration's path is written"
	sed 's/^/# /' "$out/log" | head -n 40
fi
