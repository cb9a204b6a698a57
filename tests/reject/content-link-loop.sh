# SPDX-License-Identifier: ISC
# A link inside the folder leads back to the folder; another leads nowhere, and
# so does one whose name would clear the screen.
set -- loop
. tests/reject/content.subr
echo page >"$folder/site/index.html"
mkdir "$folder/site/a"
ln -s .. "$folder/site/a/up"
ln -s itself "$folder/site/itself"
ln -s nowhere "$folder/site/$(printf 'clear\033[2J')"
"$UNICC" check "$folder/t.lua"
