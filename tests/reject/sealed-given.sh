# SPDX-License-Identifier: ISC
# --set INSTANCE.SETTING of a build: unknown, frozen, a secret, out of range.
mkdir -p build/reject
cat >build/reject/sealed-given.lua <<'LUA'
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
a = vault { weight = sealed(3) }
b = vault { weight = 3 }
LUA
ln -sfn ../../tests/reject/vault build/reject/vault
"$UNICC" check build/reject/sealed-given.lua --set a.wieght=4 \
	--set c.weight=4 --set a.size=2 --set b.weight=4 --set a.key=hunter2 \
	--set a.kye=hunter3
"$UNICC" check build/reject/sealed-given.lua --set a.weight=10
