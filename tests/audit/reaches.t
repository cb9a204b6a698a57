#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# The code of the web server reaches these ports, registers and hypercalls and
# no others; doc/security.md names them.
use strict;
use warnings;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

# A number that is not a constant of the code is shown as -.
my @reached = (
	[ 'web', [], <<'END' ],
MSR read 0xc0000080
MSR write 0xc0000080
port read 0x3fd
port read 0x71
port write 0x3f8
port write 0x3fa
port write 0x3fb
port write 0x70
port write 0xf4
END
	[ 'web-xen', [], <<'END' ],
MSR read 0xc0000080
MSR write -
MSR write 0xc0000080
hypercall event_channel_op
hypercall hvm_op
hypercall memory_op
hypercall sched_op
END
	[ 'web-xen', [ '--set', 'guest=pv' ], <<'END' ],
hypercall event_channel_op
hypercall grant_table_op
hypercall mmuext_op
hypercall sched_op
hypercall set_trap_table
hypercall update_va_mapping
END
);

my $unicc = Audit::enter('audit-reaches');

for my $row (@reached) {
	my ($name, $options, $wanted) = @$row;
	my $what = "@{[ $name, @$options ]}";
	is(system("$unicc ../../configs/$name.lua @$options -o out " .
			'>said 2>&1'), 0, "$what is built") or
		diag(Audit::slurp('said'));
	system "$unicc audit --json out >audit.json";
	my $audit = JSON::PP::decode_json(Audit::slurp('audit.json'));
	my %found;
	for my $fact (@{ $audit->{facts} }) {
		my $number = $fact->{number};
		next if $fact->{kind} !~ /^(?:MSR|port|hypercall)/;
		my $place = $fact->{kind} eq 'hypercall' ? $fact->{name}
			: defined $number ? sprintf('%#x', $number) : '-';
		$found{"$fact->{kind} $place\n"} = 1;
	}
	is(join('', sort keys %found), $wanted, "$what reaches what it may");
	system 'rm', '-rf', 'out';
}
done_testing();
