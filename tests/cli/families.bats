# What is known of the families, and the proof of it.
load setup

@test "the table has every family" {
	run foresink families
	ends 0
	[ "${#lines[@]}" -eq $(($(ls "$lists" | grep -vc index.tsv) + 1)) ]
	says '^conficker +3 +50000 +1 day +2008-11-21 '
	says '^suppobox .* 512 s '
	says '^ramnit .* for ever '
}

@test "one family in full" {
	run foresink families conficker
	ends 0
	says '^Computable by outsiders from 200[89]-'
	says '^Sources:'
	says '^  b +250 names, labels of 5 to 11, cc cn ws com net org info biz; .*; confidence high$'
	says '^  c +50000 names, .*; confidence medium$'
	run foresink families conficker/b
	ends 0
}

@test "JSON of all" {
	foresink families --json >got
	jq -e -s 'length == 13 and all(.[]; .text != "" and (.sources | length) > 0 and
		(.variants | length) > 0 and (.known_from | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")))' got
}

@test "how certain the lists of each variant are" {
	foresink families --json >got
	jq -r '.family as $f | .variants[] | "\($f)/\(.name) \(.confidence)"' got >ranks
	[ "$(cut -d' ' -f2 ranks | sort -u | tr '\n' ' ')" = "high low medium " ]
	grep -qx 'conficker/b high' ranks
	grep -qx 'ramnit/28488EEA medium' ranks
	grep -qx 'torpig/daily low' ranks
	foresink families --mdoc conficker | grep -qx 'confidence medium:'
}

@test "an unknown family names the nearest" {
	run foresink families ramit
	ends 64
	says "^foresink: families: no family .ramit'; the nearest is ramnit$"
}

@test "variants that do not exist, and formats that exclude one another" {
	run foresink families conficker/zzz
	ends 64
	says 'the nearest is conficker/'
	run foresink families --json --mdoc
	ends 64
}

@test "selftest passes, and tells what it checked" {
	run foresink selftest
	ends 0
	says '^[0-9]+ passed, 0 failed$'
	run foresink selftest -v conficker
	ends 0
	says '^pass conficker/b 2009-03-08 #101 jogli\.com$'
	foresink selftest --json | jq -e -s 'all(.[]; .passed and .want == .got)'
	run foresink selftest conficer
	ends 64
	says 'the nearest is conficker$'
}

@test "the digest of the selftest is that of the printed list" {
	foresink families --json necurs | jq -r '.variants[0] | .proof_date + " " + .proof_sha256' >proof
	read -r day sum <proof
	[ "$(foresink forecast -f necurs --date "$day" --format names | sha256sum | cut -d' ' -f1)" = "$sum" ]
}

@test "help, version, and words that are no command" {
	run foresink --help
	ends 0
	says '^  explain '
	run foresink --version
	ends 0
	says '^foresink [0-9]+\.[0-9]+\.[0-9]+$'
	run foresink
	ends 64
	run foresink no-such-command
	ends 64
	says "^foresink: no command .no-such-command'"
	for c in explain families forecast index selftest; do
		run foresink $c --help
		ends 0
		says "^Usage: foresink $c "
	done
	run bash -c 'foresink --help >/dev/full'
	ends 71
}
