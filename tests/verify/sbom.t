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

my $license = qr/(?:[A-Za-z0-9.+-]+)(?: AND [A-Za-z0-9.+-]+)*/;

# SPDX 2.3, clauses 6 to 11.
sub is_spdx {
	my ($name, $sbom) = @_;
	is($sbom->{spdxVersion}, 'SPDX-2.3', "$name: version");
	is($sbom->{dataLicense}, 'CC0-1.0', "$name: its own licence");
	is($sbom->{SPDXID}, 'SPDXRef-DOCUMENT', "$name: identifier");
	like($sbom->{documentNamespace},
		qr/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
		"$name: name space");
	like($sbom->{creationInfo}{created},
		qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "$name: created");
	is(scalar(grep { !/^(Person|Organization|Tool): \S/ }
		@{$sbom->{creationInfo}{creators}}), 0, "$name: creators");
	my @elements = (@{$sbom->{packages}}, @{$sbom->{files}});
	my %known = map { $_->{SPDXID} => 1 } @elements;
	is(scalar(keys %known), scalar(@elements), "$name: identifiers differ");
	is(scalar(grep { !/^SPDXRef-[A-Za-z0-9.-]+$/ } keys %known), 0,
		"$name: identifiers are well formed");
	is(scalar(grep { !checksums_hold($_) } @elements), 0,
		"$name: checksums are well formed");
	is(scalar(grep { $_->{licenseConcluded} !~ /^$license$/ ||
		!defined $_->{copyrightText} } @elements), 0,
		"$name: each element has a licence and a copyright");
	is(scalar(grep { $_->{fileName} !~ m{^\./[^/]} ||
		!grep { $_->{algorithm} eq 'SHA1' } @{$_->{checksums}} }
		@{$sbom->{files}}), 0, "$name: files have a name and a SHA-1");
	is(scalar(grep { ($_->{name} // '') eq '' ||
		!defined $_->{downloadLocation} } @{$sbom->{packages}}), 0,
		"$name: packages have a name and a place");
	my (%of, $describes);
	$known{'SPDXRef-DOCUMENT'} = 1;
	for my $relation (@{$sbom->{relationships}}) {
		my ($from, $type, $to) = @$relation{qw(spdxElementId
			relationshipType relatedSpdxElement)};
		fail("$name: $from $type $to")
		    if !$known{$from} || !$known{$to} || $type !~
		    /^(DESCRIBES|CONTAINS|STATIC_LINK|BUILD_TOOL_OF)$/;
		$describes++ if $type eq 'DESCRIBES';
		push @{$of{$from}}, $to if $type eq 'CONTAINS';
	}
	is($describes, 1, "$name: it describes the image");
	my %file = map { $_->{SPDXID} => $_ } @{$sbom->{files}};
	my $contained = 0;
	for my $package (@{$sbom->{packages}}) {
		my @sha1s = sort map { my ($sha1) = grep {
			$_->{algorithm} eq 'SHA1' } @{$file{$_}{checksums}};
			$sha1->{checksumValue} } @{$of{$package->{SPDXID}} // []};
		$contained += @sha1s;
		is($package->{filesAnalyzed} ? 1 : 0, @sha1s ? 1 : 0,
			"$name: $package->{name}: files");
		next if !@sha1s;
		is($package->{packageVerificationCode}
			{packageVerificationCodeValue},
			sha1_hex(join '', @sha1s),
			"$name: $package->{name}: verification code");
	}
	is($contained, scalar @{$sbom->{files}},
		"$name: each file is of one package");
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

my %packages = packages($web);
is($packages{lwip}{versionInfo}, '2.1.3+dfsg1-2', 'lwIP: its version');
is($packages{lwip}{licenseDeclared}, 'BSD-3-Clause', 'lwIP: its licence');
is($packages{lwip}{externalRefs}[0]{referenceLocator},
	'pkg:deb/debian/lwip@2.1.3+dfsg1-2?arch=source', 'lwIP: its purl');
like($packages{lwip}{sourceInfo}, qr/orig\.tar\.xz SHA256 [0-9a-f]{64}/,
	'lwIP: its tarball');
is($packages{'unicc image'}{licenseDeclared}, 'BSD-3-Clause AND MIT AND ISC',
	'the licences of the image');
ok(!exists {packages($hello)}->{lwip}, 'hello has no lwIP in it');

my ($tcp) = grep { $_->{fileName} eq './stdlib/httpd/request.c' }
    @{$web->{files}};
my $source = Guest::slurp("$root/stdlib/httpd/request.c");
is_deeply([map { $_->{checksumValue} } @{$tcp->{checksums}}],
	[sha1_hex($source), sha256_hex($source)], 'the hashes of a file');
my %functions = functions($web);
ok($functions{tcp_input}, 'a function that is linked');
ok(!$functions{tcp_new_ip_type} && !$functions{dhcp_start},
	'functions that are not');
open my $config, '>', "$out/dhcp.lua" or die $!;
print $config 'image { name = "web", platform = "qemu.microvm", ',
    "memory = 4 * MiB }\nnic = virtio_net {}\n",
    "ip  = tcpip { net = nic, dhcp = true }\n",
    "www = httpd { stack = ip, content = \"$root/configs/site\" }\n";
close $config;
my ($dhcp) = documents('dhcp', "$out/dhcp.lua");
%functions = functions($dhcp);
ok($functions{dhcp_start}, 'a setting brings a function in');
isnt($dhcp->{documentNamespace}, $web->{documentNamespace},
	'another code, another name space');

is($provenance->{_type}, 'https://in-toto.io/Statement/v1', 'a statement');
is($provenance->{predicateType}, 'https://slsa.dev/provenance/v1',
	'of provenance');
my $definition = $provenance->{predicate}{buildDefinition};
like($definition->{buildType}, qr/^\w+:/, 'its build type is a URI');
like($provenance->{predicate}{runDetails}{builder}{id}, qr/^\w+:/,
	'its builder is a URI');
is($definition->{externalParameters}{configuration}, 'web.lua',
	'what was built');
is(scalar(grep { $_->{digest}{sha256} !~ /^[0-9a-f]{64}$/ }
	@{$definition->{resolvedDependencies}}, @{$provenance->{subject}}), 0,
	'everything has a hash');
my %subject = map { $_->{name} => $_->{digest}{sha256} }
    @{$provenance->{subject}};
is($subject{debug}, sha256_hex(Guest::slurp("$out/web/web.debug")),
	'its subject is the code');
like((Guest::unicc('id', "$out/web"))[1], qr/^code +$subject{'code root'}$/m,
	'whose root the image carries');
my %dependency = map { $_->{name} => $_->{digest}{sha256} }
    @{$definition->{resolvedDependencies}};
is($dependency{'stdlib/httpd/request.c'}, sha256_hex($source),
	'a source file is among what it was made of');
ok((grep { /^clang-19: / } keys %dependency), 'so is the compiler');
ok($dependency{'musl_1.2.3.orig.tar.gz'}, 'so is a tarball');
done_testing();
