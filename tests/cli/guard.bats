# Guard from end to end: one line says why, everywhere the same; a name is let through
# while guard runs, and is blocked again by itself.
load setup

teardown() {
	for child in ${resolver-}; do kill -KILL "$child" || true; done
	if [ -n "${daemon-}" ]; then
		pkill -KILL -P "$daemon" || true
	fi
}

# Starts a resolver for which each name has an address, and a daemon in front of it.
start() {
	"$BATS_TEST_DIRNAME/fake_resolver" asked pass=all &
	resolver=$!
	disown # the shell would tell that it was killed
	for ((i = 0; i < 100; i++)); do [ -s asked ] && break; sleep 0.05; done
	mkdir -p state
	cat >foresink.conf <<-END
		[foresink]
		roles = guard
		state = $PWD/state
		control = $PWD/control
		[names]
		family = conficker/b gozi
		[guard]
		workers = 1
		listen = 127.0.0.1:0
		upstream = 127.0.0.1:$(head -n 1 asked)
		[alerts]
		settle = 0
		chance = yes
		[alert a]
		to = file $PWD/alerts.json
		[alert s]
		to = file $PWD/sightings.json
		what = sightings
	END
	timeout 120 foresink up --config "$PWD/foresink.conf" --clock 2009-03-08T12:00:00Z \
		2>log &
	daemon=$!
	await log event=ready
	guard=$(sed -n 's/.*role=guard endpoint=127.0.0.1://p' log)
}

# Ends the daemon; it must end by itself, and well.
stop() {
	local ended=0
	kill -TERM "$(pgrep -P "$daemon")"
	wait "$daemon" || ended=$?
	daemon=
	[ "$ended" -eq 0 ] || { echo "status $ended: $(cat log)"; return 1; }
}

# Waits for a line of the file $1 that matches the expression $2.
await() {
	for ((i = 0; i < 600; i++)); do
		if grep -Eqs -- "$2" "$1"; then return 0; fi
		kill -0 "$daemon" 2>/dev/null || break
		sleep 0.1
	done
	echo "no line like $2 in $1: $(cat "$1")"
	return 1
}

ask() {
	dig @127.0.0.1 -p "$guard" +tries=3 "$@" >answer
}

# The text of the extended error of the last answer.
told() {
	sed -n 's/^; EDE: 15 (Blocked): (\(.*\))$/\1/p' answer
}

# Fails unless $1 is blocked, and says so, by each way to ask.
blocked() {
	for way in +notcp +tcp; do
		ask "$1" "$way"
		grep -q 'status: NXDOMAIN' answer
		[ -n "$(told)" ]
	done
}

@test "the answer, the alert, the sighting and explain give the same reason" {
	name=jogli.com
	start
	run foresink explain --at 2009-03-08 $name
	ends 0
	why=$(sed -n 's/^ *why: //p' <<<"$output")
	[ "$why" = 'conficker/b 2009-03-08 #101' ]

	ask +tcp $name
	grep -q 'status: NXDOMAIN' answer
	[ "$(told)" = "$why" ]
	# Another program reads it as well.
	kdig @127.0.0.1 -p "$guard" +tcp +edns $name | grep -F "EDE: 15 (Blocked): '$why'"
	# A name below it is blocked for the same reason.
	ask +tcp www.$name
	[ "$(told)" = "$why" ]

	# Over UDP, an answer is not much longer than its question: whole words from the
	# beginning. To who shows with the cookie of guard that its address is its own, it
	# says all.
	ask +notcp +cookie=0123456789abcdef $name
	grep -q 'status: NXDOMAIN' answer
	[ -n "$(told)" ]
	[[ "$why " = "$(told) "* ]]
	cookie=$(sed -n 's/^; COOKIE: \([0-9a-f]*\) (good)$/\1/p' answer)
	[ "${#cookie}" -eq 48 ]
	ask +notcp "+cookie=$cookie" $name
	[ "$(told)" = "$why" ]

	await alerts.json '"kind":"alert"'
	[ "$(jq -r '.names[].reason' alerts.json | sort -u)" = "$why" ]
	[ "$(jq -r .family alerts.json)" = conficker ]
	await sightings.json "\"www\\.$name\""
	[ "$(jq -r .reason sightings.json | sort -u)" = "$why" ]
	# Nobody else was asked.
	[ "$(wc -l <asked)" -eq 1 ]
	stop
	# All that was asked is one alert.
	[ "$(wc -l <alerts.json)" -eq 1 ]
}

@test "a name is let through while guard runs, and no longer than was said" {
	name=jogli.com
	start
	blocked $name
	run foresink allow $name --for 4s --reason 'a look' --client 127.0.0.0/8 \
		--config "$PWD/foresink.conf"
	ends 0
	ask +notcp www.$name
	grep -q 'status: NOERROR' answer
	grep -q 198.51.100.7 answer
	ask +tcp $name
	grep -q 198.51.100.7 answer
	# Other names of bots are none of those that pass.
	other=$(foresink forecast -f conficker/b --date 2009-03-08 --format names | grep -vx $name |
		head -n 1)
	blocked "$other"
	await log "event=allow-ended name=$name client=127\.0\.0\.0/8 .* reason=\"a look\"$"
	blocked $name
	# What passed was seen, and is no evidence.
	await sightings.json '"action":"allow"'
	stop
	[ "$(jq -r 'select(.action == "allow") | .name' sightings.json | sort -u)" = \
		"$(printf '%s\n' $name www.$name)" ]
	[ "$(tail -n +2 asked | sort -u)" = "$(printf '%s\n' $name www.$name)" ]
}

@test "when alerts are told changes at a reload" {
	start
	sed -i '/^chance/d' foresink.conf
	kill -HUP "$(pgrep -P "$daemon")"
	await log event=reloaded
	ask +tcp jogli.com
	await sightings.json jogli.com
	sleep 1.5 # what is told is written each second
	[ ! -s alerts.json ]
	sed -i 's/^settle.*/&\nchance = yes/' foresink.conf
	kill -HUP "$(pgrep -P "$daemon")"
	for ((i = 0; i < 100; i++)); do
		[ "$(grep -c event=reloaded log)" -eq 2 ] && break
		sleep 0.1
	done
	ask -b 127.0.0.2 +tcp jogli.com
	await alerts.json '"verdict":"chance"'
	stop
}

# The serial of the lists that are in force, as whoever asks guard learns it.
serial() {
	dig @127.0.0.1 -p "$guard" +tries=3 +tcp +short serial.foresink.internal TXT |
		sed -n 's/^"foresink serial=\([0-9]*\)"$/\1/p'
}

@test "other lists have another serial, which never goes back" {
	start
	first=$(serial)
	[[ "$first" =~ ^20090308[0-9]{2}$ ]]
	sed -i 's/^family = .*/family = gozi/' foresink.conf
	kill -HUP "$(pgrep -P "$daemon")"
	await log event=reloaded
	second=$(serial)
	[ "$second" -gt "$first" ]
	stop
	kill -KILL "$resolver"
	rm asked
	start
	[ "$(serial)" -gt "$second" ]
	run foresink drill -f gozi --at 2009-03-08 "127.0.0.1:$guard"
	says "serves list $(serial), of 2009-03-08, today"
	stop
}
