# Whose name is this, and when?
load setup

@test "the four legitimate sites of March 2009" {
	run foresink explain --family conficker jogli.com wnsux.com qhflh.com praat.org
	ends 0
	says '^jogli\.com: conficker/b #101 of 250, 2009-03-08 \(past\)$'
	says '^wnsux\.com: conficker/b #66 of 250, 2009-03-13 \(past\)$'
	says '^qhflh\.com: conficker/b #155 of 250, 2009-03-18 \(past\)$'
	says '^praat\.org: conficker/b #160 of 250, 2009-03-31 \(past\)$'
	says '^conficker: '
}

@test "why it is known: the line that blocks and alerts carry" {
	run foresink explain -f conficker/b --at 2009-03-08 www.jogli.com
	ends 0
	says '^    why: conficker/b 2009-03-08 #101$'
	foresink explain -f conficker/b --at 2009-03-08 --json www.jogli.com |
		jq -e '.matches[0].reason == "conficker/b 2009-03-08 #101"'
	run foresink explain -f banjori --at 2009-03-08 earnestnessbiophysicalohax.com
	ends 0
	says '^    why: banjori/seed-earnestnessbiophysicalohax always #1$'
}

@test "the 49 names that a real host asked on 2015-08-03" {
	tail -n +2 "$data/conficker-b-host-2015-08-03.tsv" | cut -f4,6 >asked
	[ "$(wc -l <asked)" -eq 49 ]
	cut -f1 asked | foresink explain - >got
	while read -r name index; do
		grep -qx "$name: conficker/b #$index of 250, 2015-08-03 (past)" got
	done <asked
}

@test "every family is searched by default, and what was searched is told" {
	run foresink explain --no-index earnestnessbiophysicalohax.com
	ends 0
	says '^earnestnessbiophysicalohax\.com: banjori/seed-earnestnessbiophysicalohax #1 of 1000, for ever \(now\)$'
	says '^Searched [0-9]+ generators, 2008-11-21T00:00:00Z to '
}

@test "no family gives it is an answer" {
	run foresink explain --from 2009-01-01 --to 2009-01-31 www.example.com
	ends 0
	says '^www\.example\.com: no family gives it$'
}

@test "below a forecast name, in any case, with a final dot, as a URL" {
	run foresink explain -f conficker/b --at 2009-03-08 WwW.JoGLi.CoM. 'https://user@jogli.com:8080/a?b#c' \
		'jogli[.]com' 'hxxp://jogli(.)com/x' 'jogli.com/path'
	ends 0
	says '^www\.jogli\.com: below jogli\.com: conficker/b #101 '
	[ "$(grep -c '^jogli\.com: conficker/b #101 ' <<<"$output")" -eq 4 ]
	says '^    asked as https://user@jogli\.com:8080/a\?b#c: the host was taken$'
	says '^    asked as jogli\[\.\]com: its dots were put back$'
}

@test "whatever else people paste" {
	run foresink explain -f conficker/b --at 2009-03-08 'http://a@b@jogli.com/' //jogli.com/x \
		'jogli[dot]com' jogli.com:53 someone@jogli.com
	ends 0
	[ "$(grep -c '^jogli\.com: conficker/b #101 ' <<<"$output")" -eq 5 ]
	run foresink explain --at 2009-03-08 'http://bÃ¼cher[.]example/'
	ends 65
	run foresink explain --at 2009-03-08 "$(printf 'http://b\303\274cher[.]example/')"
	ends 0
	says ': the host was taken; its dots were put back; its A-labels were taken$'
}

@test "internationalised names are looked up by their A-labels" {
	run foresink explain --at 2009-03-08 bücher.example
	ends 0
	says '^xn--bcher-kva\.example: no family gives it$'
	run foresink explain --at 2009-03-08 $'b\xfccher.example'
	ends 65
	says '^foresink: `b\\xfccher.example.: octet 1: neither ASCII'
}

@test "a parent that everybody can rent" {
	run foresink explain --at 2009-03-08 foo.ddns.net foo.github.io ddns.net co.uk
	ends 0
	says 'its parent ddns\.net is no forecast'
	says 'its parent github\.io is no forecast'
	says '^    ddns\.net is a public suffix: never block it$'
	says '^    co\.uk is a public suffix: never block it$'
}

@test "--at asks one day, --at now the present" {
	run foresink explain -f conficker/b --at 2009-03-09 jogli.com
	ends 0
	says '^jogli\.com: no family gives it$'
	run foresink explain -f conficker/b --at now jogli.com
	ends 0
	run foresink explain -f conficker/b --at 2009-03-08 --from 2009-01-01 jogli.com
	ends 64
}

@test "JSON carries the same" {
	foresink explain -f conficker/b --at 2009-03-08 --json www.jogli.com example.org >got
	jq -e -s '.[0].matches[0] | .family == "conficker" and .variant == "b" and .index == 101 and
		.of == 250 and .matched == "jogli.com" and .start == "2009-03-08T00:00:00Z" and
		.end == "2009-03-08T23:59:59Z" and .time == "past" and .before_first_seen == false' got
	foresink explain --at 2009-03-08 --json "$(printf 'b\303\274cher.de')" |
		jq -e '.asked == "bücher.de" and .taken == "its A-labels were taken"'
	jq -e -s '.[1].matches == [] and .[1].searched.generators == 1' got
}

@test "a list that was computed for a day before the family was seen says so" {
	name=$(head -n 1 "$lists/flubot/1136-com_2016-02-29.txt")
	run foresink explain -f flubot/1136-com --at 2016-02-29 "$name"
	ends 0
	says "^$name: flubot/1136-com #1 of 5000, 2016-02-01 to 2016-02-29 \(past\); before it was first seen"
}

@test "what a table puts around its fields is no part of a name" {
	run foresink explain -f conficker/b --at 2009-03-08 '"jogli.com"' "'jogli.com'," '<jogli.com>;' \
		'jogli.com|' '"http://jogli.com/x"'
	ends 0
	[ "$(grep -c '^jogli\.com: conficker/b #101 ' <<<"$output")" -eq 5 ]
	for name in jogli.com,5 ';jogli.com' 'jogli.com"'; do
		run foresink explain -f conficker/b --at 2009-03-08 "$name"
		ends 65
		says 'an octet that cannot stand in a name$'
	done
}

@test "of a name that recurs the matches nearest to now are listed" {
	name=$(foresink forecast -f suppobox/words1 -d now --format names)
	run foresink explain -f suppobox/words1 "$name"
	ends 0
	says '\(now\)$|\(past\)$'
	! grep -q 'before it was first seen' <<<"$output"
}

@test "a name that recurs: ten periods are listed, the others counted" {
	name=$(head -n 1 "$lists/suppobox/words1_2020-12-31.txt")
	foresink explain -f suppobox/words1 --json "$name" | jq '.matches | length' >count
	run foresink explain -f suppobox/words1 "$name"
	ends 0
	[ "$(grep -c "^$name: suppobox/words1 #1 of 1, " <<<"$output")" -eq 10 ]
	read -r earlier later < <(sed -n 's/.*\.\.\. \([0-9]*\) earlier and \([0-9]*\) later.*/\1 \2/p' <<<"$output")
	[ $((earlier + later + 10)) -eq "$(cat count)" ]
}

@test "what is no name is told, and the others are answered" {
	long=$(printf 'a%.0s' {1..64})
	printf 'jogli.com\n\na b.com\n%s.com\n\0\n1.2.3.4\n..\nwnsux.com' "$long" |
		{ run foresink explain -f conficker/b --from 2009-03-01 --to 2009-03-31 -
		  ends 65
		  says '^foresink: -:3:2: an octet that cannot stand in a name$'
		  says '^foresink: -:4:64: a label longer than 63 octets$'
		  says '^foresink: -:5:1: an octet that cannot stand in a name$'
		  says '^foresink: -:6:1: an address, not a name$'
		  says '^foresink: -:7:1: an empty label$'
		  says '^jogli\.com: conficker/b #101 '
		  says '^wnsux\.com: conficker/b #66 '; }
	run foresink explain --at now ''
	ends 65
	says 'the name is empty$'
	run foresink explain --at now --json $'\033[31m'
	ends 65
	! grep -q $'\033' <<<"$output"
}

@test "addresses are no names" {
	for address in 192.0.2.1 http://192.0.2.1:80/ 2001:db8::1 'http://[2001:db8::1]:80/'; do
		run foresink explain --at now "$address"
		ends 65
		says 'an address, not a name$'
	done
}

@test "the column counts from the start of the line, and blank lines are none" {
	printf '   \n   http://jo gli.com\n' >asked
	run bash -c 'foresink explain --at now - <asked'
	ends 65
	[ "${lines[0]}" = 'foresink: -:2:13: an octet that cannot stand in a name' ]
}

@test "what no list knows is no public suffix" {
	run foresink explain --at 2009-03-08 --no-index -- --foo 2009-03-08
	ends 0
	! grep -q 'public suffix' <<<"$output"
}

@test "a line of any length, and names of a hundred labels, in little memory" {
	head -c 300000000 /dev/zero | tr '\0' a >long
	printf '\njogli.com\n' >>long
	deep=$(printf 'a.%.0s' {1..120})
	for i in {1..3000}; do echo "${deep}x$i.com"; done >>long
	run bash -c 'foresink explain -f conficker/b --at 2009-03-08 --json - <long 2>err |
		jq -c "select(.matches | length > 0) | .name"'
	ends 0
	[ "$output" = '"jogli.com"' ]
	[ "$(cat err)" = 'foresink: -:1:254: the name is longer than 253 octets' ]
}

@test "lines with CRLF" {
	run bash -c "printf 'jogli.com\r\n' | foresink explain -f conficker/b --at 2009-03-08 -"
	ends 0
	says '^jogli\.com: conficker/b #101 '
}

@test "nothing asked" {
	run foresink explain
	ends 64
	says '^foresink: explain: which name'
	run bash -c 'foresink explain -f conficker/b --at now - </dev/null'
	ends 0
}

# The four sites of March 2009, with the lists $@.
four() {
	run foresink explain -f conficker/b --from 2009-03-01 --to 2009-03-31 "$@" \
		jogli.com wnsux.com qhflh.com praat.org
}

@test "collisions: allowed, owned before, popular before; each with its reason" {
	printf '# sites\r\n*.JOGLI.com. - a café\r\nwww.wnsux.com 9999-12-31\r\n' >allow
	printf 'praat.org\t1998-04-01\n' >registered
	printf '7,www.qhflh.com\n' >popular
	four --allow allow --registered registered@2026-01-01 --popular popular@2008-12-30
	ends 0
	says '^jogli\.com: conficker/b #101 of 250, 2009-03-08 \(past\)$'
	says '^    allow: jogli\.com is allowed by allow, line 2: a café$'
	says '^    allow: www\.wnsux\.com, below it, is allowed by allow, line 3, until 9999-12-31: no reason given$'
	says '^    log-only: popular on 2008-12-30, before a bot could ask for it: www\.qhflh\.com has rank 7 in popular$'
	says "^    log-only: registered on 1998-04-01, before the family's names could be known \(list registered of 2026-01-01\)$"
	four --allow allow --registered registered@2026-01-01 --popular popular@2008-12-30 --json
	ends 0
	[ "$(jq -r '.matches[] | .state + " " + .ground' <<<"$output" | tr '\n' ' ')" = \
		"allow allowed allow allowed-below log-only popular log-only registered " ]
	jq -e -s 'all(.[].matches[].why; type == "string")' <<<"$output"
}

@test "collisions: registered since is blocked, and told; a rank that bots make is nothing" {
	printf 'jogli.com,2009-02-20\nwnsux.com\n' >registered
	printf '1,qhflh.com\n' >popular
	printf 'praat.org 2009-03-30 over\n' >allow
	four --registered registered@2009-03-01 --popular popular@2009-03-18 --allow allow
	ends 0
	says '^    block, suspicious: registered on 2009-02-20, when the family'
	says '^    block, suspicious: registered, but nobody says since when, '
	[ "$(grep -Ec '^    (block|log-only|allow)' <<<"$output")" -eq 2 ]
	four --json
	[ "$(jq -r '.matches[] | .state + " " + .ground + " " + (.why // "null")' <<<"$output" | sort -u)" = \
		"block none null" ]
}

@test "collisions: the time of a file makes no evidence, and is told" {
	echo jogli.com >registered
	touch -d 1970-01-01 registered
	run foresink explain -f conficker/b --at 2009-03-08 --registered registered jogli.com
	ends 0
	says "^foresink: note: registered: assumed to be of $(date -u +%Y)-.*, the file's time; registered@DATE"
	says '^    block, suspicious: registered, but nobody says since when'
}

@test "collisions: a name that comes again was popular because of the bots" {
	printf '1,adfy.com.ni\n' >popular # of 2026-11-16 and 2026-11-22
	for day in 2026-11-15 2026-11-18; do
		foresink explain -f conficker/c --at 2026-11-22 --popular popular@$day --json adfy.com.ni |
			jq -r '.matches[].ground' >$day
		foresink publish -f conficker/c --from 2026-11-22 --to 2026-11-22 --popular popular@$day \
			--format plain --json $day.lists | jq .log_only >>$day
	done
	[ "$(cat 2026-11-15)" = $'popular\n1' ]
	[ "$(cat 2026-11-18)" = $'none\n0' ]
}

@test "collisions: files that are not what they should be" {
	four --allow nowhere
	ends 71
	says '^foresink: nowhere: No such file or directory$'
	printf 'a.example\n0.0.0.0 b.example\n' >hosts
	four --allow hosts
	ends 65
	says '^foresink: hosts:2:1: an address is not a name$'
	four --popular hosts
	ends 0
	says '^foresink: hosts: 1 line passed over, the first at line 2: '
	echo '{"type":"regex","list":["^a"]}' >list
	four --popular list
	ends 65
	says '^foresink: list:1:[0-9]+: a warninglist of a type that is no list of names$'
	four --registered list@2009-02-30
	ends 64
	says '^foresink: --registered list@2009-02-30: '
	echo a.example >list@home
	four --popular list@home
	ends 0
}
