#!/bin/sh
# SPDX-License-Identifier: ISC
exec "$(dirname "$0")/run" notice
