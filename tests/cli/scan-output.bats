# What scan writes over, and what it does not; what it says while it reads, and when it is stopped.
load scan

# Fails unless scan with the words that follow $1 is refused, with that reason, and all files here
# stay as they are.
refuses() {
	local why=$1
	shift
	find . -type f ! -name report ! -name told -exec md5sum {} + | sort >"$BATS_TEST_TMPDIR.before"
	scan "$@"
	ends 64
	[ ! -s report ]
	[ "$(wc -l <told)" -eq 1 ]
	says "^foresink: scan: $why"
	find . -type f ! -name report ! -name told -exec md5sum {} + | sort |
		cmp - "$BATS_TEST_TMPDIR.before"
}

@test "no output takes the place of what is read" {
	log_of bind >log
	ln -s log link
	mkdir folder
	cp log folder/log
	printf '# none\n' >allow
	printf '# none\n' >leases
	for option in -o --html; do
		refuses "$option log would be written over a log that is read \(log\)" $option log log
		refuses "$option ./log would be written over a log" $option ./log log
		refuses "$option link would be written over a log" $option link log
		refuses "$option log would be written over a log" $option log link
		refuses "$option folder/log would be written over a log that is read \(folder/log\)" \
			$option folder/log folder
		refuses "$option allow would be written over the file of --allow" \
			$option allow --allow /dev/null --allow allow log
	done
	: >empty
	refuses '--state empty would be written over a log' --state empty log empty
	status=0
	foresink scan -o log - <log >report 2>told || status=$?
	ends 64
	grep -q 'written over a log that is read (standard input)$' told
	cmp log folder/log
}

@test "no file is written twice" {
	log_of bind >log
	: >empty
	for name in new empty ./new; do
		refuses "-o and --html are the same file: $name" -o "${name#./}" --html $name log
		refuses "--html and --state are the same file: $name" --state $name --html "${name#./}" log
		refuses "-o and --state are the same file: $name" --state $name -o "${name#./}" log
	done
	scan -o /dev/null --html /dev/null log
	ends 1
	[ ! -s told ]
}

@test "an empty state file is none" {
	log_of bind >log
	: >state
	scan --state state log
	ends 1
	[ -s state ]
	scan --state state log
	ends 0
	says '^Known +76 lines'
}

@test "a file that is no report is not replaced, a report is" {
	log_of bind >a.log
	cp a.log b.log
	refuses '--html a.log: this file exists and is no page; it is not replaced' --html a.log b.log
	refuses '-o a.log: this file exists and is no report of scan; it is not replaced' -o a.log b.log
	log_of nginx-json >c.log
	refuses '-o c.log: this file exists and is no report' -o c.log b.log
	for words in '' --json --sightings -v; do
		: >out
		: >page
		for _ in 1 2; do
			# shellcheck disable=SC2086 # none or one word
			scan $words -o out --html page a.log
			ends 1
			[ -s out ] && [ -s page ]
		done
		rm page
	done
	status=0
	# A report of before is a report, whatever is asked for now.
	scan --json -o out a.log
	scan -o out a.log
	ends 1
}

# Waits until the process $1 waits in a call of the system.
sleeps() {
	for _ in $(seq 100); do
		sleep 0.1
		[ "$(sed 's/.*) //; s/ .*//' "/proc/$1/stat")" = S ] && break
	done
	sleep 0.3
}

# Sends the signal $2 to the process $1, which must end by it at once and leave no draft behind.
stops() {
	local code=0
	sleeps "$1"
	kill -"$2" "$1"
	for _ in $(seq 50); do
		kill -0 "$1" 2>/dev/null || break
		sleep 0.1
	done
	never kill -KILL "$1" 2>/dev/null
	wait "$1" || code=$?
	[ "$code" -eq $((128 + $(kill -l "$2"))) ] || { echo "status $code"; return 1; }
	[ "$(find . -name '*.tmp' | wc -l)" -eq 0 ]
}

@test "an interrupt of what waits for a pipe: the report of what was read, and the state" {
	log_of bind >one
	mkfifo pipe
	exec 8<>pipe
	for words in '- one' 'pipe one' '--follow - one' '--threads 1 pipe'; do
		for signal in INT TERM; do
			# shellcheck disable=SC2086 # they are words
			env --default-signal=INT,TERM foresink scan -v --html page $words <pipe >report 2>told 3>&- 8>&- &
			cat one >&8
			stops $! $signal
			[ "$(head -n 1 report | cut -c 1-10)" = INCOMPLETE ]
			grep -Eq '^172\.25\.112\.96 .* infected +conficker/b +49 of 250' report
			grep -q INCOMPLETE page
		done
		# Nothing came at all.
		# shellcheck disable=SC2086 # they are words
		env --default-signal=INT foresink scan $words <pipe >report 2>told 3>&- 8>&- &
		stops $! INT
		[ "$(head -n 1 report | cut -c 1-10)" = INCOMPLETE ]
		grep -Eq '(-|pipe): stopped before anything came' report
	done
	gzip <one | head -c 1500 >&8
	env --default-signal=INT foresink scan -o out pipe >report 2>told 3>&- 8>&- &
	stops $! INT
	grep -q INCOMPLETE out
	exec 8>&-
	# Nobody has the pipe open; what was read of the others is known then.
	env --default-signal=INT foresink scan --state state one pipe >report 2>told 3>&- &
	stops $! INT
	scan --state state one
	ends 0
	says '^Known +76 lines'
}

@test "half a line that waits for its end is no line when the reading is stopped" {
	log_of bind >one
	mkfifo pipe
	exec 8<>pipe
	{ cat one; head -c 40 one; } >&8
	env --default-signal=INT foresink scan - <pipe >report 2>told 3>&- 8>&- &
	stops $! INT
	grep -Eq '^Read +1 file, 76 lines' report
	never grep '^Skipped' report
	exec 8>&-
}

@test "requests that do not say which host was asked clear nobody" {
	for n in $(seq 30); do
		echo "192.0.2.$n - - [03/Aug/2015:11:03:00 +0000] \"GET /$n HTTP/1.1\" 200 612 \"-\" \"curl/8.5\""
	done >origin
	scan origin
	ends 0
	says '^Asked +0 names by '
	says '^Without name +30 requests without the host that was asked for: not compared '
	says '^Nothing was compared: no line says a name that was asked for\. This clears nobody\.$'
	never grep '^Nothing found' report
	log_of access-vhost >named
	scan --html page origin named
	ends 1
	says '^Without name +30 requests'
	scan --html page origin
	grep -q '<p>Nothing was compared: ' page
	log_of bind >log
	echo '03-Aug-2015 14:00:00.000 queries: info: client @0x7f24caf0c098 192.0.2.1#53123 (.): query: . IN NS +E(0)K (192.0.2.53)' >>log
	scan log
	never grep '^Without name' report
}

@test "what is no text has records, and bytes" {
	for form in pcap pcap-tcp dnstap pihole-ftl; do
		log_of $form >log
		scan log
		ends 1
		says "^Read +1 file, [0-9,]+ records, $(stat -c %s log | sed ':a; s/\B[0-9]\{3\}\>/,&/; ta') bytes, "
		says "^Asked .*; [0-9]+ records? not a client's question\$"
	done
	log_of bind >text
	scan --state state log text
	says '^Read +2 files, 76 lines and [0-9]+ records, '
	scan --state state log text
	says '^Known +76 lines and [0-9]+ records, read by an earlier run'
}

@test "a byte order mark is part of no line, UTF-16 is named" {
	printf 'time,client,name\n2009-03-08 10:00:00,192.0.2.7,jogli.com\n2009-03-08 10:00:01,192.0.2.7,www.example\n' >csv
	for form in csv bind zeek; do
		[ $form = csv ] || log_of $form >$form
		{ printf '\357\273\277'; cat $form; } >bom
		scan --sightings --threads 1 $form
		mv report without
		scan --sightings --threads 1 --state state bom
		never grep '^Skipped' told
		cmp <(sed "s/\"file\":\"$form\"/\"file\":\"bom\"/" without) report
		scan --sightings --state state bom
		says "^Known +$(wc -l <$form) lines"
		[ ! -s report ]
		gzip -c bom >bom.gz
		scan --sightings bom.gz
		cmp <(sed "s/\"file\":\"$form\"/\"file\":\"bom.gz\"/" without) report
	done
	printf '\357\273\277' >bom
	scan bom
	ends 65
	for to in UTF-16 UTF-16LE UTF-16BE; do
		iconv -t $to csv >wide
		scan wide
		ends 65
		says '^foresink: wide: it looks like UTF-16: make it UTF-8 first, with iconv -f UTF-16$'
		scan --format columns wide
		ends 65
	done
}

@test "the year of a pipe is not that of a file" {
	log_of dnsmasq >log
	scan log
	says '^ +assumed: the year, from the date of the file \(--year says another\)$'
	run foresink scan - < <(cat log)
	says "^ +assumed: the year, from today's date \(--year says another\)\$"
	never grep 'date of the file' <<<"$output"
	run foresink scan --year 2015 - < <(cat log)
	says '^ +assumed: the year, from --year$'
	scan - log <log
	says '^ +assumed: the year, from the date of the file'
}

@test "an option that is cut too short is named, not the word behind it" {
	log_of bind >log
	for word in --t --f --h --f=bind; do
		scan $word 3 log
		ends 64
		[ "$(cat told)" = "foresink: scan: \`$word': several options begin so; see \`foresink scan --help'" ]
	done
	scan --thr 1 --js log
	ends 1
}

@test "what is being written into the folder that is read is not read" {
	mkdir logs
	log_of bind >logs/log
	for words in '' --sightings; do
		# shellcheck disable=SC2086 # none or one word
		scan $words -o logs/report --html logs/page --state logs/state logs
		ends 1
		never grep -r '\.tmp' logs/report logs/page told
		rm logs/report logs/page logs/state
	done
}
