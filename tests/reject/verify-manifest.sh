# SPDX-License-Identifier: ISC
# A manifest with a changed value, another spelling, and one that is none.
. tests/reject/verify.subr
manifest=$out/hello.manifest.json
cp $manifest $out/whole
sed 's/"platform":	"qemu/"platform":	"kemu/' $out/whole >$manifest
"$UNICC" verify $out
sed 's/"unicc":	/"unicc": /' $out/whole >$manifest
"$UNICC" verify $out
head -n 3 $out/whole >$manifest
"$UNICC" verify $out
echo '{ "format": "unicc manifest 2", "root": [] }' >$manifest
"$UNICC" verify $out
echo '[]' >$manifest
"$UNICC" verify $out
