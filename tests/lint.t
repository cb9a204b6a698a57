#!/bin/sh
# SPDX-License-Identifier: ISC
# The project's C is clean for gcc, clang, clang-tidy and cppcheck. It runs beside
# the other tests, which go one after the other (tests/rules.yml), and gives way.
set -u
cd "$(dirname "$0")/.."
renice -n 19 -p $$ >/dev/null

warnings="-Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wcast-qual
	-Wvla -Werror"
# clang-19 has looked at the build itself; gcc is the second reader.
include="-std=c11 -D_GNU_SOURCE -Icompiler -Ikernel/include -Istdlib
	-I/usr/include/lua5.4"
sources=$(ls compiler/*.c compiler/child/*.c)
# Each is a matter of taste here, or wrong about this code:
#   memset and memcpy are used with known sizes (no Annex K in glibc);
#   memory of the arena is never freed, on purpose;
#   a pointer itself is copied into liblua's extra space.
tidy="-*,bugprone-*,clang-analyzer-*,misc-redundant-expression"
tidy="$tidy,-bugprone-easily-swappable-parameters"
tidy="$tidy,-bugprone-narrowing-conversions,-bugprone-macro-parentheses"
tidy="$tidy,-bugprone-assignment-in-if-condition"
tidy="$tidy,-bugprone-reserved-identifier,-bugprone-suspicious-include"
tidy="$tidy,-clang-analyzer-unix.Malloc,-bugprone-sizeof-expression"
tidy="$tidy,-bugprone-multi-level-implicit-pointer-conversion"
tidy="$tidy,-bugprone-implicit-widening-of-multiplication-result"
tidy="$tidy,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling"
folder=$(mktemp -d)
log=$folder/log
trap 'rm -rf "$folder"' EXIT
number=0

report() {
	status=$?
	number=$((number + 1))
	if [ $status -eq 0 ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		sed 's/^/# /' "$log" | head -n 60
	fi
}

# read_checks READER: each check.c, and the header that is compiled before it.
read_checks() {
	for check in kernel/check.c stdlib/*/check.c drivers/*/check.c; do
		"$1" "$check" \
			"build/check/$(basename "$(dirname "$check")").h" ||
			return
	done
}

# shellcheck disable=SC2086
gcc_check() {
	gcc $include $warnings -fsyntax-only -O1 -include "$2" "$1"
}

# shellcheck disable=SC2086
tidy_check() {
	tests/lib/tidy "$tidy" "$1" -- $include -include "$2"
}

echo 1..7
# The variables are lists of words: splitting them is meant.
# shellcheck disable=SC2086
{
	echo $sources | xargs -n 8 -P "$(nproc)" gcc $include $warnings \
		-fsyntax-only -O1 >"$log" 2>&1 &&
		read_checks gcc_check >>"$log" 2>&1
	report "gcc has no warning"

	tests/lib/tidy "$tidy" $sources -- $include >"$log" &&
		read_checks tidy_check >>"$log"
	report "clang-tidy has no finding"

	cppcheck --quiet --error-exitcode=1 --inline-suppr -j "$(nproc)" \
		--std=c11 --enable=warning,portability,performance \
		--suppress=missingIncludeSystem -Icompiler -Ikernel/include \
		--suppress=varFuncNullUB \
		--library=tests/lib/cppcheck.cfg \
		compiler >"$log" 2>&1
	report "cppcheck has no finding"
}

# The kernel and the drivers are read as an image compiles them: as units with
# an instance's settings before them, with the platform's and musl's headers.
# read_units FOLDERS UNIT...: FOLDERS are the platform's own.
read_units() {
	store=${XDG_CACHE_HOME:-$HOME/.cache}/unicc
	musl=$(basename "$(ls -dt "$store"/libc/musl_* | head -n 1)")
	folders=$1
	shift
	set -- "$@" -- -target x86_64-elf -std=c11 -ffreestanding -nostdinc
	for at in kernel/include $folders kernel/x86_64 kernel stdlib drivers .
	do
		set -- "$@" -I$at
	done
	for at in libc/$musl/include sources/$musl/arch/x86_64 \
		sources/$musl/arch/generic sources/$musl/include \
		headers/libxen-dev; do
		set -- "$@" -isystem "$store/$at"
	done
	tests/lib/tidy "$tidy --header-filter=(kernel|drivers)/" "$@" \
		-isystem "$(clang-19 -print-resource-dir)/include" \
		-Wall -Wextra -Wshadow -Wno-unused-const-variable
}

image_units() {
	# A place that is always the same, or nothing would be known again.
	units=build/lint/units
	rm -rf $units
	mkdir -p $units/site && echo page >$units/site/index.html &&
		ln -s "$PWD/tests/xen/modules/diskcheck" $units || return
	cat >$units/rng.lua <<-'END'
		image { name = "rng", platform = "qemu.microvm", memory = 4 * MiB }
		rng = virtio_rng {}
		nic = virtio_net {}
		ip = tcpip { net = nic, entropy = rng, address = "10.0.2.15/24" }
		www = httpd { stack = ip, content = "site" }
	END
	cat >$units/disk.lua <<-'END'
		image { name = "disk", platform = "xen.pvh", memory = 8 * MiB }
		disk = blkfront { target = "disk", transfer = 64 * KiB }
		check = diskcheck { disk = disk }
	END
	./unicc configs/web.lua -o $units/web &&
		./unicc $units/rng.lua -o $units/rng &&
		./unicc $units/disk.lua -o $units/disk &&
		./unicc configs/web-xen.lua -o $units/pvh &&
		./unicc configs/web-xen.lua --set guest=pv -o $units/pv ||
		return
	web=$units/web/generated pvh=$units/pvh/generated
	read_units kernel/qemu.microvm $web/kernel.c $web/machine.c \
		$web/uart.c $web/nic.c $web/rdrand.c \
		$web/lapic_timer.c $web/rtc.c \
		$units/rng/generated/rng.c &&
		read_units "kernel/xen.pvh kernel/xen" $pvh/kernel.c \
			$pvh/xenconsole.c $pvh/pvclock.c \
			$pvh/xenstore.c $pvh/nic.c \
			$units/disk/generated/disk.c &&
		read_units "kernel/xen.pv kernel/xen" \
			$units/pv/generated/kernel.c
}
image_units >"$log" 2>&1
report "clang-tidy has no finding in the kernel and the drivers"

# A function of more than 70 lines is a second subject (HACKING.md).
awk '/^\{/ { from = FNR } /^\}/ && from && FNR - from > 70 {
		print FILENAME ":" from ": " FNR - from " lines"; bad = 1 }
	/^\}/ { from = 0 } END { exit bad }' \
	$(git ls-files 'kernel/*.c' 'kernel/*.h' 'drivers/*.c' 'drivers/*.h') \
	>"$log"
report "no function of the kernel and the drivers is over 70 lines"

! git grep -nE '\b(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|gets)\(' \
	-- '*.c' '*.h' >"$log"
report "no banned function is called"

awk 'FNR == 1 && !/SPDX-License-Identifier: ISC/ { print FILENAME; bad = 1 }
	END { exit bad }' $(git ls-files '*.c' '*.h' '*.S' \
	':!tests/freeze' ':!tests/fuzz/corpus') >"$log"
report "each file names its licence first"
