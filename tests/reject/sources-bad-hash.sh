# SPDX-License-Identifier: ISC
# A file of the package has other bytes than build.lua records.
set -- sources-bad-hash
. tests/reject/sources.subr
echo changed >"$folder/files/lwip_2.1.3+dfsg1.orig.tar.xz"
export UNICC_SOURCES="$folder/files"
build
