# Contacts as they come: the last ones, then what is put into the journals.
load scan

teardown() {
	local child
	for child in ${writer-} ${reader-}; do
		kill -KILL "$child" 2>/dev/null || true
	done
}

# Waits until the file $1 has $2 lines.
await() {
	for ((i = 0; i < 300; i++)); do
		if [ "$(wc -l <"$1")" -ge "$2" ]; then return 0; fi
		sleep 0.1
	done
	echo "$1 has $(wc -l <"$1") lines, wanted $2: $(cat "$1")"
	return 1
}

# Begins a scan that follows the file "live" and puts what it finds into the store "store".
follow() {
	log_of bind >host.log
	head -n "${1-0}" host.log >live
	foresink scan --store store --sightings --follow live >found 2>told &
	writer=$!
}

@test "command lines that are wrong" {
	for words in '' 'a b' '-n x a' '-n -1 a' '-n 100001 a' '--kind udp a' '-f nothing a' \
		'--network 192.0.2.1/24 a' '--from today a' '--colour a'; do
		# shellcheck disable=SC2086 # they are words
		run foresink tail $words
		ends 64 || { echo "$words"; false; }
		[ "${#lines[@]}" -eq 1 ]
	done
}

@test "what is no store, or may not be read" {
	run foresink tail none
	ends 71
	[ "$output" = 'foresink: none: there is no store here' ]
	mkdir empty
	run foresink tail empty
	ends 71
	run foresink tail --country none empty
	ends 71
	# Root may read everything.
	if [ "$(id -u)" -ne 0 ]; then
		chmod 0 empty
		run foresink tail empty
		ends 71
		says 'this user may not read this store'
	fi
}

@test "a journal that may not be read is named" {
	if [ "$(id -u)" -eq 0 ]; then
		if ! setpriv --reuid=65534 --clear-groups foresink --version >/dev/null 2>&1; then
			skip 'nobody may not run it'
		fi
		# Of this folder only root may pass the folder above.
		place=$(mktemp -d)
		chmod 755 "$place"
	else
		place=.
	fi
	log_of bind >host.log
	scan --store "$place/store" host.log
	cd "$place"
	mkdir store/journal/other
	if [ "$(id -u)" -eq 0 ]; then
		chown -R 65534 store
		chown 0 store/journal/other
		chmod 700 store/journal/other
		run setpriv --reuid=65534 --clear-groups env HOME=/ foresink tail --once store
	else
		chmod 0 store/journal/other
		run foresink tail --once store
	fi
	if [ "$place" != . ]; then rm -r "$place"; fi
	ends 71
	[ "$output" = 'foresink: store/journal/other: this user may not read this journal' ]
}

@test "the last ones" {
	log_of bind >host.log
	scan --store store host.log
	run foresink tail --once store
	ends 0
	[ "${#lines[@]}" -eq 10 ]
	foresink tail --once -n 100 store >all
	[ "$(wc -l <all)" -eq 49 ]
	sort -c all
	tail -10 all | diff - <(echo "$output")
	[ -z "$(foresink tail --once -n 0 store)" ]
	foresink tail --once -n 100 --json store | diff - <(foresink store export store)
	[ "$(foresink tail --once -n 100 -f conficker --kind dns --network 172.16.0.0/12 store | wc -l)" -eq 49 ]
	[ -z "$(foresink tail --once -f gozi store)" ]
	[ -z "$(foresink tail --once --kind raw store)" ]
	[ -z "$(foresink tail --once --network 192.0.2.0/24 store)" ]
	run foresink tail --once --new store
	ends 0
	[ -z "$output" ]
	grep -Eqx '2015-08-03T[0-9:.]+Z 172\.25\.112\.96:[0-9]+ +dns  conficker/b 2015-08-03  [a-z]+\.[a-z]+' all
}

@test "what comes is shown as it comes, once, and an interrupt ends it" {
	follow 20
	await found 1
	until [ -d store/journal ]; do sleep 0.1; done
	env --default-signal=INT foresink tail -n 1000 store >shown 2>said &
	reader=$!
	await shown "$(wc -l <found)"
	tail -n +21 host.log >>live
	await found 49
	await shown 49
	kill -INT $reader
	wait $reader # with status 0
	reader=
	kill -TERM $writer
	wait $writer || true
	writer=
	[ ! -s said ]
	[ "$(wc -l <shown)" -eq 49 ]
	[ -z "$(sort shown | uniq -d)" ]
	diff <(jq -r '.time + " " + .name' found) <(awk '{ print $1, $NF }' shown)
}

@test "the writer moves its journal and goes: nothing is lost or shown twice" {
	log_of bind >host.log
	head -20 host.log >first.log
	tail -n +21 host.log >second.log
	scan --store store first.log
	env --default-signal=INT foresink tail -n 1000 store >shown 2>said &
	reader=$!
	await shown "$(foresink store export store | wc -l)"
	cat second.log >live
	foresink scan --store store --sightings --follow live >found 2>told &
	writer=$!
	await shown 49
	kill -TERM $writer
	wait $writer || true
	writer=
	scan --store store first.log
	kill -INT $reader
	wait $reader
	reader=
	[ ! -s said ]
	head -49 shown | sort | uniq -d >twice
	[ ! -s twice ]
	[ "$(foresink store info --json store | jq .segments)" -eq 0 ]
}

@test "a reader that goes away ends it" {
	log_of bind >host.log
	scan --store store host.log
	run timeout 20 bash -c 'set -o pipefail; foresink tail store | head -1'
	ends 0
	[ "${#lines[@]}" -eq 1 ]
	run timeout 20 bash -c 'foresink tail store >/dev/full'
	ends 71
}

# Runs the words behind $1 on a terminal of $1 columns; what it shows goes to "screen".
on_terminal() {
	python3 - "$@" <<-'END' >screen
		import fcntl, os, pty, struct, sys, termios
		child, terminal = pty.fork()
		if child == 0:
		    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(sys.argv[1]), 0, 0))
		    os.execvp(sys.argv[2], sys.argv[2:])
		said = b''
		while True:
		    try:
		        got = os.read(terminal, 65536)
		    except OSError:
		        break
		    if not got:
		        break
		    said += got
		os.waitpid(child, 0)
		sys.stdout.buffer.write(said.replace(b'\r\n', b'\n'))
	END
}

@test "on a terminal: cut to its width, in colours, unless that is not wanted" {
	log_of bind >host.log
	scan --store store host.log
	foresink tail --once store >plain
	TERM=xterm on_terminal 40 foresink tail --once store
	grep -q $'\x1b\\[' screen
	sed 's/\x1b\[[0-9]*m//g' screen >bare
	[ "$(head -1 bare)" = 2015-08-03 ]
	[ "$(wc -l <bare)" -eq 11 ]
	never grep '.\{41\}' bare
	# In 80 columns: when, who, the name and of which list it is.
	TERM=dumb on_terminal 80 foresink tail --once store
	diff <(sed 1d screen | awk '{ print $1, $2, $3, $4, $5 }') \
		<(sed 's/^[^T]*T//; s/...Z / /; s/:[0-9]* / /' plain | awk '{ print $1, $2, $3, $6, $4 }')
	TERM=xterm NO_COLOR=1 on_terminal 300 foresink tail --once store
	diff screen plain
	TERM=dumb on_terminal 300 foresink tail --once store
	diff screen plain
}

@test "only what is new: a table, then what has a shape that the store did not hold" {
	now=$(date -u '+%d/%b/%Y:%H:%M:%S +0000')
	line='192.0.2.9 - - [%s] "%s %s HTTP/1.1" 404 0 "-" "x"\n'
	# shellcheck disable=SC2059 # the lines are all alike
	printf "$line" "$now" GET /odd/one.cgi >new.log
	run foresink store import store new.log
	ends 0
	run foresink tail --new --once store
	ends 0
	says '^NEW OR GROWING SINCE +IN ALL +LAST DAY +DAY BEFORE +HOSTS +SHAPE$'
	says '^20[0-9-]+T[0-9:]+Z +1 +1 +0 +1 +GET /odd/one\.cgi'
	run foresink tail --new --once --json store
	[ "$(jq -r .contacts <<<"$output")" -eq 1 ]
}
