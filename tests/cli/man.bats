# Each example of the manual runs; each option that the program has is in it.
load setup

man=$BATS_TEST_DIRNAME/../../man

@test "the examples run" {
	for page in foresink-index foresink foresink-explain foresink-families foresink-forecast foresink-selftest; do
		sed -n 's/^\.Dl \$ //p' "$man/$page.1" | sed 's/\\e/\\/g' >examples
		[ -s examples ]
		while read -r line; do
			run bash -c "set -o pipefail; $line" </dev/null
			ends 0 || { echo "$page: $line"; false; }
			[ -n "$output" ]
		done <examples
	done
}

@test "each option is in its man page, and the page has no other" {
	for command in explain families forecast index selftest; do
		foresink $command --help | grep -o -e '--[a-z-]*' | sort -u |
			grep -vx -e --help -e --usage -e --version >has
		grep -o 'Fl \(\w , \)\?-[a-z-]*\( Ar [a-z]* , Fl -[a-z-]*\)\?' "$man/foresink-$command.1" |
			grep -o -e '-[a-z][a-z-]*' | sed 's/^/-/' | sort -u >told
		diff has told
	done
}

@test "the page of the families is made from the descriptors" {
	foresink families --mdoc >got
	for family in $(ls "$lists" | grep -v index.tsv); do
		grep -qx "\.Ss $family" got
	done
}
