# SPDX-License-Identifier: ISC
# Random configurations from the catalogue: every value lies in the range that
# its setting declares, at a bound more often than not. One seed, one folder of
# files; the same seed gives the same bytes.
package Generate;

use strict;
use warnings;
use File::Path qw(make_path);

# catalogue: unicc modules --json, decoded; defaults: interface => module, the
# platform's own providers.
sub new {
	my ($class, %how) = @_;
	my $self = bless { %how }, $class;
	$self->{modules} = { map { $_->{name} => $_ } @{ $how{catalogue} } };
	srand $how{seed};
	return $self;
}

sub pick { return $_[int rand @_] }
sub chance { return rand() < $_[0] }

# ---- Values ----------------------------------------------------------------

sub number {
	my ($setting) = @_;
	my ($min, $max) = @$setting{qw(min max)};
	if ($setting->{power_of_two}) {
		my @powers = grep { $_ >= $min && $_ <= $max }
		    map { 1 << $_ } 0 .. 62;
		return pick(@powers[0, -1, rand @powers]);
	}
	my $span = $max - $min;
	my @near = ($min, $max, $min + ($span > 0), $max - ($span > 0));
	return pick(@near) if chance(0.5);
	# Spread over the orders of magnitude.
	return $min + int(exp(rand(log($span + 1))) - 1) if $span > 0;
	return $min;
}

# Bytes that meet in C, Lua, assembly and HTTP what each treats apart.
my @odd = ('"', '\\', "'", '%', '%s', '??/', '/*', '*/', "\n", "\r", "\t",
	"\x01", "\x7f", '$', '`', '#', '{', '}', '//', '..', "\xc3\xa9",
	"\xf0\x9f\x90\xa7", '<', '&', ' ', '\\u', '0', '@', ',', ';');

sub text {
	my ($bytes_max) = @_;
	my $size = pick(0, 1, $bytes_max, $bytes_max - 1, int rand 24,
		int rand $bytes_max + 1);
	$size = 0 if $size < 0;
	$size = $bytes_max if $size > $bytes_max;
	my $text = '';
	while (length $text < $size) {
		my $next = chance(0.3) ? pick(@odd)
		    : pick('a' .. 'z', 'A' .. 'Z', 0 .. 9, ' ', '-', '.', '/');
		$text .= length($text . $next) > $size ? 'x' : $next;
	}
	return $text;
}

# As Lua writes it: every byte but the harmless ones by its number.
sub quote {
	my ($text) = @_;
	$text =~ s/([^A-Za-z0-9 _.,:;\/+*=()<>-])/sprintf '\\%03d', ord $1/ge;
	return "\"$text\"";
}

sub address { return join '.', map { int rand 256 } 1 .. 4 }

sub host_with_prefix {
	my $bits = pick(0, 8, 16, 24, 30, 31, 32, int rand 33);
	return address() . "/$bits";
}

# Mostly that of an interface: a group's has an odd first byte.
sub mac {
	my @bytes = map { int rand 256 } 1 .. 6;
	$bytes[0] &= 0xfe if chance(0.9);
	return join ':', map { sprintf '%02x', $_ } @bytes;
}

sub items_count {
	my ($setting) = @_;
	my ($min, $max) = ($setting->{min} // 0, $setting->{max} // 10000);
	$max = 40 if $max > 40 && $min <= 40;
	return pick($min, $max, $min + int rand($max - $min + 1));
}

my %scalar = (
	flag => sub { pick('true', 'false') },
	int => \&number, size => \&number, duration => \&number,
	port => \&number,
	text => sub { quote(text($_[0]{max} // 1024)) },
	choice => sub { quote(pick(@{ $_[0]{choices} })) },
	ipv4 => sub { quote(address()) },
	cidr => sub { quote(host_with_prefix()) },
	mac => sub { quote(mac()) },
	secret => sub { 'sealed()' },
);

# What an element of a list or map may be: the bounds of its type alone.
my %element = (
	flag => {}, text => { max => 64 }, ipv4 => {}, cidr => {}, mac => {},
	int => { min => -2147483648, max => 2147483647 },
	size => { min => 0, max => 1 << 40 },
	duration => { min => 0, max => 1 << 40 },
	port => { min => 1, max => 65535 },
);

sub value {
	my ($self, $setting) = @_;
	my $type = $setting->{type};
	return $scalar{$type}->($setting) if $scalar{$type};
	return quote($self->file) if $type eq 'file';
	return quote($self->files) if $type eq 'files';
	my $of = $setting->{of} // 'text';
	my @items = map { $scalar{$of}->($element{$of}) }
	    1 .. items_count($setting);
	return '{ ' . join(', ', @items) . ' }' if $type eq 'list';
	if ($type eq 'map') {
		my %keys = map { text(16) => $_ } @items;
		return '{ ' . join(', ', map { '[' . quote($_) . "] = $keys{$_}" }
		    sort keys %keys) . ' }';
	}
	die "Generate.pm knows no values of type $type: teach it\n";
}

# ---- Files -----------------------------------------------------------------

sub write_file {
	my ($path, $bytes) = @_;
	make_path($path =~ s{/[^/]*$}{}r);
	open my $file, '>:raw', $path or die "$path: $!";
	print $file $bytes;
	close $file or die "$path: $!";
}

sub body {
	my $size = pick(0, 1, 127, 1460, 4095, 4096, 4097, int rand 20000);
	return 'a line of text that repeats itself; ' x ($size / 36)
	    if chance(0.5);
	return join '', map { chr int rand 256 } 1 .. $size;
}

sub file {
	my ($self) = @_;
	my $name = 'file' . ++$self->{files_count} . pick('', '.bin', '.html');
	write_file("$self->{folder}/$name", body());
	return $name;
}

my @file_names = ('index.html', 'a', 'A.HTML', 'style.css', 'two words.txt',
	"caf\xc3\xa9.html", 'a%20b', 'x.tar.gz', '.hidden', 'q?x=1', 'plus+sign',
	'"quoted".js', "it's.md", 'back\\slash', 'n.unknown', 'l' x 200);

sub files {
	my ($self) = @_;
	my $name = 'site' . ++$self->{files_count};
	my $shared = body();
	for (1 .. pick(1, 1, 2, 5, 30)) {
		my $path = join '/', (map { pick('d', 'e f', 'deep') }
		    1 .. pick(0, 0, 1, 3)), pick(@file_names);
		write_file("$self->{folder}/$name/$path",
			chance(0.2) ? $shared : body());
	}
	return $name;
}

# ---- Settings that only make sense together --------------------------------

# Mostly together, sometimes apart: a refusal is an answer too.
my %together = (
	tcpip => sub {
		my ($given) = @_;
		my $bits = pick(8, 24, 30, 16 + int rand 15);
		my $network = (10 << 24 | int rand 1 << 24) >> 32 - $bits
		    << 32 - $bits;
		my ($first, $second) = map { join '.', unpack 'C4', pack 'N',
		    $network + $_ } 1, 2;
		$given->{address} = quote("$first/$bits");
		delete $given->{gateway};
		$given->{gateway} = quote($second) if chance(0.7);
		my $mss = $given->{mss} // 1460;
		for my $room (qw(window send_buffer)) {
			$given->{$room} = 2 * $mss
			    if ($given->{$room} // 65535) < 2 * $mss;
		}
	},
	httpd => sub {
		my ($given) = @_;
		my $line = $given->{line_max} // 2048;
		$given->{header_max} = $line
		    if ($given->{header_max} // 8192) < $line;
		$given->{index} = '"index.html"'
		    if ($given->{index} // '') =~ m{/};
		for my $name (grep { $given->{$_} } qw(types headers)) {
			$given->{$name} = pick('{}', '{ ["*"] = "a/b" }',
				'{ Server = "x", ["Cache-Control"] = "no-store" }',
				'{ html = "text/html", x = "a/b;c=\\"d\\"" }');
		}
	},
);

# ---- Instances -------------------------------------------------------------

sub settings {
	my ($self, $module) = @_;
	my $density = pick(0, 0.2, 0.5, 1);
	my %given;
	for my $setting (@{ $module->{settings} }) {
		next if !$setting->{required} && !chance($density);
		$given{ $setting->{name} } = $self->value($setting);
	}
	$together{ $module->{name} }->(\%given)
	    if $together{ $module->{name} } && chance(0.9);
	for my $setting (grep { $_->{sealable} } @{ $module->{settings} }) {
		my $value = $given{ $setting->{name} };
		next if !defined $value || !chance(0.25);
		$given{ $setting->{name} } =
		    chance(0.8) ? "sealed($value)" : 'sealed()';
	}
	return \%given;
}

# One explicit provider an interface at most, so that no wire is ambiguous.
sub wires {
	my ($self, $module, $given) = @_;
	for my $requirement (@{ $module->{requires} }) {
		my ($slot, $interface) = @$requirement{qw(slot interface)};
		if ($requirement->{optional} && chance(0.3)) {
			$given->{$slot} = 'false';
			next;
		}
		next if !$self->{provider}{$interface} && chance(0.6) &&
		    $self->{defaults}{$interface};
		my $provider = $self->{provider}{$interface} //=
		    $self->add(pick($self->providers_of($interface)));
		$given->{$slot} = $provider if chance(0.7);
	}
}

sub providers_of {
	my ($self, $interface) = @_;
	my @found = grep { grep { $_ eq $interface }
	    @{ $self->{modules}{$_}{provides} } } sort keys %{ $self->{modules} };
	die "nothing provides $interface\n" if !@found;
	return @found;
}

# Returns the instance's name.
sub add {
	my ($self, $name) = @_;
	my $module = $self->{modules}{$name};
	my $given = $self->settings($module);
	$self->wires($module, $given);
	my $instance = 'i' . ++$self->{instances_count};
	push @{ $self->{lines} }, "$instance = $name { " .
	    join(', ', map { "$_ = $given->{$_}" } sort keys %$given) . ' }';
	return $instance;
}

# ---- A module of the user's, with settings of any type ----------------------

# C that reads every name that a setting is promised to have.
sub c_reads {
	my ($setting) = @_;
	my $type = $setting->{type};
	my $name = "sampler_$setting->{name}";
	$name .= '_bytes' if $type eq 'size';
	$name .= '_ns' if $type eq 'duration';
	my $read;
	$read = "(uint64_t)$name"
	    if $type =~ /^(flag|int|size|duration|port|choice|ipv4)$/;
	$read = "$name.address + $name.prefix_bits" if $type eq 'cidr';
	$read = "$name.bytes[5]" if $type eq 'mac';
	$read = "(uint8_t)$name\[${name}_length]" if $type =~ /^(text|secret)$/;
	$read = "(${name}_bytes ? $name\[0] : 0)" if $type eq 'file';
	$read = "$name.buckets_count" if $type eq 'files';
	$read = "${name}_count + sizeof $name\[0]" if $type =~ /^(list|map)$/;
	die "Generate.pm knows no C for settings of type $type: teach it\n"
	    if !defined $read;
	return "sink += $read;" if $setting->{required};
	return "sink += ${name}_is_set ? $read : 1;";
}

# Names that end as names of C made from others do.
my @names = qw(a b c d e f g int a_count a_is_set b_bytes b_ns c_x d_red
	d_entries bytes);

my @ranges = ([0, 1], [-5, 5], [0, 2147483647], [-2147483648, 2147483647],
	[0, 2147483648], [1, 4294967295], [7, 7], [0, 9007199254740992],
	[-9007199254740992, -1], [1, 1024]);

sub sampler_setting {
	my ($name) = @_;
	my $type = pick(qw(flag int size duration port text choice ipv4 cidr
		mac file files list map secret));
	my %setting = (name => $name, type => $type);
	my @declared = "doc = \"$name\"";
	if ($type =~ /^(int|size|duration)$/) {
		my @usable = grep { $type eq 'int' || $_->[0] >= 0 } @ranges;
		@setting{qw(min max)} = @{ pick(@usable) };
		push @declared, "range = { $setting{min}, $setting{max} }";
		if ($setting{max} >= 1 && chance(0.2) && $type ne 'duration') {
			$setting{power_of_two} = 1;
			@setting{qw(min max)} = (1, 1024);
			$declared[1] = 'range = { 1, 1024 }, power_of_two = true';
		}
	}
	@setting{qw(min max)} = (1, 65535) if $type eq 'port';
	if ($type eq 'text') {
		$setting{max} = pick(1, 16, 1024);
		push @declared, "max = $setting{max}";
	}
	if ($type eq 'choice') {
		$setting{choices} = [pick(['a'], [qw(red green blue)],
			[qw(if int while)], ['x_1', 'x'])];
		$setting{choices} = $setting{choices}[0];
		push @declared, 'choices = { ' .
		    join(', ', map { quote($_) } @{ $setting{choices} }) . ' }';
	}
	if ($type =~ /^(list|map)$/) {
		$setting{of} = $type eq 'map' ? 'text' : pick(sort keys %element);
		push @declared, "of = \"$setting{of}\"";
	}
	push @declared, 'max = 20' if $type eq 'secret';
	$setting{required} = chance(0.7);
	if ($type !~ /^(file|files|list|map|secret)$/ && chance(0.4)) {
		$setting{sealable} = 1;
		push @declared, 'sealable = true';
	}
	push @declared, 'optional = true' if !$setting{required};
	return (\%setting, "    $type \"$name\" { " . join(', ', @declared) .
	    ' },');
}

sub write_sampler {
	my ($self, $settings, @declared) = @_;
	write_file("$self->{folder}/sampler/module.lua", join "\n",
		'return module {',
		'  summary  = "Reads settings of every type",',
		'  requires = { console = "console" },',
		'  sources  = { "sampler.c" },', '  hooks    = { "start" },',
		'  settings = {', @declared, '  },', '}', '');
	write_file("$self->{folder}/sampler/sampler.c", join "\n",
		'#include <unicc/console.h>', '#include <unicc/kernel.h>', '',
		'static volatile uint64_t sink;', '', 'int',
		'sampler_start(void)', '{',
		(map { "\t" . c_reads($_) } @$settings),
		"\tconsole_write(\"done\\n\", 5);", "\treturn 0;", '}', '');
	$self->{modules}{sampler} = { name => 'sampler', settings => $settings,
		provides => [],
		requires => [{ slot => 'console', interface => 'console' }] };
}

sub add_sampler {
	my ($self) = @_;
	my (@settings, @declared);
	my @shuffled = sort { $a->[1] <=> $b->[1] } map { [$_, rand] } @names;
	for my $name (map { $_->[0] } @shuffled[0 .. pick(1, 4, 9) - 1]) {
		my ($setting, $line) = sampler_setting($name);
		push @settings, $setting;
		push @declared, $line;
	}
	$self->write_sampler(\@settings, @declared);
	$self->add('sampler') for 1 .. pick(1, 1, 2);
}

# A module with an optional setting of each type, and none of them given; the
# configuration's path.
sub nothing_given {
	my ($self, $folder) = @_;
	my %attributes = (int => 'range = { 0, 9 }, ',
		size => 'range = { 0, 9 }, ', duration => 'range = { 0, 9 }, ',
		choice => 'choices = { "red", "green" }, ',
		list => 'of = "cidr", ', map => 'of = "text", ');
	my @types = (sort(keys %scalar), qw(file files list map));
	my @settings = map { { name => "a_$_", type => $_ } } @types;
	$self->{folder} = $folder;
	$self->write_sampler(\@settings, map { "    $_ \"a_$_\" { " .
	    ($attributes{$_} // '') . "optional = true, doc = \"$_\" }," } @types);
	write_file("$folder/config.lua", 'image { name = "t", ' .
	    'platform = "qemu.microvm", memory = 4 * MiB }' . "\n" .
	    "app = sampler {}\n");
	return "$folder/config.lua";
}

# ---- The whole -------------------------------------------------------------

# Write a configuration and its files into folder; its path.
sub configuration {
	my ($self, $folder) = @_;
	$self->{folder} = $folder;
	my $memory = pick(1152, 4096, 65536, 1048576);
	my @lines = "image { name = \"t\", platform = \"qemu.microvm\", " .
	    "memory = $memory * KiB }";
	my $kind = pick(qw(hello web web web sampler sampler));
	$self->add('hello') for $kind eq 'hello' ? 1 .. pick(1, 3) : ();
	$self->add('httpd') for $kind eq 'web' ? 1 .. pick(1, 1, 2) : ();
	$self->add_sampler if $kind eq 'sampler' || chance(0.1);
	if (chance(0.3)) {
		my $given = $self->settings($self->{modules}{kernel});
		push @lines, 'kernel { ' .
		    join(', ', map { "$_ = $given->{$_}" } sort keys %$given) .
		    ' }';
	}
	push @lines, @{ $self->{lines} };
	write_file("$folder/config.lua", join "\n", @lines, '');
	return "$folder/config.lua";
}

1;
