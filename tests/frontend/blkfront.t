#!/bin/sh
# SPDX-License-Identifier: ISC
exec "$(dirname "$0")/run" disk 'X(0, disk)' tests/frontend/disk.c tests/frontend/blkback.c
