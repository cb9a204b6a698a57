# SPDX-License-Identifier: ISC
# Bundles that are none: no tar, one cut short, one with a changed file.
mkdir -p build/reject
tar=build/reject/whole.tar bad=build/reject/bad.tar
"$UNICC" bundle configs/hello.lua --without-packages -o $tar >/dev/null
cp configs/hello.lua $bad
"$UNICC" rebuild $bad
head -c 50000 $tar >$bad
"$UNICC" rebuild $bad
LC_ALL=C sed 's/Hello, world/Hello, WORLD/' $tar >$bad
"$UNICC" rebuild $bad
"$UNICC" rebuild build/reject/none.tar
