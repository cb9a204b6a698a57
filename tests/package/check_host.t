#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Every field of every host file that is generated can be changed, dropped,
# doubled or added to, and check-host names that field; what says the same in
# other words is accepted.
use strict;
use warnings;
use File::Basename;
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

use lib dirname(__FILE__) . '/../lib';
use Files 'write_file';
use Guest;

my $folder = tempdir(CLEANUP => 1);
make_path("$folder/site");
system('cp', '-R', "$Guest::root/tests/xen/modules/diskcheck", $folder) == 0
    or die "no diskcheck";

# The findings of check-host on this text in place of the image's file.
sub findings {
	my ($image, $text) = @_;
	write_file($image->{file}, $text);
	my ($status, $said) = Guest::unicc('check-host', $image->{file},
		'--json');
	my $answer = eval { decode_json($said) } // { findings => [] };
	my @fields = map { $_->{field} } @{ $answer->{findings} };
	return ($status, @fields ? @fields : $said =~ /error (E\d+)/);
}

sub refused {
	my ($image, $what, $field, $text) = @_;
	my ($status, @fields) = findings($image, $text);
	is("$status @fields", "4 $field", "$image->{name}: $what");
}

# ---- Changes to a line NAME = VALUE -------------------------------------------

sub change_fields {
	my ($image) = @_;
	my $text = $image->{text};
	for my $name ($text =~ /^(\w+) = ["\d]/mg) {
		refused($image, "no $name", $name,
			$text =~ s/^$name = .*\n//mr);
		refused($image, "$name twice", $name,
			$text =~ s/^($name = .*\n)/$1$1/mr);
		refused($image, "$name is a list", $name,
			$text =~ s/^$name = (.*)/$name = [ $1 ]/mr);
		refused($image, "$name is another text", $name,
			$text =~ s/^$name = .*/$name = "other"/mr);
		refused($image, "$name is another number", $name,
			$text =~ s/^$name = .*/$name = 77/mr);
		refused($image, "$name is empty", $name,
			$text =~ s/^$name = .*/$name = ""/mr);
		refused($image, "$name has no value", 'E0706',
			$text =~ s/^$name = .*/$name =/mr);
	}
	refused($image, 'a field too much', 'extra', $text . "extra = 1\n");
}

# ---- Changes to an element of a list ---------------------------------------------

sub change_elements {
	my ($image, $list, @elements) = @_;
	my $text = $image->{text};
	my $last = $#elements;
	refused($image, "no $list", join(' ', map { "$list\[$_]" } 0 .. $last),
		$text =~ s/^$list = \[.*?^\]\n//msr);
	refused($image, "one $list too much", "$list\[" . @elements . ']',
		$text =~ s/^($list = \[\n.*?)^\]/$1 "x",\n]/msr);
	refused($image, "one $list too few", "$list\[$last]",
		$text =~ s/^ *"\Q$elements[$last]\E".*\n//mr);
	for my $i (0 .. $last) {
		for my $word (split /,/, $elements[$i]) {
			my ($key, $value) = split /=/, $word, 2;
			my $field = "$list\[$i].$key";
			my %changes = (
				"another $key" => "$key=" . ($value =~ s/.\z/~/r),
				"no value of $key" => "$key=",
			);
			for my $what (sort keys %changes) {
				my $other = $elements[$i] =~
				    s/\Q$word\E/$changes{$what}/r;
				refused($image, "$list\[$i]: $what", $field,
					$text =~ s/\Q$elements[$i]\E/$other/r);
			}
			my $other = join ',', grep { $_ ne $word }
			    split /,/, $elements[$i];
			refused($image, "$list\[$i]: no $key", $field,
				$text =~ s/\Q$elements[$i]\E/$other/r);
			refused($image, "$list\[$i]: $key twice", $field,
				$text =~ s/\Q$elements[$i]\E/$word,$elements[$i]/r)
			    if $key ne 'target';
		}
		refused($image, "$list\[$i]: a word too much",
			"$list\[$i].script",
			$text =~ s/\Q$elements[$i]\E/script=x,$elements[$i]/r);
	}
}

sub change_lists {
	my ($image) = @_;
	while ($image->{text} =~ /^(\w+) = \[\n(.*?)^\]/msg) {
		my ($list, $body) = ($1, $2);
		change_elements($image, $list, $body =~ /"([^"]*)"/g);
	}
}

# ---- The same in other words ---------------------------------------------------

sub accepted {
	my ($image, $what, $text) = @_;
	my ($status, @fields) = findings($image, $text);
	is("$status @fields", '0 ', "$image->{name}: $what");
}

sub say_otherwise {
	my ($image) = @_;
	my $text = $image->{text};
	accepted($image, 'as it was written', $text);
	accepted($image, 'without comments', $text =~ s/#.*//gr);
	accepted($image, 'with other blanks',
		$text =~ s/ = /=/gr =~ s/\n/ \r\n\n/gr);
	accepted($image, 'with other quotes', $text =~ s/"/'/gr);
	accepted($image, 'numbers in quotes',
		$text =~ s/^(\w+) = (\d+)$/$1 = "$2"/mgr);
	accepted($image, 'numbers in hex',
		$text =~ s/^(\w+) = (\d+)$/sprintf "$1 = 0x%x", $2/mgre);
	accepted($image, 'an address in capitals',
		$text =~ s/(mac=)([0-9a-f:]+)/$1\U$2/gr);
	accepted($image, 'in another order', join '', reverse
		$text =~ s/#.*//gr =~ s/(\[.*?\])/$1 =~ s{\n}{}gr/gser =~
		    /^.*\n/mg);
	accepted($image, 'a disk by place',
		$text =~ s/format=raw,vdev=(\w+),access=(\w)\w,target=([^"]+)/$3,raw,$1,$2/gr);
}

# ---- The images -------------------------------------------------------------------

write_file("$folder/site/index.html", "page\n");
write_file("$folder/$_.img", '') for 1, 2;
my $head = 'guest = option { choice = { "pv", "pvh" }, default = "pvh" }' . "\n" .
    'image { name = "t", platform = "xen." .. guest, memory = 8 * MiB }' . "\n";
my %configuration = (
	hello => 'app = hello {}',
	web => 'nic = netfront {}
		ip = tcpip { net = nic, address = "10.0.2.15/24" }
		www = httpd { stack = ip, content = "site" }',
	disks => "one = blkfront { target = \"$folder/1.img\" }
		two = blkfront { target = \"$folder/2.img\", access = \"ro\" }
		app = diskcheck { disk = one }
		b = diskcheck { disk = two }",
);
for my $name (sort keys %configuration) {
	write_file("$folder/$name.lua", $head . $configuration{$name} . "\n");
	for my $guest (qw(pv pvh)) {
		my $out = "$folder/$name-$guest";
		my ($status, $said) = Guest::unicc("$folder/$name.lua", '-o',
			$out, '--set', "guest=$guest");
		is($status, 0, "$name $guest is built") or diag($said);
		my $image = { name => "$name $guest", file => "$out/t.xl",
			text => Guest::slurp("$out/t.xl") };
		say_otherwise($image);
		change_fields($image);
		change_lists($image);
	}
}
done_testing();
