#!/bin/sh
# SPDX-License-Identifier: ISC
# Each fuzz target: its corpus, then ten seconds. make fuzz is the long form.
exec "$(dirname "$0")/fuzz/run" --seconds "${FUZZ_SECONDS:-10}"
