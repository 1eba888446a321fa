# A census of what is broken: a clear word, and no number where none can be.
load setup

made() {
	"$BATS_TEST_DIRNAME/census_sightings" "$@"
}

# Fails unless the last run ended with status $1 and said what matches $2, and no figure.
refused() {
	ends "$1" || return 1
	says "$2" || return 1
	! grep -q 'METHOD' <<<"$output"
}

@test "what is no store and no file of sightings" {
	mkdir folder
	printf 'time,address\n' >head
	printf 'name,price\nbread,2\n' >other
	printf '\x89PNG\r\n\x1a\n\0\0\0' >picture
	run foresink census none
	refused 71 '^foresink: none: No such file or directory$'
	run foresink census folder
	refused 71 '^foresink: folder: there is no store here$'
	run foresink census other
	refused 65 '^foresink: other:1: neither JSON Lines nor CSV of sightings'
	echo '192.0.2.1 - - [21/Nov/2026:19:43:45 +0000] "GET /search?q=29 HTTP/1.0" 404 0 "-" "-"' >log
	run foresink census log
	refused 65 'a log is taken in with .foresink store import. or .foresink scan --store.'
	run foresink census merge folder
	refused 71 '^foresink: folder: Is a directory'
	run foresink census picture
	refused 65 '^foresink: picture:1: neither'
	run foresink census head
	ends 0
	says '^Nothing was seen'
}

@test "the first five lines that are none are told, the others counted" {
	made sensors 30 >calls
	for n in $(seq 8); do
		echo '2009-03-01T12:00:00Z,nobody,http,conficker/b,name,,,,,' >>calls
	done
	run foresink census calls
	ends 0
	[ "$(grep -c '^foresink: calls:[0-9]*: ' <<<"$output")" -eq 5 ]
	says '^Read +[0-9]+ lines of files, 8 passed over$'
	grep nobody calls | sed 1i"$(head -1 calls)" >bad
	run foresink census bad
	refused 65 '^foresink: bad: no line of it is a sighting$'
}

@test "each thing that can be wrong with a line" {
	good='{"time":"2009-03-01T12:00:00.000000Z","address":"192.0.2.1","prefix":32,"kind":"http","generator":"conficker/b","fingerprint":"conficker-ab","by":"name","counter":3,"more":0,"index":1}'
	for change in '.time = "2009-03-01"' '.time = "2009-03-01T12:00:00"' '.time = "2009-02-30T12:00:00Z"' 'del(.time)' \
		'.address = "192.0.2.256"' 'del(.address)' '.address = null' '.prefix = 33' '.prefix = -1' '.prefix = "x"' \
		'.kind = "smtp"' 'del(.kind)' '.by = "luck"' '.to = "here"' '.counter = -7' '.counter = "1e9"' \
		'.counter = 9223372036854775808' '.more = 4294967296' '.index = "x"' '.country = "Germany"' '.country = "d1"' \
		'.network = "AS1"' '.generator = "a b"' '.generator = ("x" * 70)' '.generator = "\u0001"'; do
		{ echo "$good"; jq -c "$change" <<<"$good"; } >calls
		run foresink census --json calls
		ends 0 || { echo "$change"; false; }
		says '^foresink: calls:2: ' || { echo "$change"; false; }
		says '"lines":2,"skipped":1' || { echo "$change"; false; }
	done
	for line in '{' '[]' '{"time":' "${good:0:40}" "$good$(printf '\x01')" '12'; do
		printf '%s\n%s\n' "$good" "$line" >calls
		run foresink census --json calls
		ends 0
		grep -q '"lines":2' <<<"$output"
	done
	# A line that is longer than any: it is passed over, and the next one is read.
	{ echo "$good"; head -c 3000000 /dev/zero | tr '\0' x; echo; echo "$good"; } >calls
	run foresink census --json calls
	ends 0
	says '^foresink: calls:2: this line is too long$'
	says '"lines":3,"skipped":1'
	says '"contacts":2'
}

@test "what is packed and cut is not half counted" {
	made sensors 3000 | gzip >calls.gz
	head -c 9000 calls.gz >cut.gz
	run foresink census cut.gz
	refused 65 '^foresink: cut.gz:'
	run foresink census - <cut.gz
	refused 65 '^foresink: standard input: '
}

@test "names that are held, and canaries, in files that are broken" {
	made sensors 30 >calls
	: >empty
	printf 'good.example\nnot a name\n' >names
	for option in --held --canary; do
		run foresink census $option none calls
		refused 71 'none: No such file'
		run foresink census $option empty calls
		refused 65 'empty: no name is in it'
		run foresink census $option names calls
		refused 65 'names:2:'
	done
}

@test "what is read is not written over, nor one file twice" {
	made sensors 30 >calls
	foresink forecast -f conficker/b -d 2009-03-01 --format names >names
	printf '11.0.0.0\t11.255.255.255\t64496\tDE\tx\n' >where
	echo 00112233445566778899aabbccddeeff >key
	echo 192.0.2.1 >texts
	foresink census --sketch north --key key --node north calls >/dev/null
	md5sum calls names where key texts north >sums
	for words in '--held names --html names' '--canary names -o ./names' '--country where -o where' \
		'--network where --html where' '--sketch key --key key --node a' \
		'--key key --node a --sketch s -o key' '-o page --html ./page' \
		'-o page --sketch ./page --key key --node a'; do
		# shellcheck disable=SC2086 # they are words
		run foresink census $words calls
		refused 64 'is not written|into one file' || { echo "$words"; false; }
	done
	run foresink census merge -o north north
	refused 64 'north is read: it is not written$'
	run foresink census merge -o page --sketch ./page north
	refused 64 'into one file$'
	for place in texts key; do
		run foresink census count --sketch $place --key key --node a -f conficker/b --date 2009-03-01 texts
		refused 64 "$place is read: it is not written\$"
	done
	md5sum --quiet -c sums
	[ ! -e page ]
	# To put more into one's own sketches is no loss.
	run foresink census merge -o told --sketch north north
	ends 0
}

@test "no cell of CSV is taken for a formula" {
	for sign in = + - @; do
		printf 'time,address,kind,generator,sensor\n2009-03-01T12:00:00Z,11.0.0.0,dns,%s1/a,"%s1,""2"""\n' \
			"$sign" "$sign" >calls
		for by in '' '--by family'; do
			# shellcheck disable=SC2086 # they are words
			run foresink census --csv $by calls
			ends 0
			says "\\\\x$(printf %02x "'$sign")1"
			! grep -Eq "(^|,)\"?[$sign]" <<<"$output"
		done
	done
	echo 00112233445566778899aabbccddeeff >key
	echo 192.0.2.1 >texts
	foresink census count --sketch s --key key --node a -f '=1' --date 2009-03-01 texts >/dev/null
	run foresink census merge --csv s
	says ',\\x3d1,'
}

@test "more generators than can be: a clear word" {
	seq 1100 | sed 's|.*|{"time":"2009-03-01T12:00:00Z","address":"11.0.0.1","kind":"dns","generator":"f&/a"}|' >calls
	run foresink census calls
	refused 65 '^foresink: calls: more generators and countries than a census tells apart$'
}

@test "files of countries and networks that are none" {
	made sensors 30 >calls
	printf 'no mmdb\n' >file
	printf '\xab\xcd\xefMaxMind.com' >cut
	for option in --country --network; do
		run foresink census $option none calls
		refused 71 '^foresink: none: No such file'
		for bad in file cut; do
			run foresink census $option $bad calls
			refused 65 "^foresink: $bad:(1:)? "
		done
	done
}

@test "lines of iptoasn.com say where addresses are" {
	made sensors 3000 >calls
	printf '11.0.0.0\t11.0.255.255\t64496\tDE\tONE\n11.1.0.0\t11.2.255.255\t64497\tFR\tTWO\n' >where
	[ "$(foresink census --country where --network where --by asn --csv calls | cut -d, -f2 | tr '\n' ' ')" = \
		'asn AS64496 AS64497 ' ]
	[ "$(foresink census --country where --by country --csv calls | cut -d, -f2 | tr '\n' ' ')" = 'country DE FR ' ]
	[ "$(foresink census --country where --by asn --csv calls | sed 1d | cut -d, -f2)" = '' ]
}

@test "which line of a file of places is wrong" {
	made sensors 30 >calls
	printf '11.0.0.0\t11.0.0.255\t1\tDE\tx\n11.0.0.128\t11.0.1.0\t2\tFR\ty\n' >where
	run foresink census --country where calls
	refused 65 '^foresink: where:2: a line before it has some of its addresses$'
	printf '11.0.0.0\t11.0.0.255\t1\tDE\tx\n11.0.1.0\t11.0.1.255\t4294967296\tFR\ty\n' >where
	run foresink census --network where calls
	refused 65 '^foresink: where:2:[0-9]+: not the number of a network$'
}

@test "a file that knows nothing of what it is asked is told" {
	made sensors 30 >calls
	printf '11.0.0.0\t11.255.255.255\t0\tDE\tx\n' >where
	run foresink census --country where --network where calls
	ends 0
	says '^foresink: where: it knows the network of none of the addresses: is it another file\?$'
	[ "$(grep -c ^foresink: <<<"$output")" -eq 1 ]
}

@test "keys of sketches that are none" {
	made sensors 30 >calls
	: >empty
	echo 0011 >short
	echo 00112233445566778899aabbccddeeffgg >wrong
	for key in empty short wrong; do
		run foresink census --sketch s --key $key --node a calls
		refused 65 "^foresink: $key: this is no key of sketches"
		[ ! -e s ]
	done
	run foresink census --sketch s --key none --node a calls
	refused 71 'none: No such file'
}

@test "Ctrl-C ends it, and leaves nothing behind" {
	mkfifo pipe
	foresink census -o report pipe 3>&- &
	child=$!
	exec 9>pipe
	made sensors 100 >&9
	sleep 0.3
	kill -TERM $child
	status=0
	wait $child || status=$?
	exec 9>&-
	[ "$status" -eq 143 ]
	[ ! -e report ]
}
