# The files that --output writes: whole or not at all, in place of what stood
# there, without touching what is no regular file.
load setup

forecast() {
	foresink forecast -f conficker/b --date 2009-03-08 --format names "$@"
}

@test "a file keeps its mode, and a new one obeys the umask" {
	umask 027
	forecast --output new
	[ "$(stat -c %a new)" = 640 ]
	echo old >kept
	chmod 604 kept
	forecast --output kept
	[ "$(stat -c %a kept)" = 604 ]
	cmp new kept
	[ "$(ls -A)" = "$(printf 'kept\nnew')" ]
}

@test "a symbolic link stays, and its target is replaced" {
	mkdir far
	echo old >far/list
	ln -s far/list link
	forecast --output link
	[ -L link ]
	[ "$(wc -l <far/list)" -eq 250 ]
	ln -s far/none dangling
	forecast --output dangling
	[ -L dangling ]
	cmp far/none far/list
	[ "$(ls -A far)" = "$(printf 'list\nnone')" ]
	foresink index build -f conficker/b --from 2009-03-08 --to 2009-03-08 -o link
	[ -L link ]
	foresink index info far/list
}

@test "a pipe is written as it is, and no index takes its place" {
	mkfifo pipe
	timeout 20 cat pipe >got 3>&- &
	forecast --output pipe
	wait $!
	[ "$(wc -l <got)" -eq 250 ]
	[ -p pipe ]
	run foresink index build -f conficker/b --from 2009-03-08 --to 2009-03-08 -o pipe
	ends 71
	[ -p pipe ]
	forecast --output /dev/null
	[ -c /dev/null ]
	forecast --output /dev/stdout | cmp - got
}

@test "what cannot be written leaves the old file and nothing beside it" {
	echo old >x
	run bash -c 'ulimit -f 8; trap "" XFSZ; foresink forecast -f conficker/c --date 2009-04-01 -o x'
	ends 71
	says '^foresink: x: '
	[ "$(ls -A)" = x ] && [ "$(cat x)" = old ]
	run forecast --output none/x
	ends 71
	says '^foresink: none/x: No such file or directory$'
	run forecast --output .
	ends 71
	says '^foresink: \.: Is a directory$'
	[ "$(ls -A)" = x ]
}

# Fails unless process $1 ends by signal $2 within three seconds.
ended_by() {
	local status=0
	for _ in $(seq 30); do
		kill -0 "$1" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL "$1" 2>/dev/null || true
	wait "$1" || status=$?
	[ $status -eq $((128 + $2)) ]
}

@test "an interrupt is heard while the lists of millennia are numbered" {
	foresink index build --from 1601-01-01 --to 9999-12-31 -f suppobox -o x.index 3>&- &
	pid=$!
	sleep 0.7
	kill -TERM $pid
	ended_by $pid 15
	[ -z "$(ls -A)" ]
	foresink explain --no-index --from 1601-01-01 --to 9999-12-31 -f suppobox liberbarren.net >/dev/null 3>&- &
	pid=$!
	sleep 0.7
	kill -TERM $pid
	ended_by $pid 15
}
