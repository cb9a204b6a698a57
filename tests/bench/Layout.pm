# SPDX-License-Identifier: ISC
# Layouts by a seed: what another machine's costs, and what two have in common.
package Layout;
use strict;
use warnings;
use Image;

use constant MACHINES => 5;

# The web image by several seeds, and how long each took but the first, with
# which sources and units were made.
my ($folder, @seconds);
sub machines {
	return $folder if $folder;
	for my $index (0 .. MACHINES) {
		my $config = Image::variant('web', 'layout',
			'image.layout' => '"unique"',
			'image.layout_seed' => "\"machine $index\"");
		my $out = "$Image::work/layout-$index";
		my ($is_built, $seconds, $said) =
		    Image::run_unicc("$config -o $out");
		die "unicc: $said\n" unless $is_built;
		push @seconds, $seconds if $index;
	}
	return $folder = "$Image::work/layout";
}

sub machine {
	machines();
	my @sorted = sort { $a <=> $b } @seconds;
	return { ours => $sorted[@sorted / 2] };
}

sub addresses {
	my ($debug) = @_;
	my %address;
	for (`llvm-nm-19 --defined-only '$debug'`) {
		$address{$2} = $1 if /^([0-9a-f]+) [tT] (\w+)$/;
	}
	return %address;
}

# Of 1000, those at the same address in two images.
sub functions {
	my ($one, $two) = map { machines() . "-$_/web.debug" } 1, 2;
	my %one = addresses($one);
	my %two = addresses($two);
	my $same = grep { $one{$_} eq ($two{$_} // '') } keys %one;
	return { ours => 1000 * $same / keys %one,
		note => "$same of " . keys %one };
}

sub gadgets {
	my ($one, $two) = map { machines() . "-$_/web.elf" } 1, 2;
	my $counter = "$Image::work/gadgets";
	system("clang-19 -O2 -D_GNU_SOURCE -I$Image::root/compiler " .
		"-o $counter $Image::root/tests/verify/gadgets.c " .
		join(' ', map { "$Image::root/compiler/$_.c" }
			qw(elf base)) .
		' -lcapstone -lelf -lnettle') == 0 or die "gadgets.c\n";
	my ($all, $same) = split ' ', `$counter $one $two`;
	return { ours => 1000 * $same / $all, note => "$same of $all" };
}

1;
