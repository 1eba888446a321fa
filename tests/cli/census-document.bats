# docs/census.md: each of its commands runs, in its order, and says what the page says.
load setup

page=$BATS_TEST_DIRNAME/../../docs/census.md

# Writes the block $2 of kind $1.
block() {
	awk -v head="\`\`\`$1 $2" '$0 == head { inside = 1; next } /^```$/ { inside = 0 } inside' "$page"
}

@test "the commands of docs/census.md" {
	names=$(sed -n 's/^```sh //p' "$page")
	[ "$(wc -w <<<"$names")" -ge 9 ]
	for name in $names; do
		run bash -euo pipefail -c "$(block sh "$name")" </dev/null
		ends 0 || { echo "in $name"; false; }
		block says "$name" >wanted
		while read -r line; do
			grep -qF -- "$line" <<<"$output" || { echo "$name does not say: $line: $output"; false; }
		done <wanted
	done
	[ "$(tail -n 1 census.html)" = '</html>' ]
	grep -q '<path class="band"' census.html
	# Each text that is promised belongs to a command.
	for name in $(sed -n 's/^```says //p' "$page"); do
		grep -qx "$name" <<<"$names"
	done
}
