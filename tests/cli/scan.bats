# The options of scan, its reports, and how it ends.
load scan

@test "a clean log, an infected one, nothing that can be read" {
	scan "$data/logs/bind-query.log"
	ends 0
	says '^Nothing found: no host asked for names of the lists of [0-9]+ generators'
	[ ! -s told ]
	log_of bind >log
	scan log
	ends 1
	says '^HOST +MACHINE +VERDICT +GENERATOR +NAMES +POSTERIOR +FIRST SEEN +LAST SEEN +REMARKS$'
	says '^172\.25\.112\.96 +- +infected +conficker/b +49 of 250 +> 0\.9999 +2015-08-03T11:03:00Z +2015-08-03T19:17:00Z$'
	says '^172\.25\.112\.96, conficker/b: 49 different names in 49 sightings; '
	says '^  2015-08-03T11:03:02Z  nntnlbaiqq\.cn +115 of 250, 2015-08-03  log:4$'
	says '^  39 more \(--verbose shows them\)$'
	scan -v log
	[ "$(grep -c ' of 250, 2015-08-03  log:' report)" -eq 49 ]
	printf 'neither\nnor\n' >words
	scan words
	ends 65
	[ ! -s report ]
}

@test "wrong words: one line each, status 64" {
	log_of bind >log
	while read -r words; do
		# shellcheck disable=SC2086 # they are words
		scan $words
		ends 64 || { echo "$words"; false; }
		[ ! -s report ]
		[ "$(wc -l <told)" -eq 1 ]
		says '^foresink: '
	done <<'END'

--year x log
--year 1500 log
--window -1 log
--window 367 log
--window 1d log
--ipv6-prefix 0 log
--ipv6-prefix 129 log
--format nope log
--columns time log
--columns time,foo,name log
--columns name,name log
--columns name log
--columns client,name log
--columns date,name log
--columns name --format bind log
--date-order xyz log
--tz Mars/Base log
--tz ../UTC log
--tz /etc/localtime log
--threads 0 log
--threads many log
--family nope log
--json --sightings log
--follow -o report log
--follow --json --output report log
--bogus log
--json=yes log
--year
END
	for option in allow leases index; do
		scan --$option none log
		ends 71
		[ "$(cat told)" = 'foresink: none: No such file or directory' ]
		echo 'a b c' >bad
		scan --$option bad log
		ends 65
		[ "$(wc -l <told)" -eq 1 ]
		says '^foresink: bad:'
	done
	for option in html output; do
		scan --$option none/x log
		ends 71
		[ "$(cat told)" = 'foresink: none/x: No such file or directory' ]
	done
}

@test "what cannot be written, and a reader that goes away" {
	log_of bind >log
	for words in '' --json --sightings -v; do
		run bash -c "foresink scan $words log >/dev/full"
		ends 71
		says '^foresink: standard output: No space left on device$'
	done
	run bash -c 'foresink scan --html /dev/full log >/dev/null'
	ends 71
	for _ in $(seq 300); do cat log; done >many
	run bash -c 'timeout 20 foresink scan --sightings many 2>told | head -n 1 | wc -l; exit ${PIPESTATUS[0]}'
	[ "$status" -ne 124 ] && [ "$status" -lt 128 ]
	[ "$output" -eq 1 ]
	never grep '^foresink: ' told
	scan --json -o report.json log
	ends 1
	[ ! -s report ]
	[ "$(jq .findings[0].found report.json)" -eq 49 ]
}

@test "sightings: one a line, in their order, with all that is known" {
	log_of access >log
	scan --sightings log
	ends 1
	jq -es 'length == 49 and all(keys_unsorted == ["time", "address", "prefix", "seen_address",
		"port", "machine", "kind", "transport", "name", "forecast", "generator", "family", "index",
		"start", "end", "fingerprint", "counter", "method", "target", "agent", "file", "line"]) and
		(map(.line) | . == sort) and all(.generator == "conficker/b" and .kind == "http" and
		.fingerprint == "conficker-ab-search" and .counter == 1 and .method == "GET" and
		.start == "2015-08-03T00:00:00Z" and .end == "2015-08-03T23:59:59Z")' report
	says '^Found +1 host infected'
	log_of bind | sed 's/cacbwanw\.net/wWw.Mail.CACBwanw.net/g' >log
	scan --sightings log
	jq -es 'map(select(.forecast == "cacbwanw.net")) | length == 1 and (.[0] |
		.name == "www.mail.cacbwanw.net" and .kind == "dns" and .index == 105 and
		.port > 1024 and .fingerprint == null and .seen_address == "172.25.112.96")' report
	scan --json log
	jq -es '.[0].findings[0].found == 49' report
}

@test "one name is chance, however often; the same name twice is one" {
	asks 2015-08-03 10.0.0.1 conficker/b 7 7 >one
	for _ in $(seq 100); do cat one; done >log
	scan --json log
	ends 0
	jq -es 'length == 1 and .[0].verdict == "chance" and .[0].findings[0].found == 1 and
		.[0].findings[0].sightings == 100 and .[0].posterior < 0.5' report
	scan log
	says '^Found +0 hosts infected, 0 likely to be; 1 by chance$'
	never grep -q '^10\.0\.0\.1' report
	# The names of another day are none.
	asks 2015-08-03 10.0.0.1 conficker/b 1 50 2015-08-09 >log
	scan --json log
	ends 0
	[ ! -s report ]
}

@test "a name that many ask for, and for nothing else, is no evidence" {
	for host in 1 2 3 4 5; do asks 2015-08-03 10.0.0.$host conficker/b 7 7; done >log
	asks 2015-08-03 10.0.0.9 conficker/b 7 8 >>log
	scan --json log
	ends 0
	jq -es 'map(.findings[].names[] | select(.index == 7)) | length == 6 and all(.collision)' report
	scan log
	says '^Names that several hosts asked for and nothing else of that list'
	says ' \(conficker/b\): asked for by 6 hosts, 5 of which asked for nothing else '
}

@test "--family: only these" {
	log_of bind >log
	scan --json -f conficker/b log
	ends 1
	says '^Compared +with [0-9,]+ forecast names of 1 generator'
	scan --json -f suppobox -f gozi log
	ends 0
	[ ! -s report ]
}

@test "--allow: these names and those below never count" {
	log_of bind >log
	scan --json log
	mv report all
	printf '# ours\r\ncacbwanw.net\n\ndiadcgtj.com # too\n' >allow
	scan --json --allow allow log
	ends 1
	jq -es '.[0].findings[0] | .found == 47 and (.names | map(.name) |
		index("cacbwanw.net") == null and index("diadcgtj.com") == null)' report
	jq -r '.findings[].names[].name' report >>allow
	scan --json --allow allow log
	ends 0
	[ ! -s report ]
	# Each of several lists counts.
	jq -r '.findings[].names[].name' all | sed -n '1~2p' >odd
	jq -r '.findings[].names[].name' all | sed -n '2~2p' >even
	scan --json --allow odd --allow even log
	ends 0
	scan --json --allow even log
	ends 1
	# An entry holds for what was asked through its last second.
	tr -d '\r' <allow | sed -n 's/^\([a-z.]*\).*/\1/; s/.\+/& 2015-08-03 over/p' >until
	scan --json --allow until log
	ends 0
	sed -i 's/08-03 over/08-02 over/' until
	scan --json --allow until log
	ends 1
	jq -es '.[0].findings[0].found == 49' report
	echo net >allow
	scan --allow allow log
	ends 65
	says '^foresink: allow:1:1: a single label would mean every name below it$'
}

@test "--leases: of dnsmasq, ISC dhcpd and Kea, in their time" {
	log_of bind >log
	echo '1438700000 aa:bb:cc:dd:ee:ff 172.25.112.96 laptop *' >dnsmasq
	cat >dhcpd <<'END'
lease 172.25.112.96 {
  starts 1 2015/08/03 06:00:00;
  ends 2 2015/08/04 06:00:00;
  binding state active;
  hardware ethernet 00:16:3e:aa:bb:cc;
  client-hostname "reception";
}
lease 172.25.112.96 {
  starts 4 2015/08/06 06:00:00;
  ends 5 2015/08/07 06:00:00;
  binding state active;
  hardware ethernet 00:16:3e:aa:bb:ff;
  client-hostname "another";
}
END
	cat >kea <<'END'
address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
172.25.112.96,00:16:3e:aa:bb:dd,,86400,1438668000,1,0,0,kiosk.example,0,,0
END
	scan --json --leases dnsmasq log
	jq -es '.[0].lease | .name == "laptop" and .hardware == "aa:bb:cc:dd:ee:ff"' report
	scan --json --leases dhcpd log
	jq -es '.[0].lease | .name == "reception" and .hardware == "00:16:3e:aa:bb:cc"' report
	scan --json --leases kea --leases dhcpd log
	ends 1
	jq -es '.[0].lease | .name == "reception" or .name == "kiosk.example"' report
	scan --leases kea log
	says '^172\.25\.112\.96 +kiosk\.example \(00:16:3e:aa:bb:dd\) +infected '
	sed 's/2015/2014/' dhcpd >old
	scan --json --leases old log
	jq -es '.[0].lease == null' report
}

@test "--ipv6-prefix: what is one host" {
	for n in 1 2 3 4 5; do
		asks 2015-08-03 2001:db8:1:$n::$n conficker/b $((4 * n)) $((4 * n + 3))
	done >log
	scan --json log
	ends 1
	jq -es 'length == 5 and all(.prefix == 64 and .findings[0].found == 4)' report
	scan --json --ipv6-prefix 48 log
	jq -es 'length == 1 and .[0].address == "2001:db8:1::" and .[0].prefix == 48 and
		.[0].findings[0].found == 20' report
	scan --sightings --ipv6-prefix 128 log
	jq -es 'all(.prefix == 128 and .address == .seen_address)' report
}

@test "--window: names of other days, and the clock that is wrong" {
	asks 2009-03-08 10.0.0.1 conficker/b 1 30 2009-03-18 >log
	for days in 0 1 9; do
		scan --json -f conficker/b --window $days log
		ends 0
		[ ! -s report ]
	done
	for days in 10 30; do
		scan --json -f conficker/b --window $days log
		ends 1
		jq -es '.[0].findings[0] | .found == 30 and .clock_offset_days == -10' report
	done
	scan -f conficker/b --window 30 log
	says '^10\.0\.0\.1 .* clock 10 days behind$'
	asks 2009-03-08 10.0.0.1 conficker/b 1 30 2009-03-01 >log
	scan --json -f conficker/b --window 30 log
	jq -es '.[0].findings[0].clock_offset_days == 7' report
	asks 2009-03-08 10.0.0.1 conficker/b 1 30 >log
	for days in 0 1 30; do
		scan --json -f conficker/b --window $days log
		ends 1
		jq -es '.[0].findings[0] | .found == 30 and .clock_offset_days == null' report
	done
}

@test "--index: a clock that is years off" {
	foresink index build -f conficker/b --from 2008-12-01 --to 2012-12-31 -o x.index
	asks 2009-03-08 10.0.0.1 conficker/b 1 30 2015-01-01 >log
	asks 2009-03-08 10.0.0.2 conficker/b 1 1 2015-01-01 >>log
	scan --json log
	ends 0
	scan --json --index x.index log
	ends 1
	says '^Index +x\.index: '
	mv report wanted
	FORESINK_INDEX=x.index scan --json log
	ends 1
	says '^Index +x\.index: '
	cmp wanted report
	foresink index build -f conficker/b --from 2001-12-01 --to 2001-12-31 -o y.index
	FORESINK_INDEX=y.index scan --json --index x.index log
	cmp wanted report
	FORESINK_INDEX=none scan --json log
	ends 71
	[ "$(cat told)" = 'foresink: none: No such file or directory' ]
	scan --json --index x.index log
	jq -es 'map(select(.verdict == "infected")) | length == 1 and (.[0] | .address == "10.0.0.1" and
		(.findings[0] | .found == 30 and .clock_offset_days == -2125 and
		.names[0].start == "2009-03-08T00:00:00Z"))' report
	log_of bind >log
	scan --json --index x.index log
	jq -es '.[0].findings[0] | .found == 49 and .clock_offset_days == null' report
}

@test "--tz: local times, also where the clocks change" {
	asks 2015-08-03 10.0.0.1 conficker/b 1 30 | sed 's/T12:00:00.000Z/T01:30:00.000/; s/^2015-08-03/2015-08-04/' >log
	scan --json --window 0 log
	ends 0
	says 'assumed: times without a zone are UTC \(--tz\)$'
	scan --json --window 0 --tz Asia/Shanghai log
	ends 1
	jq -es '.[0].first_seen == "2015-08-03T17:30:00.000000Z" and .[0].findings[0].found == 30' report
	says 'assumed: times without a zone are Asia/Shanghai \(--tz\)$'
	sed 's/^2015-08-04T01:30/2015-08-04T01:30/; s/^2015-08-04/2015-10-25/' log >autumn
	scan --sightings --tz Europe/Berlin --window 366 -f conficker/b autumn
	jq -es 'length > 0 and all(.time == "2015-10-24T23:30:00.000000Z")' report
	# What says its zone is not moved.
	log_of bind-utc >log
	scan --json --window 0 --tz Asia/Shanghai log
	jq -es '.[0].first_seen == "2015-08-03T11:03:00.000000Z"' report
}

@test "--year: logs that do not say theirs" {
	log_of dnsmasq >log
	scan --json --year 2015 log
	ends 1
	says 'assumed: the year, from --year$'
	scan --json --year 2014 log
	ends 0
	touch -d 2015-08-04T00:00:00Z log
	scan --json log
	ends 1
	says 'assumed: the year, from the date of the file \(--year says another\)$'
	touch -d 2016-08-02T00:00:00Z log
	scan --json log
	ends 1
	touch -d 2016-08-20T00:00:00Z log
	scan --json log
	ends 0
}

@test "--date-order: what the slashes mean" {
	log_of windows-debug-dmy >log
	scan --json --date-order dmy log
	ends 1
	jq -es '.[0].first_seen == "2015-08-03T11:03:00.000000Z"' report
	scan --json --date-order mdy log
	ends 0
	sed 's/03\/08\/2015/15\/08\/2015/' log >proven
	scan proven
	says '2015-08-15T11:03:00Z to 2015-08-15T19:17:00Z$'
	never grep -q 'no line proves it' report
	scan --date-order dmy log
	never grep -q 'no line proves it' report
}

@test "--columns: tables that somebody exported" {
	log_of columns >log
	scan --json --columns time,client,name log
	ends 1
	jq -es '.[0].findings[0].found == 49' report
	printf 'one two\n' >words
	scan --columns time,client,name words
	ends 65
	says '^foresink: words:1: neither tabs, commas, semicolons nor blanks part it into the columns that were said$'
	scan --format columns words
	ends 65
	says '^foresink: words:1: it is not known which column holds what: say it with --columns$'
	awk '{ print "x;" $3 ";A;" $2 ";udp;" $1 ";4711" }' log >table
	scan --json --columns=-,name,type,client,transport,time,port table
	ends 1
	jq -es '.[0].findings[0].found == 49' report
	scan --sightings --columns=-,name,type,client,transport,time,port table
	jq -es 'length == 49 and all(.port == 4711 and .transport == "udp")' report
	awk '{ sub("T", "\t", $1); sub("Z", "", $1); print $1 "\t" $2 "\t" $3 }' log >table
	scan --json --columns date,time,client,name table
	ends 1
	jq -es '.[0].findings[0].found == 49' report
	run bash -c "printf '2009-03-08 10:00:00,192.0.2.7,jogli.com\n' | foresink scan --columns time,client,name -"
	ends 0
	says '1 by chance'
}

@test "the page: whole, without anything that is loaded, the hosts and their names in it" {
	log_of bind >log
	cat "$data/logs/nginx-access.log" >web
	scan --html page log web
	ends 1
	[ "$(head -n 1 page)" = '<!DOCTYPE html>' ] && [ "$(tail -n 1 page)" = '</html>' ]
	for name in $(tail -n +2 "$data/conficker-b-host-2015-08-03.tsv" | cut -f 4); do
		grep -q "$name" page
	done
	grep -q '172\.25\.112\.96' page
	grep -q '<svg' page
	grep -q 'conficker-ab' page
	grep -q "default-src 'none'" page
	grep -Eq '^<h1>Review of logs: 1 of about [0-9]+ hosts infected(, [0-9]+ more likely to be)?</h1>$' page
	for word in Generator Evidence Posterior Infected; do
		grep -q "^<dt>$word</dt><dd>[A-Z]" page
	done
	never grep -q '<dt></dt>' page
	never grep -Eq '[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]' page
	scan --html clean "$data/logs/bind-query.log"
	ends 0
	grep -q 'Nothing found' clean
	grep -q '^<h1>Review of logs: none of about [0-9]* hosts found infected</h1>$' clean
}

@test "the report does not depend on the number of workers" {
	mkdir logs
	for form in bind zeek unbound sysmon pcap access; do log_of $form >logs/$form; done
	for words in --json --sightings -v; do
		scan $words --threads 1 logs
		cp report one
		scan $words --threads 4 logs
		cmp one report
	done
}

@test "who asked: behind a forwarder, ECS and X-Forwarded-For name the client" {
	asks 2015-08-03 192.0.2.53 conficker/b 1 9 | sed 's/$/ [ECS 10.9.8.0\/24\/0]/' >log
	scan --json log
	ends 1
	jq -es 'length == 1 and .[0].address == "10.9.8.0" and .[0].prefix == 24' report
	"$BATS_TEST_DIRNAME/logs/make" access-forwarded <"$data/conficker-sinkhole-2011-05-30.tsv" >log
	scan --json log
	jq -es 'map(.address) | index("10.1.1.250") != null' report
}
