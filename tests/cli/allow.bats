# Names that are let through for a while: what the command line takes, what the daemon
# answers, and what is left of it.
load setup

teardown() {
	if [ -n "${daemon-}" ]; then
		pkill -KILL -P "$daemon" || true
	fi
}

# Starts a daemon that guards; its control socket is the file "control".
start() {
	mkdir -p state
	cat >foresink.conf <<-END
		[foresink]
		roles = guard
		state = $PWD/state
		control = $PWD/control
		[names]
		family = gozi
		[guard]
		listen = 127.0.0.1:0
		upstream = 127.0.0.1:9
		workers = 1
	END
	timeout 120 foresink up --config "$PWD/foresink.conf" "$@" 2>log &
	daemon=$!
	await event=ready
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

stop() {
	local ended=0
	kill -TERM "$(pgrep -P "$daemon")"
	wait "$daemon" || ended=$?
	daemon=
	[ "$ended" -eq 0 ] || { echo "status $ended: $(cat log)"; return 1; }
}

@test "a command line that is wrong" {
	for words in '' 'a.example' 'a.example --for 2h' 'a.example --reason x' \
		'a.example b.example --for 2h --reason x' '--list a.example' '--list --for 2h' \
		'--end' '--end a.example --for 2h' '--end a.example --reason x' \
		'a..example --for 2h --reason x' 'com --for 2h --reason x' \
		'co.uk --for 2h --reason x' 'a.example --for 2h --reason x --client 192.0.2.1/24' \
		'a.example --for 2h --reason x --client host' '--list --end' \
		'--list --control x --config y' '--colour'; do
		# shellcheck disable=SC2086 # they are words
		run foresink allow $words
		ends 64 || { echo "$words"; false; }
		[ "${#lines[@]}" -eq 1 ]
	done
	for duration in 2 h 0s -1h 1.5h 2w 2H 31d 2592001s 99999999999999999999d ' 2h' ''; do
		run foresink allow a.example --for "$duration" --reason x
		ends 64 || { echo "$duration"; false; }
	done
	run foresink allow a.example --for 2h --reason ''
	ends 64
	run foresink allow a.example --for 2h --reason $'\xff' --control "$PWD/none"
	ends 64
}

@test "no daemon: try again; a socket that is none, and a configuration without one" {
	run foresink allow --list --control "$PWD/none"
	ends 75
	says "^foresink: allow: no daemon listens at $PWD/none \\(is it up\\? --control, --config\\)$"
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("left")'
	run foresink allow --list --control "$PWD/left"
	ends 75
	says "no daemon listens at $PWD/left "
	run foresink allow --list --control "$PWD/$(printf '%0200d' 0)"
	ends 71
	printf '[foresink]\nroles = feed\n' >bad.conf
	run foresink allow --list --config bad.conf
	ends 65
	says '^foresink: bad.conf: the role feed has no key listen'
	printf '[foresink]\nroles = guard\n[guard]\nlisten = ::1\n' >none.conf
	run foresink allow --list --config none.conf
	ends 65
	says 'there is no key control'
	run foresink allow --list --config none
	ends 71
}

@test "what listens there and is no daemon is not believed" {
	for answer in '' '{}' 'hello' '{"ok":true}' '{"ok":0}\n' \
		'{"ok":true}\n'; do
		python3 -c '
import socket, sys
place = socket.socket(socket.AF_UNIX)
place.bind("fake")
place.listen(1)
print("bound", flush=True)
asked, _ = place.accept()
asked.makefile("rb").readline()
asked.sendall(sys.argv[1].encode().decode("unicode_escape").encode())
' "$answer" >bound &
		until grep -q bound bound; do sleep 0.1; done
		run timeout 20 foresink allow --list --control "$PWD/fake"
		if [ "$answer" = '{"ok":true}\n' ]; then ends 0; else ends 71; fi
		wait
		rm fake bound
	done
}

@test "a name is let through, told of, kept over a restart, and ended" {
	start
	[ "$(stat -c %a control)" = 660 ]
	run foresink allow --list --control control
	ends 0
	[ -z "$output" ]
	run foresink allow 'hxxp://Shop[.]example/x' --for 2h --reason 'a shop' --control control
	ends 0
	says 'the host was taken'
	says '^shop\.example: let through for everybody until [0-9TZ:-]+: a shop$'
	says 'no list has this name now: nothing changes by it'
	run foresink allow shop.example --for 1m --reason other --client 192.0.2.0/24 --json \
		--config "$PWD/foresink.conf"
	ends 0
	[ "$(jq -r '.name, .client, .reason, .kept' <<<"$output" | tr '\n' ' ')" = \
		'shop.example 192.0.2.0/24 other true ' ]
	run foresink allow münchen.example --for 1d --reason x --control control
	ends 0
	says '^xn--mnchen-3ya\.example: let through'
	[ "$(grep -c 'event=allow name=' log)" -eq 3 ]
	grep -Eq "event=allow name=shop.example client=- until=[0-9TZ:-]+ reason=\"a shop\" uid=$(id -u)" log
	stop
	[ ! -e control ]
	[ "$(wc -l <state/passes)" -eq 3 ]

	start
	grep -q 'event=passes number=3' log
	run foresink allow --list --json --control control
	ends 0
	[ "$(jq -r .name <<<"$output" | sort | uniq -c | tr -s ' \n' ' ')" = \
		' 2 shop.example 1 xn--mnchen-3ya.example ' ]
	run foresink allow --end shop.example --client 192.0.2.0/24 --control control
	ends 0
	says '^shop\.example: ended; it was for 192\.0\.2\.0/24 until'
	grep -q "event=allow-ended name=shop.example client=192.0.2.0/24 .* uid=$(id -u)" log
	run foresink allow --end shop.example --client 192.0.2.0/24 --control control
	ends 65
	says '^foresink: allow: refused: there is no such exception$'
	run foresink allow --end shop.example --control control
	ends 0
	run foresink allow --list --control control
	[ "${#lines[@]}" -eq 1 ]
	stop
}

@test "it ends by itself, and that is logged" {
	start
	run foresink allow shop.example --for 1s --reason 'a moment' --control control
	ends 0
	await 'event=allow-ended name=shop.example client=- until=[0-9TZ:-]+ reason="a moment"$'
	run foresink allow --list --control control
	[ -z "$output" ]
	[ ! -s state/passes ]
	stop
}

@test "the daemon's reason is escaped, and so is what it was told" {
	start
	run foresink allow shop.example --for 1h --reason $'\xc3\xa4\xe2\x80\xae' --control control
	ends 0
	# As it is, but for what would turn around what follows.
	says $': \xc3\xa4\\\\xe2\\\\x80\\\\xae$'
	run foresink allow shop.example --for 1h --reason $'a\x1b[2J' --control control
	ends 64
	says '^foresink: allow: --reason: a text of one line, in UTF-8, is wanted$'
	run foresink allow shop.example --for 1h --reason "$(printf '%0201d' 0)" --control control
	ends 64
	says '^foresink: allow: --reason: longer than 200 octets$'
	run foresink allow shop.example --for 1h --reason ' ' --control control
	ends 64
	says 'why\?'
	run foresink allow --end www.shop.example --control control
	ends 65
	says 'refused: there is no such exception, but one for shop\.example$'
	run foresink allow com --for 1h --reason x --control control
	ends 64
	says 'com: refused: '
	stop
}

@test "other programs ask in JSON" {
	start
	ask() {
		python3 -c '
import socket, sys
daemon = socket.socket(socket.AF_UNIX)
daemon.connect("control")
daemon.sendall(sys.argv[1].encode() + b"\n")
while got := daemon.recv(65536):
    sys.stdout.write(got.decode())
' "$1"
	}
	[ "$(ask '{"verb":"list"}')" = '{"ok":true}' ]
	[ "$(ask '{"verb":"status"}' | head -1 | jq -r '.role, .passes, .upstreams[0].endpoint' | tr '\n' ' ')" = \
		'guard 0 127.0.0.1:9 ' ]
	[ "$(ask '{"verb":"fly"}' | jq -r .why)" = 'there is no such verb' ]
	[ "$(ask '{"verb":"list","name":"shop.example"}' | jq -r .why)" = 'list has no key name' ]
	# A misspelt key would let it through for everybody.
	[ "$(ask '{"verb":"allow","name":"shop.example","for_s":60,"reason":"x","clientt":"192.0.2.0/24"}' |
		jq -r .why)" = 'allow has no key clientt' ]
	[ "$(ask '{"verb":"allow","name":"com","for_s":60,"reason":"x"}' | jq -r .why)" = \
		'name is a whole top-level domain' ]
	[ "$(ask '{"verb":"list"}')" = '{"ok":true}' ]
	[ "$(ask 'fly' | jq -r .ok)" = false ]
	stop
}
