# SPDX-License-Identifier: ISC
# Fleets of unique layouts: what a machine costs that is linked again, and what
# two of them have in common.
package Layout;
use strict;
use warnings;
use File::Path qw(remove_tree);
use Fleet;
use Image;
use JSON::PP;

use constant MACHINES => 40;

# A fleet of the web image, of seeds that were never linked; how long it took,
# and in seconds of CPU.
my ($folder, $seconds, $cpu);
sub machines {
	return $folder if $folder;
	my $config = Image::variant('web', 'layout',
		'image.layout' => '"unique"',
		'image.layout_seed' => "\"$$ @{[time]}\"",
		'tcpip.address' => 'sealed()');
	my $made = "$Image::work/layouts";
	Fleet::write_file("$made.csv", join '', "name,ip.address\n",
		map { "m$_,10.0.2." . ($_ + 10) . "/24\n" } 1 .. MACHINES);
	remove_tree($made);
	(my $is_made, $seconds, my $said, $cpu) =
	    Image::run_unicc("fleet $config $made.csv -o $made");
	die "unicc: $said\n" unless $is_made;
	return $folder = $made;
}

sub machine {
	machines();
	return { ours => $seconds / MACHINES, note => sprintf(
		'%.1f ms of CPU, the build before it divided among %d',
		1000 * $cpu / MACHINES, MACHINES) };
}

sub shared {
	my $said = `$Image::unicc diff '${\machines()}/m1' '$folder/m2' --json`;
	return decode_json($said)->{same_address};
}

# Of 1000, those at the same address in two machines.
sub thousandth {
	my ($kind) = @_;
	my ($same, $all) = @{ shared() }{$kind, "of_$kind"};
	return { ours => 1000 * $same / $all, note => "$same of $all" };
}

sub functions { return thousandth('functions') }
sub gadgets { return thousandth('gadgets') }

1;
