# SPDX-License-Identifier: ISC
# Foreign and broken files are no images.
mkdir -p build/reject
printf '\177ELF' >build/reject/short.elf
for file in build/reject/short.elf /bin/sh tests/reject.t; do
	"$UNICC" id "$file"
done
