# SPDX-License-Identifier: ISC
# why asks for what is not in the image.
"$UNICC" configs/hello.lua -o build/reject/why 2>/dev/null
for thing in strlne nonsense 99999999 0x7fffffff; do
	"$UNICC" why build/reject/why $thing
done
