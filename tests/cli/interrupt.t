#!/bin/sh
# SPDX-License-Identifier: ISC
# Whatever unicc waits for ends with it: apt, the compiler, the guest.
. "$(dirname "$0")/cli.subr"
hello ok.lua

# gone NAME PIDFILE: the process that wrote its number there ends in 5 s.
gone() {
	tries=0
	while kill -0 "$(cat "$2")" 2>/dev/null && [ $tries -lt 50 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	[ -s "$2" ] && ! kill -0 "$(cat "$2")" 2>/dev/null
	report "$1"
}
started() {
	tries=0
	while [ ! -s "$1" ] && [ $tries -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}

mkdir bin
cat >bin/apt-get <<'END'
#!/bin/sh
echo $$ >"$PIDFILE"
exec sleep 60
END
chmod +x bin/apt-get
for signal in INT TERM HUP; do
	rm -f pid
	# A shell without job control starts background commands with SIGINT
	# ignored, and nohup all with SIGHUP; perl gives both back.
	PIDFILE=$scratch/pid PATH=$scratch/bin:$PATH UNICC_SOURCES='' \
		XDG_CACHE_HOME=$scratch/cache perl -e \
		'$SIG{$_} = "DEFAULT" for qw(INT HUP); exec @ARGV' \
		"$unicc" ok.lua >.said 2>&1 &
	started pid
	kill -$signal $!
	wait $!
	[ $? -gt 128 ]
	report "SIG$signal ends a fetch"
	[ $signal != INT ] || grep -q '^unicc: interrupted' .said
	report "which is said, of SIG$signal"
	gone "and apt with it" pid
done
[ ! -e build/h/h.elf ] && [ -z "$(ls cache/unicc/sources 2>/dev/null |
	grep -v lock)" ]
report "nothing is there in part"

# Other values are built in processes of their own, in a folder in $TMPDIR.
mkdir tmp
for words in "cost ok.lua greeting.message=\"y\"" "why-not ok.lua dhcp_recv"; do
	for signal in INT TERM HUP; do
		rm -f pid
		PIDFILE=$scratch/pid PATH=$scratch/bin:$PATH UNICC_SOURCES='' \
			XDG_CACHE_HOME=$scratch/cache TMPDIR=$scratch/tmp \
			perl -e '$SIG{$_} = "DEFAULT" for qw(INT HUP); exec @ARGV' \
			"$unicc" $words >.said 2>&1 &
		started pid
		[ -n "$(ls tmp)" ]
		report "${words%% *} works in \$TMPDIR"
		kill -$signal $!
		wait $!
		[ $? -gt 128 ] && [ -z "$(ls tmp)" ]
		report "SIG$signal ends ${words%% *}, and nothing is left"
		gone "and no child of ${words%% *}" pid
	done
done
cat >flags.lua <<'END'
image { name = "f", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net {}
ip = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip, content = "site" }
END
mkdir site
echo x >site/index.html
for signal in INT TERM HUP; do
	rm -rf out
	TMPDIR=$scratch/tmp perl -e '$SIG{$_} = "DEFAULT" for qw(INT HUP); exec @ARGV' \
		"$unicc" audit flags.lua --eliminated -o out >.said 2>&1 &
	tries=0
	while [ -z "$(ls tmp)" ] && [ $tries -lt 600 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
	kill -$signal $!
	wait $!
	[ $? -gt 128 ] && [ -z "$(ls tmp)" ] && [ ! -e out/eliminated.json ]
	report "SIG$signal ends audit --eliminated, and nothing is left"
done

cat >bin/qemu-system-x86_64 <<'END'
#!/bin/sh
echo $$ >"$PIDFILE"
exec sleep 60
END
chmod +x bin/qemu-system-x86_64
rm -f pid
PIDFILE=$scratch/pid PATH=$scratch/bin:$PATH perl -e \
	'$SIG{$_} = "DEFAULT" for qw(INT HUP); exec @ARGV' "$unicc" run ok.lua >.said 2>&1 &
started pid
kill -KILL $!
wait $! 2>/dev/null
gone "QEMU ends even with a killed unicc" pid
finish
