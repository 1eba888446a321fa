# Logs that are broken or hostile: what cannot be read is counted and told, the rest is read.
load scan

# Fails unless the 49 names less $1 were found.
found() {
	ends 1
	jq -es --argjson found $((49 - $1)) 'length == 1 and .[0].findings[0].found == $found' report
}

@test "lines that cannot be read: the first five with file, line and reason, the rest is read" {
	log_of bind >good
	{
		sed -n 1,3p good
		printf 'what is this\r\n'
		sed -n 4,6p good | sed 's/$/\r/'
		sed -n 7p good | tr e '\0'
		sed -n 8p good | tr e '\377'
		head -c 70000 /dev/zero | tr '\0' x
		echo
		sed -n 9,20p good
		sed -n 21p good | sed 's/^03-Aug/31-Feb/'
		sed -n 22p good | sed 's/ 14:/ 27:/'
		sed -n '23,$p' good
	} >bad
	cmp <(sed -n 21p good | grep -c example) <(echo 1)
	scan --json bad
	found 2
	says '^Read +1 file, 78 lines, '
	says '^Asked +72 names by about 2 hosts; 0 lines'
	says '^Skipped +6 lines that could not be read, the first:$'
	says "^ +bad:4: no line of BIND's query log$"
	says "^ +bad:8: no line of BIND's query log$"
	says "^ +bad:9: no line of BIND's query log$"
	says '^ +bad:10: a line longer than 64 KiB$'
	says '^ +bad:23: the line has no time$'
	says '^ +2 of them without a time$'
	[ "$(grep -c '^ *bad:' told)" -eq 5 ]
}

@test "CRLF, and bytes that are no text, in every text format" {
	for form in $("$BATS_TEST_DIRNAME/logs/make" --list); do
		case $form in pcap* | dnstap | pihole-ftl) continue ;; esac
		{ log_of "$form" | sed 's/\r*$/\r/'; printf '\a\200\377 noise\n\0\0\n\377\376\n'; } >log
		scan --json --year 2015 log
		found 0 || { echo "$form"; false; }
		# A log of Windows has lines of details: these are such.
		case $form in windows-debug*) continue ;; esac
		says '^Skipped +3 lines that could not be read'
	done
}

@test "a line that never ends is not held in memory" {
	log_of bind >good
	{ cat good; head -c 200000000 /dev/zero | tr '\0' x; echo; cat good; } |
		(ulimit -v 1500000; timeout 60 foresink scan --threads 2 --json - >report 2>told) || status=$?
	status=${status-0}
	grep -q __asan_init "$FORESINK" || {
		output=$(cat told)
		found 0
		jq -es '.[0].findings[0].sightings == 98' report
		says '^Skipped +1 line that could not be read:$'
		says '^ +-:77: a line longer than 64 KiB$'
	}
}

@test "captures and frames that end in the middle" {
	for form in pcap pcap-ng pcap-nano pcap-tcp dnstap; do
		log_of $form >whole
		head -c $(($(stat -c %s whole) / 2)) whole >cut
		scan --json cut
		ends 1
		says '^Cut +cut: the (capture|file) ends in the middle of a (packet|frame|block)$'
		jq -es '.[0].findings[0].found | . > 15 and . < 35' report
	done
	log_of pihole-ftl >whole
	head -c 9000 whole >cut
	scan cut
	ends 65
	says '^foresink: cut: the database is damaged$'
	for form in pcap dnstap; do
		log_of $form >whole
		head -c 30 whole >cut
		scan cut
		[ "$status" -eq 65 ] || [ "$status" -eq 0 ]
	done
}

@test "a Zeek header that lacks a field" {
	log_of zeek | sed 's/	query	/	queri	/' >zeek
	scan zeek
	ends 65
	says '^foresink: zeek: a Zeek header without the field query$'
	[ ! -s report ]
	# Behind a good one: only its rows are lost.
	{ log_of zeek; cat zeek; } >both
	scan --json both
	found 0
	says '^Skipped +76 lines that could not be read, the first:$'
	says ' a Zeek header without the field query$'
	log_of zeek | grep -v '^#' >bare
	scan bare
	ends 65
}

@test "dates that cannot be" {
	log_of bind >good
	for date in 32-Aug-2015 03-Foo-2015 00-Aug-2015 99-Aug-99999; do
		sed "s/^[^ ]*/$date/" good >dates
		scan --format bind dates
		ends 65
		[ ! -s report ]
		says '^foresink: dates:1: '
		{ cat dates good; } >half
		scan --json half
		found 0
		says '^Skipped +76 lines that could not be read, the first:$'
	done
	log_of unbound | sed 's/^\[[0-9]*\]/[99999999999999999999]/' >unbound
	scan unbound
	ends 65
	log_of zeek-json | sed 's/"ts":[0-9.]*/"ts":1e300/' >zeek
	scan zeek
	ends 65
	# Far from all lists, but dates.
	sed 's/^03-Aug-2015/03-Aug-1970/' good >old
	scan old
	ends 0
	sed 's/^03-Aug-2015/03-Aug-9998/' good >new
	scan new
	ends 0
}

# A machine, a file and a folder that would like to be more than text.
hostile() {
	mkdir -p dir
	file=$'dir/<b>&"\'\e[31m.log'
	log_of blocky | sed $'s/\thost\t/\t<script>alert(1)<\\/script>\e[2J\377\t/' >"$file"
}

@test "what a log says does not steer a terminal" {
	hostile
	scan -v "$file"
	ends 1
	never env LC_ALL=C grep -q '[^[:print:]]' report
	says '^172\.25\.112\.96 +<script>alert\(1\)</script>\\x1b\[2J\\xff +infected '
	says 'dir/<b>&"'"'"'\\x1b\[31m\.log:1$'
	scan $'none\e[2J'
	never env LC_ALL=C grep -q '[^[:print:]]' told
	says '^foresink: none\\x1b\[2J: No such file or directory$'
	printf 'x\e[2J\n' >$'noise\e[1m'
	scan $'noise\e[1m'
	never env LC_ALL=C grep -q '[^[:print:]]' told
	log_of bind | sed $'3s/.*/\e[2J\e]0;title\a/' >good
	scan good
	never env LC_ALL=C grep -q '[^[:print:]]' report
}

@test "what a log says is text in JSON, and in the page" {
	hostile
	scan --json --html page "$file"
	ends 1
	jq -es '.[0] | (.machine | startswith("<script>alert(1)</script>\u001b[2J")) and
		.findings[0].names[0].file == "dir/<b>&\"\u0027\u001b[31m.log"' report
	never env LC_ALL=C grep -q '[^[:print:]]' <(tail -n 1 report | LC_ALL=C tr -d '\200-\377')
	grep -q '&lt;script&gt;alert(1)&lt;/script&gt;\\x1b\[2J\\xff' page
	never grep -q -i -e '<script' -e 'dir/<' -e 'javascript:' -e ' on[a-z]*=' -e 'src=' -e '@import' -e 'url(' page
	grep -q 'dir/&lt;b&gt;&amp;' page
	never env LC_ALL=C grep -q $'\e' page
	python3 - page <<'END'
import html.parser
import sys


VOID = ('meta', 'br', 'hr')


class Page(html.parser.HTMLParser):
    """Fails unless each element is closed, in order, and none does anything."""
    open = []

    def handle_starttag(self, tag, attrs):
        assert tag not in ('script', 'iframe', 'object', 'link', 'img', 'base', 'form'), tag
        assert not [name for name, _ in attrs if name.startswith('on')], attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """<rect/> of SVG."""

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, (tag, self.getpos())


page = Page()
with open(sys.argv[1], encoding='utf-8') as file:
    page.feed(file.read())
page.close()
assert not page.open, page.open
END
}
