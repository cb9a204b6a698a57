# SPDX-License-Identifier: ISC
# A module's C would bring files of the user's into the image: by #include, by
# #embed and by .incbin.
set -- appreads
. tests/reject/app.subr
for line in '#include "/etc/passwd"' \
	'__asm__(".section .rodata\n.incbin \"/etc/passwd\"\n");' \
	'static const char name[] = {
#embed "/etc/passwd"
};'; do
	printf '%s\n' "$line" | cat - "$folder/app/app.c" >"$folder/app/both.c"
	sed 's/"app.c"/"both.c"/' "$folder/app/module.lua" >"$folder/module.lua"
	mv "$folder/module.lua" "$folder/app/module.lua"
	"$UNICC" "$folder/config.lua"
done
