# The daemon: what it checks, how it starts, what it does at SIGHUP, midnight and SIGTERM.
load setup

teardown() {
	if [ -n "${daemon-}" ]; then
		pkill -KILL -P "$daemon" || true
	fi
}

secret=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=

# A port that is free, below those from which the system and guard ask.
low_port() {
	python3 -c 'import random, socket
while True:
    try: port = random.randrange(10240, 32768); socket.socket().bind(("127.0.0.1", port)); break
    except OSError: pass
print(port)'
}

# Writes a configuration with free ports; what stands on standard input comes at the end.
configure() {
	mkdir -p state
	cat - >foresink.conf <<-END
		[foresink]
		roles = feed
		state = $PWD/state
		metrics = 127.0.0.1:0
		[names]
		family = conficker/b gozi
		[feed]
		listen = 127.0.0.1:0
		[zone rpz.test]
		family = conficker/b
		transfer = 127.0.0.1
		$(cat)
	END
	chmod 600 foresink.conf
}

check() {
	run timeout 60 foresink up --check --config "$PWD/foresink.conf" --clock 2009-03-08
}

# Starts the daemon and waits until it serves; its log is the file "log".
start() {
	rm -f log # of a daemon before: its lines are none of this one's
	timeout 120 foresink up --config "$PWD/foresink.conf" "$@" 2>log &
	daemon=$!
	await event=ready
	feed=$(sed -n 's/.*role=feed endpoint=127.0.0.1://p' log)
	metrics=$(sed -n 's/.*role=metrics endpoint=//p' log)
}

# Waits for a line of the log that matches the expression $1.
await() {
	for ((i = 0; i < 600; i++)); do
		if grep -Eq -- "$1" log; then return 0; fi
		kill -0 "$daemon" 2>/dev/null || break
		sleep 0.1
	done
	echo "no line like $1 in: $(cat log)"
	return 1
}

# The daemon itself, whose parent timeout(1) hands on what it is sent, but not SIGHUP.
reload() {
	kill -HUP "$(pgrep -P "$daemon")"
}

# Ends the daemon; it must end by itself, and well.
stop() {
	local ended=0
	kill -TERM "$(pgrep -P "$daemon")"
	wait "$daemon" || ended=$?
	daemon=
	[ "$ended" -eq 0 ] || { echo "status $ended: $(cat log)"; return 1; }
	grep -q event=stop log
}

# The value of the metric $1.
metric() {
	curl -fsS -m 10 "http://$metrics/metrics" | sed -n "s/^$1 //p"
}

@test "--check says what would be served" {
	echo 'jogli.com - a shop' >allow.txt
	printf '1,bwgjfr.com\n' >top.csv
	configure <<-END
		[zone all.test]
		transfer = key k
		[key k]
		secret = $secret
		[collision]
		allow = $PWD/allow.txt
		popular = $PWD/top.csv@2009-01-01
	END
	check
	ends 0
	says "^$PWD/foresink.conf: good; names of 2009-03-07 to 2009-03-15"
	says 'allow\.txt: 1 name'
	says 'top\.csv: 1 name'
	says '^zone rpz\.test: [0-9]+ blocked \(0 suspicious\), 0 log-only, 1 allowed'
	says '^zone all\.test: '
	[ -z "$(ls state)" ]
}

@test "--check tells where a configuration is wrong" {
	configure <<<'colour = red'
	check
	ends 65
	says "^foresink: $PWD/foresink\.conf:12: no such key in this section: colour$"
	configure <<<$'[key k]\nsecret = MDEyMzQ1Njc4OWFiY2Rl'
	check
	ends 65
	says 'foresink\.conf:13: the key is too short'
	configure <<<$'[key k]\nsecret-file = /no/such'
	check
	ends 71
	says 'foresink\.conf:13: /no/such: No such file'
	echo short >key
	configure <<<$'[key k]\nsecret-file = '"$PWD/key"
	check
	ends 65
	says "^foresink: $PWD/key: not a secret in base64"
	configure <<<$'[collision]\nallow = /no/such'
	check
	ends 71
	says 'foresink\.conf:13: /no/such: No such file'
	printf 'good.example\nhttp://bad.example/\n' >allow.txt
	configure <<<$'[collision]\nallow = '"$PWD/allow.txt"
	check
	ends 65
	says "^foresink: $PWD/allow\.txt:2:"
	run foresink up --check --config "$PWD/none.conf"
	ends 71
	says "none\.conf: No such file"
}

@test "a user that does not exist, and options that are wrong" {
	configure </dev/null
	sed -i '2a user = no-such-user' foresink.conf
	check
	ends 65
	says 'foresink\.conf:3: no user no-such-user'
	run foresink up --clock yesterday
	ends 64
	run foresink up nonsense
	ends 64
}

@test "more clients than descriptors are refused with their line" {
	configure </dev/null
	sed -i 's/^listen = .*/&\nclients = 200/' foresink.conf
	run bash -c 'ulimit -n 263; timeout 60 foresink up --check --config "$PWD/foresink.conf"'
	ends 65
	says 'foresink\.conf:9: 200 clients need 264 descriptors, and the process may have 263'
	run bash -c 'ulimit -Sn 100; ulimit -Hn 264; timeout 60 foresink up --check --config "$PWD/foresink.conf"'
	ends 0
}

@test "the example of the repository is good" {
	run foresink up --check --config "$BATS_TEST_DIRNAME/../../examples/foresink.conf"
	ends 0
	says '^zone rpz\.foresink\.internal: [1-9]'
	says '^zone high\.rpz\.foresink\.internal: [1-9]'
}

# Writes a configuration of a daemon that guards; what stands on standard input comes at
# the end, in [guard].
configure_guard() {
	mkdir -p state
	cat - >foresink.conf <<-END
		[foresink]
		roles = guard
		state = $PWD/state
		metrics = 127.0.0.1:0
		[names]
		family = conficker/b gozi
		[guard]
		workers = 1
		listen = 127.0.0.1:0
		$(cat)
	END
	chmod 600 foresink.conf
}

@test "--check knows guard and alerts" {
	configure_guard <<-END
		upstream = 192.0.2.53
		[alert a]
		to = file $PWD/alerts.json
		[alert b]
		to = webhook https://desk.example/hook
		secret = 0123456789abcdef
	END
	check
	ends 0
	says '^guard: [1-9][0-9]* names, serial 20090308[0-9][0-9], [0-9]+ of them popular$'
	says '^guard: upstream 192\.0\.2\.53:53$'
	says '^guard: listens on 127\.0\.0\.1:0$'
	says '^metrics: listens on 127\.0\.0\.1:0$'
	says "^alert a: alerts to file $PWD/alerts\.json$"
	says '^alert b: alerts to webhook$'
	[[ "$output" != *warning* ]]
	[ ! -e alerts.json ]
	configure_guard <<<'block = sinkhole'
	check
	ends 65
	says 'foresink\.conf:10: there is no key sinkhole$'
	configure_guard <<<$'upstream = 192.0.2.53\ncookie-secret-file = /no/such'
	check
	ends 71
	says 'foresink\.conf:11: /no/such: No such file'
	configure_guard <<<$'upstream = 192.0.2.53\n[alert a]\nto = file /x\n[alert a]'
	check
	ends 65
	says 'foresink\.conf:13: there is an alert of this name already'
	echo short >secret
	configure_guard <<-END
		upstream = 192.0.2.53
		[alert a]
		to = webhook https://desk.example/
		secret-file = $PWD/secret
	END
	check
	ends 65
	says "^foresink: $PWD/secret: a secret has 16 to 256 octets"
	for authorities in /no/such "$PWD/secret"; do
		configure_guard <<-END
			upstream = 192.0.2.53
			[alert a]
			to = webhook https://desk.example/
			authorities = $authorities
		END
		check
		if [ "$authorities" = /no/such ]; then ends 71; else ends 65; fi
		says "foresink\.conf:13: $authorities: (No such file|no certificates)"
	done
}

@test "--check and the start refuse the same places, with the same words" {
	: >file
	# Tries the configuration both ways: both say $1.
	refused() {
		check
		ends 71
		says "foresink\.conf:$1"
		run timeout 60 foresink up --config "$PWD/foresink.conf"
		ends 71
		says "foresink\.conf:$1"
	}
	for place in none file; do
		configure_guard <<<'upstream = 192.0.2.53'
		sed -i "s,^state.*,state = $PWD/$place," foresink.conf
		refused "3: the state folder $PWD/$place cannot be written: "
	done
	for place in none/control file/control state file; do
		configure_guard <<<'upstream = 192.0.2.53'
		sed -i "s,^state.*,&\ncontrol = $PWD/$place," foresink.conf
		refused "4: cannot listen on $PWD/$place: "
	done
	for place in none/alerts file/alerts state; do
		for way in file dnstap; do
			configure_guard <<<$'upstream = 192.0.2.53\n[alert a]\n'"to = $way $PWD/$place"
			refused "12: cannot tell $PWD/$place: "
		done
	done
	port=$(low_port)
	for address in 127.0.0.1 0.0.0.0; do
		configure_guard <<<'upstream = 192.0.2.53'
		sed -i "s/^listen = .*/listen = $address:$port/; s/^metrics = .*/metrics = 127.0.0.1:$port/" \
			foresink.conf
		refused "4: cannot listen on 127\.0\.0\.1:$port: Address already in use"
	done
}

@test "guard asks those of resolv.conf, and never itself" {
	echo 'nameserver 192.0.2.7' >resolv.conf
	configure_guard <<<"resolv-conf = $PWD/resolv.conf"
	check
	ends 0
	says "^guard: upstream 192\.0\.2\.7:53, of $PWD/resolv.conf$"
	echo '# none' >resolv.conf
	check
	ends 65
	says "foresink\.conf:10: there is no key upstream in \[guard\], and no nameserver in $PWD/resolv.conf"
	echo 'nameserver 127.0.0.1' >resolv.conf
	sed -i 's/^listen = .*/listen = 127.0.0.1/' foresink.conf
	check
	ends 65
	says 'foresink\.conf:10: the upstream 127\.0\.0\.1:53 is guard itself'
	rm resolv.conf
	check
	ends 71
	says 'resolv\.conf: No such file'
}

@test "the example of the manual is good" {
	# Its files, and no other user.
	mkdir etc run log state
	head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' >etc/desk.key
	echo 'jogli.com - a shop' >etc/allow.txt
	sed -n '/^In front of a resolver/,/^\.Ed/p' "$BATS_TEST_DIRNAME/../../man/foresink.conf.5" |
		sed -n '/^\[foresink\]/,/^\.Ed/p' | sed '$d' |
		sed "/^user/d; s,/etc/foresink,$PWD/etc,; s,/run/foresink,$PWD/run,
			s,/var/log/foresink,$PWD/log,; s,/var/lib/foresink,$PWD/state," >foresink.conf
	chmod 600 foresink.conf etc/desk.key
	grep -q '^roles = guard' foresink.conf
	check
	ends 0
	says '^guard: upstream 127\.0\.0\.1:5300$'
}

@test "guard blocks, tells, and opens its files anew at SIGHUP" {
	configure_guard <<-END
		upstream = 127.0.0.1:9
		[alert a]
		to = file $PWD/sightings.json
		what = sightings
	END
	start --clock 2009-03-08T12:00:00Z
	grep -Eq 'event=names role=guard serial=20090308[0-9]{2} names=[1-9]' log
	guard=$(sed -n 's/.*role=guard endpoint=127.0.0.1://p' log)
	answer=$(dig @127.0.0.1 -p "$guard" +tries=3 jogli.com)
	grep -q 'status: NXDOMAIN' <<<"$answer"
	[ "$(metric 'foresink_guard_hits_total{action="nxdomain"}')" -ge 1 ]
	for ((i = 0; i < 100; i++)); do [ -s sightings.json ] && break; sleep 0.1; done
	grep -q jogli.com sightings.json
	for ((i = 0; i < 100; i++)); do
		[ "$(metric foresink_guard_evidence_names)" = 1 ] && break
		sleep 0.1
	done
	[ "$(metric foresink_guard_evidence_names)" = 1 ]
	[ "$(metric 'foresink_alert_told_total{alert="a",to="file"}')" -ge 1 ]
	mv sightings.json old.json
	echo 'colour = red' >>foresink.conf # the files are opened anew all the same
	reload
	await event=reload-refused
	for ((i = 0; i < 100; i++)); do [ -e sightings.json ] && break; sleep 0.1; done
	[ -e sightings.json ]

	# Others to be told, more workers and other endpoints need a restart.
	sed -i '/^colour/d; s/^what = .*//' foresink.conf
	reload
	await 'event=reload-refused why="other alerts need a restart" file=.* line=11'
	sed -i 's/^to = .*/&\nwhat = sightings/; s/^workers = 1/workers = 2/' foresink.conf
	reload
	await 'event=reload-refused why="other endpoints to listen on, or more or fewer workers, need'
	sed -i 's/^workers = 2/workers = 1/; s/:9$/:10/' foresink.conf
	reload
	await 'event=reload-refused why="an upstream at another port needs a restart" file=.* line=10'
	sed -i 's/127.0.0.1:10$/127.0.0.2:9/' foresink.conf
	reload
	await event=reloaded
	[ "$(metric 'foresink_guard_upstream_asked_total{upstream="127.0.0.2:9"}')" = 0 ]
	dig @127.0.0.1 -p "$guard" +tries=3 jogli.com | grep -q 'status: NXDOMAIN'
	stop
}

@test "--check warns of what nobody would use" {
	configure <<-END
		[guard]
		listen = 127.0.0.1:0
		[alert a]
		to = file $PWD/alerts.json
	END
	check
	ends 0
	says '^feed: listens on '
	says '^warning: guard is not among the roles: nobody uses \[guard\]$'
	says '^warning: no role sees who asks: nobody uses \[alert NAME\]$'
	[[ "$output" != *'alerts to'* ]]
	configure_guard <<<$'upstream = 192.0.2.53\nsinkhole = 192.0.2.1\n[feed]\nlisten = 127.0.0.1:0'
	check
	ends 0
	says '^warning: feed is not among the roles: nobody uses \[feed\], '
	says '^warning: nothing is answered with the addresses of sinkhole$'
}

@test "an upstream that does not answer is told of, once" {
	configure_guard <<<'upstream = 127.0.0.1:9'
	start
	guard=$(sed -n 's/.*role=guard endpoint=127.0.0.1://p' log)
	for ((i = 0; i < 100; i++)); do
		dig @127.0.0.1 -p "$guard" +tries=1 +time=1 "shop$i.example" >answer || true
		grep -q event=upstream-down log && break
	done
	grep -q 'level=warning event=upstream-down upstream=127\.0\.0\.1:9 ' log
	[ "$(grep -c event=upstream- log)" -eq 1 ]
	stop
}

@test "guard in front of a port in use, and alerts that cannot be told" {
	configure_guard <<<'upstream = 127.0.0.1:9'
	start
	guard=$(sed -n 's/.*role=guard endpoint=127.0.0.1://p' log)
	mkdir other
	sed "s/^listen = .*/listen = 127.0.0.1:$guard/; s,/state,/other," foresink.conf >second.conf
	run timeout 60 foresink up --config "$PWD/second.conf"
	ends 71
	says "^foresink: $PWD/second\.conf:9: cannot listen on 127\.0\.0\.1:$guard: Address already in use"
	stop
	configure_guard <<<$'upstream = 127.0.0.1:9\n[alert a]\nto = file /no/such/folder'
	run timeout 60 foresink up --config "$PWD/foresink.conf"
	ends 71
	says 'foresink\.conf:12: cannot tell /no/such/folder: No such file'
	sed -i '/alert/d; /^to/d; s,^state.*,&\ncontrol = /no/such/socket,' foresink.conf
	run timeout 60 foresink up --config "$PWD/foresink.conf"
	ends 71
	says 'foresink\.conf:4: cannot listen on /no/such/socket: No such file'
}

@test "a log that nobody reads stops nothing, a list that is a pipe neither" {
	configure </dev/null
	mkfifo pipe log.pipe
	exec 9<>log.pipe
	# The pipe is filled, so that the daemon begins with a log that takes nothing.
	python3 -c 'import os; os.set_blocking(9, False)
try:
    while True: os.write(9, b"x" * 4096)
except BlockingIOError: pass
os.set_blocking(9, True)'
	printf '[collision]\nallow = %s\n' "$PWD/pipe" >more
	# The log would say which port the system chose.
	metrics=127.0.0.1:$(low_port)
	sed -i "s/^metrics = .*/metrics = $metrics/" foresink.conf
	timeout 120 foresink up --config "$PWD/foresink.conf" --clock 2009-03-08 2>log.pipe &
	daemon=$!
	for ((i = 0; i < 300; i++)); do curl -fs "http://$metrics/metrics" >page && break; sleep 0.1; done
	[ "$(metric foresink_log_lost_total)" -ge 3 ]
	cat more >>foresink.conf
	reload
	for ((i = 0; i < 100 && $(metric foresink_failed_reloads_total) < 1; i++)); do sleep 0.1; done
	[ "$(metric foresink_failed_reloads_total)" = 1 ]
	timeout 1 cat <&9 >log || true
	kill -TERM "$(pgrep -P "$daemon")"
	wait "$daemon"
	daemon=
	timeout 1 cat <&9 >log || true
	grep -Eq 'event=log-lost lines=[0-9]+' log
	grep -q 'event=stop' log
}

@test "it serves, is measured, and ends at SIGTERM" {
	configure </dev/null
	start --clock 2009-03-08T12:00:00Z
	grep -q '^time=2009-03-08T12:00:0[0-9.]*Z level=info event=start ' log
	grep -q 'event=zone name=rpz.test serial=2009030800 block=[1-9]' log
	[ "$(metric 'foresink_feed_zone_serial{zone="rpz.test"}')" = 2009030800 ]
	[ "$(metric foresink_rollovers_total)" = 0 ]
	[ "$(metric foresink_info'{version="[0-9.]*"}')" = 1 ]
	[ "$(curl -sS -o page -w '%{http_code}' "http://$metrics/")" = 404 ]
	[ "$(curl -sS -o page -w '%{http_code}' -d x "http://$metrics/metrics")" = 405 ]
	stop
	[ -n "$(ls state)" ]
}

@test "a port in use is told with the line that asked for it" {
	configure </dev/null
	start --clock 2009-03-08
	sed "s/^listen = .*/listen = 127.0.0.1:$feed/; s,^state = .*,," foresink.conf >second.conf
	run timeout 60 foresink up --config "$PWD/second.conf"
	ends 71
	says "^foresink: $PWD/second\.conf:8: cannot listen on 127\.0\.0\.1:$feed: Address already in use"
	sed "s/^metrics = .*/metrics = $metrics/; s,^state = .*,," foresink.conf >third.conf
	run timeout 60 foresink up --config "$PWD/third.conf"
	ends 71
	says 'third\.conf:4: cannot listen on .*: Address already in use'
	stop
}

@test "two daemons with one state folder: the second does not start" {
	configure_guard <<<'upstream = 127.0.0.1:9'
	start
	cp foresink.conf second.conf
	run timeout 60 foresink up --config "$PWD/second.conf"
	ends 71
	says "^foresink: $PWD/second\\.conf:3: another daemon has the state folder $PWD/state\$"
	run foresink up --check --config "$PWD/second.conf"
	ends 0
	stop
	start
	stop
}

@test "a state folder that is not there is told with its line" {
	configure </dev/null
	rmdir state
	run timeout 60 foresink up --config "$PWD/foresink.conf"
	ends 71
	says 'foresink\.conf:3: .*/state'
}

@test "SIGHUP: a bad configuration is refused, a good one takes over" {
	configure </dev/null
	start --clock 2009-03-08T12:00:00Z
	before=$(metric 'foresink_feed_zone_names{zone="rpz.test"}')
	cp foresink.conf good.conf
	echo 'colour = red' >>foresink.conf
	reload
	await 'level=error event=reload-refused why="no such key in this section: colour" file=.*foresink.conf line=13'
	[ "$(metric foresink_failed_reloads_total)" = 1 ]
	[ "$(metric 'foresink_feed_zone_names{zone="rpz.test"}')" = "$before" ]

	# Another endpoint is refused as well, and all of it.
	sed 's/^listen = .*/&\nlisten = [::1]:0/; s/^family = conficker.b$/family = gozi/' good.conf >foresink.conf
	reload
	await 'event=reload-refused why=".*restart"'
	sed 's,^state = .*,state = /tmp,' good.conf >foresink.conf
	reload
	await 'event=reload-refused why="another state folder needs a restart" file=.* line=3'

	echo 'jogli.com - a shop' >allow.txt
	{ cat good.conf; echo '[collision]'; echo "allow = $PWD/allow.txt"; } >foresink.conf
	reload
	await event=reloaded
	[ "$(metric foresink_reloads_total)" = 1 ]
	[ "$(metric foresink_failed_reloads_total)" = 3 ]
	[ "$(metric 'foresink_feed_zone_names{zone="rpz.test"}')" = $((before - 1)) ]
	[ "$(metric 'foresink_feed_zone_serial{zone="rpz.test"}')" = 2009030801 ]
	metric 'foresink_list_names{kind="allow",file=".*allow.txt"}' | grep -qx 1

	# An allow list that is broken since is refused, and the old one stays.
	echo 'http://x/' >allow.txt
	reload
	await 'event=reload-refused why=.* file=.*allow.txt line=1'
	[ "$(metric 'foresink_feed_zone_names{zone="rpz.test"}')" = $((before - 1)) ]
	stop
}

@test "it serves while lists are made, and remembers a SIGHUP that comes meanwhile" {
	configure </dev/null
	start --clock 2009-03-08T12:00:00Z
	# Months of all families takes a while.
	sed -i '/^family/d; s/^\[names\]/&\nahead = 120/' foresink.conf
	reload
	sleep 0.3
	[ "$(metric foresink_reloads_total)" = 0 ]
	[ "$(metric 'foresink_feed_zone_serial{zone="rpz.test"}')" = 2009030800 ]
	sed -i 's/^ahead = .*/family = gozi/' foresink.conf
	reload
	await event=reloaded
	for ((i = 0; i < 600 && $(metric foresink_reloads_total) < 2; i++)); do sleep 0.1; done
	[ "$(metric foresink_reloads_total)" = 2 ]
	[ "$(metric foresink_failed_reloads_total)" = 0 ]
	stop
}

@test "SIGTERM ends it at once, also while lists are made" {
	configure </dev/null
	start --clock 2009-03-08T12:00:00Z
	sed -i '/^family/d; s/^\[names\]/&\nahead = 120/' foresink.conf
	reload
	sleep 0.3
	before=$SECONDS
	stop
	[ $((SECONDS - before)) -lt 10 ]
}

@test "midnight brings the lists of the new day, without a restart" {
	configure </dev/null
	start --clock 2009-03-08T23:59:58Z
	await 'event=rollover day=2009-03-09'
	[ "$(metric foresink_rollovers_total)" = 1 ]
	[ "$(metric foresink_failed_rollovers_total)" = 0 ]
	[ "$(metric 'foresink_feed_zone_serial{zone="rpz.test"}')" = 2009030900 ]
	[ "$(metric 'foresink_feed_zone_deltas{zone="rpz.test"}')" = 1 ]
	stop
}

@test "serials go on after a restart" {
	configure </dev/null
	start --clock 2009-03-08T12:00:00Z
	stop
	start --clock 2009-03-09T12:00:00Z
	[ "$(metric 'foresink_feed_zone_serial{zone="rpz.test"}')" = 2009030900 ]
	[ "$(metric 'foresink_feed_zone_deltas{zone="rpz.test"}')" = 1 ]
	stop
}

@test "the log as JSON is JSON" {
	configure </dev/null
	sed -i '2a log = json' foresink.conf
	timeout 120 foresink up --config "$PWD/foresink.conf" --clock 2009-03-08 2>log &
	daemon=$!
	await '"event":"ready"'
	kill -TERM "$(pgrep -P "$daemon")"
	wait "$daemon"
	daemon=
	[ "$(jq -r .event log | sort -u | grep -c -e start -e listen -e zone -e ready -e stop)" -eq 5 ]
	[ "$(jq 'select(.event == "zone") | .serial' log)" = 2009030800 ]
}

@test "the service manager is told" {
	configure </dev/null
	python3 -c '
import socket, sys
told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
told.bind("notify")
print("bound", flush=True)
while True:
    text = told.recv(4096).decode()
    print(text.replace("\n", " "), flush=True)
    if "STOPPING" in text:
        break
' >told &
	listener=$!
	until grep -q bound told; do sleep 0.1; done
	export NOTIFY_SOCKET=$PWD/notify
	start --clock 2009-03-08
	reload
	await event=reloaded
	stop
	wait "$listener"
	[ "$(sed 's/=[0-9]\{3,\}$/=N/' told | tr '\n' ';')" = \
		'bound;READY=1;RELOADING=1 MONOTONIC_USEC=N;READY=1;STOPPING=1;' ]
}

@test "started as root, it runs as the user, without a capability" {
	[ "$(id -u)" -eq 0 ] || return 0 # nobody else can drop anything
	place=$(mktemp -d) # the folder of this test is closed to others
	cd "$place"
	chmod 755 .
	configure </dev/null
	sed -i '2a user = nobody' foresink.conf
	run timeout 60 foresink up --config "$PWD/foresink.conf" --clock 2009-03-08
	ends 71
	says 'foresink.conf:4: the state folder .* cannot be written: Permission denied'

	chown nobody state
	start --clock 2009-03-08
	grep -q 'event=unreadable file=.*foresink.conf' log
	child=$(pgrep -P "$daemon")
	[ "$(awk '/^Uid:/ { print $2, $3, $4 }' "/proc/$child/status")" = \
		"$(id -u nobody) $(id -u nobody) $(id -u nobody)" ]
	grep -q '^CapPrm:.0*$' "/proc/$child/status"
	grep -q '^NoNewPrivs:.1$' "/proc/$child/status"
	[ "$(stat -c %U state/* | sort -u)" = nobody ]
	# It is not allowed to read its configuration, so it goes on with what it has.
	reload
	await 'event=reload-refused why="Permission denied"'
	stop
	rm -rf "$place"
}
