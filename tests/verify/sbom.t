#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# NAME.spdx.json is an SPDX 2.3 document of what is linked and of nothing else:
# each rule of the specification that it can break, and what a change of the
# configuration adds and removes. NAME.provenance.json is an in-toto statement.
use strict;
use warnings;
use Digest::SHA qw(sha1_hex sha256_hex);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Guest;
use JSON::PP;
use Test::More;

my $root = "$Bin/../..";
my $out = tempdir(CLEANUP => 1);

# Both documents of a configuration.
sub documents {
	my ($name, $config, @options) = @_;
	my ($status, $said) = Guest::unicc($config, '-o', "$out/$name",
		@options);
	is($status, 0, "$name is built") or BAIL_OUT($said);
	my ($sbom) = glob "$out/$name/*.spdx.json";
	my ($provenance) = glob "$out/$name/*.provenance.json";
	return map { decode_json(Guest::slurp($_)) } $sbom, $provenance;
}

my %checksum_digits = (SHA1 => 40, SHA256 => 64);
sub checksums_hold {
	my ($element) = @_;
	my %seen;
	for my $checksum (@{$element->{checksums} // []}) {
		my $digits = $checksum_digits{$checksum->{algorithm}} or return;
		return if $checksum->{checksumValue} !~ /^[0-9a-f]{$digits}$/;
		return if $seen{$checksum->{algorithm}}++;
	}
	return 1;
}

# Fields that SPDX 2.3 has (clauses 6 to 11), those with ! it wants.
my %fields = (
	document => '!SPDXID !creationInfo !dataLicense !name !spdxVersion
		!documentNamespace comment !packages !files !relationships
		hasExtractedLicensingInfos',
	package => '!SPDXID !downloadLocation !name checksums comment
		!copyrightText externalRefs !filesAnalyzed licenseComments
		!licenseConcluded !licenseDeclared licenseInfoFromFiles
		packageFileName packageVerificationCode primaryPackagePurpose
		sourceInfo supplier versionInfo',
	file => '!SPDXID !checksums !fileName !fileTypes !licenseConcluded
		!licenseInfoInFiles !copyrightText comment licenseComments',
	relationship => '!spdxElementId !relatedSpdxElement !relationshipType',
	text => '!licenseId !extractedText name',
);
sub field_faults {
	my ($kind, $element) = @_;
	my @faults;
	my %known = map { /^(!?)(\w+)/ ? ($2 => $1) : () }
	    split ' ', $fields{$kind};
	push @faults, map { "$kind: what is $_?" }
	    grep { !exists $known{$_} } keys %$element;
	push @faults, map { "$kind: no $_" }
	    grep { $known{$_} && !defined $element->{$_} } keys %known;
	return @faults;
}

# Each expression, read by Debian's python3-license-expression: its grammar and
# its list of SPDX's identifiers.
sub expression_faults {
	my ($sbom) = @_;
	my %defined = map { $_->{licenseId} => 1 }
	    @{$sbom->{hasExtractedLicensingInfos} // []};
	my (%expressions, @faults);
	for my $element (@{$sbom->{packages}}, @{$sbom->{files}}) {
		$expressions{$_} = 1 for grep { defined $_ &&
			!/^(NOASSERTION|NONE)$/ }
		    @$element{qw(licenseConcluded licenseDeclared)},
		    @{$element->{licenseInfoInFiles} // []},
		    @{$element->{licenseInfoFromFiles} // []};
	}
	my %used = map { $_ => 1 } map { /(LicenseRef-[\w.-]+)/g }
	    keys %expressions;
	push @faults, map { "$_ is used or defined alone" }
	    grep { !$used{$_} || !$defined{$_} } keys %used, keys %defined;
	open my $list, '>', "$out/expressions" or die $!;
	print $list map { s/LicenseRef-[\w.-]+/MIT/gr . "\n" }
	    sort keys %expressions;
	close $list;
	return @faults, split /\n/, `/usr/bin/python3 -c '
import license_expression, sys
spdx = license_expression.get_spdx_licensing()
for line in open(sys.argv[1]):
    for error in spdx.validate(line.strip()).errors:
        print(line.strip(), error)' $out/expressions 2>&1`;
}

sub package_faults {
	my ($sbom, $package, @files) = @_;
	my $name = $package->{name};
	my @sha1s = sort map { my ($sha1) = grep { $_->{algorithm} eq 'SHA1' }
	    @{$_->{checksums}}; $sha1->{checksumValue} } @files;
	my @faults;
	push @faults, "$name: files" if !!$package->{filesAnalyzed} != !!@sha1s;
	push @faults, "$name: verification code" if @sha1s &&
	    ($package->{packageVerificationCode}{packageVerificationCodeValue}
		// '') ne sha1_hex(join '', @sha1s);
	my %found = map { $_ => 1 } grep { $_ ne 'NONE' }
	    map { @{$_->{licenseInfoInFiles}} } @files;
	push @faults, "$name: licences of files" if @sha1s &&
	    "@{$package->{licenseInfoFromFiles}}" ne
	    (join(' ', sort { ($a eq 'NOASSERTION') <=> ($b eq 'NOASSERTION') ||
		$a cmp $b } keys %found) || 'NONE');
	return @faults;
}

# What is wrong with a document.
sub faults {
	my ($sbom) = @_;
	my @elements = (@{$sbom->{packages} // []}, @{$sbom->{files} // []});
	my %known = map { $_->{SPDXID} => 1 } @elements;
	my @faults = field_faults('document', $sbom);
	push @faults, map { field_faults('package', $_) } @{$sbom->{packages}};
	push @faults, map { field_faults('file', $_) } @{$sbom->{files}};
	push @faults, map { field_faults('text', $_) }
	    @{$sbom->{hasExtractedLicensingInfos} // []};
	push @faults, map { field_faults('relationship', $_) }
	    @{$sbom->{relationships}};
	return @faults if @faults;
	push @faults, 'version' if $sbom->{spdxVersion} ne 'SPDX-2.3';
	push @faults, 'its own licence' if $sbom->{dataLicense} ne 'CC0-1.0';
	push @faults, 'identifier' if $sbom->{SPDXID} ne 'SPDXRef-DOCUMENT';
	push @faults, 'name space' if $sbom->{documentNamespace} !~
	    /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
	push @faults, 'created' if $sbom->{creationInfo}{created} !~
	    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
	push @faults, 'creators' if grep { !/^(Person|Organization|Tool): \S/ }
	    @{$sbom->{creationInfo}{creators}};
	push @faults, 'identifiers agree' if keys %known != @elements;
	push @faults, 'identifiers' if grep { !/^SPDXRef-[A-Za-z0-9.-]+$/ }
	    keys %known;
	push @faults, 'checksums' if grep { !checksums_hold($_) } @elements;
	push @faults, 'files' if grep { $_->{fileName} !~ m{^\./[^/]} ||
	    !grep { $_->{algorithm} eq 'SHA1' } @{$_->{checksums}} }
	    @{$sbom->{files}};
	my (%of, $describes);
	$known{'SPDXRef-DOCUMENT'} = 1;
	for my $relation (@{$sbom->{relationships}}) {
		my ($from, $type, $to) = @$relation{qw(spdxElementId
			relationshipType relatedSpdxElement)};
		push @faults, "$from $type $to"
		    if !$known{$from} || !$known{$to} || $type !~
		    /^(DESCRIBES|CONTAINS|STATIC_LINK|GENERATED_FROM|BUILD_TOOL_OF)$/;
		$describes++ if $type eq 'DESCRIBES';
		push @{$of{$from}}, $to if $type eq 'CONTAINS';
	}
	push @faults, 'what it describes' if ($describes // 0) != 1;
	my %file = map { $_->{SPDXID} => $_ } @{$sbom->{files}};
	my $contained = 0;
	for my $package (@{$sbom->{packages}}) {
		my @files = map { $file{$_} // () }
		    @{$of{$package->{SPDXID}} // []};
		$contained += @files;
		push @faults, package_faults($sbom, $package, @files);
	}
	push @faults, 'files of no package' if $contained != @{$sbom->{files}};
	return @faults, expression_faults($sbom);
}
sub is_spdx {
	my ($name, $sbom) = @_;
	is_deeply([faults($sbom)], [], "$name is SPDX 2.3");
}

# The reader above is no rubber stamp: each of these spoils a document.
sub spoil {
	my ($sbom, $what, $spoil) = @_;
	my $copy = decode_json(encode_json($sbom));
	$spoil->($copy);
	ok(scalar(faults($copy)), "no SPDX 2.3: $what");
}

sub functions {
	my ($sbom) = @_;
	return map { map { $_ => 1 } split /, /, $_ }
	    map { ($_->{comment} // '') =~ /functions: ([^;]*)/ }
	    @{$sbom->{files}};
}
sub packages {
	my ($sbom) = @_;
	return map { $_->{name} => $_ } @{$sbom->{packages}};
}

my ($web, $provenance) = documents('web', "$root/configs/web.lua");
my ($hello) = documents('hello', "$root/configs/hello.lua");
is_spdx('web', $web);
is_spdx('hello', $hello);
for my $case (
	['no packages', sub { delete $_[0]{packages} }],
	['a field of another name', sub { $_[0]{files}[0]{fileNames} = 1 }],
	['a file without a SHA-1', sub { shift @{$_[0]{files}[0]{checksums}} }],
	['a hash that is none', sub {
		$_[0]{files}[0]{checksums}[0]{checksumValue} = 'x' }],
	['another file', sub { $_[0]{files}[0]{checksums}[0]{checksumValue} =
		'0' x 40 }],
	['an element twice', sub { push @{$_[0]{files}}, $_[0]{files}[0] }],
	['a relation to nothing', sub {
		$_[0]{relationships}[0]{relatedSpdxElement} = 'SPDXRef-No' }],
	['a licence that is none', sub {
		$_[0]{files}[9]{licenseConcluded} = 'Free' }],
	['an expression that is none', sub {
		$_[0]{files}[9]{licenseConcluded} = 'MIT AND' }],
	['a licence that is not defined', sub {
		$_[0]{files}[9]{licenseConcluded} = 'LicenseRef-1' }],
	['licences of a package that no file has', sub {
		push @{$_[0]{packages}[1]{licenseInfoFromFiles}}, 'Zlib' }],
	['no date', sub { $_[0]{creationInfo}{created} = '1970-01-01' }],
) {
	spoil($web, @$case);
}

my %packages = packages($web);
is($packages{lwip}{versionInfo}, '2.1.3+dfsg1-2', 'lwIP: its version');
is($packages{lwip}{licenseDeclared}, 'BSD-3-Clause', 'lwIP: its licence');
is($packages{lwip}{externalRefs}[0]{referenceLocator},
	'pkg:deb/debian/lwip@2.1.3%2Bdfsg1-2?arch=source', 'lwIP: its purl');
like($packages{lwip}{sourceInfo}, qr/orig\.tar\.xz SHA256 [0-9a-f]{64}/,
	'lwIP: its tarball');
is($packages{musl}{copyrightText},
	"Copyright \x{a9} 2005-2020 Rich Felker, et al.", 'musl: whose it is');
is($packages{'unicc image'}{licenseConcluded}, 'NOASSERTION',
	'nobody knows the licence of what the user puts in');
is($packages{'unicc image'}{licenseComments},
	'Not known of: configuration. Of the rest: BSD-3-Clause AND ISC AND MIT',
	'that of the rest is told');
my ($page) = grep { $_->{fileName} eq './config/site/index.html' }
    @{$web->{files}};
is($page->{checksums}[1]{checksumValue},
	sha256_hex(Guest::slurp("$root/configs/site/index.html")),
	'content is told');
ok(!exists {packages($hello)}->{lwip}, 'hello has no lwIP in it');

my ($tcp) = grep { $_->{fileName} eq './stdlib/httpd/request.c' }
    @{$web->{files}};
my $source = Guest::slurp("$root/stdlib/httpd/request.c");
is_deeply([map { $_->{checksumValue} } @{$tcp->{checksums}}],
	[sha1_hex($source), sha256_hex($source)], 'the hashes of a file');
my %functions = functions($web);
ok($functions{tcp_input}, 'a function that is linked');
ok((grep { ($_->{comment} // '') =~ /objects: .*\btcp_active_pcbs\b/ }
	@{$web->{files}}), 'an object that is zero at the start');
ok(!$functions{tcp_new_ip_type} && !$functions{dhcp_start},
	'functions that are not');
# LLVM's reader finds no function of the debug file in the code, inlined ones
# included, that is not told, but those of C that unicc wrote.
sub live_functions {
	my ($debug, $text) = @_;
	my (%name, %hidden, %origin, %live, $at, $key);
	my $kind = '';
	for (`llvm-dwarfdump-19 --debug-info '$debug'`) {
		if (/^0x([0-9a-f]+):\s+(\w+)/) {
			($at, $kind, $key) = (hex $1, $2, '');
			next;
		}
		$key = $1 if /^\s+DW_AT_(\w+)/;
		$name{$at} = $1 if /DW_AT_name\s+\("(.*)"\)/;
		$hidden{$at} = 1 if m{DW_AT_decl_file.*"unicc/generated/};
		$origin{$at} = hex $1
		    if /DW_AT_abstract_origin\s+\(0x([0-9a-f]+)/;
		next if $kind !~ /^DW_TAG_(subprogram|inlined_subroutine)$/;
		$live{$at} = 1 if $key eq 'low_pc' && /\(0x([0-9a-f]+)\)/ &&
		    hex $1 >= $text;
		while ($key eq 'ranges' && /\[0x([0-9a-f]+), 0x([0-9a-f]+)\)/g) {
			$live{$at} = 1 if hex $1 >= $text && $1 ne $2;
		}
	}
	return map { my $die = $_; $die = $origin{$die} while !$name{$die} &&
		$origin{$die}; $hidden{$die} ? () : $name{$die} // () }
	    keys %live;
}
my @live = live_functions("$out/web/web.debug", 0x100000);
cmp_ok(scalar @live, '>', 300, 'there are functions');
is_deeply([grep { !$functions{$_} } @live], [], 'each of them is told');

open my $config, '>', "$out/dhcp.lua" or die $!;
print $config 'image { name = "web", platform = "qemu.microvm", ',
    "memory = 4 * MiB }\nnic = virtio_net {}\n",
    "ip  = tcpip { net = nic, dhcp = true }\n",
    "www = httpd { stack = ip, content = \"$root/configs/site\" }\n";
close $config;
my ($dhcp) = documents('dhcp', "$out/dhcp.lua");
%functions = functions($dhcp);
ok($functions{dhcp_start}, 'a setting brings a function in');
is((grep { $_->{fileName} eq './www.content/index.html' } @{$dhcp->{files}}),
	1, 'content of another place is told without the place');
isnt($dhcp->{documentNamespace}, $web->{documentNamespace},
	'another code, another name space');

# Licences file by file: an application under several, and the C library's
# smoothsort, which has a notice of its own.
mkdir "$out/mixed" or die $!;
mkdir "$out/mixed/app" or die $!;
sub put {
	my ($name, $text) = @_;
	open my $file, '>', "$out/mixed/$name" or die $!;
	print $file $text;
	close $file;
}
put('config.lua', 'image { name = "mixed", platform = "qemu.microvm", ' .
	"memory = 2 * MiB }\nmain = app {}\n");
put('app/module.lua', 'return module { summary = "Of many hands", ' .
	'requires = { console = "console" }, sources = { "app.c" }, ' .
	"hooks = { \"start\" }, settings = {} }\n");
my %text = (
	tagged => '/* SPDX-License-Identifier: MIT OR Apache-2.0 */',
	foreign => '/* SPDX-License-Identifier: Ours-1.0 */',
	sun => "/*\n * Copyright (C) 1993 by Sun.\n *\n * Permission to use " .
	    "and copy this\n * software is freely granted.\n */",
	unclear => '/* See LICENSE. */',
	silent => '',
);
put("app/$_.h", "$text{$_}\nstatic int\n${_}_of(volatile int *at)\n{\n" .
	"\treturn *at * " . length . " + 1;\n}\n") for keys %text;
put('app/app.c', "#include <stdlib.h>\n#include <unicc/kernel.h>\n" .
	join('', map { "#include \"$_.h\"\n" } sort keys %text) .
	"static volatile int numbers[8];\n" .
	"static int\ncompare(const void *a, const void *b)\n{\n" .
	"\treturn *(const int *)a - *(const int *)b;\n}\n" .
	"int\napp_start(void)\n{\n\tqsort((void *)numbers, 8, sizeof(int), " .
	"compare);\n" . join('', map { "\tnumbers[0] = ${_}_of(numbers);\n" }
	sort keys %text) . "\treturn 0;\n}\n");
my ($mixed) = documents('mixed', "$out/mixed/config.lua");
is_spdx('mixed', $mixed);
my %file = map { $_->{fileName} => $_ } @{$mixed->{files}};
my %extracted = map { $_->{licenseId} => $_->{extractedText} }
    @{$mixed->{hasExtractedLicensingInfos}};
sub says_of {
	my ($name, $info, $concluded, $copyright) = @_;
	my $file = $file{$name} // {};
	is_deeply([map { $extracted{$_} // $_ }
		@{$file->{licenseInfoInFiles} // []}], [$info],
		"$name: what it says");
	is($extracted{$file->{licenseConcluded} // ''} //
		$file->{licenseConcluded}, $concluded, "$name: what holds");
	is($file->{copyrightText}, $copyright, "$name: whose it is");
}
my $sun = "Copyright (C) 1993 by Sun.\n\nPermission to use and copy this\n" .
    'software is freely granted.';
my $foreign = 'SPDX-License-Identifier: Ours-1.0';
my $app = './config/app';
says_of("$app/tagged.h", ('MIT OR Apache-2.0') x 2, 'NONE');
says_of("$app/foreign.h", $foreign, $foreign, 'NONE');
says_of("$app/sun.h", $sun, $sun, 'Copyright (C) 1993 by Sun.');
says_of("$app/unclear.h", ('NOASSERTION') x 2, 'NONE');
says_of("$app/silent.h", 'NONE', 'NOASSERTION', 'NONE');
says_of('./src/stdlib/qsort.c', ('MIT') x 2,
	'Copyright (C) 2011 by Valentin Ochs');
says_of('./src/stdlib/qsort_nr.c', 'NONE', 'MIT', 'NONE');
like({packages($mixed)}->{configuration}{copyrightText}, qr/^Copyright .* Sun/,
	'the package has what its files say');
put('app/silent.h', "/* It says nothing. */\n" .
	Guest::slurp("$out/mixed/app/silent.h"));
my ($commented) = documents('commented', "$out/mixed/config.lua");
is($commented->{name}, $mixed->{name}, 'a comment makes no other code');
isnt($commented->{documentNamespace}, $mixed->{documentNamespace},
	'but another document, whose name space is another');

# Debian's licensecheck reads the same files.
my $cache = $ENV{XDG_CACHE_HOME} // "$ENV{HOME}/.cache";
my %folder = (unicc => $root, map { my $name = $_; $name => (sort {
	-M $a <=> -M $b } glob "$cache/unicc/sources/${name}_*/")[0] }
	qw(lwip musl));
my %ours;
for my $sbom ($web, $mixed) {
	my %package_of = map { $_->{relatedSpdxElement} =>
		$_->{spdxElementId} =~ s/SPDXRef-Package-//r }
	    grep { $_->{relationshipType} eq 'CONTAINS' }
	    @{$sbom->{relationships}};
	for my $file (@{$sbom->{files}}) {
		my $folder = $folder{$package_of{$file->{SPDXID}}} or next;
		$ours{$folder . $file->{fileName} =~ s/^\.//r} =
		    "@{$file->{licenseInfoInFiles}}" =~ s/^NONE$/UNKNOWN/r;
	}
}
my %theirs = map { /^(.*)\t(.*)$/ ? ($1 => $2) : () }
    `licensecheck --machine --shortname-scheme=spdx --check . --lines 0 @{[sort keys %ours]}`;
is_deeply(\%ours, \%theirs, 'licensecheck finds the same licences');

is($provenance->{_type}, 'https://in-toto.io/Statement/v1', 'a statement');
is($provenance->{predicateType}, 'https://slsa.dev/provenance/v1',
	'of provenance');
my $definition = $provenance->{predicate}{buildDefinition};
like($definition->{buildType}, qr/^\w+:/, 'its build type is a URI');
like($provenance->{predicate}{runDetails}{builder}{id}, qr/^\w+:/,
	'its builder is a URI');
is($definition->{externalParameters}{configuration}{name}, 'web.lua',
	'what was built');
is(scalar(grep { grep { !/^[0-9a-f]{64}$/ } values %{$_->{digest}} }
	@{$definition->{resolvedDependencies}}, @{$provenance->{subject}}), 0,
	'everything has a hash');
my %subject = map { $_->{name} => $_->{digest} } @{$provenance->{subject}};
is($subject{"web.$_"}{sha256}, sha256_hex(Guest::slurp("$out/web/web.$_")),
	"its subject is web.$_") for qw(elf debug);
like((Guest::unicc('id', "$out/web"))[1],
	qr/^code +$subject{'web.elf'}{uniccCodeRoot}$/m,
	'whose root the image carries');
my %dependency = map { $_->{name} => $_->{digest}{sha256} }
    @{$definition->{resolvedDependencies}};
is($dependency{'stdlib/httpd/request.c'}, sha256_hex($source),
	'a source file is among what it was made of');
is($dependency{'www.content/index.html'},
	sha256_hex(Guest::slurp("$root/configs/site/index.html")),
	'so is a page');
ok($dependency{$_}, "so is $_") for 'build.lua', 'stdlib/httpd/module.lua';
ok((grep { /^clang-19: / } keys %dependency), 'so is the compiler');
ok($dependency{'musl_1.2.3.orig.tar.gz'}, 'so is a tarball');
done_testing();
