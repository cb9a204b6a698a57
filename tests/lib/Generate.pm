# SPDX-License-Identifier: ISC
# Random configurations from the catalogue: every value lies in the range that
# its setting declares, at a bound more often than not. One seed, one folder of
# files; the same seed gives the same bytes.
package Generate;

use strict;
use warnings;
use Files 'write_file';

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

sub ipv6 {
	my $zeros = int rand 9;
	return join ':', map { sprintf '%x', $_ < $zeros ? 0 : int rand 65536 }
	    1 .. 8;
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
	$max = 3 if ($setting->{item} // {})->{item} ||
	    ($setting->{item} // {})->{fields};
	return pick($min, $max, $min + int rand($max - $min + 1));
}

my %scalar = (
	flag => sub { pick('true', 'false') },
	int => \&number, size => \&number, duration => \&number,
	port => \&number,
	text => sub { quote(text($_[0]{max} // 1024)) },
	choice => sub { quote(pick(@{ $_[0]{choices} })) },
	ipv4 => sub { quote(address()) },
	ipv6 => sub { quote(ipv6()) },
	cidr => sub { quote(host_with_prefix()) },
	mac => sub { quote(mac()) },
	secret => sub { 'sealed()' },
);

sub record {
	my ($self, $setting) = @_;
	return '{ ' . join(', ', map { "$_->{name} = " . $self->value($_) }
	    grep { $_->{required} || chance(0.6) } @{ $setting->{fields} }) .
	    ' }';
}

sub value {
	my ($self, $setting) = @_;
	my $type = $setting->{type};
	return $scalar{$type}->($setting) if $scalar{$type};
	return quote($self->file) if $type eq 'file';
	return quote($self->files) if $type eq 'files';
	return $self->record($setting) if $type eq 'record';
	my @items = map { $self->value($setting->{item}) }
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
	my @found = grep {
		my $module = $self->{modules}{$_};
		my %on = map { $_ => 1 } @{ $module->{platforms} // [] };
		(!%on || $on{'qemu.microvm'}) &&
		    grep { $_ eq $interface } @{ $module->{provides} };
	} sort keys %{ $self->{modules} };
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

# C that reads a value inside of another, and all that it points to.
my $loops = 0;
sub c_reads_part {
	my ($part, $value) = @_;
	my $type = $part->{type};
	return "sink += (uint64_t)$value;"
	    if $type =~ /^(flag|int|size|duration|port|choice|ipv4)$/;
	return "sink += $value.address + $value.prefix_bits;" if $type eq 'cidr';
	return "sink += $value.bytes[5];" if $type =~ /^(mac|ipv6)$/;
	return "sink += (uint8_t)$value\[0];" if $type eq 'text';
	return "if ($value.size_bytes != 0) sink += $value.bytes[0];"
	    if $type eq 'file';
	return "sink += $value.buckets_count;" if $type eq 'files';
	return c_reads_fields($part, $value) if $type eq 'record';
	return c_reads_items($part, "$value.items", "$value.count")
	    if $type =~ /^(list|map)$/;
	die "Generate.pm knows no C for settings of type $type: teach it\n";
}

sub c_reads_fields {
	my ($part, $value) = @_;
	my @reads;
	for my $field (@{ $part->{fields} }) {
		my $member = "$value.$field->{name}" . suffix($field);
		push @reads, "sink += ${member}_is_set;" if !$field->{required};
		push @reads, c_reads_part($field, $member);
	}
	return "@reads";
}

sub c_reads_items {
	my ($part, $items, $count) = @_;
	my $i = 'i' . ++$loops;
	my $item = "$items\[$i]";
	my $read = $part->{type} eq 'list' ? c_reads_part($part->{item}, $item)
	    : "sink += (uint8_t)$item.key[0]; " .
	    c_reads_part($part->{item}, "$item.value");
	return "for (size_t $i = 0; $i < $count; $i++) { $read }";
}

sub suffix {
	return { size => '_bytes', duration => '_ns' }->{ $_[0]{type} } // '';
}

# C that reads every name that a setting is promised to have.
sub c_reads {
	my ($setting) = @_;
	my $type = $setting->{type};
	my $name = "sampler_$setting->{name}" . suffix($setting);
	my $read = $type =~ /^(text|secret)$/
	    ? "sink += (uint8_t)$name\[${name}_length];"
	    : $type eq 'file' ? "sink += ${name}_bytes ? $name\[0] : 0;"
	    : $type =~ /^(list|map)$/
	    ? c_reads_items($setting, $name, "${name}_count")
	    : c_reads_part($setting, $name);
	return $read if $setting->{required};
	return "if (${name}_is_set) { $read } else sink++;";
}

# Names that end as names of C made from others do.
my @names = qw(a b c d e f g num a_count a_is_set b_bytes b_ns c_x d_red
	d_entries bytes a_item a_item_list c_entry);

my @ranges = ([0, 1], [-5, 5], [0, 2147483647], [-2147483648, 2147483647],
	[0, 2147483648], [1, 4294967295], [7, 7], [0, 9007199254740992],
	[-9007199254740992, -1], [1, 1024]);

my @simple = qw(flag int size duration port text choice ipv4 ipv6 cidr mac file
	files secret);

sub choices {
	return [@{ pick(['a'], [qw(red green blue)], [qw(if int while)],
		[qw(x_1 x)]) }];
}

# A type: what its values are, and its attributes as module.lua has them.
sub sampler_type {
	my ($depth) = @_;
	my $type = pick($depth == 0 ? @simple : @simple[0 .. $#simple - 1],
	    $depth < 3 ? qw(list list map map record record)
	    : ());
	my %part = (type => $type);
	my @declared;
	if ($type =~ /^(int|size|duration)$/) {
		my @usable = grep { $type eq 'int' || $_->[0] >= 0 } @ranges;
		@part{qw(min max)} = @{ pick(@usable) };
		if ($part{max} >= 1 && chance(0.2) && $type ne 'duration') {
			$part{power_of_two} = 1;
			@part{qw(min max)} = (1, 1024);
			push @declared, 'power_of_two = true';
		}
		push @declared, "range = { $part{min}, $part{max} }";
	}
	@part{qw(min max)} = (1, 65535) if $type eq 'port';
	if ($type eq 'text') {
		$part{max} = pick(1, 16, 1024);
		push @declared, "max = $part{max}";
	}
	push @declared, 'max = 20' if $type eq 'secret';
	if ($type eq 'choice') {
		$part{choices} = choices();
		push @declared, 'choices = { ' .
		    join(', ', map { quote($_) } @{ $part{choices} }) . ' }';
	}
	if ($type =~ /^(list|map)$/) {
		($part{item}, my $of) = sampler_type($depth + 1);
		push @declared, "of = $of";
	}
	if ($type eq 'record') {
		my @lines;
		for my $name (@names[0 .. int rand 4]) {
			my ($field, $line) = sampler_setting($name, $depth + 1);
			push @{ $part{fields} }, $field;
			push @lines, $line;
		}
		push @declared, 'fields = { ' . join(' ', @lines) . ' }';
	}
	my $attributes = join ', ', @declared;
	return (\%part, $attributes eq '' ? "\"$type\"" : "$type { $attributes }",
		$attributes);
}

sub sampler_setting {
	my ($name, $depth) = @_;
	my ($setting, undef, $attributes) = sampler_type($depth // 0);
	$setting->{name} = $name;
	$setting->{required} = chance(0.7);
	if (!$depth && chance(0.4) &&
	    $setting->{type} !~ /^(file|files|list|map|record|secret)$/) {
		$setting->{sealable} = 1;
		$attributes .= ', ' if $attributes ne '';
		$attributes .= 'sealable = true';
	}
	return ($setting, "    $setting->{type} \"$name\" { doc = \"$name\"" .
	    ($attributes eq '' ? '' : ", $attributes") .
	    ($setting->{required} ? '' : ', optional = true') . ' },');
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
		list => 'of = "cidr", ', map => 'of = "text", ',
		record => 'fields = { list "l" { of = "file", optional = true, ' .
		    'doc = "l" }, files "f" { optional = true, doc = "f" } }, ');
	my @types = (sort(keys %scalar), qw(file files list map record));
	my %parts = (list => { item => { type => 'cidr' } },
		map => { item => { type => 'text' } },
		record => { fields => [{ name => 'l', type => 'list',
			item => { type => 'file' } },
			{ name => 'f', type => 'files' }] });
	my @settings = map { { name => "a_$_", type => $_,
		%{ $parts{$_} // {} } } } @types;
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
