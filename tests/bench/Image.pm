# SPDX-License-Identifier: ISC
# Images of unicc: variants of the tested configurations, built where nothing
# else looks, and what is read from their files.
package Image;
use strict;
use warnings;
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);
use Time::HiRes qw(time);

our ($unicc, $root, $work);	# the program, the tree, a folder of our own

sub slurp {
	my ($path) = @_;
	open my $file, '<:raw', $path or die "$path: $!\n";
	local $/;
	return scalar <$file>;
}

# Write a variant of a configuration: name is "hello", "web" or "web-xen", key
# tells it from others, with replaces a setting's value or adds it to image { }.
sub variant {
	my ($name, $key, %with) = @_;
	my $text = slurp($name eq 'hello' ? "$root/configs/hello.lua" :
		"$root/tests/bench/$name.lua");
	for my $setting (sort keys %with) {
		my ($module, $word) = split /\./, $setting;
		next if $text =~
		    s/(\b$module\s*\{[^{}]*?\b$word\s*=\s*)[^,{}]+?(\s*[,}])/$1$with{$setting}$2/;
		$text =~ s/\b$module\s*\{/$module { $word = $with{$setting},/
		    or die "$name.lua has no $module\n";
	}
	my $folder = "$work/configs";
	make_path("$folder/site");
	copy("$root/tests/bench/site/index.html", "$folder/site/index.html")
		or die "site/index.html: $!\n" if $name ne 'hello';
	my $path = "$folder/$name-$key.lua";
	open my $file, '>', $path or die "$path: $!\n";
	print $file $text;
	close $file or die "$path: $!\n";
	return $path;
}

# Run unicc: whether its status is 0, the wall time in seconds, what it said, and
# the CPU time of it and its children. cache: another XDG_CACHE_HOME.
sub run_unicc {
	my ($arguments, $cache) = @_;
	my $before = $cache ? "XDG_CACHE_HOME='$cache' " : '';
	my $start = time;
	my $cpu_start = children_seconds();
	my $said = `${before}timeout 300 $unicc $arguments 2>&1`;
	my $seconds = time - $start;
	return ($? == 0, $seconds, $said, children_seconds() - $cpu_start);
}

sub children_seconds {
	my (undef, undef, $user, $system) = times;
	return $user + $system;
}

# Build a variant: its folder, or dies with what unicc said.
sub build {
	my ($name, $key, %with) = @_;
	my $path = variant($name, $key, %with);
	my $out = "$work/images/$name-$key";
	remove_tree($out);
	my ($is_built, undef, $said) = run_unicc("$path -o $out");
	$said =~ s/\s+\z//;
	die "unicc $name.lua: $said\n" unless $is_built;
	return $out;
}

# QEMU's command for an image, with the guest's port 80 at $port. It is one
# program's, to which words can be added, also if it wants to be in a folder.
sub command {
	my ($out, $port) = @_;
	my $forward = $port ? "--port $port:80 " : '';
	my ($is_known, undef, $said) = run_unicc("run $out $forward--print");
	$said =~ s/\s+\z//;
	die "unicc run --print: $said\n" unless $is_known;
	return $said =~ s/^cd (.*?) && (?=qemu)/env -C $1 /r;
}

# Where the code of an image lies: the first address and the one after the last.
sub code_range {
	my ($path) = @_;
	my $elf = slurp($path);
	my $headers_at = unpack 'x32 Q<', $elf;
	my (undef, undef, undef, $address, undef, undef, $size_bytes) =
		unpack 'L< L< Q< Q< Q< Q< Q<', substr $elf, $headers_at, 56;
	return ($address, $address + $size_bytes);
}

# Where a PVH loader enters: Xen's note 18, else the ELF's own entry.
sub entry {
	my ($path) = @_;
	my $elf = slurp($path);
	my ($entry, $headers_at) = unpack 'x24 Q< Q<', $elf;
	my ($header_bytes, $headers_count) = unpack 'x54 S< S<', $elf;
	for my $i (0 .. $headers_count - 1) {
		my ($type, undef, $at, undef, undef, $size_bytes) =
			unpack 'L< L< Q< Q< Q< Q<',
			substr $elf, $headers_at + $i * $header_bytes, 56;
		next unless $type == 4;
		my $notes = substr $elf, $at, $size_bytes;
		while (length $notes >= 12) {
			my ($name_bytes, $bytes, $kind) = unpack 'L<3', $notes;
			my $body_at = 12 + ($name_bytes + 3 & ~3);
			return unpack $bytes == 8 ? 'Q<' : 'L<',
				substr $notes, $body_at, $bytes
				if $kind == 18 &&
				   substr($notes, 12, 4) eq "Xen\0";
			$notes = substr $notes, $body_at + ($bytes + 3 & ~3);
		}
	}
	return $entry;
}

# The bytes of an image that are its content: bodies, compressed forms,
# response heads and route tables, with the texts that only those point to.
sub content_bytes {
	my ($out) = @_;
	my $bytes = 0;
	for my $line (`llvm-nm-19 --print-size $out/web.debug`) {
		my (undef, $size, undef, $symbol) = split ' ', $line;
		$bytes += hex $size
			if defined $symbol && $symbol =~ /_content(_|\b)/;
	}
	return $bytes + texts_bytes("$out/generated/www.c");
}

sub texts_bytes {
	my ($path) = @_;
	my ($entries) = slurp($path) =~
		/_content_entries\[\]\s*=\s*\{(.*?)\n\};/s or return 0;
	$entries =~ s{/\*.*?\*/}{}gs;
	my %texts;
	$texts{$1} = 1 while $entries =~ /((?:"(?:[^"\\]|\\.)*"\s*)+)/g;
	my $bytes = 0;
	for my $text (keys %texts) {
		$text =~ s/"\s*"//g;
		$text =~ s/\\([0-7]{1,3}|x[0-9a-fA-F]+|.)/./gs;
		$text =~ s/\s+\z//;
		$bytes += length($text) - 2 + 1;	# quotes off, NUL on
	}
	return $bytes;
}

1;
