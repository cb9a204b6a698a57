# SPDX-License-Identifier: ISC
# Small machines for a Xen host, made of the modules of the tests.
package Machine;

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);

my $tests = abs_path(dirname(__FILE__) . '/..');

# The path of NAME.lua with these instances, the modules beside it.
sub config {
	my ($name, $platform, $mib, $instances) = @_;
	my $folder = tempdir(CLEANUP => 1);
	for my $declaration (glob "$tests/{boot,xen}/modules/*/module.lua") {
		my $module = dirname($declaration);
		symlink $module, $folder . ($module =~ s{.*/}{/}r)
		    or die "symlink: $!";
	}
	open my $file, '>', "$folder/$name.lua" or die "$name.lua: $!";
	print $file "image { name = \"$name\", platform = \"$platform\", " .
	    "memory = $mib * MiB }\n$instances\n";
	close $file or die "$name.lua: $!";
	return "$folder/$name.lua";
}

# A pattern of lines that follow each other, others between them.
sub lines {
	my (@patterns) = @_;
	my $text = join '(?:.*\n)*?', map { "^$_\n" } @patterns;
	return qr/$text/m;
}

1;
