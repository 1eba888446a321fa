# What every file of this folder begins with: an empty folder to work in, no
# index file of the user's, and `foresink' on the PATH.
setup() {
	export HOME=$BATS_TEST_TMPDIR XDG_CACHE_HOME= FORESINK_INDEX= LC_ALL=C
	export PATH=${FORESINK%/*}:$PATH
	data=$BATS_TEST_DIRNAME/data
	lists=$BATS_TEST_DIRNAME/../vectors/lists
	cd "$BATS_TEST_TMPDIR"
}

# Fails unless the last run ended with status $1.
ends() {
	[ "$status" -eq "$1" ] || { echo "status $status, wanted $1: $output"; return 1; }
}

# Fails unless the last output has a line that matches the expression $1.
says() {
	grep -Eq -- "$1" <<<"$output" || { echo "no line like $1 in: $output"; return 1; }
}
