# SPDX-License-Identifier: ISC
# Images built for a test of the audit, and their audit.json as data.
package Audit;

use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename;
use File::Path qw(make_path remove_tree);
use JSON::PP;

my $top = abs_path(dirname(abs_path(__FILE__)) . '/../..');

# An empty folder build/test-NAME, which is entered; returns the program.
sub enter {
	my ($name) = @_;
	my $folder = "$top/build/test-$name";
	remove_tree($folder);
	make_path("$folder/site");
	chdir $folder or die "$folder: $!";
	put('site/index.html', "<p>Hello</p>\n");
	return "$top/unicc";
}

sub put {
	my ($name, $text) = @_;
	open my $file, '>:raw', $name or die "$name: $!";
	print $file $text;
	close $file or die "$name: $!";
}

sub slurp {
	my ($name) = @_;
	open my $file, '<:raw', $name or die "$name: $!";
	local $/;
	return scalar <$file>;
}

# Build a configuration into a folder: its errors, '' if there were none.
sub build {
	my ($config, $out, @words) = @_;
	my $said = qx{$top/unicc @{[quoted($config, '-o', $out, @words)]} 2>&1};
	return $? == 0 ? '' : $said;
}

sub quoted {
	return join ' ', map { "'" . s/'/'\\''/gr . "'" } @_;
}

# The rows of one of audit.json's tables as hashes.
sub table {
	my ($audit, $name) = @_;
	my @columns = @{ $audit->{"${name}_columns"} };
	return map {
		my %row;
		@row{@columns} = @$_;
		\%row;
	} @{ $audit->{$name} };
}

sub read_folder {
	my ($folder) = @_;
	return decode_json(slurp("$folder/audit.json"));
}

# Functions of an image: "UNIT NAME" to its row, with its causes by name.
sub functions {
	my ($audit) = @_;
	my @units = table($audit, 'units');
	my %functions;
	for my $node (table($audit, 'nodes')) {
		next if $node->{kind} ne 'code' || !defined $node->{unit};
		$node->{because_of} =
		    [map { $audit->{causes}[$_]{name} } @{ $node->{causes} }];
		$functions{"$units[$node->{unit}]{label} $node->{name}"} =
		    $node;
	}
	return \%functions;
}

1;
