#!/bin/sh
# SPDX-License-Identifier: ISC
# audit.json is the one the manifest was made with, or nobody is told anything
# from it; lines of the configuration that only move change no manifest.
. "$(dirname "$0")/../cli/cli.subr"
hello h.lua
"$unicc" h.lua >.said 2>&1
report "a build"
says "it is vouched for" 0 \
	"audit.json: intact, but its lines of the configuration are in no hash" \
	"$unicc" verify build/h

mkdir -p far
{ echo "-- A \"comment\", [1]:2"; echo; sed 's/^greeting/  greeting/' h.lua; } \
	>far/h.lua
"$unicc" far/h.lua -o moved >.said 2>&1
report "another build, of lines that have moved"
! cmp -s build/h/audit.json moved/audit.json
report "its account names other lines"
cmp build/h/h.manifest.json moved/h.manifest.json >.said 2>&1
report "its manifest is the same"
says "one is a build of the other's configuration" 0 \
	"built of  far/h.lua, again, to the byte" "$unicc" verify build/h far/h.lua
cp moved/audit.json build/h/audit.json
says "lines are all that may differ" 0 "intact, origin unproven" \
	"$unicc" verify build/h

# Each change of an account, by one expression of sed's.
cat >changes <<'END'
s/"name":"greeting"/"name":"greetinh"/
s/"is_always":true/"is_always":false/
s/"needs":\[/"needs": [/
s/"origin":"h.lua:/"origin":"other.lua:/
s/"origin":"implied by/"origin":"required by/
s/^"config_lines":\[/"config_lines":["",/
s/^"config_lines":\[/"config_lines":[],"config_lines":[/
s/^"causes":\[/"causes":[],"causes":[/
s/^"-- A.*/7,/
s/^"-- A.*/""],"causes":[""],"more":["",/
s/^"-- A.*/"\n",/
s/^"-- A.*/"" ,/
s/^"-- A.*/"",,/
1s/^{/{"causes":[],/
$s/}$/,"causes":[]}/
$s/$/ /
END
copy() {
	rm -rf bad
	cp -r build/h bad
}
silent=
while read -r change; do
	copy
	sed -i "$change" bad/audit.json
	cmp -s build/h/audit.json bad/audit.json && silent="$silent: same $change"
	for command in "verify bad" "audit bad" "why bad strlen" \
		"affected bad strlen" "diff bad build/h" "diff build/h bad"; do
		# The words of a command are meant.
		# shellcheck disable=SC2086
		"$unicc" $command >.said 2>&1
		[ $? -eq 4 ] && grep -q "^bad/audit.json: error E0[69]0[27]: it" \
			.said || silent="$silent: $command: $change"
	done
done <changes
echo "$silent" >.said
[ -z "$silent" ]
report "whatever else is changed is noticed, and no question answered"

copy
truncate -s 0 bad/audit.json
says "an empty one" 4 "bad/audit.json: error E0902" "$unicc" why bad strlen
rm bad/audit.json
mkfifo bad/audit.json
says "a pipe" 4 "bad/audit.json: error E0902: it is no regular file" \
	"$unicc" affected bad strlen
copy
truncate -s 1G bad/audit.json
says "a huge one of nothing" 4 "bad/audit.json: error E0607" "$unicc" verify bad
copy
rm bad/h.manifest.json
for command in why affected; do
	says "no manifest to vouch for it: $command" 4 \
		"bad/h.manifest.json: error E0902: No such file" \
		"$unicc" $command bad strlen
done
sed 's/"x"/"y"/' h.lua >y.lua
"$unicc" y.lua -o y >.said 2>&1
copy
cp y/h.elf bad/
for command in why affected; do
	says "the image of another build: $command" 4 \
		"bad/h.manifest.json: error E0902: it is not of these bytes" \
		"$unicc" $command bad strlen
done
copy
cp y/audit.json bad/
says "the account of another build" 4 "bad/audit.json: error E0902" \
	"$unicc" affected bad strlen

# What a forger makes anew, root and all, is another root.
copy
sed -i 's/"name":"greeting"/"name":"forged"/' bad/audit.json
perl -I"$root/tests/lib" -MForge -e 'Forge::folder("bad")'
says "a forged one is as good as its root" 0 "intact, origin unproven" \
	"$unicc" verify bad
[ "$("$unicc" id --root bad)" != "$("$unicc" id --root build/h)" ]
report "which is another one"
finish
