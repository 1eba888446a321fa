# What readers find after a run that was killed, or that the system refused something, at
# any system call: the old publication or the new one, whole. strace(1) counts the calls
# of the main thread, which is the one that touches the folder.
load setup

kill_each_call() {
	run "$BATS_TEST_DIRNAME/kill_each_call" "$@"
	ends 0
	says '^[0-9]+ calls'
}

@test "killed at any system call: old or new, and the next run cleans up" {
	kill_each_call third
}

@test "killed at any call of the first publication: nothing, or the whole" {
	kill_each_call first
}

@test "a full disk, or one that fails, at any call: the old one stays, and is told" {
	kill_each_call errors
}

@test "no room for the files: nothing is published, nothing is left" {
	foresink publish x -f conficker/b --at 2009-03-08 --format plain
	for kilobytes in 1 8 32; do
		run bash -c "ulimit -f $kilobytes; exec foresink publish x -f conficker/c --at 2009-03-09"
		ends 71
		says '^foresink: x/.*: File too large$'
		foresink publish --verify x | grep -q ' 2009030800, '
		[ "$(ls -A x | wc -l)" -eq 3 ] # with the lock
	done
}
