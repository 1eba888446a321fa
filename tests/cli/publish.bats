# The folder of lists, from publishing to refusing; tests/cli/publish-kill.bats kills it.
load setup

publish() {
	foresink publish -f 'conficker/[ab]' --at 2009-03-08 --format plain --format rpz "$@"
}

@test "a publication: files, link, manifest, and what is said of it" {
	run publish x
	ends 0
	says '^x: published 2009030800: 4,500 names, 2009-03-07 to 2009-03-15\.$'
	[ "$(readlink x/current)" = 2009030800 ]
	[ "$(ls x/current | tr '\n' ' ')" = 'manifest.json plain.txt rpz.zone ' ]
	grep -qx jogli.com x/current/plain.txt
	jq -e '.serial == 2009030800 and .previous == null and .counts.blocked == 4500 and
		.window == {from: "2009-03-07T00:00:00Z", to: "2009-03-15T23:59:59Z"} and
		([.families[].blocked] | add) == 4500 and (.files | length) == 2' x/current/manifest.json
	(cd x/current && jq -r '.files[] | "\(.sha256)  \(.file)"' manifest.json | sha256sum --quiet -c)
	jq -r '.files[] | "\(.bytes) \(.file)"' x/current/manifest.json | while read -r bytes file; do
		[ "$(stat -c %s "x/current/$file")" -eq "$bytes" ]
	done
}

@test "nothing new: bytes, serial and times stay" {
	publish x
	stat -c '%n %i %Y %Z' x x/* x/current/* >before
	run publish x
	ends 0
	says '^x: unchanged: 2009030800, 4,500 names'
	stat -c '%n %i %Y %Z' x x/* x/current/* | cmp - before
	[ "$(publish --json x | jq -r '"\(.outcome) \(.serial)"')" = 'unchanged 2009030800' ]
	[ "$(publish --json --ttl 5 x | jq -r '"\(.outcome) \(.serial)"')" = 'new 2009030801' ]
}

@test "the window, families, suffixes and confidence that are asked for" {
	publish --from 2009-03-08 --to 2009-03-08 --tld .org --tld com x
	run grep -Evc '\.(org|com)$|^#' x/current/plain.txt
	[ "$output" -le 1 ] # the canary
	grep -qx jogli.com x/current/plain.txt
	jq -e '.selection == {families: ["conficker/[ab]"], tlds: ["org", "com"], confidence: "low"}' \
		x/current/manifest.json
	jq -e '.counts.forecasts_left_out > 200 and .counts.forecasts + .counts.forecasts_left_out == 500' \
		x/current/manifest.json
	foresink publish -f conficker --confidence high --at 2009-03-08 --format plain y
	jq -e '.selection == {families: ["conficker"], tlds: [], confidence: "high"}' y/current/manifest.json
	jq -e 'all(.families[]; .confidence == "high") and .counts.forecasts_left_out > 0' y/current/manifest.json
}

@test "allow beats block, in every file, and the manifest says why" {
	printf 'jogli.com 2030-01-01 its owner is known\nmail.YODUWEGX.cc\n' >allow.txt
	run foresink publish -f conficker/b --at 2009-03-08 --allow allow.txt x
	ends 0
	says 'jogli\.com: allow: .*its owner is known'
	run grep -rlE 'jogli|yoduwegx' x/current --exclude manifest.json
	[ -z "$output" ]
	jq -e '.left_out[] | select(.name == "yoduwegx.cc") | .ground == "allowed-below"' x/current/manifest.json
	jq -e '.left_out[] | select(.name == "jogli.com") | .state == "allow" and .ground == "allowed" and
		(.why | test("its owner is known")) and .families == ["conficker/b"]' x/current/manifest.json
	jq -e '.collisions[0] | test("allow.txt")' x/current/manifest.json
	# Another reason, line or end is told.
	printf 'jogli.com 2030-01-01 its owner is dead\nmail.YODUWEGX.cc\n' >allow.txt
	foresink publish -f conficker/b --at 2009-03-08 --allow allow.txt x
	jq -e '.serial == 2009030801 and any(.left_out[]; .why | test("is dead"))' x/current/manifest.json
	# The next day it is no longer allowed.
	printf 'jogli.com 2009-03-07 its owner was known\n' >allow.txt
	foresink publish -f conficker/b --at 2009-03-08 --allow allow.txt --format plain --allow-shrink x
	grep -qx jogli.com x/current/plain.txt
}

@test "no canary is blocked that is allowed" {
	printf 'other.example\nEXAMPLE.com - a customer\n' >allow
	for canary in example.com a.b.example.com; do
		run publish --allow allow --canary $canary x
		ends 64
		says "^foresink: --canary $canary: allow, line 2, allows it"
	done
	[ ! -e x ]
	publish --allow allow --canary com x
}

@test "a list that shrinks is refused unless told" {
	publish x
	run publish --from 2009-03-08 --to 2009-03-08 x
	ends 65
	says '^foresink: x: the list would shrink .*500 names, 4500 before.*--allow-shrink'
	[ "$(readlink x/current)" = 2009030800 ]
	run publish --from 2009-03-08 --to 2009-03-08 --allow-shrink x
	ends 0
	says '500 names, 2009-03-08 to 2009-03-08 \(4,500 before\)'
	run publish --tld nosuch y
	ends 65
	[ ! -e y/current ]
}

@test "a file that vanishes or loses its names is refused unless told" {
	publish x
	run foresink publish -f 'conficker/[ab]' --at 2009-03-08 --format plain x
	ends 65
	says '^foresink: x/rpz\.zone: this file of the last publication would vanish; --allow-shrink'
	long=$(printf 'a%.0s' {1..60})
	long=$long.$long.$long.$long # 243 octets
	run publish --canary none --origin "${long:0:239}" x
	ends 65
	says '^foresink: x/rpz\.zone: this file would shrink to less than half of the last one; --allow-shrink'
	[ "$(readlink x/current)" = 2009030800 ]
	# The canary and all below it must have room in the zone.
	run publish --origin "${long:0:222}" x
	ends 64
	publish --origin "${long:0:221}" --allow-shrink x
	if command -v named-checkzone; then named-checkzone "${long:0:221}" x/current/rpz.zone; fi
}

@test "a clock that went back replaces nothing unless told" {
	foresink publish -f conficker/b --at 2999-01-01 --format plain x
	run foresink publish -f conficker/b --format plain x
	ends 65
	says '^foresink: x: the clock is more than a day behind the last publication; --allow-past '
	[ "$(readlink x/current)" = 2999010100 ]
	foresink publish -f conficker/b --format plain --allow-past x
	[ "$(readlink x/current)" = 2999010101 ]
}

@test "signed, verified, altered" {
	foresink publish --new-key k
	[ "$(stat -c %a k)" = 600 ]
	run foresink publish --new-key k
	ends 71
	publish --key k x
	run foresink publish --verify --public-key k.pub x
	ends 0
	says '^x: good: 2009030800, .* 4,500 names, .*, 2 files, signed by k\.pub\.$'
	cp -r x/current/ copy
	foresink publish --verify --public-key k.pub --json copy | jq -e '.signed and .files == 2'
	foresink publish --new-key other
	run foresink publish --verify --public-key other.pub x
	ends 65
	for file in plain.txt rpz.zone manifest.json manifest.json.sig; do
		rm -rf y
		cp -r copy y
		printf '\n' >>y/$file
		run foresink publish --verify --public-key k.pub y
		case $file in
		*.sig) ends 0 ;; # a line's end more is the same signature
		*) ends 65; says "^foresink: y/(manifest.json.sig|$file): " ;;
		esac
	done
	: >copy/more
	run foresink publish --verify copy
	ends 65
	says '^foresink: copy/more: the manifest does not name this file$'
}

@test "verified is what a reader gets, by whichever way" {
	publish x
	# An altered copy with a good publication inside.
	cp -r x/current/ copy
	printf 'more\n' >>copy/plain.txt
	cp -r x/2009030800 copy/
	ln -s 2009030800 copy/current
	run foresink publish --verify copy
	ends 65
	says '^foresink: copy/current: it stands beside a manifest'
	mkdir y
	cp -r x/2009030800 y/2009030801
	ln -s 2009030801 y/current
	run foresink publish --verify y
	ends 65
	says '^foresink: y/current: the manifest is of another serial$'
	ln -sfn ../x/2009030800 y/current
	run foresink publish --verify y
	ends 65
	says '^foresink: y/current: this is no link to a publication$'
	rm y/current
	run foresink publish --verify y
	ends 71
	says '^foresink: y: nothing is published there: '
}

@test "a key or signature that was written in part is an error with a name" {
	run prlimit --fsize=10 foresink publish --new-key k
	ends 71
	says '^foresink: k: (Input/output error|File too large)$'
	[ ! -e k ]
}

@test "the signature is one that others verify" {
	foresink publish --new-key k
	publish --key k x
	{ printf '\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00'; sed 's/.* //' k.pub | base64 -d; } |
		openssl pkey -pubin -inform DER -out pem
	base64 -d x/current/manifest.json.sig >sig
	openssl pkeyutl -verify -pubin -inkey pem -rawin -in x/current/manifest.json -sigfile sig
}

@test "what is current and altered is not published over in silence" {
	publish x
	printf 'rubbish\n' >>x/current/plain.txt
	run publish --ttl 5 x
	ends 65
	says '^foresink: x/current/plain\.txt: .*--replace-damaged'
	publish --ttl 5 --replace-damaged x
	[ "$(readlink x/current)" = 2009030801 ]
	: >x/current/editor~
	run publish --ttl 6 x
	ends 0
	says '^foresink: note: x/current/editor~: the manifest does not name this file$'
	[ "$(readlink x/current)" = 2009030802 ]
	rm x/current
	ln -s /etc x/current
	run publish x
	ends 65
	says "^foresink: x/current: .*no link to a publication"
}

@test "two runs exclude each other" {
	publish x
	flock x foresink publish -f conficker/a --at 2009-03-08 --allow-shrink x # anybody can do that
	run flock x/.foresink-publish-lock foresink publish -f conficker/a --at 2009-03-08 x
	ends 75
	says '^foresink: x: another run is at work there$'
}

@test "all formats, and what they are" {
	foresink publish -f conficker/b --at 2009-03-08 --json x >got
	foresink publish --list-formats --json | jq -r '.files[]' | sort >files
	jq -r '.files[].file' got | sort | cmp - files
	ls x/current | grep -v '^manifest' | sort | cmp - files
	[ "$(foresink publish --list-formats | grep -c '^[a-z]')" -eq "$(jq -r '[.files[].format] | unique | length' got)" ]
}

@test "what is asked for the wrong way" {
	for wrong in '' 'x y' '--verify' '--verify --list-formats x' '--public-key k x' '--key k --verify x' \
		'--format nosuch x' '--confidence sure x' '--ttl -1 x' '--ttl 1s x' '--origin a..b x' \
		'--canary a;b x' '--tld .. x' '--new-key k x' '-f nosuch x' '--from 2009-02-30 x' \
		'--from 2009-03-08 --to 2009-03-07 x' '--at yesteryear x' '--from 1601-01-01 --to 2200-01-01 x'; do
		run foresink publish $wrong
		ends 64 || { echo "$wrong"; false; }
		[ "${#lines[@]}" -eq 1 ]
		[ ! -e x ]
	done
	run foresink publish --key nosuch x
	ends 71
	echo 'foresink-public-key AAAA' >k
	run foresink publish --key k x
	ends 65
	run foresink publish no/such/folder -f conficker/b --format plain
	ends 71
	run foresink publish --verify nosuch
	ends 71
}
