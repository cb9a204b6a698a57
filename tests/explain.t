#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Every error code has a page, every page a code; the wrong example of a page
# draws that error, what the page shows is what unicc says, and the mended
# example is accepted.
#
#     tests/explain.t [CODE...]     all, or these
#     tests/explain.t --write       fill in what unicc says: read it before
#                                   commit
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename;
use Test::More;

use lib dirname(abs_path($0)) . '/lib';
use Transcript;

chdir dirname(abs_path($0)) . '/..' or die "cannot enter the repository: $!";
my $unicc = abs_path('./unicc');
my $is_writing = @ARGV && $ARGV[0] eq '--write';
shift @ARGV if $is_writing;

my %title = Transcript::slurp('compiler/diag.def')
    =~ /^X\((E\d+), \w+, "(.*)"\)/mg;
my @pages = map { basename($_, '.md') } glob 'doc/errors/*.md';
is_deeply(\@pages, [sort keys %title], 'each code has a page, each page a code');

sub page_holds {
	my ($code) = @_;
	my $path = "doc/errors/$code.md";
	my $transcript = Transcript->new(unicc => $unicc,
		folder => "build/test-explain/$code");
	my ($wrong, $mended, $rest) =
	    split /^## Mend it$/m, Transcript::slurp($path);
	like($wrong, qr/\A\Q# $code: $title{$code}\E\n/, "$code: its title");
	ok(defined $mended && !defined $rest, "$code: how to mend it");

	my ($holds, $filled) = $transcript->holds($path, $is_writing);
	ok($holds, "$code: what unicc says") or diag($filled);
	my ($said) = $filled =~ /^```console\n(.*?)^```$/ms;
	if (!defined $said && $wrong =~ /^```lua config\.lua$/m) {
		# Only a build can tell, and it tells figures.
		$transcript->fill($wrong);
		($said) = $transcript->run('unicc config.lua');
	}
	like($said, qr/error $code:/, "$code: the example draws it")
	    if defined $said;
	return if ($mended // '') !~ /^```lua config\.lua$/m;
	$transcript->fill($mended);
	my ($text, $status) = $transcript->run('unicc check config.lua');
	is("$status $text", '0 ', "$code: the mended example is accepted");
}

page_holds($_) for @ARGV ? @ARGV : @pages;

sub explains {
	my ($word, $status, $pattern) = @_;
	my $said = `$unicc explain $word 2>&1`;
	is($? >> 8, $status, "explain $word: status $status");
	like($said, $pattern, "explain $word");
}

if (!@ARGV) {
	explains('', 0, qr/\AE0101  the file cannot be read\n/);
	my $list = `$unicc explain`;
	is_deeply({ $list =~ /^(E\d+)  (.*)$/mg }, \%title, 'every code is listed');
	is(scalar `$unicc explain E0201`, Transcript::slurp("doc/errors/E0201.md"),
	   "explain prints the page");
	explains('e201', 0, qr/\A# E0201:/);
	explains('E0299', 2, qr/no error E0299; the nearest is E0\d+, /);
	explains('adress', 2, qr/adress is no error code/);
}
done_testing();
