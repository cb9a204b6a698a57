# SPDX-License-Identifier: ISC
# Images and a bundle of another unicc: another form of the manifest, another
# form of the account, and the same forms of another version.
. tests/reject/verify.subr
forge() {
	rm -rf $out/other
	cp -R $out/whole $out/other
	perl -Itests/lib -MForge -e 'my ($folder, $from, $to) = @ARGV;
		Forge::folder($folder, sub { $_[0] =~ s/$from/$to/r })' \
		$out/other "$@"
}
mkdir -p $out/whole
"$UNICC" configs/hello.lua -o $out/whole 2>/dev/null
forge 'unicc manifest \d+' 'unicc manifest 9'
sed -i 's/"unicc":	"[^"]*"/"unicc":	"9.9"/' $out/other/*.manifest.json
for command in verify "id --root" "run --print" "why -- strlen" seal; do
	# shellcheck disable=SC2086
	"$UNICC" ${command% -- *} $out/other \
		$(expr "$command" : '.* -- \(.*\)') </dev/null
done
forge '"unicc":	"[^"]*"' '"unicc":	"9.9"'
"$UNICC" seal $out/other
"$UNICC" fleet $out/other $out/none.csv -o $out/none
"$UNICC" verify $out/other configs/hello.lua >/dev/null
forge '"unicc":	"[^"]*"' '"unicc":	"9.9"'
sed -i 's/unicc audit [0-9]*/unicc audit 99/' $out/other/audit.json
perl -Itests/lib -MForge -e 'Forge::folder(@ARGV)' $out/other
"$UNICC" why $out/other strlen
