# SPDX-License-Identifier: ISC
# Images that cannot be sealed: changed, without a manifest, of another unicc,
# of another module, and with nothing sealed.
set -- seal-image
. tests/reject/seal.subr
"$UNICC" seal "$folder/image" --set front.word=oh -o "$folder/out"
mv "$folder/image/door.manifest.json" "$folder/manifest"
seal --set front.word=oh
cp "$folder/manifest" "$folder/image/door.manifest.json"
sed -i 's/max = 8, default/max = 6, default/' "$folder/door/module.lua"
seal --set front.word=oh
sed -i 's/max = 6, default/max = 8, default/' "$folder/door/module.lua"
printf x | dd of="$folder/image/door.elf" bs=1 seek=1200 conv=notrunc \
	2>"$folder/log"
seal --set front.word=oh
"$UNICC" configs/hello.lua -o "$folder/hello" 2>"$folder/log"
"$UNICC" seal "$folder/hello" --set app.message=x -o "$folder/out"
status=$?
ls "$folder/out" >&2 2>/dev/null || exit $status
