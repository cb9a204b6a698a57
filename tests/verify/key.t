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
"$unicc" h.lua >.said 2>&1
cp good build/h/h.sig
rm build/h/h.sig && mkfifo build/h/h.sig
signed "a pipe in place of the signature" 4 "h.sig: error E1003: it is no regular"
rm build/h/h.sig && truncate -s 1G build/h/h.sig
signed "a huge one" 4 "h.sig: error E1003: it is no signature"

# ---- Lists of signers --------------------------------------------------------

cp good build/h/h.sig
key=$(cut -d' ' -f1,2 alice.pub)
list() {
	printf '%s\n' "$@" >signers
}
list "bob namespaces=\"git\" $key" "alice $key"
signed "the key for another purpose, and then for this one" 0 "signed by alice"
list "bob namespaces=\"git\" $key"
signed "the key for another purpose only" 4 "E1003: bob"
list "bob namespaces=\"git,unicc\" $key"
signed "the key for several purposes" 0 "signed by bob"
list "bob valid-before=\"20200101\" $key"
signed "a key of the past" 4 "E1003"
list "bob valid-after=\"20200101\",valid-before=\"21000101\" $key"
signed "a key of today" 0 "signed by bob"
list "carol,alice@example.org $key"
signed "one of several names" 0 "signed by carol"
list "*@example.org $key"
signed "a pattern" 0 "signed by *@example.org"
list "# nobody" ""
signed "an empty list" 4 "no key in signers made it"
list "alice $key and more" "nonsense" "alice ssh-ed25519 AAAA"
signed "a list with rubbish" 0 "signed by alice"
list "$(printf 'b\033[2Job %s' "$key")"
signed "a name that moves the cursor" 0 'signed by b\x1b[2Job'
for type in ecdsa rsa; do
	ssh-keygen -q -t $type -N '' -C $type -f key-$type
	list "alice $key" "$type $(cat key-$type.pub)"
	sign key-$type 2>.said
	signed "a key of type $type" 0 "signed by $type"
done
rm build/h/h.manifest.json
signed "no manifest" 4 "there is no manifest whose root it could sign"
finish
