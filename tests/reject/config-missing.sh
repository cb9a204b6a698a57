# SPDX-License-Identifier: ISC
# The configuration is not there.
"$UNICC" check tests/reject/no-such-file.lua
