# SPDX-License-Identifier: ISC
# Builds unicc and runs its tests; images are unicc's own business.
#
#   make            build ./unicc            make check   the fast tests
#   make demo       build, boot, fetch       make test    every test
#   make bench      the figures              make fuzz    ten minutes a target
#   make lint       clang-tidy, cppcheck, both compilers' warnings
#   make install PREFIX=/usr/local
#
# Every target installs the Debian packages that it needs and misses.

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:

CC = clang-19
PREFIX = /usr/local
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes \
	-Wcast-qual -Wvla -Werror
CFLAGS = -O2 -g
CPPFLAGS = -D_GNU_SOURCE -Icompiler -Ikernel/include -I/usr/include/lua5.4
LDLIBS = -llua5.4 -lffi -lz -lnettle -lcjson -lelf -ldw -lcapstone

PACKAGES_BUILD = clang-19 lld-19 llvm-19 ninja-build liblua5.4-dev libffi-dev \
	zlib1g-dev nettle-dev libcjson-dev libelf-dev libdw-dev libcapstone-dev libxen-dev \
	xz-utils patch
PACKAGES_RUN = qemu-system-x86 curl openssh-client
PACKAGES_TEST = $(PACKAGES_RUN) chromium libcmocka-dev libclang-rt-19-dev perl wrk \
	cppcheck clang-tidy-19 gcc libc6-dev git mandoc strace \
	postgresql-doc-15 lua-check lua5.4 reprotest diffoscope-minimal \
	disorderfs faketime util-linux libvirt0 libxml2-utils licensecheck \
	python3-license-expression
PACKAGES_BENCH = $(PACKAGES_TEST)

SOURCES = $(wildcard compiler/*.c)
OBJECTS = $(SOURCES:%.c=build/%.o)
CHECKED = kernel \
	$(patsubst %/check.c,%,$(wildcard stdlib/*/check.c drivers/*/check.c))
CHECKS := $(foreach folder,$(CHECKED),build/check/$(notdir $(folder)).so)
CHILD = build/check/unicc-check

.PHONY: all
all: packages-build
	@$(MAKE) --no-print-directory -j$$(nproc) unicc $(CHECKS) $(CHILD)

unicc: $(OBJECTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(OBJECTS) $(LDLIBS)

build/%.o: %.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARNINGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(CHILD): compiler/child/unicc-check.c compiler/native_wire.h
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) $(LDFLAGS) -o $@ \
		$< -lffi

# Build-time C of the catalogue: no libc, no initialisers, no assembly; what
# module.lua declares goes before it (compiler/native_library.c).
define CHECK_RULE
build/check/$(notdir $(1)).so: $(wildcard $(1)/*.c $(1)/*.h) \
		$(1)/module.lua $(wildcard kernel/include/unicc/*.h) unicc
	@mkdir -p $$(@D)
	./unicc doc --header $(notdir $(1)) >build/check/$(notdir $(1)).h
	$$(CC) -shared -fPIC -nostdlib -ffreestanding -std=c11 -O1 \
		-fno-stack-protector -fno-gnu-inline-asm -fuse-ld=lld \
		-Wl,-z,norelro $$(WARNINGS) -Ikernel/include -I$(dir $(1)) \
		-include build/check/$(notdir $(1)).h -o $$@ $(1)/check.c
endef
$(foreach folder,$(CHECKED),$(eval $(call CHECK_RULE,$(folder))))

-include $(OBJECTS:.o=.d)

.PHONY: demo check test bench fuzz lint install clean
demo: all packages-run
	tests/demo

check: all packages-test
	prove --jobs 2 tests/reject.t tests/config.t tests/unit tests/freeze \
		tests/boot/modules

test: all packages-test
	HARNESS_RULESFILE=tests/rules.yml \
		prove --timer --jobs 2 --recurse --comments tests/

bench: all packages-bench
	tests/bench/run

fuzz: all packages-test
	tests/fuzz/run --seconds 600

lint: all packages-test
	tests/lint.t

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/unicc \
		$(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/man/man5 \
		$(DESTDIR)$(PREFIX)/share/man/man7
	install -m 755 unicc $(DESTDIR)$(PREFIX)/bin/unicc
	cp -R build.lua kernel drivers stdlib host $(DESTDIR)$(PREFIX)/share/unicc/
	install -d $(DESTDIR)$(PREFIX)/share/unicc/doc/errors
	install -m 644 doc/errors/*.md $(DESTDIR)$(PREFIX)/share/unicc/doc/errors/
	install -m 644 doc/words.lua doc/audit.html $(DESTDIR)$(PREFIX)/share/unicc/doc/
	install -d $(DESTDIR)$(PREFIX)/share/unicc/build/check
	install -m 644 $(CHECKS) $(DESTDIR)$(PREFIX)/share/unicc/build/check/
	install -m 755 $(CHILD) $(DESTDIR)$(PREFIX)/share/unicc/build/check/
	install -m 644 doc/*.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 doc/*.5 $(DESTDIR)$(PREFIX)/share/man/man5/
	./unicc doc --man \
		>$(DESTDIR)$(PREFIX)/share/man/man7/unicc-modules.7

clean:
	rm -rf build unicc configs/build

# packages-NAME: install what is missing of PACKAGES_NAME, saying so.
packages-%:
	@tests/packages $(PACKAGES_$(shell echo $* | tr a-z A-Z))
