# Sketches of several nodes merge; addresses in texts are counted.
load setup

made() {
	"$BATS_TEST_DIRNAME/census_sightings" "$@"
}

keys() {
	echo 00112233445566778899aabbccddeeff >key
	echo ffeeddccbbaa99887766554433221100 >other
}

@test "two sketches merged are the sketch of both" {
	keys
	made sensors 3000 >calls
	head -1 calls | tee one >two
	grep ,one, calls >>one
	grep ,two, calls >>two
	for part in one two calls; do
		run foresink census --sketch $part.sketch --key key --node $part $part
		ends 0
	done
	foresink census merge --json one.sketch two.sketch >merged
	foresink census merge --json calls.sketch >whole
	[ "$(head -1 merged)" = '{"record":"nodes","nodes":["one","two"]}' ]
	diff <(sed 1d merged) <(sed 1d whole)
	# Who called both counts once: within the interval, the number is that of the census.
	wanted=$(foresink census --json calls | jq 'select(.method == "footprint").value')
	jq -es --argjson wanted "$wanted" '.[1:] | length == 2 and all(.unit == "addresses" and
		.bound == "interval" and .low <= .value and .value <= .high) and
		(.[] | select(.to == "2009-03-02T00:00:00Z") | .low <= $wanted and $wanted <= .high)' merged
	# In any order, and over again.
	foresink census merge --csv two.sketch one.sketch calls.sketch one.sketch >again
	[ "$(foresink census merge --csv one.sketch two.sketch)" = "$(cat again)" ]
	run foresink census merge one.sketch two.sketch
	says '^Nodes  one, two$'
	says '^2009-03-01 +day +conficker/b +all +[0-9,]+  [0-9,]+ to [0-9,]+$'
	says '^2009-03-01T12:00:00Z +hour +conficker/b '
}

@test "what was merged can be merged" {
	keys
	made sensors 500 >calls
	for node in a b c; do
		foresink census --sketch $node --key key --node $node calls >/dev/null
	done
	foresink census merge --sketch ab -o report a b
	grep -q '^Nodes  a, b$' report
	foresink census merge --json ab c | head -1 | grep -q '\["a","b","c"\]'
}

@test "days are put together: who called on several counts once" {
	keys
	made days 4 0 >calls
	for node in a b; do
		foresink census --from 2009-03-01 --sketch $node --key key --node $node calls >/dev/null
	done
	run foresink census merge a b
	ends 0
	says '^2009-03-01 to 2009-03-04 span  conficker/b +all +(2,9[0-9]{2}|3,0[0-9]{2})  '
	foresink census merge --json a b >merged
	jq -es 'map(select(.from == "2009-03-01T00:00:00Z" and .to == "2009-03-05T00:00:00Z")) |
		length == 1 and (.[0] | .record == "sketch" and .generator == "conficker/b" and
		.country == null and .low <= 3000 and 3000 <= .high)' merged
	[ "$(foresink census merge --csv a b | grep -c '^2009-03-01T00:00:00Z,2009-03-05T')" -eq 1 ]
	# What was merged does not keep it: it would be merged twice.
	foresink census merge --sketch ab a b >/dev/null
	[ "$(foresink census merge --csv ab | grep -c ,2009-03-05T00:00:00Z,)" -eq 3 ]
}

@test "countries have sketches of their own" {
	keys
	made sensors 100 | sed '2,$s/,conficker-ab,,/,conficker-ab,DE,/' >calls
	foresink census --sketch s --key key --node a calls >/dev/null
	[ "$(foresink census merge --csv s | cut -d, -f3,4 | sort | uniq -c | tr -s ' \n' ' ')" = \
		' 2 conficker/b, 1 conficker/b,DE 1 generator,country ' ]
}

@test "sketches that cannot be merged: the file is named" {
	keys
	made sensors 100 >calls
	foresink census --sketch a --key key --node a calls >/dev/null
	foresink census --sketch b --key other --node b calls >/dev/null
	run foresink census merge a b
	ends 65
	[ "$output" = 'foresink: b: made with another key than the sketches before it' ]
	size=$(stat -c %s a)
	for len in 0 1 7 8 20 $((size / 2)) $((size - 1)); do
		head -c "$len" a >cut
		run foresink census merge a cut
		ends 65 || { echo "$len"; false; }
		says '^foresink: cut: '
	done
	{ head -c 50 a; printf 'x'; tail -c +52 a; } >bent
	run foresink census merge bent
	ends 65
	# A later version; another precision.
	{ head -c 8 a; printf '\x02\x00'; tail -c +11 a; } >later
	{ head -c 10 a; printf '\x0c\x00'; tail -c +13 a; } >rough
	for file in later rough; do
		run foresink census merge $file
		ends 65
		says "^foresink: $file: "
	done
	run foresink census merge none
	ends 71
	run foresink census merge calls
	ends 65
}

@test "count: different addresses, whatever stands around them" {
	printf '192.0.2.1\n192.0.2.2\r\n 192.0.2.1 \n\n2001:db8::1\n2001:db8::2\n2001:db8:0:1::1\n192.0.2.3' >list
	run foresink census count list
	ends 0
	[ "$output" = 'Lines      8, 1 empty
IPv4       3
IPv6 /64   2
Different  5, counted' ]
	run foresink census count - <list
	says '^Different  5, counted$'
	gzip -k list
	run foresink census count --json list list.gz
	[ "$output" = '{"record":"count","lines":16,"empty":2,"wrong":0,"ipv4":3,"ipv6_64":2,"addresses":5,"unit":"addresses","bound":"counted"}' ]
}

@test "count: the first five lines that are no address are told with their file" {
	printf '192.0.2.1\nhost\n192.0.2.1/24\n' >a
	printf '192.0.2.2\n\xff\x1b[2J\nx\ny\nz' >b
	run foresink census count a b
	ends 0
	says '^foresink: a:2: no address: host$'
	says '^foresink: a:3: no address: 192\.0\.2\.1/24$'
	says '^foresink: b:2: no address: \\xff\\x1b\[2J$'
	says '^foresink: b:4: no address: y$'
	[ "$(grep -c '^foresink:' <<<"$output")" -eq 5 ]
	says '^Lines      8, 6 without an address$'
	run foresink census count b
	ends 0
	printf 'x\n' >b
	run foresink census count b
	ends 65
	run foresink census count none
	ends 71
	: >empty
	run foresink census count empty
	ends 0
	says '^Different  0, counted$'
}

@test "count: many lines, and lines longer than what is read at once" {
	seq 300000 | awk '{ printf "10.%d.%d.%d\n", $1 % 7, $1 / 256 % 256, $1 % 256 }' >list
	wanted=$(sort -u list | wc -l)
	[ "$(foresink census count --json list | jq .addresses)" = "$wanted" ]
	{ cat list; head -c 5000000 /dev/zero | tr '\0' 1; echo; echo 192.0.2.1; } >long
	run foresink census count --json long
	ends 0
	says "\"wrong\":1,\"ipv4\":$((wanted + 1)),"
	says '^foresink: long:300001: no address: '
}

@test "count makes a sketch of what it counted" {
	keys
	seq 5000 | awk '{ printf "10.1.%d.%d\n", $1 / 256, $1 % 256 }' >list
	foresink census count --sketch s --key key --node n -f conficker/b --date 2009-03-01 list >/dev/null
	[ "$(foresink census merge --json s | jq -r 'select(.record == "sketch") |
		.generator, .from, .value > 4800 and .value < 5200' | tr '\n' ' ')" = 'conficker/b 2009-03-01T00:00:00Z true ' ]
	run foresink census count --sketch t --key key --node n -f 'a b' --date 2009-03-01 list
	ends 64
	[ ! -e t ]
}
