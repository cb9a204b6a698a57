# SPDX-License-Identifier: ISC
# Documents that show what unicc says: Markdown whose examples are run.
#
#     ```lua config.lua        a block with a file's name is that file
#     ```console               each line "$ COMMAND" is run in that folder, and
#                              what it says stands below it
#
# Beside the files lies a folder site with an index.html.
package Transcript;

use strict;
use warnings;
use File::Path qw(make_path remove_tree);

# folder is emptied; unicc is the program's path, absolute.
sub new {
	my ($class, %how) = @_;
	my $self = bless { %how }, $class;
	remove_tree($how{folder});
	$self->write('site/index.html', "<p>Hello</p>\n");
	return $self;
}

sub write {
	my ($self, $name, $text) = @_;
	my $path = "$self->{folder}/$name";
	make_path($path =~ s{/[^/]*$}{}r);
	open my $file, '>:raw', $path or die "$path: $!";
	print $file $text;
	close $file or die "$path: $!";
}

# What a shell command says in the folder, both streams, and its status.
sub run {
	my ($self, $command) = @_;
	my $program = $self->{unicc} =~ s{/[^/]*$}{}r;
	local $ENV{PATH} = "$program:$ENV{PATH}";
	local $ENV{LC_ALL} = 'C';
	local $ENV{SAID} = $command;
	my $said = `cd $self->{folder} && timeout 60 sh -c "\$SAID" 2>&1`;
	return ($said, $? >> 8);
}

# The document as it should be; its files are left in the folder.
sub fill {
	my ($self, $text) = @_;
	$text =~ s{^```(\S+)(?: (\S+))?\n(.*?)^```$}{
		my ($kind, $name, $body) = ($1, $2, $3);
		$self->write($name, $body) if defined $name;
		$body = join '', map { "\$ $_\n" . ($self->run($_))[0] }
		    $body =~ /^\$ (.*)/mg if $kind eq 'console';
		"```$kind" . (defined $name ? " $name" : '') . "\n$body```";
	}gmse;
	return $text;
}

sub slurp {
	my ($path) = @_;
	open my $file, '<:raw', $path or die "$path: $!";
	local $/;
	return scalar <$file>;
}

# Fill path anew if is_writing; else whether it is as it should be, and what
# it should be.
sub holds {
	my ($self, $path, $is_writing) = @_;
	my $text = slurp($path);
	my $filled = $self->fill($text);
	if ($is_writing && $filled ne $text) {
		open my $file, '>:raw', $path or die "$path: $!";
		print $file $filled;
		close $file or die "$path: $!";
		$text = $filled;
	}
	return ($text eq $filled, $filled);
}

1;
