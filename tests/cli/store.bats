# A store of sightings: what is told of it, checked, exported, removed.
load scan

# Scans the log of the infected host into the store "store".
fill() {
	log_of bind >host.log
	scan --store store host.log
	ends 1
	[ ! -s told ]
}

# Imports a log of requests with what a client may say into the store $1: each octet, and
# what a terminal and a spreadsheet might obey.
fill_hostile() {
	python3 - <<-'END' >hostile.log
		import sys
		said = [bytes([octet]) * 2 for octet in range(256) if octet not in (10, 34, 92)]
		said += [b'=1+1', b'+1', b'-1', b'@SUM(A1)', b'\t=1', b'\x1b[2J\x1b]0;x\x07', b'a,b', b'a;=1']
		for number, text in enumerate(said):
		    sys.stdout.buffer.write(
		        b'192.0.2.%d - - [30/May/2011:10:%02d:%02d +0000] "GET /search?q=%d HTTP/1.0" 404 0 "-" "%s"\n'
		        % (number % 250 + 1, number // 60, number % 60, number, text))
	END
	run foresink store import "$1" hostile.log
	ends 0
	says '^Taken +261 contacts'
}

# Fails unless each line of the file $1 is printable ASCII.
printable() {
	! LC_ALL=C grep -q '[^ -~]' "$1"
}

@test "command lines that are wrong" {
	for words in '' 'fly' '--colour' 'info' 'check' 'export' 'import' 'prune' 'migrate' \
		'info a b' 'info --colour a' 'info --hosts a' 'info -f conficker a' 'info --from today a' \
		'info --by a' 'info --by hour,hour a' 'info --by , a' 'info --by hour --hosts a' \
		'info --by kind --hosts a' 'info --by family -f nothing a' 'info --by family --from x a' \
		'info --by family --from 2012-01-01 --to 2011-01-01 a' 'check a b' 'check --json a' \
		'export a b' 'export --format xml a' 'export --spreadsheet --format jsonl a' \
		'export --network 192.0.2.1/24 a' 'export --network host a' 'export --kind udp a' \
		'prune a' 'prune --before a' 'prune --before 2011-13-01 a' 'prune --sums a' 'migrate a b'; do
		# shellcheck disable=SC2086 # they are words
		run foresink store $words
		ends 64 || { echo "$words"; false; }
		[ "${#lines[@]}" -eq 1 ]
	done
}

@test "each word has its help" {
	run foresink store --help
	ends 0
	for word in check export import info migrate prune; do
		says "^  $word "
		foresink store $word --help | grep -q "^Usage: foresink store $word"
	done
}

@test "what is no store" {
	mkdir empty file
	echo 'no data base' >file/foresink.sqlite
	for word in info check export 'prune --before today' migrate; do
		# shellcheck disable=SC2086 # they are words
		run foresink store $word none
		ends 71
		[ "$output" = 'foresink: none: there is no store here' ]
		# shellcheck disable=SC2086 # they are words
		run foresink store $word empty
		ends 71
		# shellcheck disable=SC2086 # they are words
		run foresink store $word file
		ends 65
		[ "${#lines[@]}" -eq 1 ]
	done
	[ -z "$(ls empty)" ]
	[ "$(ls file)" = foresink.sqlite ]
}

@test "a store of a later version is left alone" {
	fill
	sqlite3 store/foresink.sqlite 'PRAGMA user_version = 1000' >/dev/null
	for word in info check export 'prune --before today' migrate; do
		# shellcheck disable=SC2086 # they are words
		run foresink store $word store
		ends 65
		says 'later version'
	done
	run foresink tail --once store
	ends 65
	scan --store store host.log
	ends 71
}

@test "info tells what is there" {
	fill
	run foresink store info store
	ends 0
	says '^sightings   49$'
	says '^first       2015-08-03T'
	says '^hosts       1 on 2015-08-03$'
	says '^conficker/b +49 +1$'
	run foresink store info --json store
	[ "$(jq -r '.sightings, .waiting, .pseudonyms, .hosts, .generators[0].contacts' <<<"$output" |
		tr '\n' ' ')" = '49 0 false 1 49 ' ]
	run foresink store info --by hour,family store
	ends 0
	says '^HOUR +FAMILY +CONTACTS$'
	[ "$(awk 'NR > 1 { sum += $3 } END { print sum }' <<<"$output")" -eq 49 ]
	run foresink store info --by day,generator,country,kind --json store
	[ "$output" = '{"day":"2015-08-03","generator":"conficker/b","country":null,"kind":"dns","contacts":49}' ]
	run foresink store info --by day,family --hosts --json store
	[ "$output" = '{"day":"2015-08-03","family":"conficker","hosts":1}' ]
	run foresink store info --by family --json -f gozi store
	ends 0
	[ -z "$output" ]
	run foresink store info --by family --json --from 2015-08-04 store
	[ -z "$output" ]
}

@test "check says that it is whole, or what is not" {
	fill
	run foresink store check store
	ends 0
	[ "$output" = 'whole: 49 sightings, 0 waiting in journals' ]
	mkdir -p store/journal/left
	head -c 70000 /dev/urandom >store/journal/left/00000000000000000001
	cp store/journal/left/00000000000000000001 store/journal/left/1
	# What has no name of a segment is none, and nobody's fault.
	run foresink store check store
	ends 0
	mv store/journal/left/1 store/journal/left/0000000000000000001.segment
	run foresink store check store
	ends 65
	says '^journal left, segment 1'
	rm -r store/journal/left
	# A good one, cut and changed, is told of, once for each thing that is wrong.
	exec 9>>store/lock
	flock -n 9
	scan --store store host.log 9>&-
	exec 9>&-
	segment=$(echo store/journal/*/*.segment)
	cp "$segment" kept
	printf '\xff' | dd of="$segment" bs=1 seek=2000 conv=notrunc status=none
	run foresink store check store
	ends 65
	[ "${#lines[@]}" -eq 1 ]
	says '^journal scan-.*, segment [0-9]+, octet [0-9]+: '
	head -c 30 kept >"$segment"
	run foresink store check store
	ends 65
	rm -r store/journal
	dd if=/dev/zero of=store/foresink.sqlite bs=16384 seek=7 count=1 conv=notrunc status=none
	run foresink store check store
	ends 65
	[ "${#lines[@]}" -gt 1 ]
	never says '\\x0a'
}

@test "export writes each sighting once, in both forms alike" {
	fill
	foresink store export store >all.jsonl
	foresink store export --format csv store >all.csv
	[ "$(wc -l <all.jsonl)" -eq 49 ]
	python3 - <<-'END'
		import csv, json
		rows = list(csv.DictReader(open('all.csv', newline='')))
		objects = [json.loads(line) for line in open('all.jsonl')]
		assert len(rows) == len(objects) == 49
		def cell(value):
		    return '' if value is None else str(value).lower() if isinstance(value, bool) else str(value)
		for row, one in zip(rows, objects):
		    assert list(row) == list(one)
		    assert {key: cell(value) for key, value in one.items()} == row
		times = [one['time'] for one in objects]
		assert times == sorted(times)
	END
	# The same as the scan itself told, but for where it stood.
	scan --sightings host.log
	jq -c 'del(.file, .line)' report >told.jsonl
	jq -c 'del(.file, .line, .by, .to, .to_port, .qtype, .host, .version, .referrer, .via,
		.forwarded, .sni, .first, .shape, .sensor, .more, .cut)' all.jsonl | diff told.jsonl -
}

@test "export takes what is asked for" {
	fill
	lines() { foresink store export "$@" store | wc -l; }
	[ "$(lines --network 172.25.112.96)" -eq 49 ]
	[ "$(lines --network 172.16.0.0/12 --network 2001:db8::/32)" -eq 49 ]
	[ "$(lines --network 192.0.2.0/24)" -eq 0 ]
	[ "$(lines --kind dns)" -eq 49 ]
	[ "$(lines --kind http --kind raw)" -eq 0 ]
	[ "$(lines -f 'conficker/*')" -eq 49 ]
	[ "$(lines -f gozi)" -eq 0 ]
	[ "$(lines --from 2015-08-03 --to 2015-08-03)" -eq 49 ]
	[ "$(lines --from 2015-08-04)" -eq 0 ]
	all=$(foresink store export store | jq -r .time | cut -c -19)
	half=$(sed -n 25p <<<"$all")
	[ "$(lines --to "${half}Z")" -eq "$(awk -v half="$half" '$0 <= half' <<<"$all" | wc -l)" ]
	run foresink store export -o out.csv --spreadsheet store
	ends 0
	[ -z "$output" ]
	[ "$(wc -l <out.csv)" -eq 50 ]
	run foresink store export -o none/out store
	ends 71
	run bash -c 'foresink store export store >/dev/full'
	ends 71
	run bash -c 'set -o pipefail; foresink store export store | head -1 >/dev/null'
	ends 0
}

@test "export does not write into the store" {
	fill
	ln -s store/foresink.sqlite link
	mkdir store/other
	for file in store/foresink.sqlite store/new store/other/new "$PWD/store/new" link \
		store/journal/../lock; do
		run foresink store export -o "$file" store
		ends 64 || { echo "$file"; false; }
		[ "$output" = "foresink: store export: -o $file is in the folder of the store" ]
	done
	cd store
	run foresink store export -o new .
	ends 64
	run foresink store export -o ../storey .
	ends 0
	cd ..
	run foresink store check store
	ends 0
	[ "$(ls -A store | sort | tr '\n' ' ')" = \
		'foresink.sqlite foresink.sqlite-shm foresink.sqlite-wal journal lock other ' ]
}

@test "sums of whole hours and days are said to be so" {
	fill
	run foresink store info --by hour --from 2015-08-03T14:58:00Z --to 2015-08-03T14:58:10Z store
	ends 0
	says '^foresink: note: sums are by hour: this is from 2015-08-03T14:00:00Z to 2015-08-03T14:59:59Z$'
	run foresink store info --by hour --from 2015-08-03T14:00:00Z --to 2015-08-03T14:59:59Z store
	never says note
	run foresink store info --by hour --from 2015-08-03 --to 2015-08-04 store
	never says note
	run foresink store info --by hour --to 2015-08-03T15:00:00Z store
	says ': this is to 2015-08-03T15:59:59Z$'
	run foresink store info --by day --hosts --from 2015-08-03T14:00:00Z store
	says 'note: sums are by day: this is from 2015-08-03T00:00:00Z$'
}

@test "nothing that a client said steers a terminal or a spreadsheet" {
	fill_hostile hostile
	foresink store export hostile >all.jsonl
	foresink store export --format csv hostile >all.csv
	foresink store export --spreadsheet hostile >sheet.csv
	foresink tail -n 1000 --once hostile >lines
	foresink store info hostile >told
	for file in all.jsonl all.csv sheet.csv lines told; do
		printable $file
	done
	[ "$(wc -l <all.jsonl)" -eq 261 ]
	[ "$(wc -l <lines)" -eq 261 ]
	python3 - <<-'END'
		import csv, re
		sheet = list(csv.DictReader(open('sheet.csv', newline='')))
		plain = list(csv.DictReader(open('all.csv', newline='')))
		assert len(sheet) == len(plain) == 261
		for row in sheet:
		    for value in row.values():
		        assert value[:1] not in tuple('=+-@\t\r') or value == '', value
		        assert ';' not in value
		agents = [re.sub(r'\\x(..)', lambda m: chr(int(m.group(1), 16)), row['agent']) for row in plain]
		assert agents[65 - 2] == 'AA' and '\x1b[2J\x1b]0;x\x07' in agents and '=1+1' in agents
	END
	jq -e . all.jsonl >/dev/null
}

@test "a bot that says no name is its family's, and is a host when its address is gone" {
	for n in 1 2 3; do
		echo "192.0.2.$n - - [30/May/2011:10:00:0$n +0000] \"GET /search?q=$n HTTP/1.0\" 404 0 \"-\" \"-\""
	done >bots.log
	foresink store import store bots.log
	run foresink store export store
	says '"generator":null,"family":"conficker"'
	run foresink store info --by day,family --hosts store
	says '^2011-05-30  conficker +3$'
	run foresink store prune --before 2012-01-01 store
	ends 0
	run foresink store info --by day,family --hosts store
	says '^2011-05-30  conficker +3$'
	run foresink store info --by country --hosts store
	says '^- +3$'
	run foresink store info --by day --hosts --family torpig store
	[[ $output != *2011* ]]
	run foresink store check store
	ends 0
}

@test "prune removes what is old, and its sums if that is wanted" {
	fill
	fill_hostile store
	run foresink store prune --before 2012-01-01 store
	ends 0
	[ "$output" = '261 sightings removed' ]
	[ "$(foresink store export store | wc -l)" -eq 49 ]
	[ "$(foresink store info --by day --json store | jq -s 'map(.contacts) | add')" -eq 310 ]
	run foresink store check store
	ends 0
	run foresink store prune --before 2016-01-01 --sums store
	ends 0
	[ "$output" = '49 sightings removed' ]
	run foresink store info --by day --json store
	ends 0
	[ -z "$output" ]
	run foresink store check store
	ends 0
	run foresink store info store
	ends 0
	says '^sightings   0$'
}

@test "while another process writes: try again" {
	fill
	exec 9>>store/lock
	flock -n 9
	run foresink store prune --before today store 9>&-
	ends 75
	[ "$output" = 'foresink: store: another process writes into this store; try again' ]
	run foresink store migrate store 9>&-
	ends 75
	# Readers need not wait.
	run foresink store info store 9>&-
	ends 0
	run foresink store check store 9>&-
	ends 0
	exec 9>&-
	run foresink store prune --before 2000-01-01 store
	ends 0
	run foresink store migrate store
	ends 0
	says '^store: form [0-9]+, 49 sightings$'
}

@test "what a killed writer left unfinished is no fault" {
	fill
	exec 9>>store/lock
	flock -n 9
	scan --store store host.log 9>&-
	exec 9>&-
	# As if it had ended before the last record had its word (store/form.h).
	python3 - store/journal/*/*.segment <<-'END'
		import struct, sys
		data = bytearray(open(sys.argv[1], 'rb').read())
		at = last = 128
		while data[at + 3] == 0xa5:
		    last = at
		    at += 8 + (int.from_bytes(data[at:at + 3], 'little') + 7 & ~7)
		data[last:last + 8] = data[at:at + 8] = bytes(8)
		open(sys.argv[1], 'r+b').write(data)
	END
	run foresink store check store
	ends 0
	says '^whole: 49 sightings, 48 waiting in journals$'
	run foresink store info --json store
	[ "$(jq -r '.waiting' <<<"$output")" -eq 48 ]
}

@test "a scan leaves what it found to who holds the store" {
	fill
	exec 9>>store/lock
	flock -n 9
	scan --store store host.log 9>&-
	ends 1
	run foresink store info --json store
	[ "$(jq -r '.sightings, .segments, .waiting' <<<"$output" | tr '\n' ' ')" = '49 1 49 ' ]
	run foresink store check store
	ends 0
	says '^whole: 49 sightings, 49 waiting in journals$'
	exec 9>&-
	# The next who moves takes it.
	scan --store store host.log
	run foresink store info --json store
	[ "$(jq -r '.sightings, .segments, .waiting' <<<"$output" | tr '\n' ' ')" = '147 0 0 ' ]
}

@test "a log that is scanned twice is stored twice, but not with a state" {
	log_of bind >host.log
	for count in 49 49 49; do
		scan --store store --state state host.log
		[ "$(foresink store info --json store | jq .sightings)" -eq "$count" ]
	done
	scan --store store host.log
	[ "$(foresink store info --json store | jq .sightings)" -eq 98 ]
}

@test "a store that cannot be written is said, and the state stays" {
	log_of bind >host.log
	scan --store /proc/none --state state host.log
	ends 71
	[ ! -e state ]
	: >file
	scan --store file --state state host.log
	ends 71
	[ ! -e state ]
	# A limit of 64 KiB a file stands for a full disk.
	status=0
	output=$(bash -c 'trap "" XFSZ; ulimit -f 64
		foresink scan --store full --state state host.log' 2>&1) || status=$?
	ends 71
	[ ! -e state ]
	scan --store full --state state host.log
	ends 1
	[ -s state ]
}

# Runs the words that follow as nobody.
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

@test "what root makes in another's store is the other's, who can go on" {
	if [ "$(id -u)" -ne 0 ]; then skip 'only root makes what is not its own'; fi
	if ! as_nobody foresink --version >/dev/null 2>&1; then skip 'nobody may not run it'; fi
	# Of this folder only root may pass the folder above.
	place=$(mktemp -d)
	chmod 755 "$place"
	log_of bind >"$place/host.log"
	cd "$place"
	export HOME=/
	mkdir store
	chown 65534:65534 store
	as_nobody foresink scan --store store host.log >/dev/null || [ $? -eq 1 ]
	exec 9>>store/lock
	flock -n 9
	scan --store store host.log 9>&-
	ends 1
	exec 9>&-
	[ -n "$(find store/journal -name '*.segment')" ]
	[ -z "$(find store ! -uid 65534 -o ! -gid 65534)" ]
	as_nobody foresink scan --store store host.log >/dev/null || [ $? -eq 1 ]
	[ "$(foresink store info --json store | jq -r '.sightings, .segments' | tr '\n' ' ')" = '147 0 ' ]
	# Also when root was first.
	rm -r store/*
	scan --store store host.log
	ends 1
	[ -z "$(find store ! -uid 65534 -o ! -gid 65534)" ]
	rm -r "$place"
}

@test "a scan that cannot begin a journal leaves no folder of it" {
	mkdir -p store/journal/.last
	log_of bind >host.log
	scan --store store host.log
	ends 71
	[ "$(ls -A store/journal)" = .last ]
}
