# SPDX-License-Identifier: ISC
# Configurations of any size: many files to serve, or many instances; and how the
# time from evaluate to freeze grows with them.
package Scale;
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use Image;

use constant { RUNS => 5, FILE_BYTES => 1024 };

sub write_file {
	my ($path, $text) = @_;
	open my $file, '>:raw', $path or die "$path: $!\n";
	print $file $text;
	close $file or die "$path: $!\n";
}

my $image = 'image { name = "scale", platform = "qemu.microvm", memory = 256 * MiB }';

# A folder of count files of a KiB, 100 in each of its folders.
sub files {
	my ($count) = @_;
	my $folder = "$Image::work/scale/files-$count";
	remove_tree($folder);
	for my $i (1 .. $count) {
		my $below = "$folder/site/" . int(($i - 1) / 100);
		make_path($below) if $i % 100 == 1;
		write_file("$below/$i.txt", substr "file $i of $count\n" x 99,
			0, FILE_BYTES);
	}
	write_file("$folder/config.lua", "$image\nnic = virtio_net {}\n" .
		"ip = tcpip { net = nic, address = \"10.0.2.15/24\" }\n" .
		"www = httpd { stack = ip, content = \"site\" }\n");
	return "$folder/config.lua";
}

sub instances {
	my ($count) = @_;
	my $folder = "$Image::work/scale/instances-$count";
	remove_tree($folder);
	make_path($folder);
	write_file("$folder/config.lua", join "\n", $image, map {
		"say$_ = hello { message = \"instance $_ of $count\" }"
	} 1 .. $count);
	return "$folder/config.lua";
}

# Seconds of wall time and of CPU, medians. The first run, which fills the store,
# is not counted.
sub measure {
	my ($path) = @_;
	my (@wall, @cpu);
	for (0 .. RUNS) {
		my ($is_right, $seconds, $said, $cpu) =
		    Image::run_unicc("$path --until freeze");
		die "unicc: $said\n" unless $is_right;
		push @wall, $seconds if $_;
		push @cpu, $cpu if $_;
	}
	return map { (sort { $a <=> $b } @$_)[RUNS / 2] } \@wall, \@cpu;
}

# A row for the bench: make is one of the two above, count what its figure is of.
# Growth is told by CPU time, which other work on the machine changes least.
sub row {
	my ($make, $count) = @_;
	my ($seconds) = measure($make->($count));
	my @cpu = map { (measure($make->($_)))[1] } 100, 1000, 10000;
	return { ours => $seconds, note => sprintf(
		'100, 1,000, 10,000: %.3f, %.3f, %.3f s of CPU', @cpu) };
}

1;
