# SPDX-License-Identifier: ISC
# The console of another machine, and one that tells nothing.
. tests/reject/verify.subr
zeros=00000000000000000000000000000000
echo "web code $zeros$zeros instance $zeros$zeros" >$out/console
"$UNICC" verify --live $out/console $out 2>&1 |
	sed -n 's/the file is .*/the file is another/; /error/p' >&2
"$UNICC" verify --live $out/hello.qemu $out
"$UNICC" verify --live $out/nothing $out
exit 4
