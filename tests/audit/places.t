#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What is no code is of the file and function that it is written in: data,
# constants, texts and tables name a source of the module or of the content they
# belong to, in which they are found; a generated one only if it is generated.
use strict;
use warnings;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

my $unicc = Audit::enter('audit-places');

# ---- Every row of the examples -----------------------------------------------------

# Where the sources with labels like this lie, for modules like this.
my @homes = (
	[ qr{^kernel/.*\.[chS]$}, qr/./, '../..' ],
	[ qr{^(?:drivers|stdlib)/.*\.[ch]$}, qr/./, '../..' ],
	[ qr{^lwip:src/.*\.[ch]$}, qr/^(?:tcpip|shared)$/, undef ],
	[ qr{^musl:src/.*\.[chs]$}, qr/^(?:libc|shared)$/, undef ],
	[ qr{^config/site/}, qr/^httpd$/, '../../configs' ],
	[ qr{^generated/.*\.[cs]$}, qr/./, 'GENERATED' ],
);

# What macros are made of, which may lie beside the file that uses them.
my $macros = join '', map { Audit::slurp($_) }
    glob '../../kernel/include/unicc/*.h ../../{drivers,stdlib}/*/*.[ch]';

# What is wrong with a source of a node, or ''.
sub wrong_source {
	my ($node, $source, $out) = @_;
	my ($file, $function) = @$source;
	my ($home) = grep { $file =~ $_->[0] } @homes;
	return "$file is no source" if !$home;
	return "$file is none of $node->{module}'s"
	    if $node->{module} !~ $home->[1];
	my $folder = $home->[2] // return '';
	my $path = $file =~ s{^config/}{}r;
	$path = "$folder/$path" =~ s{^GENERATED/generated}{$out/generated}r;
	return "there is no $path" if !-e $path;
	return '' if $file =~ m{^config/|\.s$} || $node->{kind} eq 'note';
	my $text = Audit::slurp($path);
	if (defined $function) {
		# Hooks and calls are named after the instance besides.
		my $rest = $function =~ s/^[^_]*_//r;
		return "no $function in $file"
		    if $text !~ /(?:\b|_)(?:\Q$function\E|\Q$rest\E)\b/;
	}
	# What only the compiler names is in no source.
	if ($node->{kind} eq 'string') {
		my ($word) = sort { length $b <=> length $a }
		    $node->{name} =~ /([A-Za-z0-9-]{3,})/g;
		return '' if !defined $word || @{ $node->{sources} } > 1;
		return "no \"$word\" in $file" if index($text, $word) < 0 &&
		    index($macros, $word) < 0;
	} elsif ($node->{kind} ne 'table' && $node->{name} !~ /^\./) {
		my $name = $node->{name} =~ s/\.\d+$//r =~ s/^.*\.//r;
		# Macros paste names together.
		return "no $name in $file"
		    if !grep { $text =~ /$_/ } $name =~ /([^_]{3,})/g;
	}
	return '';
}

for my $image ([ 'hello' ], [ 'web' ], [ 'hello-xen' ], [ 'web-xen' ],
    [ 'web-xen', '--set', 'guest=pv' ]) {
	my ($name, @options) = @$image;
	my $what = "@$image";
	is(Audit::build("../../configs/$name.lua", 'out', @options), '',
		"$what is built");
	my $audit = Audit::read_folder('out');
	my @nodes = Audit::table($audit, 'nodes');
	my (@wrong, $count);
	for my $node (grep { $_->{kind} ne 'code' } @nodes) {
		push @wrong, "$node->{name}: no source"
		    if !@{ $node->{sources} };
		for (@{ $node->{sources} }) {
			my $wrong = wrong_source($node, $_, 'out');
			push @wrong, "$node->{name}: $wrong" if $wrong ne '';
			$count++;
		}
	}
	is_deeply(\@wrong, [], "$what: each source is one");
	cmp_ok($count, '>', 20, "$what: there are sources");
	for my $row (grep { $_->{kind} =~ /data|constants|string|table/ }
	    Audit::table($audit, 'rows')) {
		my @sources = @{ $nodes[ $row->{node} ]{sources} };
		my %files = map { $_->[0] => 1 } @sources;
		my ($file) = keys %files == 1 ? keys %files : undef;
		push @wrong, "row $row->{offset}"
		    if ($row->{source} // '') ne ($file // '');
	}
	is_deeply([ grep { /^row/ } @wrong ], [], "$what: rows say what all sources agree on");
	# Nothing of a file that is compiled into a unit is the unit's.
	is_deeply([ map { $_->{name} } grep { $_->{kind} ne 'code' &&
			$_->{kind} ne 'note' &&
			grep { $_->[0] =~ m{^generated/} } @{ $_->{sources} } }
			grep { $_->{name} !~ m{^(?:machine_|httpd_content_|
				hello_message$|started_count$)}x &&
				$_->{kind} ne 'string' } @nodes ], [],
		"$what: generated is only what is");
	system 'rm', '-rf', 'out' if $what ne 'web';
	rename 'out', 'web' if $what eq 'web';
}

# ---- Some of the web server's, exactly ------------------------------------------------

sub sources_in {
	my ($audit, $name) = @_;
	return [ map { @{ $_->{sources} } } grep { $_->{name} eq $name }
		    Audit::table($audit, 'nodes') ];
}
my $web = Audit::read_folder('web');
for (
	[ 'tcp_backoff', 'lwip:src/core/tcp.c', undef ],
	[ 'ethbroadcast', 'lwip:src/netif/ethernet.c', undef ],
	[ 'kernel_stack_memory', 'kernel/kernel.c', undef ],
	[ 'interrupt_pending', 'kernel/x86_64/interrupt.c', undef ],
	[ 'pool_names', 'stdlib/tcpip/tcpip.c', undef ],
	[ 'kernel_fault.is_faulting', 'kernel/kernel.c', 'kernel_fault' ],
	# Of a function that is inlined everywhere.
	[ 'method_is_known.known', 'stdlib/httpd/request.c',
		'method_is_known' ],
	[ 'no source of entropy', 'kernel/kernel.c', 'kernel_started' ],
	# Of one of which nothing else is left.
	[ 'division error', 'kernel/x86_64/cpu.c', 'cpu_fault' ],
	[ '404 Not Found', 'stdlib/httpd/response.c', undef ],
	[ 'ranges', 'kernel/x86_64/start.S', undef ],
	[ '.rodata.tcp_close_shutdown', 'lwip:src/core/tcp.c',
		'tcp_close_shutdown' ],
	[ 'httpd_content_entries', 'generated/www.c', undef ],
	[ '/style.css', 'generated/www.c', undef ],
) {
	my ($name, @source) = @$_;
	is_deeply(sources_in($web, $name), [ \@source ],
		"$name is of $source[0]");
}
my %content = map { $_->{source} => $_->{kind} }
    grep { ($_->{source} // '') =~ /^config/ } Audit::table($web, 'rows');
is_deeply(\%content, { map { ("config/site/$_" => 'constants') }
	qw(index.html how/index.html logo.svg style.css) },
	'bodies are of the files they were');

# ---- Assembly --------------------------------------------------------------------------

# Each byte of code is of the function whose symbol is before it.
my (%functions, %texts);
for my $row (Audit::table($web, 'rows')) {
	$functions{ $row->{function} }{ $row->{source} } += $row->{size}
	    if $row->{kind} eq 'code';
}
is_deeply([ map { keys %{ $functions{$_} } } qw(start_32 gates refuse_memory
	draw_guard exception line_done) ], [ map { "kernel/$_.S" }
	qw(x86_64/start x86_64/start qemu.microvm/refuse x86_64/guard
	x86_64/exceptions x86_64/lines) ], 'functions of assembly');
my ($words) = grep { $_->{name} =~ /^kernel: the machine has less/ }
    Audit::table($web, 'nodes');
is($words->{kind}, 'string', 'a text that lies in code is one');
is_deeply($words->{sources}, [ [ 'kernel/qemu.microvm/refuse.S', undef ] ],
	'of its file');
like(qx{$unicc why web 'the machine has less'}, qr/66 bytes of string/,
	'and is found');

# ---- What several share ------------------------------------------------------------------

like(qx{$unicc audit web}, qr/^ +\d+ +\S+ %  shared: kernel, www$/m,
	'the sums say who shares a text');
like(qx{$unicc why web nic}, qr/^nic: instance/, 'an instance is not its name');
is_deeply([ map { my $node = $_; map {
	(Audit::table($web, 'units'))[$_]{label} } @{ $node->{shared_by} } }
	grep { $_->{name} eq 'rtc' } Audit::table($web, 'nodes') ],
	[ 'generated/rtc.c', 'generated/machine.c' ], 'by their units');

# ---- Each way to be known ----------------------------------------------------------------

mkdir 'app';
Audit::put('app/module.lua', <<'END');
return module {
  summary  = "One thing of each kind",
  requires = { console = "console" },
  sources  = { "app.c" },
  hooks    = { "start" },
  settings = {
    files "pages" { doc = "Two of the same bytes." },
  },
}
END
Audit::put('app/part.h', <<'END');
static __attribute__((noinline)) void
part_say(unsigned i)
{
	static const unsigned char widths[] = { 9, 7, 5, 3, 2, 1, 8, 6 };

	say("said in both", widths[i]);
	say("said in the header", widths[i + 1]);
}
END
Audit::put('app/app.c', <<'END');
#include <unicc/console.h>
#include <unicc/files.h>

static volatile unsigned app_seed = 1;
static const unsigned char in_code[]
	__attribute__((section(".text.in_code"))) = { 1, 2, 3, 4, 5, 6, 7, 8 };

static __attribute__((noinline)) void
say(const char *text, unsigned bytes)
{
	console_write(text, bytes + app_seed);
}

#include "part.h"

static const char *
fact(unsigned i)
{
	switch (i) {
	case 0: return "the first of four facts";
	case 1: return "the second of four facts";
	case 2: return "the third of four facts";
	case 3: return "the fourth of four facts";
	case 4: return "one more";
	default: return "no such fact";
	}
}

static const char *const names[] = { "an only name", "another name" };

static __attribute__((noinline)) void
tell(unsigned i)
{
	say("said in both", 1);
	say(fact(i), 1);
	say(names[i & 1], 1);
}

int
app_start(void)
{
	static unsigned calls;

	tell(app_seed + calls++ + in_code[app_seed & 7]);
	part_say(app_seed);
	say((const char *)app_pages.entries[app_seed & 1].plain.bytes, 2);
	return 0;
}
END
mkdir 'pages';
Audit::put('pages/a.txt', "the same bytes\n");
Audit::put('pages/b.txt', "the same bytes\n");
Audit::put('pages/c.txt', "other bytes\n");
Audit::put('c.lua', <<'END');
image { name = "c", platform = "qemu.microvm", memory = 4 * MiB }
main = app { pages = "pages" }
END
is(Audit::build('c.lua', 'c'), '', 'a module with one thing of each kind');
my $own = Audit::read_folder('c');
for (
	[ 'said in both', [ 'config/app/app.c', 'tell' ],
		[ 'config/app/part.h', 'part_say' ] ],
	[ 'said in the header', [ 'config/app/part.h', 'part_say' ] ],
	[ 'part_say.widths', [ 'config/app/part.h', 'part_say' ] ],
	[ 'the first of four facts', [ 'config/app/app.c', 'fact' ] ],
	[ 'an only name', [ 'config/app/app.c', undef ] ],
	[ 'names', [ 'config/app/app.c', undef ] ],
	[ 'in_code', [ 'config/app/app.c', undef ] ],
	[ 'app_seed', [ 'config/app/app.c', undef ] ],
	[ 'main_start.calls', [ 'config/app/app.c', 'main_start' ] ],
) {
	my ($name, @sources) = @$_;
	is_deeply(sources_in($own, $name), \@sources, "$name: its sources");
}
is_deeply([ map { $_->{kind} } grep { $_->{name} eq 'in_code' }
	Audit::table($own, 'nodes') ], [ 'constants' ],
	'an object is no code, wherever it lies');
my @bodies = sort map { join ' ', map { $_->[0] } @{ $_->{sources} } }
    grep { $_->{name} =~ /^main_pages_\w+$/ } Audit::table($own, 'nodes');
is_deeply(\@bodies, [ 'config/pages/a.txt config/pages/b.txt',
	'config/pages/c.txt' ], 'one body of two files is of both');
like(qx{$unicc why c 'said in both'}, qr{tell in config/app/app\.c and part_say in config/app/part\.h}, 'why names them');
like(qx{$unicc why c config/pages/b.txt},
	qr{15 bytes of constants in main\.pages, config/pages/a\.txt and config/pages/b\.txt$}m,
	'and finds what is shared by either');

# ---- Equal functions ---------------------------------------------------------------------

for my $name (qw(one two)) {
	mkdir $name;
	Audit::put("$name/module.lua", <<'END' =~ s/NAME/$name/gr);
return module {
  summary  = "A function that another module has, too",
  requires = { console = "console" },
  sources  = { "NAME.c" },
  hooks    = { "start" },
}
END
	Audit::put("$name/$name.c", <<'END' =~ s/NAME/$name/gr);
#include <unicc/console.h>

static volatile unsigned seed;

static __attribute__((noinline)) unsigned
NAME_same(unsigned n)
{
	unsigned sum = 7, i;

	for (i = 0; i < n; i++)
		sum ^= sum * 31 + i;
	return sum;
}

int
NAME_start(void)
{
	seed = NAME_same(seed);
	console_write("NAME", 3);
	return 0;
}
END
}
Audit::put('e.lua', <<'END');
image { name = "e", platform = "qemu.microvm", memory = 4 * MiB }
a = one {}
b = two {}
END
is(Audit::build('e.lua', 'e'), '', 'two equal functions');
my $equal = Audit::read_folder('e');
my @equal = grep { $_->{name} =~ /_same$/ } Audit::table($equal, 'nodes');
is(scalar @equal, 1, 'are in the image once');
my @rows = grep { ($_->{function} // '') =~ /_same$/ }
    Audit::table($equal, 'rows');
is_deeply([ map { "$_->{source} $_->{function}" } @rows ],
	[ "config/$equal[0]{module}/$equal[0]{module}.c $equal[0]{name}" ],
	'with file, function and module of the same one');
my ($other) = grep { $_ ne $equal[0]{name} } qw(one_same two_same);
like(qx{$unicc why e $other}, qr/^$other is the same as $equal[0]{name}: /,
	'and why of the other says which');

# Content from outside is named by its setting, wherever that is.
mkdir 'aside';
Audit::put('aside/d.lua', Audit::slurp('c.lua') =~ s{"pages"}{"../pages"}r);
mkdir 'aside/app';
Audit::put("aside/app/$_", Audit::slurp("app/$_"))
    for qw(module.lua part.h app.c);
is(Audit::build('aside/d.lua', 'd'), '', 'content from outside');
my %outside = map { $_->[0] => 1 }
    map { @{ $_->{sources} } } grep { $_->{name} =~ /^main_pages_\w+$/ }
    Audit::table(Audit::read_folder('d'), 'nodes');
is_deeply([ sort keys %outside ], [ map { "main.pages:/$_.txt" } qw(a b c) ],
	'is named by its setting');
done_testing();
