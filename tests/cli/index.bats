# The index file, from building it to refusing a bad one.
load setup

build() {
	foresink index build -f 'conficker/[ab]' -f suppobox -f gozi --from 2009-01-01 --to 2016-12-31 "$@"
}

@test "explain answers from it, and says so" {
	build -o x.index
	run foresink explain --index x.index -f 'conficker/[ab]' --from 2009-01-01 --to 2016-12-31 jogli.com
	ends 0
	says '^jogli\.com: conficker/b #101 of 250, 2009-03-08 \(past\)$'
	says '^Searched 2 generators, .*: the index file\.$'
}

@test "with the file and without it the answers are the same" {
	build -o x.index
	{ head -n 20 "$lists/conficker/b_2012-02-29.txt"; head -n 20 "$lists/conficker/c_2012-02-29.txt"
	  cat "$lists/suppobox/words2_2016-02-29.txt" "$lists/gozi/luther_2016-03-29.txt"; echo example.com
	} >asked
	foresink explain --index x.index --json --from 2008-12-01 --to 2017-02-01 - <asked >with
	foresink explain --no-index --json --from 2008-12-01 --to 2017-02-01 - <asked >without
	cmp with without
	[ "$(jq -s '[.[] | select(.matches | length > 0)] | length' with)" -eq 137 ]
}

@test "the usual place is used by build and by explain" {
	build
	[ -f .cache/foresink/forecast.index ]
	run foresink explain -f conficker/b --at 2009-03-08 jogli.com
	ends 0
	says 'the index file\.$'
	FORESINK_INDEX=$PWD/other.index build
	[ -f other.index ]
}

@test "info tells what is in it" {
	build -o x.index
	run foresink index info --check x.index
	ends 0
	says '^from +2009-01-01T00:00:00Z$'
	says '^generators .*conficker/a conficker/b'
	foresink index info --json x.index | jq -e '.names > 1000000 and (.generators | length) == 9'
}

@test "the file does not depend on the number of workers" {
	build -o one.index --threads 1
	build -o three.index --threads 3
	cmp one.index three.index
}

@test "a file that is cut, altered, of another version, or none at all" {
	build -o x.index
	size=$(stat -c %s x.index)
	head -c $((size / 2)) x.index >cut.index
	head -c 100 x.index >short.index
	: >empty.index
	echo 'no index file, but long enough to be read as one' >text.index
	cp x.index head.index
	printf '\377' | dd of=head.index bs=1 seek=40 conv=notrunc status=none
	for f in cut short empty text head; do
		run foresink explain --index $f.index --at 2009-03-08 jogli.com
		ends 65
		[ "${#lines[@]}" -eq 1 ]
		says "^foresink: $f\.index: "
		run foresink index info $f.index
		ends 65
	done
	run foresink explain --index none.index --at 2009-03-08 jogli.com
	ends 71
	says '^foresink: none\.index: No such file or directory$'
}

@test "an altered block is found by --check and never gives a false answer" {
	build -o x.index
	cp x.index bad.index
	size=$(stat -c %s x.index)
	printf '\125\252' | dd of=bad.index bs=1 seek=$((size / 2)) conv=notrunc status=none
	run foresink index info --check bad.index
	ends 65
	says '^foresink: bad\.index: '
	foresink explain --index x.index -f conficker/b --json - <"$lists/conficker/b_2012-02-29.txt" >good
	run foresink explain --index bad.index -f conficker/b --json - <"$lists/conficker/b_2012-02-29.txt"
	[ "$status" -eq 65 ] || [ "$output" = "$(cat good)" ]
}

@test "an altered block at the usual place is told of, and the names are searched" {
	build
	size=$(stat -c %s .cache/foresink/forecast.index)
	head -c $((size / 2)) /dev/zero | tr '\0' '\125' |
		dd of=.cache/foresink/forecast.index bs=65536 seek=$((size / 2 / 65536)) conv=notrunc status=none
	run foresink explain -f conficker/b --at 2009-03-08 jogli.com
	ends 0
	says '^foresink: .*/forecast\.index: cut or altered; going on without it'
	says '^jogli\.com: conficker/b #101 '
	run foresink explain --index .cache/foresink/forecast.index -f conficker/b --at 2009-03-08 jogli.com
	ends 65
	[ "${#lines[@]}" -eq 1 ]
	says '^foresink: \.cache/foresink/forecast\.index: cut or altered '
}

@test "a bad file at the usual place is told of and not used" {
	mkdir -p .cache/foresink
	echo rubbish >.cache/foresink/forecast.index
	run foresink explain -f conficker/b --at 2009-03-08 jogli.com
	ends 0
	says '^foresink: .*forecast\.index: .*going on without it'
	says '^jogli\.com: conficker/b #101 '
}

@test "a full disk and an interrupt leave the old file, and nothing else" {
	echo old >x.index
	run bash -c 'ulimit -f 64; trap "" XFSZ; foresink index build -f conficker/a --from 2009-01-01 --to 2012-12-31 -o x.index'
	ends 71
	says '^foresink: x\.index: '
	[ "$(ls)" = x.index ] && [ "$(cat x.index)" = old ]
	foresink index build -f conficker/c -o x.index &
	pid=$!
	sleep 0.5
	kill -INT $pid || kill -TERM $pid
	kill -TERM $pid
	wait $pid || true
	[ "$(ls)" = x.index ] && [ "$(cat x.index)" = old ]
}

@test "wrong words" {
	for words in '' 'make' 'build x' 'info a b'; do
		run foresink index $words
		ends 64
		says '^foresink: index: '
	done
	run foresink index build -f gozi --from 2009-01-01 --to 2009-12-31 -o x.index
	ends 64
	says '^foresink: index: there is no list at that time$'
	run foresink index info -f gozi
	ends 64
	run foresink index build --check
	ends 64
}
