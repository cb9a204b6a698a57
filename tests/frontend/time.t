#!/bin/sh
# SPDX-License-Identifier: ISC
exec "$(dirname "$0")/run" time "" -Ikernel/x86_64 -Ikernel/xen -Ikernel/include
