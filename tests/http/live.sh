#!/bin/sh
# SPDX-License-Identifier: ISC
# The black-box tests against httpd as a normal process.
#
#     live.sh HTTPD PORT [TEST...]
set -eu
httpd=$1 port=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
site=$here/../../configs/site
[ $# -gt 0 ] || set -- conformance hostile tree

"$httpd" "$port" "$site" &
process=$!
trap 'kill $process 2>/dev/null || true' EXIT
trap 'exit 1' INT TERM
sleep 1
failed=0
for test; do
	echo "# $test"
	case $test in
	tree) perl "$here/tree.pl" 127.0.0.1 "$port" "$site" || failed=1 ;;
	*) perl "$here/$test.pl" 127.0.0.1 "$port" || failed=1 ;;
	esac
done
kill -0 $process
kill $process
trap - EXIT
wait $process || failed=1
exit $failed
