# SPDX-License-Identifier: ISC
# Nothing in the cache, and apt reaches no mirror.
set -- sources-no-network
. tests/reject/sources.subr
command_says apt-get 'echo "E: Failed to fetch: no route to host" >&2; exit 100'
command_says apt-cache 'exit 100'
build
