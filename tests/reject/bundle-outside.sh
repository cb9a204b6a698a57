# SPDX-License-Identifier: ISC
# A configuration that names a file by a path from the root.
folder=$(mktemp -d)
mkdir -p build/reject "$folder/site"
echo page >"$folder/site/index.html"
sed "s#\"site\"#\"$folder/site\"#" configs/web.lua >/var/tmp/outside.lua
"$UNICC" bundle /var/tmp/outside.lua --without-packages -o build/reject/b.tar
status=$?
rm -r "$folder" /var/tmp/outside.lua
exit $status
