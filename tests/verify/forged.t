#!/bin/sh
# SPDX-License-Identifier: ISC
# A signature of a manifest's root is one of all its fields: a manifest that
# keeps the root and lacks what is compared is none, and a note whose roots do
# not belong together is none either.
. "$(dirname "$0")/../cli/cli.subr"
hello h.lua
"$unicc" h.lua >.said 2>&1
report "a build"
ssh-keygen -q -t ed25519 -N '' -C alice -f alice
echo "alice@example.org $(cat alice.pub)" >signers
"$unicc" id --root build/h |
	ssh-keygen -q -Y sign -n unicc -f alice >build/h/h.sig 2>.said
says "signed" 0 "intact, signed by alice@example.org" \
	"$unicc" verify --key signers build/h

# The lines of all fields but the first and the last become part of the name of
# the last one.
cat >swallow <<'END'
use strict;
use warnings;
use JSON::PP;
local $/;
my $text = <STDIN>;
my $root = decode_json($text)->{root};
my @fields = @{$root->{fields}};
my $first = shift @fields;
my $last = pop @fields;
my ($format) = $text =~ /"$first->{name}":\t("[^"]*")/;
my $name = join '', map { "$_->{name} $_->{sha256}\\n" } @fields;
$name .= $last->{name};
my ($value) = $text =~ /\n\t"$last->{name}":\t(.*),\n\t"root":/s;
print qq({\n\t"$first->{name}":\t$format,\n),
      qq(\t"$name":\t$value,\n\t"root":\t{\n),
      qq(\t\t"sha256":\t"$root->{sha256}",\n),
      qq(\t\t"fields":\t[{\n\t\t\t\t"name":\t"$first->{name}",\n),
      qq(\t\t\t\t"sha256":\t"$first->{sha256}"\n\t\t\t}, {\n),
      qq(\t\t\t\t"name":\t"$name",\n),
      qq(\t\t\t\t"sha256":\t"$last->{sha256}"\n\t\t\t}]\n\t}\n}\n);
END
cp -r build/h forged
perl swallow <build/h/h.manifest.json >forged/h.manifest.json
echo evil >>forged/h.qemu
for option in "--key signers" ""; do
	# shellcheck disable=SC2086
	says "one name that swallows all others${option:+, signed}" 4 \
		"no field is called like this" "$unicc" verify $option forged
	grep -q "parts: it is missing" .said
	report "nobody says what to compare${option:+, signed}"
done
! grep -q '^intact' .said
report "nothing is called intact"
says "its root is not told" 4 "E0608" "$unicc" id --root forged

# Alone, without a manifest that would tell.
mkdir alone
cat >alter <<'END'
use strict;
use warnings;
my ($root) = @ARGV;
local $/;
my $image = <STDIN>;
my $at = index $image, pack 'H*', $root;
die if $at < 0;
substr($image, $at, 1) ^= "\1";
print $image;
END
for root in code instance; do
	perl alter "$("$unicc" id build/h | sed -n "s/^$root  *//p")" \
		<build/h/h.elf >alone/h.elf
	says "a bit of the $root root, verified" 4 "E0607: identity note" \
		"$unicc" verify alone
	says "a bit of the $root root, identified" 4 "h.elf, " \
		"$unicc" id alone
	grep -q ": changed$" .said
	report "and it is called changed"
done
finish
