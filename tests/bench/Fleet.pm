# SPDX-License-Identifier: ISC
# Fleets of a small web server, of any size: the time for all of it, and the
# most memory that any process took.
package Fleet;
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use Image;

my ($small, $large) = (100, 10000);

sub write_file {
	my ($path, $text) = @_;
	open my $file, '>:raw', $path or die "$path: $!\n";
	print $file $text;
	close $file or die "$path: $!\n";
}

# The image, made once.
my $folder;
sub image {
	return $folder if defined $folder;
	my $made = "$Image::work/fleet";
	remove_tree($made);
	make_path("$made/site");
	write_file("$made/site/index.html", "a page\n" x 100);
	write_file("$made/web.lua", <<'LUA');
image { name = "web", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net { mac = sealed() }
ip  = tcpip { net = nic, address = sealed(), gateway = sealed("10.0.0.1") }
www = httpd { stack = ip, content = "site" }
LUA
	my ($is_built, undef, $said) =
	    Image::run_unicc("$made/web.lua -o $made/web");
	die "unicc: $said\n" unless $is_built;
	return $folder = $made;
}

sub table {
	my ($count) = @_;
	my $path = image() . "/$count.csv";
	write_file($path, join '', "name,ip.address,nic.mac\n", map {
		sprintf "web%d,10.%d.%d.%d/8,52:54:00:%02x:%02x:%02x\n", $_,
		    map { $_ >> 16, $_ >> 8 & 255, $_ & 255 } $_ + 1, $_
	} 1 .. $count);
	return $path;
}

# Seconds, seconds of CPU, and the most KiB of any of its processes.
my %known;
sub measure {
	my ($count) = @_;
	return $known{$count} if defined $known{$count};
	my ($table, $out) = (table($count), image() . "/out-$count");
	remove_tree($out);
	my ($is_made, $seconds, $said, $cpu) =
	    Image::run_unicc("fleet $folder/web $table -o $out");
	die "unicc: $said\n" unless $is_made;
	# All is there now: the same again, for its memory alone.
	my $kib = `command time -f '%M' $Image::unicc fleet $folder/web $table -o $out 2>&1 >/dev/null | tail -n 1`;
	remove_tree($out);
	return $known{$count} = { seconds => $seconds, cpu => $cpu,
		kib => $kib + 0 };
}

sub whole {
	my ($few, $many) = map { measure($_) } $small, $large;
	return { ours => $many->{seconds}, note => sprintf(
		'%.1f s of CPU; 100 times the machines: %.0f times the CPU',
		$many->{cpu}, $many->{cpu} / $few->{cpu}) };
}

sub machine {
	my $many = measure($large);
	return { ours => $many->{seconds} / $large,
		note => sprintf('%.2f ms of CPU', 1000 * $many->{cpu} / $large) };
}

# What grows with the table, and not what a batch takes.
sub memory {
	my ($few, $many) = map { measure($_)->{kib} } 1000, $large;
	my $bytes = ($many - $few) * 1024 / ($large - 1000);
	return { ours => $bytes < 0 ? 0 : $bytes,
		note => sprintf('%d KiB in all', $many) };
}

1;
