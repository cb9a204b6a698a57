# SPDX-License-Identifier: ISC
# Tables that are none, and rows that are wrong: all of them are told.
set -- fleet-table
. tests/reject/seal.subr
table() {
	cat >"$folder/$1"
	"$UNICC" fleet "$folder/image" "$folder/$1" --modules "$folder" \
		-o "$folder/out"
}
printf 'hunter2' >"$folder/key"
: | table empty.csv
table columns.csv <<'CSV'
front.word,front.word,front.wrod
CSV
table quotes.csv <<'CSV'
name,front.word
a,"o"h
b,o"h
c
d,"oh
CSV
table rows.csv <<'CSV'
name,front.word,front.key
A,oh,key
b,closed,key
,much-too-long,none
d,oh,
CSV
table returns.lua <<'LUA'
return { { name = "a" }, { name = "b", ["front.key"] = {} }, 3, x = 4 }
LUA
table cells.lua <<'LUA'
return { { name = "a" }, { name = "b", ["front.key"] = {} }, 3 }
LUA
ls "$folder/out" >&2 2>/dev/null || exit 1
