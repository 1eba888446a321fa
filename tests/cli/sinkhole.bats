# The sinkhole from end to end: who calls is answered with constants and stands in the store,
# once, with his port and the name that he meant; so does who asks a guard beside it.
load setup

teardown() {
	if [ -n "${daemon-}" ]; then
		pkill -KILL -P "$daemon" || true
	fi
}

# Writes foresink.conf with the further lines on standard input, and starts a daemon.
start() {
	printf '# ours\nheld.example\n' >names.txt
	cat - >more.conf
	cat >foresink.conf <<-END
		[foresink]
		roles = sinkhole ${roles-}
		metrics = 127.0.0.1:0
		[names]
		family = conficker/b
		[store]
		folder = $PWD/store
		segment-size = 64K
		[sinkhole]
		workers = 2
		listen-dns = 127.0.0.1:0
		listen-web = 127.0.0.1:0
		names = forecast
		names = $PWD/names.txt
		addresses = 127.0.0.5
		server = ns1.sink.example
		sensor = lab
	END
	cat more.conf >>foresink.conf
	begin
}

begin() {
	timeout 120 foresink up --config "$PWD/foresink.conf" \
		--clock "${clock-2009-03-08T12:00:00Z}" 2>log &
	daemon=$!
	await log event=ready
	dns=$(sed -n 's/.*role=sinkhole for=dns endpoint=127.0.0.1://p' log)
	web=$(sed -n 's/.*role=sinkhole for=web endpoint=127.0.0.1://p' log)
	guard=$(sed -n 's/.*role=guard endpoint=127.0.0.1://p' log)
	metrics=$(sed -n 's/.*role=metrics endpoint=127.0.0.1://p' log)
}

# Ends the daemon with signal $1; with TERM it must end by itself, and well.
stop() {
	local ended=0
	kill "-$1" "$(pgrep -P "$daemon")"
	wait "$daemon" || ended=$?
	daemon=
	if [ "$1" = TERM ] && [ "$ended" -ne 0 ]; then
		echo "status $ended: $(cat log)"
		return 1
	fi
}

# Waits for a line of the file $1 that matches the expression $2.
await() {
	for ((i = 0; i < 600; i++)); do
		if grep -Eqs -- "$2" "$1"; then return 0; fi
		kill -0 "$daemon" 2>/dev/null || break
		sleep 0.1
	done
	echo "no line like $2 in $1:"
	cat "$1"
	return 1
}

# Asks the sinkhole with the arguments.
ask() {
	kdig +short +time=5 +retry=2 "@127.0.0.1" -p "$dns" "$@"
}

# What stands in the store, as lines of JSON, with the fields $1 each.
kept() {
	foresink store export --format jsonl "$PWD/store" | jq -c "$1" | sort
}

# The value of the metric $1.
metric() {
	curl -s "http://127.0.0.1:$metrics/metrics" | sed -n "s/^foresink_$1 //p"
}

@test "each contact is answered with a constant, and kept once" {
	start </dev/null
	bot=$(foresink forecast --family conficker/b --date 2009-03-08 --format names --limit 1)
	[ "$(ask x.held.example A)" = 127.0.0.5 ]
	[ "$(ask "$bot" A)" = 127.0.0.5 ]
	[ "$(ask held.example AAAA)" = "" ]
	ask +tcp held.example SOA | grep -q '^ns1.sink.example. hostmaster.ns1.sink.example. '
	run kdig "@127.0.0.1" -p "$dns" other.example
	says 'REFUSED'
	run curl -si -H "Host: $bot" "http://127.0.0.1:$web/search?q=5&aq=7"
	says '^HTTP/1.1 404 '
	says '^Connection: close'
	exec 7<>"/dev/tcp/127.0.0.1/$web"
	printf hello >&7
	[ "$(timeout 20 cat <&7)" = "" ]
	exec 7>&-
	[ "$(metric 'sinkhole_contacts_total{kind="dns"}')" -eq 4 ]
	[ "$(metric 'sinkhole_rejected_total{why="not-held"}')" -eq 1 ]
	[ "$(metric sinkhole_lost_total)" -eq 0 ]
	stop TERM
	run sqlite3 store/foresink.sqlite 'pragma integrity_check'
	says '^ok$'
	[ "$(kept .kind | uniq -c | xargs)" = "4 dns 1 http 1 raw" ]
	[ "$(kept 'select(.kind == "http") | .host')" = "\"$bot\"" ]
	[ "$(kept .sensor | sort -u)" = '"lab"' ]
	[ "$(kept 'select(.port == 0)')" = "" ]
}

@test "what was answered outlives kill -9, and is moved at the next start" {
	start </dev/null
	for i in 1 2 3 4 5; do
		curl -s -o /dev/null "http://127.0.0.1:$web/n$i"
		[ "$(ask "n$i.held.example" A)" = 127.0.0.5 ]
	done
	stop KILL
	begin
	curl -s -o /dev/null "http://127.0.0.1:$web/n6"
	stop TERM
	[ "$(kept .kind | uniq -c | xargs)" = "5 dns 6 http" ]
	[ "$(kept 'select(.kind == "http") | .target' | xargs)" = "/n1 /n2 /n3 /n4 /n5 /n6" ]
}

@test "a guard keeps its sightings in the same store" {
	roles=guard
	start <<-END
		[guard]
		listen = 127.0.0.1:0
		upstream = 127.0.0.1:1
	END
	bot=$(foresink forecast --family conficker/b --date 2009-03-08 --format names --limit 1)
	run kdig "@127.0.0.1" -p "$guard" "$bot"
	says NXDOMAIN
	stop TERM
	[ "$(kept .name)" = "\"$bot\"" ]
}

@test "at midnight the log sums up the day, with what was new in it" {
	clock=2009-03-08T23:59:52Z
	start </dev/null
	curl -s -o /dev/null -A strange "http://127.0.0.1:$web/second?phase=2"
	await log 'event=day day=2009-03-08 .*http=1 .*new-shapes=1'
	await log 'event=shape day=2009-03-08 what=new contacts=1 .*text="GET /second'
	await log 'event=rollover'
	[ "$(ask x.held.example A)" = 127.0.0.5 ]
	stop TERM
}

@test "--check refuses what a worm avoids with both places, and warns of private ones" {
	mkdir -p s
	printf '# its own\n10.0.0.0/8\n' >avoid.txt
	printf 'a.example\n' >names.txt
	conf() {
		cat >foresink.conf <<-END
			[foresink]
			roles = sinkhole
			[store]
			folder = $PWD/s/store
			[sinkhole]
			listen-web = 127.0.0.1:8080
			names = $PWD/names.txt
			addresses = $1
			$2
		END
	}
	conf 10.1.2.3 ""
	run foresink up --check --config "$PWD/foresink.conf"
	ends 0
	says '^warning: line 8: 10.1.2.3 is a private address'
	says "^store: $PWD/s/store$"
	[ ! -e s/store ]
	conf 10.1.2.3 "avoid = $PWD/avoid.txt"
	run foresink up --check --config "$PWD/foresink.conf"
	ends 65
	says "foresink.conf:8: 10.1.2.3 is avoided .*avoid.txt:2"
	conf 8.8.8.8 "names = $PWD/bad.txt"
	printf 'a..example\n' >bad.txt
	run foresink up --check --config "$PWD/foresink.conf"
	ends 65
	says "bad.txt:1:"
	conf 8.8.8.8 "[set one]"
	run foresink up --check --config "$PWD/foresink.conf"
	ends 65
	says "foresink.conf:9: the set has neither names nor family"
}

# Writes a configuration that answers HTTP alone, with the lines of the arguments behind.
web_alone() {
	printf 'a.example\n' >names.txt
	mkdir -p s
	printf '%s\n' '[foresink]' 'roles = sinkhole' "${user-# as who starts it}" '[store]' \
		"folder = $PWD/s/store" "${where-# nowhere}" '[sinkhole]' \
		"listen-web = ${listen-127.0.0.1:0}" "names = $PWD/names.txt" \
		'addresses = 8.8.8.8' "$@" >foresink.conf
}

# Looks at the configuration; and starts with it, which must end the same way.
refused() {
	run timeout 60 foresink up --config "$PWD/foresink.conf"
	ends "$1"
	says "$2"
	run foresink up --check --config "$PWD/foresink.conf"
	ends "$1"
	says "$2"
}

@test "--check sees a store that cannot be written as the start does" {
	local user='# as who starts it'
	mkdir -p s
	if [ "$(id -u)" -eq 0 ]; then user='user = nobody'; fi
	web_alone
	mkdir -m 500 s/store
	refused 71 'foresink.conf:5: the store .*/s/store cannot be kept: Permission denied'
	rmdir s/store
	if [ "$(id -u)" -ne 0 ]; then
		chmod 500 s
		refused 71 'foresink.conf:5: the store .*/s/store cannot be kept: Permission denied'
		chmod 700 s
	fi
	[ ! -e s/store ]
}

@test "--check sees files of countries that are none, and the line that names them" {
	printf 'no mmdb\n' >country
	where="country = $PWD/country" web_alone
	refused 65 'foresink.conf:6: .*/country:1: '
	where="network = $PWD/country" web_alone
	refused 65 'foresink.conf:6: .*/country:1: '
	where="network = $PWD/none" web_alone
	refused 71 'foresink.conf:6: .*/none: No such file'
	where="network = $PWD" web_alone
	refused 65 'foresink.conf:6: .*: not a regular file'
}

@test "--check sees a certificate that is none" {
	web_alone
	sed -i "s|^addresses = .*|certificate = $PWD/names.txt\nkey = $PWD/names.txt|" foresink.conf
	refused 65 'foresink.conf:10: the certificate: '
}

@test "a store that others may look into, or that a daemon has, is warned of" {
	mkdir -m 755 store
	start </dev/null
	grep -Eq 'level=warning event=store .*store .*mode 0755' log
	run foresink up --check --config "$PWD/foresink.conf"
	ends 0
	says '^warning: line 7: .*/store has the mode 0755'
	says '^warning: line 7: another process writes into .*/store'
	stop TERM
	chmod 700 store
	run foresink up --check --config "$PWD/foresink.conf"
	ends 0
	! grep '/store has\|another process' <<<"$output"
}

@test "a name of two sets is told with both its places" {
	printf '# one\nb.example\n\nA.example.\n' >one.txt
	web_alone "[set one]" "names = $PWD/one.txt"
	run foresink up --check --config "$PWD/foresink.conf"
	ends 65
	says '/names.txt:1: a\.example stands in the lists of two sets: see .*/one.txt:4$'
}

@test "names may stand in one line, and what is held by nobody is warned of" {
	printf 'a.example\n' >names.txt
	printf '# none yet\n\n' >empty.txt
	cat >foresink.conf <<-END
		[foresink]
		roles = sinkhole
		[names]
		family = conficker/b
		[store]
		folder = $PWD/store
		[sinkhole]
		listen-dns = 127.0.0.1:0
		listen-web = 127.0.0.1:0
		server = ns1.sink.example
		names = $PWD/names.txt forecast $PWD/empty.txt
		[set one]
		family = gozi
		addresses = 8.8.8.8
	END
	run foresink up --check --config "$PWD/foresink.conf"
	ends 0
	says '^warning: line 11: no name stands in .*/empty.txt'
	says '^warning: line 9: .*\[sinkhole\] .* no addresses'
	! grep 'set one' <<<"$output"
}

@test "a reload that needs a restart is refused with the line" {
	start </dev/null
	cp foresink.conf good.conf
	count=0
	for change in 's/^listen-dns = .*/&\nlisten-dns = 127.0.0.6:0/:12' \
		's/^listen-web = .*/listen-web = 127.0.0.6:0/:12' \
		's/^workers = .*/workers = 3/:10'; do
		sed "${change%:*}" good.conf >foresink.conf
		kill -HUP "$(pgrep -P "$daemon")"
		count=$((count + 1))
		for ((i = 0; i < 100; i++)); do
			[ "$(grep -c event=reload-refused log)" -lt "$count" ] || break
			sleep 0.1
		done
		run grep -m "$count" event=reload-refused log
		tail -n 1 <<<"$output" | grep "need.* a restart.* line=${change##*:}$"
	done
	stop TERM
}

@test "the serial rises when the names change, also within minutes" {
	start </dev/null
	serial() { ask +tcp held.example SOA | cut -d' ' -f3; }
	first=$(serial)
	echo more.example >>names.txt
	kill -HUP "$(pgrep -P "$daemon")"
	await log event=reloaded
	[ "$(ask more.example A)" = 127.0.0.5 ]
	[ "$(serial)" -eq $((first + 1)) ]
	stop TERM
}

@test "without a store, or with one that another process has, no sinkhole starts" {
	start </dev/null
	sed -i 's/^metrics.*//' foresink.conf
	run timeout 60 foresink up --config "$PWD/foresink.conf"
	ends 71
	says 'store: another process writes into it'
	stop TERM
	sed -i '/^\[store\]/,/^segment/d' foresink.conf
	run timeout 60 foresink up --config "$PWD/foresink.conf"
	ends 65
	says 'no section \[store\]'
}

@test "callers that nobody asked for are as many as there are descriptors for" {
	printf 'held.example\n' >names.txt
	cat >foresink.conf <<-END
		[foresink]
		roles = sinkhole
		[store]
		folder = $PWD/store
		[sinkhole]
		workers = 1
		listen-web = 127.0.0.1:8080
		names = $PWD/names.txt
		addresses = 8.8.8.8
	END
	run bash -c 'ulimit -n 1000; timeout 60 foresink up --check --config "$PWD/foresink.conf"'
	ends 0
	says '^warning: [0-9]+ callers instead of 10000: the process may have only 1000 descriptors'
	run bash -c 'ulimit -n 20; timeout 60 foresink up --check --config "$PWD/foresink.conf"'
	ends 65
	says 'need [0-9]+ descriptors, and the process may have 20'
	echo 'callers = 10000' >>foresink.conf
	run bash -c 'ulimit -n 1000; timeout 60 foresink up --check --config "$PWD/foresink.conf"'
	ends 65
	says 'foresink.conf:10: 10000 callers of sinkhole.*may have 1000'
}
