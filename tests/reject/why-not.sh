# SPDX-License-Identifier: ISC
# why-not asks for what is in the image, and for what is nowhere.
for thing in strlen no_such_name; do
	"$UNICC" why-not configs/hello.lua $thing
done
