# SPDX-License-Identifier: ISC
# Manifests of a forger's: a file is changed, and then the manifest is made to
# vouch for it, root and all. What reads a stranger's files must bear these too.
#
#     perl -Itests/lib -MForge -e 'Forge::folder(@ARGV)' DIR...
package Forge;

use strict;
use warnings;
use Audit;
use Digest::SHA qw(sha256_hex);

# A value as cJSON prints it unformatted: the same without spaces between.
sub unformatted {
	my ($text) = @_;
	return $text =~ s/("(?:[^"\\]|\\.)*")|\s+/$1 \/\/ ''/ger;
}

# The same manifest with the root of its fields as they are.
sub rooted {
	my ($text) = @_;
	my ($fields) = $text =~ /\A\{\n(.*),\n\t"root":/s or die 'no root';
	my (@rows, $lines);
	for my $field (split /,\n(?=\t"\w+":)/, $fields) {
		my ($name, $value) = $field =~ /\A\t"(\w+)":\t(.*)\z/s
		    or die "no field: $field";
		my $hash = sha256_hex(unformatted($value));
		$lines .= "$name $hash\n";
		push @rows, qq({\n\t\t\t\t"name":\t"$name",\n) .
		    qq(\t\t\t\t"sha256":\t"$hash"\n\t\t\t});
	}
	return "{\n$fields,\n\t\"root\":\t{\n\t\t\"sha256\":\t\"" .
	    sha256_hex("unicc manifest 2\n$lines") .
	    "\",\n\t\t\"fields\":\t[" . join(', ', @rows) . "]\n\t}\n}\n";
}

# See compiler/audit_lines.h.
sub audit_hash {
	my ($json) = @_;
	$json =~ s/^("config_lines":\[)(?:\n"(?:[^"\\]|\\.)*",?)*\]/$1]/m;
	$json =~ s{("origin":"(?:[^"\\]|\\.)*)}{$1 =~ s/:\d+/:/gr}ge;
	return sha256_hex($json);
}

# The row of a file that is there; an image's is what it was.
sub hashed {
	my ($folder, $name, $start, $between) = @_;
	my $path = "$folder/$name";
	return undef if !-f $path || $name =~ /\.elf\z/;
	return $start . (-s $path) . $between . sha256_hex(Audit::slurp($path));
}

# Let the manifest of a folder vouch for the files that are there, and, if a
# change of its text is given, say that, too.
sub folder {
	my ($folder, $change) = @_;
	my ($path) = glob "$folder/*.manifest.json";
	my $text = Audit::slurp($path);
	$text =~ s{("name":\t"([^"]*)",\s+)"sha256_without_lines":\t"[^"]*"}
	    {$1 . qq("sha256_without_lines":\t") .
	     audit_hash(Audit::slurp("$folder/audit.json")) . '"'}ge;
	$text =~ s{("name":\t"([^"]*)",\s+"bytes":\t)\d+(,\s+"sha256":\t")\w+}
	    {hashed($folder, $2, $1, $3) // $&}ge;
	$text = $change->($text) if defined $change;
	Audit::put($path, rooted($text));
}

1;
