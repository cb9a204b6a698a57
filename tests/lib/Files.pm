# SPDX-License-Identifier: ISC
# Files of a test, whole and byte for byte.
package Files;

use strict;
use warnings;
use Exporter 'import';
use File::Basename qw(dirname);
use File::Find;
use File::Path qw(make_path);
use Test::More;

our @EXPORT_OK = qw(read_file write_file tree same_tree);

sub read_file {
	my ($path) = @_;
	open my $file, '<:raw', $path or die "$path: $!\n";
	local $/;
	return scalar(<$file>) // '';
}

# Its folder is made; returns the path.
sub write_file {
	my ($path, $bytes) = @_;
	make_path(dirname($path));
	open my $file, '>:raw', $path or die "$path: $!\n";
	print $file $bytes;
	close $file or die "$path: $!\n";
	return $path;
}

# Every file below a folder, by its path from there, with its bytes; none of one
# that is not there.
sub tree {
	my ($top) = @_;
	return {} if !-e $top;
	my %files;
	find(sub { $files{ $File::Find::name =~ s/^\Q$top\E//r } =
	    read_file($_) if -f }, $top);
	return \%files;
}

sub same_tree {
	my ($first, $second, $name) = @_;
	my ($has, $wanted) = (tree($first), tree($second));
	is_deeply([sort keys %$has], [sort keys %$wanted], "$name: the files");
	is(join(' ', grep { $has->{$_} ne ($wanted->{$_} // '') }
	    sort keys %$has), '', "$name: their bytes");
}

1;
