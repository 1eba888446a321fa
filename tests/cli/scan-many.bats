# Large logs: an outbreak of every family, ten million clean lines, and clients that
# stand for many.
load scan

@test "an outbreak of every family: each host is found with its generator, no clean one is" {
	timeout 200 "$BATS_TEST_DIRNAME/logs/outbreak" "$(command -v foresink)" 2026-11-20 1000000 truth >log
	[ "$(wc -l <truth)" -ge 1300 ]
	scan --json log
	ends 1
	jq -r '. as $host | .findings[] | "\($host.address) \(.generator) \(.found) \(.verdict)"' report >found
	# Whoever asked for three names or more.
	awk 'FILENAME == "truth" && $3 >= 3 { wanted[$1 " " $2 " " $3] = 1 }
		FILENAME == "found" && $4 == "infected" { delete wanted[$1 " " $2 " " $3] }
		END { for (one in wanted) print one }' truth found >lost
	diff lost /dev/null
	# Each finding beyond chance is of the family that the host has: of the others of the
	# family those that share names with its generator. Each host is told once.
	awk '{ sub(/\/.*/, "", $2) } FILENAME == "truth" { true[$1] = $2 }
		FILENAME == "found" && $4 != "chance" && true[$1] != $2 { print }' truth found >false
	diff false /dev/null
	[ "$(jq -r .address report | sort | uniq -d | wc -l)" -eq 0 ]
	# The worst finding of a host has all its names.
	jq -r '"\(.address) \(.findings[0].found)"' report | sort >worst
	cut -d ' ' -f 1,3 truth | sort | diff - worst
	# A host with one name is never infected; none of them is a relay.
	awk 'FILENAME == "truth" { few[$1] = $3 == 1 }
		FILENAME == "found" && $4 != "chance" && few[$1] { print }' truth found >rash
	diff rash /dev/null
	jq -es 'all(.relay == []) and (map(.address) | map(select(startswith("10.200."))) == [])' report
	[ "$(jq -r 'select(.verdict == "infected").findings[].family' report | sort -u)" = "$(
		foresink families --json | jq -r .family | sort -u)" ]
	# One worker or many: the same.
	cp report many
	scan --json --threads 1 log
	cmp report many
}

# The names in ten million clean lines that are on a list are as many as the placebo
# lists, which are as long, say: two numbers of Poisson, so that they differ by less
# than five times the root of their sum.
@test "ten million clean lines: nobody is infected, and chance is as measured" {
	maker=${FORESINK%/src/cmd/*}/bench/bench_lines
	[ -x "$maker" ]
	megabytes=1520
	if grep -q __asan_init "$FORESINK"; then
		megabytes=456 # three million: the sanitizers take their time
	fi
	timeout 250 "$maker" bind $megabytes 2026-11-20 1 short |
		timeout 250 foresink scan --sightings - >sightings 2>told
	output=$(cat told)
	says '^Found +0 hosts infected, 0 likely to be; [0-9]+ by chance$'
	says '^Asked +(10|3),000,000 names by about [45],[0-9]{3} hosts; 0 lines'
	read -r placebo names < <(sed -n 's/,//g; s/^Chance *\([0-9]*\) of \([0-9]*\) different pairs of clean name and day of a host matched placebo lists: .*/\1 \2/p' told)
	[ "$names" -ge 2000000 ]
	matched=$(jq -r '"\(.address) \(.name)"' sightings | sort -u | wc -l)
	echo "matched $matched, placebo $placebo of $names"
	[ $(((matched - placebo) * (matched - placebo))) -le $((25 * (matched + placebo))) ]
	[ "$matched" -gt 0 ] && [ "$placebo" -gt 0 ]
}

@test "a relay: more names of a list than a bot asks for" {
	asks 2009-04-10 10.0.0.1 conficker/c 1 2000 >log
	asks 2009-04-10 10.0.0.2 conficker/c 1 400 >>log
	scan --json log
	ends 1
	jq -es 'map({(.address): .}) | add | .["10.0.0.1"].relay == ["list"] and
		.["10.0.0.2"].relay == [] and all(.[]; .verdict == "infected")' report
	scan log
	says '^10\.0\.0\.1 .* conficker/c .* relay, at least one infected behind it: more names of a list than a bot tries$'
	[ "$(grep -c 'relay, at least' report)" -eq 1 ]
}

@test "a relay: more rounds through a list than a bot makes" {
	asks 2009-03-08 10.0.0.1 conficker/b 1 250 >round
	for _ in $(seq 60); do cat round; done >log
	scan --json log
	ends 1
	jq -es 'length == 1 and (.[0].relay | index("sweeps")) != null and
		.[0].findings[0].sightings == 15000 and .[0].findings[0].found == 250' report
	scan --json round
	ends 1
	jq -es '.[0].relay == []' report
}

@test "a relay: names of four families" {
	for generator in conficker/b 'banjori/*' gozi/luther necurs/magic9; do
		asks 2016-03-29 10.0.0.1 "$generator" 1 6
	done >log
	scan --json log
	ends 1
	jq -es 'length == 1 and (.[0] | .verdict == "infected" and
		(.relay | index("families")) != null and (.findings | map(.family) | unique | length) >= 4)' report
}

@test "a relay: clean names of many users" {
	seq 12000 | sed 's/.*/2009-03-08T10:00:00.000 10.0.0.1 www.site&.example/' | bind_lines >log
	seq 8000 | sed 's/.*/2009-03-08T10:00:00.000 10.0.0.2 www.site&.example/' | bind_lines >>log
	asks 2009-03-08 10.0.0.1 conficker/b 1 20 >>log
	asks 2009-03-08 10.0.0.2 conficker/b 1 20 >>log
	scan --json log
	ends 1
	jq -es 'map({(.address): .}) | add | .["10.0.0.1"].relay == ["clean"] and
		.["10.0.0.2"].relay == []' report
	jq -es 'map({(.address): .clean_names}) | add | (.["10.0.0.1"] / 12000 | . > 0.85 and . < 1.15) and
		(.["10.0.0.2"] / 8000 | . > 0.85 and . < 1.15)' report
	scan log
	says '^10\.0\.0\.1 .* infected .* relay, at least one infected behind it: many users'
}
