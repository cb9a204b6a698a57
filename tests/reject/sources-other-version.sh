# SPDX-License-Identifier: ISC
# The mirrors have moved on to another version.
set -- sources-other-version
. tests/reject/sources.subr
command_says apt-get 'case "$*" in update*) exit 0;; esac
echo "E: Unable to find a source package for lwip" >&2; exit 100'
command_says apt-cache 'echo "Package: lwip"; echo "Version: 2.2.0-1"'
build
