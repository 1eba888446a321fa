# The names that infected machines will try, as users ask for them.
load setup

@test "a published list, byte for byte" {
	foresink forecast -f conficker/b --date 2009-01-08 --format names >got
	cmp got "$lists/conficker/b_2009-01-08.txt"
}

@test "a list of 50,000 with its duplicates, byte for byte" {
	foresink forecast -f conficker/c --date 2018-05-13 --format names >got
	cmp got "$lists/conficker/c_2018-05-13.txt"
}

@test "85 periods of 512 seconds from an instant on" {
	foresink forecast -f suppobox/words1 --from 2014-09-29T23:40:48 --to 2014-09-30 \
		--format names --limit 85 >got
	cmp got "$lists/suppobox/words1_2014-09-29T234048.txt"
}

@test "CSV has a header, the index from 1, the suffix and the period" {
	run foresink forecast -f conficker/b --date 2009-03-08 --format csv
	ends 0
	[ "${lines[0]}" = family,variant,index,name,suffix,start,end ]
	[ "${lines[101]}" = conficker,b,101,jogli.com,com,2009-03-08T00:00:00Z,2009-03-08T23:59:59Z ]
	[ "${#lines[@]}" -eq 251 ]
}

@test "JSON lines parse and carry the same" {
	foresink forecast -f conficker/b --date 2009-03-08 --format json >got
	[ "$(jq -r 'select(.index == 101) | [.family, .variant, .name, .suffix, .start, .end] | join(" ")' got)" = \
		"conficker b jogli.com com 2009-03-08T00:00:00Z 2009-03-08T23:59:59Z" ]
	[ "$(jq -s length got)" -eq 250 ]
}

@test "a list that holds for ever has no bounds" {
	[ "$(foresink forecast -f banjori --limit 1 --format csv | tail -n 1)" = \
		banjori,seed-earnestnessbiophysicalohax,1,earnestnessbiophysicalohax.com,com,, ]
	foresink forecast -f banjori --limit 1 --format json | jq -e '.start == null and .end == null'
}

@test "periods cut by the month: days 28 to 29 of February" {
	run foresink forecast -f necurs --date 2016-02-29 --limit 1
	ends 0
	says 'necurs/magic9 +1 +2016-02-28 to 2016-02-29$'
}

@test "a span of days has every list that touches it, once" {
	foresink forecast -f necurs --from 2016-02-27 --to 2016-03-01 --format csv >got
	[ "$(tail -n +2 got | cut -d, -f6 | sort -u | tr '\n' ' ')" = \
		"2016-02-24T00:00:00Z 2016-02-28T00:00:00Z 2016-03-01T00:00:00Z " ]
	[ "$(wc -l <got)" -eq $((3 * 2048 + 1)) ]
}

@test "--days counts from the date" {
	foresink forecast -f conficker/a --date 2009-01-01 --days 3 --format names >got
	[ "$(wc -l <got)" -eq 750 ]
}

@test "--tld, --unique and --limit" {
	foresink forecast -f conficker/b --date 2009-01-08 --tld ws --format names >got
	[ "$(sort -u <(grep -v '\.ws$' got) | wc -l)" -eq 0 ]
	[ "$(wc -l <got)" -eq "$(grep -c '\.ws$' "$lists/conficker/b_2009-01-08.txt")" ]
	foresink forecast -f conficker/c --date 2018-05-13 --unique --format names >got
	[ "$(wc -l <got)" -eq "$(sort -u "$lists/conficker/c_2018-05-13.txt" | wc -l)" ]
	[ "$(foresink forecast -f conficker/c --limit 7 --format names 2>/dev/null | wc -l)" -eq 7 ]
	[ "$(foresink forecast -f conficker/c --limit 0 --format names 2>/dev/null | wc -l)" -eq 0 ]
}

@test "globs, and families without a slash" {
	foresink forecast -f 'conficker/[ab]' --date 2009-01-08 --format names >got
	cat "$lists"/conficker/{a,b}_2009-01-08.txt 2>/dev/null >/dev/null || true
	[ "$(wc -l <got)" -eq 500 ]
	[ "$(foresink forecast -f 'locky/v3-*' --date 2016-02-29 --format names | wc -l)" -eq 240 ]
	[ "$(foresink forecast -f 'ramni?' -f banjori --format names | wc -l)" -eq 30000 ]
}

@test "the summary counts names a day by family and suffix" {
	run foresink forecast --summary --date 2026-11-21
	ends 0
	says '^conficker +50500\.0 '
	says '^suppobox +510\.0 '
	says '^com '
	run foresink forecast --summary -f conficker/b --date 2009-01-08 --format csv
	ends 0
	[ "${lines[0]}" = family,variant,suffix,names_a_day,short_share ]
	[ "$(tail -n +2 <<<"$output" | awk -F, '{ n += $4 } END { print n }')" = 250 ]
	foresink forecast --summary -f conficker/b --date 2009-01-08 --format json | jq -e -s 'length == 8'
}

@test "the summary counts what the filters leave" {
	run foresink forecast --summary -f conficker/b --date 2009-01-08 --tld ws --format csv
	ends 0
	[ "${#lines[@]}" -eq 2 ]
	says "^conficker,b,ws,$(grep -c '\.ws$' "$lists/conficker/b_2009-01-08.txt").00,"
	run foresink forecast --summary -f conficker/c --date 2018-05-13 --unique --limit 1000
	ends 0
	says '^conficker +1000\.0 '
	run foresink forecast --summary --format names
	ends 64
}

@test "a file is written whole, with the mode that the umask gives" {
	umask 027
	foresink forecast -f conficker/b --date 2009-01-08 --format names -o list.txt
	cmp list.txt "$lists/conficker/b_2009-01-08.txt"
	[ "$(stat -c %a list.txt)" = 640 ]
	[ "$(ls)" = list.txt ]
}

@test "a full disk is told, and leaves nothing" {
	run foresink forecast -f conficker/c --date 2009-04-01 -o /dev/full
	ends 71
	says '^foresink: /dev/full: No space left on device$'
	printf old >list.txt
	run bash -c 'ulimit -f 8; trap "" XFSZ; foresink forecast -f conficker/c --date 2009-04-01 -o list.txt'
	ends 71
	says '^foresink: list.txt: File too large$'
	[ "$(ls)" = list.txt ] && [ "$(cat list.txt)" = old ]
	run bash -c 'foresink forecast -f conficker/c --date 2009-04-01 >/dev/full'
	ends 71
	says '^foresink: standard output: No space left on device$'
}

@test "a folder that is not there is told" {
	run foresink forecast -f conficker/b --date 2009-01-08 -o none/list.txt
	ends 71
	says '^foresink: none/list.txt: No such file or directory$'
}

@test "a reader that goes away is no failure" {
	run bash -c 'set -o pipefail; foresink forecast -f conficker/c --date 2009-04-01 --days 9 --format names | head -n 1'
	ends 0
	[ "$output" = "$(head -n 1 "$lists/conficker/c_2009-04-01.txt")" ]
}

@test "an interrupt ends it by the signal and leaves no file" {
	foresink forecast -f conficker/c --from 2009-04-01 --to 2029-04-01 -o list.txt &
	pid=$!
	sleep 0.5
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	ends 143
	[ -z "$(ls)" ]
}

@test "days before a family was seen are computed, and a note says so" {
	run foresink forecast -f flubot/1136-com --date 2016-02-29 --format names
	ends 0
	says '^foresink: note: no bot asked for these names then: flubot was first seen'
	run foresink forecast -f gozi --date 2010-01-01
	ends 0
	says '^foresink: note: gozi/.* have no list at that time$'
}

@test "dates that do not exist, or lie outside the calendar" {
	for d in 2009-02-30 2009-13-01 2009-00-10 2009-01-00 2100-02-29; do
		run foresink forecast --date "$d"
		ends 64
		[ "${#lines[@]}" -eq 1 ]
		says "^foresink: --date $d: (this month has no such day|there is no such month)$"
	done
	run foresink forecast --date 1600-12-31
	ends 64
	says 'before 1601-01-01$'
	for d in 10000-01-01 09-01-01 someday '' 2009-1-1 2009-01-01T25 2009-01-01T00:00; do
		run foresink forecast --date "$d"
		ends 64
		says '^foresink: --date'
	done
	run foresink forecast --date 2009-01-01T24:00:00Z
	ends 64
	says 'there is no such hour$'
	run foresink forecast -f conficker/c --date 9999-12-31 --format names --limit 1
	ends 0
	run foresink forecast -f conficker/a --date 1601-01-01 --format names
	ends 0
}

@test "spans that run backwards, and options that exclude one another" {
	run foresink forecast --from 2009-01-02 --to 2009-01-01
	ends 64
	says 'runs backwards'
	run foresink forecast --date 2009-01-01 --to 2009-01-02
	ends 64
	run foresink forecast --days 3 --to 2009-01-02
	ends 64
	for n in 0 -1 x '' 99999999999999999999; do
		run foresink forecast --days "$n"
		ends 64
		says '^foresink: --days'
	done
}

@test "an unknown family names the nearest" {
	run foresink forecast -f confiker
	ends 64
	says '^foresink: --family confiker: no such family or variant; the nearest is conficker$'
	run foresink forecast -f conficker/x
	ends 64
	says 'the nearest is conficker/'
	run foresink forecast -f zzzzzzzzzzzzzz
	ends 64
	says 'see `foresink families'
	run foresink forecast -f "$(printf 'a\033[31m%.0s' {1..50})"
	ends 64
	! grep -q $'\033' <<<"$output"
}

@test "words for days, families in any case, suffixes that no list has" {
	foresink forecast -f Conficker/B -d today --format names >got
	[ "$(wc -l <got)" -eq 250 ]
	[ "$(foresink forecast -f suppobox -d now --format names | wc -l)" -eq 3 ]
	foresink forecast -f conficker/a -d yesterday --limit 1
	foresink forecast -f conficker/a --from today --to tomorrow --limit 1
	run foresink forecast -f conficker/b --tld nosuch --format names
	ends 0
	[ "$output" = 'foresink: note: no name of these lists ends in .nosuch' ]
}

@test "the wrong option is blamed, and why" {
	run foresink forecast --famly conficker
	ends 64
	says "^foresink: forecast: .--famly': there is no such option; "
	run foresink forecast -f conficker --format
	says ".--format': this option needs a value; "
	run foresink forecast --unique=1 -f conficker
	says ".--unique=1': this option takes no value; "
	run foresink forecast -f conficker word
	says ".word': this word is one too many; "
	run foresink explain -x a.com
	says ".-x': there is no such option; "
	run foresink forecast -f conficker/b --form names --lim 1 -d 2009-01-08
	ends 0
	[ "$output" = "$(head -n 1 "$lists/conficker/b_2009-01-08.txt")" ]
}

@test "the calendar ends" {
	run foresink forecast --date 9999-12-31 --days 2 -f conficker/a
	ends 64
	says '^foresink: --days 2: the calendar ends with 9999-12-31$'
}

@test "suffixes with a dot in front or behind, and none" {
	for tld in ws .ws ws. WS; do
		[ "$(foresink forecast -f conficker/b --date 2009-01-08 --tld $tld --format names | wc -l)" -eq \
			"$(grep -c '\.ws$' "$lists/conficker/b_2009-01-08.txt")" ]
	done
	run foresink forecast --tld ''
	ends 64
	says '^foresink: --tld : the name is empty$'
}

@test "each error is one line, without a byte that could steer a terminal" {
	for option in $'--\e[31mx' --no-such=1 --from -x; do
		for command in forecast explain families index selftest; do
			run foresink $command $option
			ends 64
			[ "${#lines[@]}" -eq 1 ]
			says '^foresink: '
			! grep -q $'\e' <<<"$output"
		done
	done
}

@test "wrong options" {
	run foresink forecast --format xml
	ends 64
	says '^foresink: --format xml: the formats are names, csv, json and table$'
	run foresink forecast --limit many
	ends 64
	run foresink forecast --no-such-option
	ends 64
	run foresink forecast word
	ends 64
}
