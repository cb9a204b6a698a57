#!/bin/sh
# SPDX-License-Identifier: ISC
# tcpip with lwIP, on this machine, against a peer in memory.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
LIBRARIES=-lcmocka tests/tcpip/build "$folder" tests/tcpip/tcpip_test.c \
	"$folder/test"
timeout 120 "$folder/test"
