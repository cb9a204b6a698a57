# SPDX-License-Identifier: ISC
# A folder that leads everywhere: it is left once it has too much in it.
set -- endless
. tests/reject/content.subr
truncate -s 3G "$folder/site/dump.bin"
for i in 1 2 3 4 5 6 7 8 9; do
	mkdir "$folder/site/$i"
	for j in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		ln "$folder/site/dump.bin" "$folder/site/$i/$j"
	done
done
"$UNICC" check "$folder/t.lua" 2>"$folder/said"
status=$?
sed -n '201,$p' "$folder/said" >&2
exit $status
