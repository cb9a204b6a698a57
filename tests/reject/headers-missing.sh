# SPDX-License-Identifier: ISC
# A machine without Xen's headers: the package is named, not a file of ours.
folder=build/reject/headers
rm -rf "$folder"
mkdir -p "$folder"
cp -R "$UNICC" kernel drivers stdlib "$folder"
sed 's:/usr/include/xen:/nonexistent/xen:' build.lua >"$folder/build.lua"
"$folder/unicc" configs/hello-xen.lua -o "$folder/out"
