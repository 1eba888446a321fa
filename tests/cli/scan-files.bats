# What is read: compressed logs, folders, standard input, and each line once.
load scan

tools() { printf '%s\n' gzip xz bzip2 zstd lz4; }

# Fails unless the report, one object a host, has the host of the capture, with $1 names.
has() {
	jq -es --argjson found "$1" 'length == 1 and .[0].address == "172.25.112.96" and
		.[0].findings[0].found == $found' report
}

@test "compressed logs, whatever their names" {
	log_of bind >log
	for tool in $(tools); do
		$tool -q -c <log >"log.of.$tool"
		scan --json "log.of.$tool"
		ends 1
		has 49
		says '^Read +1 file, 76 lines, 11,303 bytes, '
	done
	# The name says nothing.
	mv log.of.xz not.gz
	scan --json not.gz
	has 49
}

@test "compressed logs from standard input" {
	log_of bind >log
	for tool in $(tools); do
		$tool -q -c <log | foresink scan --json - >report 2>told || [ $? -eq 1 ]
		has 49
		[ "$(jq -r '.findings[0].names[0].file' report)" = - ]
	done
}

@test "concatenated members, and a header that is repeated" {
	log_of zeek >log
	for tool in $(tools); do
		{ $tool -q -c <log; $tool -q -c <log; } >twice
		scan --json twice
		ends 1
		has 49
		jq -es '.[0].findings[0].sightings == 98' report
		says '^Read +1 file, 186 lines, '
		says '; 34 lines not a client'
	done
	log_of bind >log
	{ head -n 30 log | gzip; tail -n +31 log | gzip; } >halves
	scan --json halves
	has 49
	says '^Read +1 file, 76 lines, 11,303 bytes, '
}

# Prints 5 MB of lines of which many are like no other, so that they fill some blocks.
much() {
	for _ in $(seq 100); do cat one; done
	awk 'BEGIN { srand(1); for (i = 0; i < 24000; i++) {
		name = ""; for (j = 0; j < 12; j++) name = name sprintf("%c", 97 + int(26 * rand()));
		print "2015-08-03T19:30:00.000Z queries: info: client @0x7f24caf0c098 172.25.112.99#53123 " \
			"(" name ".example): query: " name ".example IN A +E(0)K (192.0.2.53)" } }'
}

@test "a compressed log that is cut: what stands before is read, and the loss is told" {
	log_of bind >one
	much >log
	all=$(wc -l <log)
	for tool in $(tools); do
		$tool -q -c <log >whole
		head -c $(($(stat -c %s whole) * 9 / 10)) whole >cut
		scan --json cut
		ends 1
		has 49
		says '^Cut +cut: the compressed data are cut$'
		says '^foresink: cut: the compressed data are cut$'
		never grep '^Skipped' told
		read -r read < <(sed -n 's/,//g; s/^Read *1 file \([0-9]*\) lines.*/\1/p' told)
		[ "$read" -gt 10000 ] && [ "$read" -lt "$all" ]
	done
	# A file of one block gives nothing, and is not called clean.
	for tool in xz bzip2 zstd lz4; do
		$tool -q -c <one | head -c 1000 >cut
		scan cut
		ends 65
		says '^foresink: cut: the compressed data are cut$'
	done
	gzip <one >altered
	printf '\1\2' | dd of=altered bs=1 seek=$(($(stat -c %s altered) - 8)) conv=notrunc status=none
	scan --json altered
	ends 1
	has 49
	says '^Cut +altered: the compressed data are altered$'
	[ "$(grep -c '^foresink: altered: the compressed data are altered$' told)" -eq 1 ]
	scan altered one
	[ "$(cat told)" = 'foresink: altered: the compressed data are altered' ]
	# Damage in the middle of a line: its half is no line.
	gzip <log >altered
	head -c 3000 /dev/zero | dd of=altered bs=1 seek=$(($(stat -c %s altered) / 2)) conv=notrunc status=none
	scan --json altered
	says '^foresink: altered: the compressed data are altered$'
	never grep '^Skipped' told
	{ gzip <one; echo more; } >more
	scan --json more
	has 49
	says '^Cut +more: something else follows the compressed data$'
}

@test "a bomb is ended and told of" {
	log_of bind >one
	head -c 100000000 /dev/zero | xz -0 >zeros
	{ xz <one; for _ in 1 2 3 4 5 6 7 8 9 10 11; do cat zeros; done; } >bomb
	scan --json bomb one
	ends 1
	says '^Cut +bomb: it decompresses to more than a thousand times its size$'
	jq -es '.[0].findings[0].sightings == 98' report
	head -c 50000000 /dev/zero | gzip >zeros
	scan zeros
	ends 65
	says '^foresink: zeros: no log format'
}

@test "what is no log: told, and the others are read" {
	log_of bind >one
	tar -cf tar one
	tar -czf tgz one
	tar --format=ustar -cf ustar one
	: >empty
	head -c 100000 /dev/urandom >noise
	printf 'one\ntwo\nthree\n' >words
	for file in tar tgz ustar empty noise words; do
		scan $file
		ends 65
		[ ! -s report ]
		[ "$(wc -l <told)" -eq 2 ]
		says "^foresink: $file: (a tar archive: unpack it first|it is empty|no log format that is known reads its lines)$"
		says '^foresink: scan: nothing was read: no file has a line that a format understands$'
		scan --json --format bind $file one
		ends 1
		has 49
		says "^Not read +$file: "
		says '^Read +1 file, '
	done
	mkdir none
	scan none
	ends 65
}

@test "a missing file, a folder that cannot be entered, a device: told, and status 71 when nothing was found" {
	log_of bind >one
	scan --json none one
	ends 1
	has 49
	says '^foresink: none: No such file or directory$'
	says '^Not opened +1 file or folder$'
	scan none "$data/logs/bind-query.log"
	ends 71
	says '^Nothing found'
	scan none
	ends 71
	[ "$(wc -l <told)" -eq 1 ]
	scan /dev/null
	ends 71
	says '^foresink: /dev/null: '
	touch closed
	chmod 0 closed
	if ! cat closed 2>/dev/null; then
		scan --json closed one
		ends 1
		has 49
		says '^foresink: closed: .*Permission denied$'
		scan closed "$data/logs/bind-query.log"
		ends 71
	fi
	mkfifo pipe
	cat one >pipe 3>&- &
	scan --json pipe
	ends 1
	has 49
}

@test "a folder that mixes formats, compression and folders" {
	mkdir -p logs/old/older
	log_of bind >logs/a
	log_of zeek | gzip >logs/old/b
	log_of pcap | zstd -q >logs/old/c
	log_of unbound >logs/old/older/d.pdf
	log_of sysmon >logs/.hidden
	echo 'nothing' >logs/readme
	ln -s . logs/loop
	scan --json logs
	ends 1
	says '^Read +[45] files, '
	says '\(zeek\): 1 file$'
	says '\(pcap\): 1 file$'
	says '\(unbound\): 1 file$'
	says '^Not read +logs/readme: no log format'
	jq -es 'map(select(.address == "172.25.112.96")) | length == 1 and (.[0].findings[0] |
		.found == 49 and .sightings >= 49 * 4)' report
}

@test "a folder in a folder that cannot be read: it is named, the others are read" {
	mkdir -p logs/sub "logs/$(seq -s / 70)" logs/z
	log_of bind >logs/z/log
	log_of bind >logs/sub/log
	deep=logs/$(seq -s / 65)
	scan --json logs none
	ends 1
	[ "$(grep -c '^foresink: ' told)" -eq 2 ]
	says "^foresink: $deep: Too many levels of symbolic links$"
	says '^foresink: none: No such file or directory$'
	says '^Not opened +2 files or folders$'
	says '^Read +2 files, '
	rm -r logs/1
	chmod 0 logs/sub
	if ! ls logs/sub >/dev/null 2>&1; then
		scan --json logs
		ends 1
		[ "$(grep -c '^foresink: ' told)" -eq 1 ]
		says '^foresink: logs/sub: Permission denied$'
		says '^Not opened +1 file or folder$'
		says '^Read +1 file, '
	fi
	chmod 700 logs/sub
}

@test "the state: each line is read once, over rotation and compression" {
	log_of bind >whole
	mkdir logs
	head -n 50 whole >logs/query.log
	scan --state state --json logs
	ends 1
	has 32
	# Nothing is new; then the file grows, with half a line; then the rest of it.
	scan --state state --json logs
	ends 0
	[ ! -s report ]
	says '^Known +50 lines, read by an earlier run and not again$'
	head -n 60 whole >logs/query.log
	sed -n 61p whole | head -c 70 | tr -d '\n' >>logs/query.log
	scan --state state --sightings logs
	ends 1
	says '^Read +1 file, 10 lines, '
	[ "$(jq -r .line report | sort -n | head -n 1)" -ge 51 ]
	before=$(wc -l <report)
	# Rotated, compressed and named otherwise; another log has the old name.
	{ cat whole; } | gzip >logs/query.log.1.gz
	log_of unbound >unbound
	head -n 20 unbound >logs/query.log
	scan --state state --sightings logs
	ends 1
	says '^Known +60 lines'
	jq -es 'map(select(.file == "logs/query.log.1.gz").line) | min > 60' report
	[ $((32 + before + $(jq -r 'select(.file == "logs/query.log.1.gz") | .name' report | wc -l))) -eq 49 ]
	# Once more: nothing; and of another state all.
	scan --state state --sightings logs
	ends 0
	[ ! -s report ]
	scan --state other --json logs/query.log.1.gz
	ends 1
	has 49
}

@test "the state: the copy of a log that grows is not read again" {
	log_of bind >whole
	mkdir logs
	for copy in a.bak z.bak; do
		rm -f state logs/*
		head -n 30 whole >logs/q.log
		cp logs/q.log logs/$copy
		scan --state state logs
		ends 1
		cp whole logs/q.log
		scan --state state logs
		says '^Known +60 lines'
		for _ in 1 2; do
			scan --state state logs
			ends 0
			says '^Known +106 lines'
			says '^Read +2 files, 0 lines'
		done
	done
}

@test "the state: a file that was written anew from its start is read anew" {
	log_of bind >log
	scan --state state log
	ends 1
	sed 's/172\.25\.112\.96/10.0.0.1/' log >anew
	cat anew >log
	scan --state state --json log
	ends 1
	jq -es '.[0].address == "10.0.0.1" and .[0].findings[0].found == 49' report
	head -n 70 anew >log
	scan --state state --json log
	ends 1
	for format in pcap dnstap pihole-ftl; do
		log_of $format >$format
		scan --state state --json $format
		ends 1
		has 49
		scan --state state --json $format
		ends 0
	done
}

@test "the state is kept only when the report was written" {
	log_of bind >log
	run bash -c 'foresink scan --state state log >/dev/full'
	ends 71
	says '^foresink: .*No space left on device$'
	[ ! -e state ]
	run bash -c 'foresink scan --state state -o none/report log'
	ends 71
	[ ! -e state ]
	scan --state none/state log
	ends 71
	[ "$(cat told)" = 'foresink: none/state: No such file or directory' ]
	[ ! -s report ]
	mkdir folder
	scan --state folder log
	ends 71
	[ ! -s report ]
	echo rubbish >state
	scan --state state log
	ends 65
	[ "$(cat state)" = rubbish ]
	[ "$(wc -l <told)" -eq 1 ]
	says '^foresink: state:1:'
	[ ! -s report ]
}

# Waits until the file $1 has a line like $2, ten seconds at most.
awaits() {
	for _ in $(seq 100); do
		never grep -Eq -- "$2" "$1" || return 0
		sleep 0.1
	done
	echo "no line like $2 in $1:"
	cat "$1"
	return 1
}

# The status of the process $1, which should end by itself.
ended() {
	local code=0
	for _ in $(seq 100); do
		kill -0 "$1" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL "$1" 2>/dev/null || true
	wait "$1" || code=$?
	echo "status $code"
	[ "$code" -eq "$2" ]
}

@test "follow: what is appended, what takes the file's place, and an interrupt" {
	log_of bind >whole
	head -n 3 whole >log
	env --default-signal=INT foresink scan --follow --json --state state log >report 2>told 3>&- &
	pid=$!
	awaits told '^Found +0 hosts infected'
	jq -es 'all(.verdict == "chance")' report
	sed -n 4,9p whole >>log
	awaits report '"verdict":"(likely|infected)"'
	jq -es '.[-1].address == "172.25.112.96"' report
	# Rotation: the rest of the old file, then the new one.
	mv log log.1
	sed -n 10,30p whole >>log.1
	sed -n '31,$p' whole >log
	sleep 2.5
	kill -INT $pid
	ended $pid 130
	jq -es '.[-1] | .address == "172.25.112.96" and .verdict == "infected" and .findings[0].found == 49' report
	sed -n '/^In the end:$/,$p' told | grep -Eq '^Found +1 host infected'
	# All of it is known.
	scan --state state --json log log.1
	ends 0
	[ ! -s report ]
	says '^Known +76 lines'
}

@test "follow: for people, and SIGTERM" {
	log_of bind >whole
	head -n 3 whole >log
	foresink scan --follow log >report 2>told 3>&- &
	pid=$!
	awaits report '^Found +0 hosts infected'
	sed -n '4,$p' whole >>log
	awaits report '172\.25\.112\.96 .*is (likely|infected): conficker/b'
	kill -TERM $pid
	ended $pid 143
	grep -q '^In the end:$' report
	sed -n '/^In the end:$/,$p' report | grep -Eq '^172\.25\.112\.96 .* infected +conficker/b +49 of 250'
}

@test "follow: a log that is empty at first" {
	log_of bind >whole
	: >log
	foresink scan --follow --json log >report 2>told 3>&- &
	pid=$!
	awaits told '^Found +0 hosts infected'
	grep -q '^foresink: log: it is empty$' told
	head -c 100 whole >>log
	sleep 0.5
	tail -c +101 whole >>log
	awaits report '"verdict":"infected"'
	kill -TERM $pid
	ended $pid 143
	jq -es '.[-1].findings[0].found == 49' report
}

@test "follow: what cannot be followed is named, and not waited for" {
	log_of bind | gzip >log.gz
	log_of pcap >capture
	scan --follow --json log.gz capture
	ends 1
	has 49
	says '^foresink: log\.gz: read once and not followed: '
	says '^foresink: capture: read once and not followed: '
	log_of bind >log
	foresink scan --follow log log.gz >report 2>told 3>&- &
	pid=$!
	awaits report '^Found +1 host infected'
	kill -TERM $pid
	ended $pid 143
	[ "$(cat told)" = 'foresink: log.gz: read once and not followed: only files of text that is not compressed are' ]
}

@test "an interrupt: the report of what was read, marked, and the state" {
	log_of bind >one
	for _ in $(seq 2000); do cat one; done >log
	mkfifo pipe
	while cat log; do :; done >pipe 2>cat.told 3>&- &
	env --default-signal=INT foresink scan --html page --state state - <pipe >report 2>told 3>&- &
	pid=$!
	sleep 1
	kill -INT $pid
	ended $pid 130
	[ "$(head -n 1 report | cut -c 1-10)" = INCOMPLETE ]
	grep -Eq '^172\.25\.112\.96 .* infected +conficker/b +49 of 250' report
	grep -q INCOMPLETE page
	[ -s state ]
}
