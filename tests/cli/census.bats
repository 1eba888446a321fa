# How many are infected: figures whose truth is known, or a word why there is none.
load setup

# Sightings whose truth is known.
made() {
	"$BATS_TEST_DIRNAME/census_sightings" "$@"
}

# The requests at a sinkhole that were captured, in the store "store".
fill() {
	"$BATS_TEST_DIRNAME/logs/make" nginx-json <"$data/conficker-sinkhole-2011-05-30.tsv" >log
	foresink store import store log --sensor isc --to 149.20.56.34:80 >/dev/null
}

# What $1 says of a census in JSON, of the sources and options that follow.
told() {
	foresink census --json "${@:2}" | jq -rs "$1"
}

@test "command lines that are wrong" {
	made sensors 10 >calls
	echo 00112233445566778899aabbccddeeff >key
	for words in '' '--colour calls' '--by year calls' '--method guess calls' '-f nothing calls' \
		'--from 2009-13-01 calls' '--from 2009-03-01T12:00:00Z calls' '--json --csv calls' \
		'--from 2009-03-02 --to 2009-03-01 calls' '--from 2001-01-01 --to 2009-03-01 calls' \
		'--from 2001-01-01 calls' '--sketch s calls' '--sketch s --key key calls' \
		'--sketch s --key key --node a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/0/1/2/3/4/5/6 calls' \
		'-o calls calls' '-o a --html a calls' 'merge' 'merge --json --csv a' 'merge --colour a' \
		'count' 'count --csv a' 'count --date 2009-03-01 calls' 'count --sketch s --key key --node a calls' \
		'count --sketch s --key key --node a -f conficker/b --date never calls' 'methods a' 'methods --csv'; do
		# shellcheck disable=SC2086 # they are words
		run foresink census $words
		ends 64 || { echo "$words"; false; }
		[ "${#lines[@]}" -eq 1 ]
	done
	[ ! -e s ]
}

@test "F-Secure's callers of 22 January 2009: its counts and shares by country" {
	made fsecure >calls
	run foresink census --by country calls
	ends 0
	says '^conficker: 1,005,941 addresses called, 1,005,941 contacts$'
	says '^Window +2009-01-22, UTC \(the last day with a sighting\)$'
	says '^  footprint +1,005,941  at most +addresses  2009-01-22$'
	says '^  CN +152,016   15\.1 %'
	says '^  RU +139,934   13\.9 %'
	says '^  BR +120,197   11\.9 %'
	says '^  IN +64,035 '
	says '^  UA +63,939 '
	says '^  KR +39,731 '
	says '^  IT +39,712 '
	says '^  RO +39,156 '
	says '^  AR +36,070 '
	says '^  US +11,779    1\.2 %'
	says '^  not known +299,372 '
}

@test "the case of Bkis: about 231,000, not 1,384,100" {
	fill
	foresink forecast -f conficker/c -d 2009-04-01 --format names | head -6 >held
	# shellcheck disable=SC2046 # they are words
	made bkis $(cat held) >calls
	# Names of an address are counted nearly.
	[ "$(told '.[] | select(.method == "hits") | .value / 1000 | round' --held held calls)" = 231 ]
	run foresink census --held held calls
	says '^  hits +23[01],[0-9]{3}  [0-9,]+ to [0-9,]+ +sweeps +2009-04-01$'
	says 'H = 138[0-9]{2}, m = 6, D = 50000, n = 500; up to 14 % of the$'
	says '^  Held: 6 names of the list of 2009-04-01$'
	# Not known which names were held, and not known which name a call meant, are two things.
	foresink census --json --held all store >told
	run jq -r 'select(.method == "hits") | .why' told
	says '^of no call is it known which held name it meant'
	run jq -r 'select(.method == "hits") | .why' <(foresink census --json store)
	says '^it is not known which names were held \(--held\)$'
	# Without the names there is a word, and no number.
	[ "$(told '.[] | select(.method == "hits") | .value, .why' calls | head -c 22)" = $'null\nit is not known w' ]
}

@test "coverage of held names: 50 % at 69, 99 % at 459, all of all" {
	foresink forecast -f conficker/c -d 2009-04-01 --format names >list
	# shellcheck disable=SC2046 # they are words
	made bkis $(head -6 list) >calls
	for m in 69:50 459:99; do
		head -${m%:*} list >held
		[ "$(told '.[] | select(.method == "coverage") | .value * 100 | round' --held held calls)" = ${m#*:} ]
	done
	[ "$(told '.[] | select(.method == "coverage") | .value' --held all calls)" = 1 ]
}

@test "what a sinkhole captured: as text, JSON and CSV" {
	fill
	run foresink census store
	ends 0
	says '^Sensors +isc \(in the peak hours\)$'
	says '^conficker: 37 addresses called, 40 contacts$'
	says '^  counter +993  attacker-reported +victims +2011-05-30$'
	says 'attacker-reported'
	says '^  nat +1[0-5]  at least +hosts +2011-05-30 23:00 to 24:00$'
	says '^  peak +37  counted +addresses'
	says '^  No number:$'
	says '^  churn +it takes 4 days'
	# Estimates of hosts before counts of addresses, and the attacker's own claim last.
	[ "$(grep -oE '^  (nat|peak|footprint|counter) ' <<<"$output" | tr -d ' ' | tr '\n' ' ')" = 'nat footprint peak counter ' ]
	foresink census --json store >json
	jq -es 'map(select(.record == "figure")) | length > 8 and all(
		(.unit | length) > 0 and (.from | length) == 20 and (.to | length) == 20 and .sensors == ["isc"] and
		(.method | length) > 0 and (.assumes | length) > 0 and (.formula | length) > 0 and (.source | length) > 0 and
		(if .value == null then (.why | length) > 0 and .bound == null and .low == null and .high == null
		elif .bound == "interval" then .low <= .value and .value <= .high
		elif .bound == "at least" then .low == .value and .high == null
		elif .bound == "at most" then .high == .value and .low == null
		else .bound == "counted" end))' json
	# No figure of hosts without a method and what it is worth.
	jq -es 'all(.[] | select(.unit == "hosts" and .value != null); .bound != "counted")' json
	run foresink census --csv store
	[ "${lines[0]}" = family,method,unit,from,to,sensors,value,low,high,bound,why,note,assumes ]
	says '^conficker,footprint,addresses,2011-05-30T00:00:00Z,2011-05-31T00:00:00Z,isc,37,,37,at most,,'
	[ "${#lines[@]}" -eq $(($(jq -s 'map(select(.record == "figure")) | length' json) + 1)) ]
	# It is read, and nothing else: even where nobody may write.
	[ "$(foresink census --json --method peak store | wc -l)" -eq 4 ]
}

@test "what was exported counts the same: JSON and CSV, packed, through a pipe, and twice" {
	fill
	foresink store export store >calls.jsonl
	foresink store export --format csv store >calls.csv
	gzip -k calls.csv
	xz -k calls.jsonl
	same='map(del(.sources, .lines, .sensors_of_peak))'
	told "$same" store >wanted
	for file in calls.jsonl calls.csv calls.csv.gz calls.jsonl.xz; do
		told "$same" $file >got
		diff wanted got
	done
	told "$same" - <calls.csv >got
	diff wanted got
	told "$same" - <calls.csv.gz >got
	diff wanted got
	told "$same" <(cat calls.jsonl) >got
	diff wanted got
	# The same hosts in two sources are the same hosts.
	[ "$(told '.[] | select(.method == "footprint" or .method == "peak" or .method == "counter") | .value' \
		store calls.csv | tr '\n' ' ')" = '37 37 993 ' ]
	[ "$(told '.[] | select(.record == "family") | .contacts' store calls.csv)" = 80 ]
}

@test "what a scan saw counts" {
	"$BATS_TEST_DIRNAME/logs/make" bind <"$data/conficker-b-host-2015-08-03.tsv" >host.log
	foresink scan --sightings host.log >calls 2>/dev/null || [ $? -eq 1 ]
	[ "$(told '.[] | select(.method == "footprint") | .value' calls)" = 1 ]
	[ "$(told '.[] | select(.record == "family") | .habits_of' calls)" = conficker/b ]
}

@test "tables by hour, day, country, network and family" {
	made days 3 0.1 >calls
	run foresink census --from 2009-03-01 --by day --csv calls
	[ "$output" = 'family,day,addresses,contacts,held,hits
conficker,2009-03-01,3000,3000,,
conficker,2009-03-02,3300,3300,,
conficker,2009-03-03,3630,3630,,' ]
	run foresink census --by hour --csv calls
	[ "${lines[0]}" = family,hour,addresses ]
	[ "${#lines[@]}" -eq 25 ]
	[ "${lines[1]}" = conficker,2009-03-03T00:00:00Z,152 ]
	run foresink census --by family --csv calls
	[ "$output" = 'family,generator,addresses,contacts
conficker,conficker/b,3630,3630' ]
	run foresink census --by country calls
	says '^  not known +3,630  100\.0 %'
	run foresink census --by asn --json calls
	says '"record":"line","family":"conficker","asn":null,"addresses":3630,"share":1,'
	sed -i '1s/$/,network/; 2,$s/$/,64496/' calls
	run foresink census --by asn --csv calls
	[ "$output" = 'family,asn,addresses,contacts
conficker,AS64496,3630,3630' ]
}

@test "decay by day, and a day on which it changed" {
	made days 12 -0.05 >calls
	told '.[] | select(.record == "trend")' --from 2009-03-01 calls >trend
	jq -e '.days == 12 and .rate > -0.055 and .rate < -0.045 and .low < .rate and .rate < .high and
		.changes == [] and .why == null' trend
	run foresink census --from 2009-03-01 calls
	says '^  Trend: -5\.0 % a day \(95 %: -5\.[0-9] % to -4\.[0-9] %\)'
	made days 12 -0.02 fall >calls
	told '.[] | select(.record == "trend") | .changes' --from 2009-03-01 calls >changes
	jq -e 'length == 1 and .[0].day == "2009-03-07" and .[0].ratio < 0.12 and .[0].held == null' changes
	# On that day fewer names were held, too: that may be all.
	for day in 01 02 03 04 05 06; do
		foresink forecast -f conficker/b -d 2009-03-$day --format names | head -200
	done >held
	for day in 07 08 09 10 11 12; do
		foresink forecast -f conficker/b -d 2009-03-$day --format names | head -20
	done >>held
	run foresink census --from 2009-03-01 --held held calls
	says '^  Change: from 2009-03-07 on 0\.10 times as many; other names are held then'
	says '^  Held: 200 names of the list of 2009-03-01, 20 names from 2009-03-07$'
}

@test "two sensors of one hour" {
	made sensors 3000 >calls
	told '.[] | select(.method == "chapman")' calls >chapman
	jq -e '.value > 2850 and .value < 3150 and .sensors == ["one", "two"]' chapman
	# With one of them there is a word, and no number.
	grep -v ,two, calls >one
	[ "$(told '.[] | select(.method == "chapman") | .value' one)" = null ]
	# The same where their clocks are an hour apart.
	sed '/,two,/s/T12:/T13:/' calls >shifted
	told '.[] | select(.method == "chapman")' shifted >chapman
	jq -e '.value == null and (.why | test("clocks is an hour off"))' chapman
}

@test "who asks for a canary is not counted" {
	fill
	foresink store export --format csv store >calls.csv
	echo '# nobody else asks for it
	canary.example' >canaries
	[ "$(told '.[] | select(.record == "family") | .addresses' --canary canaries calls.csv)" = 37 ]
	foresink store export store | head -1 >first
	jq -c '.name = "www.canary.example" | .by = "name"' first >touch
	run foresink census --canary canaries calls.csv touch
	ends 0
	says '^conficker: 36 addresses called'
	says '^  1 address removed before:$'
	says '^    1 +asked for a name that only researchers know$'
}

@test "a span without sightings has words and no figures" {
	fill
	: >empty
	for words in '--from 2010-01-01 --to 2010-01-02 store' '-f gozi store' empty '--to 2010-01-01 store'; do
		# shellcheck disable=SC2086 # they are words
		run foresink census $words
		ends 0
		says '^Nothing was seen of what was asked for: there is no number'
		! grep -q METHOD <<<"$output"
		# shellcheck disable=SC2086 # they are words
		[ "$(told 'map(.record) | join(" ")' $words)" = census ]
		# shellcheck disable=SC2086 # they are words
		[ "$(foresink census --csv $words | wc -l)" -eq 1 ]
	done
}

@test "one host, and all from one address: no number of hosts but at least that" {
	fill
	foresink store export store | head -1 >one
	for n in $(seq 50); do cat one; done >many
	for file in one many; do
		run foresink census $file
		ends 0
		says '^conficker: 1 address called'
		told 'all(.[] | select(.unit == "hosts" and .value != null); .bound == "at least" and .value < 1.01)' $file |
			grep -qx true
	done
}

@test "the methods tell what they assume and when they refuse" {
	run foresink census methods
	ends 0
	says '^footprint: '
	says '^  refuses  '
	foresink census methods --json | jq -es 'length > 8 and all(.record == "method" and
		all(.method, .title, .unit, .formula, .source, .assumes, .refuses; length > 0))'
	for method in $(foresink census methods --json | jq -r .method); do
		made sensors 5 | foresink census --method "$method" - >/dev/null
	done
}

@test "the report and the page appear whole, in places of their own" {
	fill
	foresink census -o report --html page.html store
	grep -q '^conficker: 37 addresses' report
	grep -q '<html' page.html
	run foresink census --html page.html -o nowhere/report store
	ends 71
	# Nothing is written over what is read.
	foresink store export store >calls
	ln calls same
	ln -s store link
	ls store >before
	for place in calls ./calls same store/foresink.sqlite link/report "$PWD/store/x"; do
		for option in -o --html; do
			run foresink census $option "$place" store calls
			ends 64
			says "$place is read, or in a store that is"
		done
	done
	ls store | diff before -
	[ "$(foresink census --json store | jq -r 'select(.method == "footprint").value')" = 37 ]
}

# Ten days of 600 hosts, each calls every four hours; only the family is known of their calls.
family_only() {
	awk 'BEGIN {
		print "time,address,kind,generator,by,fingerprint"
		for (day = 1; day <= 10; day++)
			for (host = 0; host < 600; host++)
				for (hour = host % 4; hour < 24; hour += 4)
					printf "2009-03-%02dT%02d:00:00Z,198.18.%d.%d,http,conficker,,conficker-ab\n",
						day, hour, host / 250, host % 250
	}'
}

# Such requests are A's and B's: hosts are reckoned with A's slowest pace to B's fastest.
@test "one stray call for a variant's name does not say how all the others call" {
	live='.[] | select(.method == "live") | .low | round'
	family_only >calls
	low=$(told "$live" calls)
	[ "$low" -gt 100 ] && [ "$low" -lt 200 ] # 150 an hour call, 600 do not all
	echo '2009-03-10T03:00:00Z,198.18.9.9,http,conficker/b,name,conficker-ab' >>calls
	[ "$(told "$live" calls)" -le $((low + 2)) ]
	[ "$(told '.[] | select(.record == "family") | .habits_of' calls)" = null ]
	# Of the one alone it is known.
	[ "$(told '.[] | select(.record == "family") | .habits_of' -f conficker/b calls)" = conficker/b ]
}

@test "a call that shows the family only is not asked for by variant, and that is said" {
	family_only >calls
	run foresink census --method live calls
	says 'several variants'
	run foresink census --family conficker/b calls
	ends 0
	says '^Nothing was seen of what was asked for'
	says 'ask for the whole family'
}

@test "a day that is not over is no fall: it is told, and not in the trend" {
	family_only >calls
	[ "$(told '.[] | select(.record == "trend") | [.days, (.changes | length)] | join(" ")' calls --from 2009-03-01)" = '10 0' ]
	[ "$(told '.[] | select(.record == "family") | .gaps | length' calls --from 2009-03-01)" = 0 ]
	grep -v '^2009-03-10T\(0[3-9]\|1\|2\)' calls >morning
	run foresink census --from 2009-03-01 --html page morning
	says '^  2009-03-10 is not whole: nobody called from 03:00 on$'
	says 'in 9 days$'
	! grep -q 'Change:' <<<"$output"
	grep -q '<b>2009-03-10 is not whole</b>: nobody called from 03:00 on' page
	! grep -q 'level was another one' page
	[ "$(told '.[] | select(.record == "trend") | [.days, (.changes | length)] | join(" ")' morning --from 2009-03-01)" = '9 0' ]
	[ "$(told '.[] | select(.record == "family") | .gaps[] | [.from, .to] | join(" ")' morning --from 2009-03-01)" = \
		'2009-03-10T03:00:00Z 2009-03-11T00:00:00Z' ]
	# Nor is one that began late; and the last day by itself.
	grep -v '^2009-03-01T[01]' calls | grep -v '^2009-03-01T2[0-2]' >evening
	run foresink census --from 2009-03-01 evening
	says '^  2009-03-01 is not whole: nobody called before 23:00$'
	says 'in 9 days$'
	run foresink census morning
	says '^  2009-03-10 is not whole: nobody called from 03:00 on$'
}

@test "a fall when nobody says which names were held is no cure, and null is no false" {
	made days 14 0 fall >calls
	run foresink census --from 2009-03-01 calls
	says '^  Change: from 2009-03-08 on 0\.10 times as many$'
	says '^  Which names were held is not known .--held.: a change may be no more than that,$'
	[ "$(told '.[] | select(.record == "trend") | .changes[0].held' calls --from 2009-03-01)" = null ]
	[ "$(told '.[] | select(.record == "trend") | .changes[0].held' calls --held all --from 2009-03-01)" = false ]
}

@test "callers of whom the variant is not known are not taken for those of the one that is" {
	made sensors 3000 >calls
	awk -F, -v OFS=, 'NR > 1 && NR % 2 { $4 = "conficker" } { print }' calls >mixed
	told '.[] | select(.method == "live").note' calls | grep -qF 'chance to call in the hour 0.35 to 0.92'
	told '.[] | select(.method == "live").note' mixed | grep -qF 'chance to call in the hour 0.26 to 0.92'
}

@test "one variant of a store has its own habits, whatever others the store has" {
	for variant in a b; do
		foresink forecast -f conficker/$variant -d 2009-02-12 --format names | head -5
	done | jq -Rc '{time: "2009-02-12T12:00:01+00:00", remote_addr: "198.18.0.\(input_line_number)",
		remote_port: 1025, host: ., request: "GET /search?q=1 HTTP/1.0", status: 200,
		ua: "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1)"}' >log
	foresink store import store log >/dev/null
	run foresink census -f conficker/b --from 2009-02-12 --to 2009-02-12 store
	says 'habits of conficker/b$'
}
