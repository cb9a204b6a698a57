# SPDX-License-Identifier: ISC
# A function that is in the image, and one that nobody has heard of.
. tests/reject/verify.subr
"$UNICC" affected $out kernel_exit
"$UNICC" affected $out nonsense
