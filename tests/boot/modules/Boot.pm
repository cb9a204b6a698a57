# SPDX-License-Identifier: ISC
# Boots a small machine made of the modules beside this file.
package Boot;

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use lib dirname(__FILE__) . '/../../lib';
use Guest;

my $modules = abs_path(dirname(__FILE__));

# A folder with machine.lua, whose instances are given, and the modules.
sub machine {
	my ($instances, %image) = @_;
	my $name = $image{name} // 'machine';
	my $platform = $image{platform} // 'qemu.microvm';
	my $memory_mib = $image{memory_mib} // 4;
	my $folder = tempdir(CLEANUP => 1);
	for my $module (glob "$modules/*/module.lua") {
		my ($name) = $module =~ m{([^/]+)/module\.lua$};
		symlink dirname($module), "$folder/$name" or die "symlink: $!";
	}
	open my $config, '>', "$folder/machine.lua" or die "machine.lua: $!";
	print $config "image { name = \"$name\", platform = \"$platform\", " .
		"memory = $memory_mib * MiB }\n$instances\n";
	close $config or die "machine.lua: $!";
	return "$folder/machine.lua";
}

# The status of unicc run and all that was said.
sub boot {
	my ($instances, @arguments) = @_;
	return Guest::unicc('run', machine($instances), @arguments);
}

1;
