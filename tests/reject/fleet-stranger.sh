# SPDX-License-Identifier: ISC
# A machine in the folder of a fleet, of which the table has no row any more.
set -- fleet-stranger
. tests/reject/seal.subr
rm -rf "$folder/out"
table() {
	printf 'name,front.word\n%s' "$1" >"$folder/table.csv"
	"$UNICC" fleet "$folder/image" "$folder/table.csv" --modules "$folder" \
		-o "$folder/out"
}
table 'a,oa
b,ob
c,oc
' 2>"$folder/log" || cat "$folder/log" >&2
table 'b,ob
'
