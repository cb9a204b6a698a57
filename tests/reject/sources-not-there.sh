# SPDX-License-Identifier: ISC
# The folder of the user does not hold the package.
set -- sources-not-there
. tests/reject/sources.subr
export UNICC_SOURCES="$folder/files"
build
