#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Statements of a configuration in another order, and other spacing, change no
# byte of the image and no fingerprint; in the generated C they change comments
# alone.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename;
use File::Temp 'tempdir';
use List::Util 'shuffle';
use Test::More;

use lib dirname(abs_path($0)) . '/../lib';
use Files qw(read_file write_file);

chdir dirname(abs_path($0)) . '/../..' or die "cannot enter the repository: $!";
my $unicc = abs_path('./unicc');
my $folder = tempdir(CLEANUP => 1);
my $rounds = $ENV{UNICC_SHUFFLE_ROUNDS} // 3;
srand($ENV{UNICC_SHUFFLE_SEED} // 1);

# A statement begins at a line's start; what is indented or closes it belongs to
# it.
sub statements {
	my ($text) = @_;
	$text =~ s/^\s*--.*\n//mg;
	return grep { /\S/ } split /^(?=[a-z])/m, $text;
}

# What a reader of the generated C sees without its comments.
sub frozen {
	my ($out) = @_;
	my %text = map { basename($_) => read_file($_) =~ s{/\*.*?\*/}{}gsr }
	    glob "$out/generated/*.[cs]";
	return \%text;
}

sub build {
	my ($config, $name) = @_;
	my $said = `$unicc $config -o $folder/$name 2>&1`;
	is($?, 0, "$name: it builds") or diag($said);
	my ($elf) = grep { !/debug/ } glob "$folder/$name/*.elf";
	return (read_file($elf), scalar(`$unicc id --json $elf`) =~
	    s/"(?:file|path)":\s*"[^"]*"//gr, frozen("$folder/$name"));
}

for my $example (glob 'configs/*.lua') {
	my $name = basename($example, '.lua');
	my @statements = statements(read_file($example));
	# Options are declared above their first use; all else has no order.
	my @options = grep { /=\s*option\b/ } @statements;
	my @others = grep { !/=\s*option\b/ } @statements;
	system 'cp', '-R', 'configs/site', "$folder/site" if !-e "$folder/site";
	my ($elf, $id, $frozen) = build($example, $name);
	for my $round (1 .. $rounds) {
		my $text = join "\n\n-- Round $round.\n", @options,
		    shuffle(@others);
		my ($again, $again_id, $again_frozen) = build(
			write_file("$folder/$name-$round.lua", $text),
			"$name-$round");
		ok($again eq $elf, "$name, round $round: the same image");
		is($again_id, $id, "$name, round $round: the same fingerprint");
		is_deeply($again_frozen, $frozen,
			  "$name, round $round: the same C but for comments");
	}
}
done_testing();
