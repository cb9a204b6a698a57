# SPDX-License-Identifier: ISC
# A signature by nobody who is known, and none.
. tests/reject/verify.subr
rm -f $out/hello.sig
: >$out/signers
"$UNICC" verify --key $out/signers $out
cp $out/hello.qemu $out/hello.sig
"$UNICC" verify --key $out/signers $out
