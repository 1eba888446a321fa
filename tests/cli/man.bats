# Each example of the manual runs; each option that the program has is in it.
load setup

man=$BATS_TEST_DIRNAME/../../man

@test "the examples run" {
	# They name files of the repository.
	ln -s "$BATS_TEST_DIRNAME/.." tests
	ln -s "$BATS_TEST_DIRNAME/../../examples" examples
	for page in foresink-index foresink foresink-census foresink-drill foresink-explain foresink-families foresink-forecast foresink-formats foresink-publish foresink-scan foresink-selftest foresink-store foresink-tail foresink-up; do
		sed -n 's/^\.Dl \$ //p' "$man/$page.1" | sed 's/\\e/\\/g' >lines
		[ -s lines ]
		while read -r line; do
			run bash -c "set -o pipefail; $line" </dev/null
			# A scan that finds a host says so.
			ends "$([[ $line == *conficker-b-host* ]] && echo 1 || echo 0)" || { echo "$page: $line"; false; }
			[ -n "$output" ]
		done <lines
	done
}

@test "each option is in its man page, and the page has no other" {
	store() {
		for word in check export import info migrate prune; do
			foresink store $word --help
		done
	}
	census() {
		foresink census --help
		for word in merge count methods; do
			foresink census $word --help
		done
	}
	for command in allow census drill explain families forecast formats index publish scan selftest store tail up; do
		case $command in
		store | census) $command ;;
		*) foresink $command --help ;;
		esac | grep -o -e '--[a-z0-9-]*' | sort -u |
			grep -vx -e --help -e --usage -e --version >has
		grep -o 'Fl \(\w , \)\?-[a-z0-9-]*\( Ar [a-z]* , Fl -[a-z-]*\)\?' "$man/foresink-$command.1" |
			grep -o -e '-[a-z][a-z0-9-]*' | sed 's/^/-/' | sort -u >told
		diff has told
	done
}

@test "the examples of scan show what they say" {
	cd "$BATS_TEST_DIRNAME/../.."
	log=tests/cli/data/logs/conficker-b-host.bind.log
	"$BATS_TEST_DIRNAME/logs/make" bind <"$data/conficker-b-host-2015-08-03.tsv" | cmp - $log
	run bash -c "foresink scan --json --tz Asia/Shanghai $log 2>/dev/null |
		jq -r 'select(.posterior > 0.99).address'"
	[ "$output" = 172.25.112.96 ]
}

@test "the page of the families is made from the descriptors" {
	foresink families --mdoc >got
	for family in $(ls "$lists" | grep -v index.tsv); do
		grep -qx "\.Ss $family" got
	done
}
