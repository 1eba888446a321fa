# One infected host, whatever wrote the log: the capture of a real machine as each
# program would have logged it, the capture of a real sinkhole as its web server
# would have, and real lines of real programs.
load scan

# The host with the prefix $2 (address/bits) and the name $3 in a log of the format
# $1: the one that is found, with the 49 names and places of the capture. What was
# asked: 76 names, or $4; lines that are none: $5, or 0.
finds() {
	log_of "$1" >log
	scan --json --year 2015 log
	ends 1
	jq -es --arg host "$2" --arg machine "$3" 'length == 1 and (.[0] |
		"\(.address)/\(.prefix)" == $host and (.machine // "") == $machine and
		.verdict == "infected" and .posterior > 0.9999 and .relay == [] and
		(.first_seen | startswith("2015-08-03T11:03:00")) and
		(.last_seen | startswith("2015-08-03T19:17:00")) and
		(.findings | length) == 1 and (.findings[0] |
			.generator == "conficker/b" and .found == 49 and .sightings >= 49 and
			.clock_offset_days == null and
			(.names | all(.start == "2015-08-03T00:00:00Z" and .file == "log"))))' report
	jq -r '.findings[].names[] | "\(.name)\t\(.index)"' report | LC_ALL=C sort >got
	tail -n +2 "$data/conficker-b-host-2015-08-03.tsv" | cut -f 4,6 | LC_ALL=C sort >wanted
	diff wanted got
	says "^Asked +${4-76} names by about [12] hosts?; ${5-0} (line|record)s? not a client's question$"
	says '^Found +1 host infected, 0 likely to be; 0 by chance$'
	never grep -q -e '^Skipped' -e '^foresink: ' told
}

host=172.25.112.96/32

@test "the infected host in: access" { finds access $host ''; }
@test "the infected host in: access-forwarded" { finds access-forwarded $host ''; }
@test "the infected host in: access-vhost" { finds access-vhost $host ''; }
@test "the infected host in: adguard" { finds adguard $host ''; }
@test "the infected host in: bind" { finds bind $host ''; }
@test "the infected host in: bind-iso" { finds bind-iso $host ''; }
@test "the infected host in: bind-rpz" { finds bind-rpz $host ''; }
@test "the infected host in: bind-syslog" { finds bind-syslog $host ''; }
@test "the infected host in: bind-utc" { finds bind-utc $host ''; }
@test "the infected host in: blocky" { finds blocky $host host; }
@test "the infected host in: columns" { finds columns $host ''; }
@test "the infected host in: dnsdist" { finds dnsdist $host ''; }
@test "the infected host in: dnsmasq" { finds dnsmasq $host '' 76 152; }
@test "the infected host in: dnsmasq-extra" { finds dnsmasq-extra $host '' 76 152; }
@test "the infected host in: dnstap" { finds dnstap $host '' 76 152; }
@test "the infected host in: nginx-json" { finds nginx-json $host ''; }
@test "the infected host in: pcap" { finds pcap $host '' 76 76; }
@test "the infected host in: pcap-nano" { finds pcap-nano $host '' 76 76; }
@test "the infected host in: pcap-ng" { finds pcap-ng $host '' 76 76; }
@test "the infected host in: pcap-tcp" { finds pcap-tcp 2001:db8::/64 '' 76 456; }
@test "the infected host in: pdns-recursor" { finds pdns-recursor $host '' 76 76; }
@test "the infected host in: pdns-recursor-classic" { finds pdns-recursor-classic $host '' 76 76; }
@test "the infected host in: pihole-ftl" { finds pihole-ftl $host ''; }
@test "the infected host in: route53" { finds route53 $host i-1722511296; }
@test "the infected host in: shadowserver" { finds shadowserver $host '' 76 1; }
@test "the infected host in: squid" { finds squid $host ''; }
@test "the infected host in: suricata" { finds suricata $host '' 76 76; }
@test "the infected host in: suricata-v3" { finds suricata-v3 $host '' 76 76; }
@test "the infected host in: umbrella" { finds umbrella $host pc; }
@test "the infected host in: unbound" { finds unbound $host '' 76 77; }
@test "the infected host in: unbound-ascii" { finds unbound-ascii $host '' 76 76; }
@test "the infected host in: windows-debug" { finds windows-debug $host '' 76 230; }
@test "the infected host in: windows-debug-dmy" { finds windows-debug-dmy $host '' 76 228; }
@test "the infected host in: windows-debug-ymd" { finds windows-debug-ymd $host '' 76 228; }
@test "the infected host in: windows-etw" { finds windows-etw $host '' 76 152; }
@test "the infected host in: zeek" { finds zeek $host '' 76 17; }
@test "the infected host in: zeek-json" { finds zeek-json $host ''; }

# Sysmon says on which machine, not from which address: the machine stands for one.
@test "the infected host in: sysmon" {
	finds sysmon null/128 pc-96.corp.example
}

@test "the infected host in: sysmon-xml" {
	finds sysmon-xml null/128 pc-96.corp.example
}


@test "each form that can be made has its test" {
	"$BATS_TEST_DIRNAME/logs/make" --list >made
	sed -n 's/^@test "the infected host in: \(.*\)" {.*/\1/p' "$BATS_TEST_FILENAME" | sort >tested
	diff made tested
}

@test "each format is read when it is named, too" {
	for format in $(foresink formats | tail -n +2 | cut -d ' ' -f 1); do
		log_of "$format" >log
		scan --json --format "$format" --year 2015 log
		ends 1
		jq -es 'length == 1 and .[0].findings[0].found == 49' report
		other=$([ "$format" = bind ] && echo unbound || echo bind)
		scan --json --format "$other" --year 2015 log
		ends 65
		says '^foresink: log: '
		[ ! -s report ]
	done
}

# The sinkhole's clients that report a counter; as the server's access log with the
# addresses in front, or behind a proxy that names them.
@test "the sinkhole's capture: 15 sources with a counter" {
	for form in access access-forwarded nginx-json; do
		"$BATS_TEST_DIRNAME/logs/make" $form <"$data/conficker-sinkhole-2011-05-30.tsv" >log
		scan --json log
		ends 1
		jq -es '(map(.requests[] | select(.counter_least != null)) | length) == 15 and
			length == 22 and all(.verdict == "likely" and .findings == []) and
			(map(.requests[]) | all(.fingerprint == "conficker-ab" or
				(.fingerprint == "conficker-a-download" and .counter_least == null)))' report
		says '^Found +0 hosts infected, 22 likely to be; 0 by chance$'
		says '22 hosts sent requests as bots do'
	done
	# As in the capture.
	jq -r '.requests[] | .counter_least // empty' report | sort -n >got
	grep -o '/search?q=[0-9]*' "$data/conficker-sinkhole-2011-05-30.tsv" | grep -o '[0-9]*$' | sort -n -u >wanted
	diff wanted <(uniq got)
}

# The same requests as the lines that the programs below write of them; each keeps
# what the fingerprint asks for.
@test "the sinkhole's capture by Zeek, Suricata and Squid" {
	"$BATS_TEST_DIRNAME/logs/make" nginx-json <"$data/conficker-sinkhole-2011-05-30.tsv" >requests
	jq -r '(.request / " ") as [$method, $path] |
		"\(.msec)     12 \(.remote_addr) TCP_MISS/200 232 \($method) http://\(.host)\($path) - " +
		"HIER_DIRECT/192.0.2.1 text/html"' requests >squid
	{
		printf '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\thttp\n'
		printf '#fields\tts\tuid\tid.orig_h\tid.orig_p\tmethod\thost\turi\tversion\tuser_agent\n'
		jq -r '(.request / " ") as [$method, $path, $version] | [.msec, "CLqEx41jYPOdfHF586",
			.remote_addr, .remote_port, $method, if .host == "" then "-" else .host end, $path,
			($version | ltrimstr("HTTP/")), if .ua == "" then "-" else .ua end] | @tsv' requests
	} >zeek
	jq -c '(.request / " ") as [$method, $path, $version] | {
		timestamp: (.time | sub("\\+00:00"; ".000000+0000")), event_type: "http", src_ip: .remote_addr,
		src_port: .remote_port, proto: "TCP", http: {hostname: .host, url: $path, http_method: $method,
		http_user_agent: .ua, protocol: $version}}' requests >suricata
	for form in zeek suricata; do
		scan --json $form
		ends 1
		says "^Formats +.*\($form\): 1 file$"
		jq -es 'length == 22 and (map(.requests[] | select(.counter_least != null)) | length) == 15' report
	done
	# Squid keeps no User-Agent: a search for a number may be anybody's.
	scan --json squid
	ends 1
	says '^Asked +40 names by about [0-9]+ hosts; 0 lines not a client'
	jq -es 'length == 7 and all(.requests | length == 1 and .[0].fingerprint == "conficker-a-download")' report
}

# The lines of the real logs were counted by hand: those that ask, those that do not;
# and of those that ask, the ones that do not say which host.
reads() {
	scan --year 2026 "$data/logs/$1"
	says '^Read +1 file, '"$2"' (line|record)s?, '
	says "^Formats +.*\\($3\\): 1 file$"
	says "^Asked +$(($4 - ${6-0})) names? by about [0-9]+ hosts?; $5 (line|record)s? not a client's question$"
	says "^Without name +${6-0} requests? " || [ "${6-0}" -eq 0 ]
	never grep -q -e '^Skipped' -e '^foresink: ' report told
}

@test "real lines of resolvers: each is understood" {
	reads bind-query.log 12 bind 12 0
	reads bind-query-iso8601.log 12 bind 12 0
	reads bind-rpz.log 6 bind 6 0
	reads bind-client.dnstap.fstrm 23 dnstap 12 11
	reads unbound-epoch.log 29 unbound 17 12
	reads unbound-ascii.log 8 unbound 3 5
	reads dnsmasq-log-queries.log 12 dnsmasq 2 10
	reads dnsmasq-log-queries-extra.log 21 dnsmasq 6 15
	reads pdns-recursor-structured.log 37 pdns-recursor 7 30
	reads pdns-recursor-classic.log 23 pdns-recursor 2 21
}

@test "real lines of web servers and proxies: each is understood" {
	reads nginx-access.log 5 access 3 2 3
	reads nginx-access.json 5 nginx-json 3 2
	reads apache-common.log 2 access 2 0 2
	reads apache-vhost.log 2 access 2 0
	reads squid-combined.log 3 access 3 0
	reads squid-access.log 3 squid 3 0
	ls "$data/logs" | grep -v '^conficker-' >files
	grep -o '^	reads [a-z0-9.-]*' "$BATS_TEST_FILENAME" | sed 's/.* //' | sort | diff files -
}

@test "real lines, all at once: the requests at the web server are told of" {
	scan --json --year 2026 "$data/logs"
	ends 1
	says '^Read +17 files, '
	jq -es 'map(select(.address == "127.0.0.1")) | length == 1 and (.[0] |
		.verdict == "likely" and .findings == [] and
		(.requests | length) == 1 and (.requests[0] | .fingerprint == "conficker-ab" and
		.requests == 2 and .counter_most == 29))' report
}
