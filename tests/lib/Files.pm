# SPDX-License-Identifier: ISC
# Files of a test, whole and byte for byte.
package Files;

use strict;
use warnings;
use Exporter 'import';
use File::Basename qw(dirname);
use File::Path qw(make_path);

our @EXPORT_OK = qw(read_file write_file);

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

1;
