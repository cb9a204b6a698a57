# SPDX-License-Identifier: ISC
# A link inside the folder leads back to the folder; another leads nowhere.
set -- loop
. tests/reject/content.subr
echo page >"$folder/site/index.html"
mkdir "$folder/site/a"
ln -s .. "$folder/site/a/up"
ln -s itself "$folder/site/itself"
"$UNICC" check "$folder/t.lua"
