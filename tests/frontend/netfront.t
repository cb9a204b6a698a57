#!/bin/sh
# SPDX-License-Identifier: ISC
exec "$(dirname "$0")/run" net 'X(0, nic)' tests/frontend/nic.c tests/frontend/netback.c
