#!/bin/sh
# SPDX-License-Identifier: ISC
# A signature of the manifest's root proves who made an image; one of another
# image, by another key, for another purpose or altered proves nothing.
. "$(dirname "$0")/../cli/cli.subr"
hello h.lua
"$unicc" h.lua >.said 2>&1
report "a build"
for who in alice mallory; do
	ssh-keygen -q -t ed25519 -N '' -C $who -f $who
done
echo "alice@example.org $(cat alice.pub)" >signers
sign() {
	"$unicc" id --root build/h |
		ssh-keygen -q -Y sign -n "${2:-unicc}" -f "$1" >build/h/h.sig
}
signed() {
	says "$1" "$2" "$3" "$unicc" verify --key signers build/h
}
signed "no signature" 4 "build/h/h.sig: error E1003: No such file"
sign alice 2>.said
report "alice signs"
signed "her signature" 0 "intact, signed by alice@example.org"
says "as JSON" 0 '"signer":	"alice@example.org"' \
	"$unicc" verify --key signers --json build/h
says "nobody asks for it" 0 "intact, origin unproven" "$unicc" verify build/h
says "no list of signers" 4 "nothing: error E1003: No such file" \
	"$unicc" verify --key nothing build/h
cp build/h/h.sig good
sed 's/memory = 2/memory = 3/' h.lua >other.lua
"$unicc" other.lua -o build/h >.said 2>&1
report "another build in its place"
signed "her signature of another image" 4 \
	"alice@example.org: it is not one of this manifest's root"
"$unicc" h.lua >.said 2>&1
sign mallory 2>.said
signed "a stranger's signature" 4 "no key in signers made it"
sign alice file 2>.said
signed "her signature for another purpose" 4 "it is not one of"
sed 's/A/B/' good >build/h/h.sig
signed "an altered signature" 4 "E1003"
cp good build/h/h.sig
echo >>build/h/h.qemu
signed "a good signature, a changed file" 4 "h.qemu: error E0607"
grep -q '^intact' .said
[ $? -ne 0 ]
report "and nothing is called intact"
rm build/h/h.manifest.json
signed "no manifest" 4 "there is no manifest whose root it could sign"
finish
