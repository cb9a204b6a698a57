#!/bin/sh
# SPDX-License-Identifier: ISC
# Where sources come from: the machine's lists of both forms turned to deb-src,
# a folder of the user without any network, and one folder for many runs.
set -u
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
unset UNICC_SOURCES APT_CONFIG

is() {
	number=$((number + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $number - $3"
	else
		echo "not ok $number - $3"
		printf '%s\n' "expected: $1" "found: $2" | sed 's/^/# /'
	fi
}

build() {
	XDG_CACHE_HOME=$work/$1 ./unicc configs/web.lua -o "$work/out-$1" \
		--until freeze 2>&1
}

echo 1..7

# A machine whose apt has one list of each form, and no mirror.
mkdir -p "$work/etc/sources.list.d" "$work/bin"
cat >"$work/etc/sources.list" <<'LIST'
# deb http://mirror.invalid/old stable main
deb [arch=amd64 signed-by=/key.gpg] http://mirror.invalid/debian stable main
LIST
cat >"$work/etc/sources.list.d/more.sources" <<'LIST'
Types: deb
URIs: http://mirror.invalid/more
Suites: stable
Components: main
Signed-By: /key.gpg
LIST
cat >"$work/apt.conf" <<CONF
Dir::Etc::sourcelist "$work/etc/sources.list";
Dir::Etc::sourceparts "$work/etc/sources.list.d";
Acquire::http::Proxy "http://proxy.invalid:1/";
APT::Update::Post-Invoke { "touch $work/hook"; };
CONF
printf '#!/bin/sh\nexit 100\n' >"$work/bin/apt-get"
chmod +x "$work/bin/apt-get"
(
	PATH=$work/bin:$PATH APT_CONFIG=$work/apt.conf
	export PATH APT_CONFIG
	build fake >/dev/null
)
apt=$work/fake/unicc/apt
is 'deb-src [arch=amd64 signed-by=/key.gpg] http://mirror.invalid/debian stable main' \
	"$(grep -v '^#' "$apt/sources.list.d/machine.list")" \
	"the one-line form asks for sources and keeps its options"
is 'Types: deb-src Signed-By: /key.gpg' \
	"$(grep -E '^(Types|Signed-By)' \
		"$apt/sources.list.d/machine-more.sources" | xargs)" \
	"the deb822 form asks for sources and keeps its key"
is 1 "$(grep -c 'proxy.invalid' "$apt/apt.conf")" "the proxy is kept"
is 0 "$(grep -c 'Post-Invoke' "$apt/apt.conf")" "the machine's hooks are not"

# The user's own cache has the tarballs: a test before this one fetched them.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/unicc/downloads
export UNICC_SOURCES="$cache"
PATH=$work/bin:$PATH build one >"$work/said-one" &
first=$!
PATH=$work/bin:$PATH build one >"$work/said-two"
wait "$first"
is "" "$(grep error "$work/said-one" "$work/said-two")" \
	"two runs at once are served by a folder, without a network"
is 2 "$(find "$work/one/unicc/sources" -mindepth 1 -maxdepth 1 -type d | wc -l)" \
	"there is one folder for each package"
patched=$(echo "$work"/one/unicc/sources/lwip_*/src/core/tcp_out.c)
is 1 "$(find "$patched" -size +1k | wc -l)" "it holds the package's files"
