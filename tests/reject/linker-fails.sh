# SPDX-License-Identifier: ISC
# A linker that ends without a word of its own.
set -- linker
. tests/reject/app.subr
mkdir "$folder/bin"
cat >"$folder/bin/ld.lld-19" <<'END'
#!/bin/sh
[ "$1" = --version ] && echo "a linker" && exit 0
exit 7
END
chmod +x "$folder/bin/ld.lld-19"
PATH="$folder/bin:$PATH" "$UNICC" "$folder/config.lua"
