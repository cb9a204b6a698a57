# SPDX-License-Identifier: ISC
# An image of another configuration: of its files only the host's is shown,
# which tells no offset.
. tests/reject/verify.subr
rm $out/hello.debug $out/hello.manifest.json
sed 's/1152/2048/' configs/hello.lua >build/reject/other.lua
"$UNICC" verify $out build/reject/other.lua 2>&1 |
	sed -n '/hello.qemu:/p' >&2
exit 4
