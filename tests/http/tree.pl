#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Every file of a folder, fetched by curl as it is and compressed, has the
# same SHA-256 as on the disk.
#
#     tree.pl HOST PORT FOLDER
use strict;
use warnings;
use Digest::SHA;
use File::Find;
use File::Temp;
use FindBin;
use lib $FindBin::Bin;
use Client;
use Test::More;

my ($host, $port) = Client::arguments(3);
my $folder = $ARGV[2];
alarm 600;

sub sha256 {
	my ($path) = @_;
	return eval { Digest::SHA->new(256)->addfile($path, 'b')->hexdigest } // 'unreadable';
}

# Path on the server => file.
my %files;
find({ no_chdir => 1, follow => 1, wanted => sub {
	return unless -f $_;
	my $path = substr $_, length $folder;
	$path =~ s{^/*}{/};
	$files{$path} = $_;
	$files{$1} = $_ if $path =~ m{^(.*/)index\.html$};
} }, $folder);
my @paths = sort keys %files;
ok(@paths > 0, scalar(@paths) . ' paths to fetch');

# Fetch all with these curl options; how many files were compressed.
sub fetch {
	my ($name, @options) = @_;
	my $place = File::Temp->newdir;
	my ($gzipped, @wrong) = (0);
	for (my $first = 0; $first < @paths; $first += 200) {
		my $last = $first + 199 < $#paths ? $first + 199 : $#paths;
		open my $config, '>', "$place/config" or die "config: $!";
		for my $i ($first .. $last) {
			my $url = $paths[$i];
			$url =~ s{([^A-Za-z0-9/._~-])}{sprintf '%%%02X', ord $1}ge;
			print $config qq(url = "http://$host:$port$url"\noutput = "$place/$i"\n);
		}
		close $config;
		open my $curl, '-|', 'curl', '--noproxy', '*', '-sS', '--max-time', '60', '--path-as-is', @options,
			'-w', '%{http_code} %header{content-encoding}\n', '-K', "$place/config" or die "curl: $!";
		for my $i ($first .. $last) {
			my $line = <$curl> // '';
			my $is_same = sha256("$place/$i") eq sha256($files{$paths[$i]});
			push @wrong, "$paths[$i] $line" unless $is_same && $line =~ /^200 /;
			$gzipped++ if $line =~ /gzip/;
			unlink "$place/$i";
		}
		close $curl;
	}
	is(scalar @wrong, 0, "every path, $name, has the bytes of its file") or
		diag(map { "  $_" } @wrong[0 .. ($#wrong < 9 ? $#wrong : 9)]);
	return $gzipped;
}

is(fetch('as it is'), 0, 'nothing is compressed that was not asked for');
my $gzipped = fetch('compressed', '--compressed');
note("$gzipped of " . @paths . ' were sent compressed');
done_testing();
