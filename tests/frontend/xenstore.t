#!/bin/sh
# SPDX-License-Identifier: ISC
exec "$(dirname "$0")/run" store 'X(0, user)'
