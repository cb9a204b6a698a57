# SPDX-License-Identifier: ISC
# A port that another program listens on, and one of an image without network.
set -- content-port
. tests/reject/content.subr
echo page >"$folder/site/index.html"
perl -MIO::Socket::INET -e '
	my $socket = IO::Socket::INET->new(Listen => 1,
		LocalAddr => "127.0.0.1", LocalPort => 0) or die;
	my $port = $socket->sockport;
	open STDERR, ">", "$ARGV[1]/said";
	my $status = system($ARGV[0], "run", "$ARGV[1]/t.lua", "--port",
		"$port:80") >> 8;
	open my $said, "<", "$ARGV[1]/said";
	open STDERR, ">&", STDOUT;
	while (<$said>) {
		next if /bytes \(text/;
		s/port $port/port N/, s/--port \d+/--port M/;
		print;
	}
	exit $status' "$UNICC" "$folder" >&2
