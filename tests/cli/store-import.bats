# What another sinkhole wrote down comes into a store: each caller once, whatever the
# form, however often it is brought.
load scan

# Runs store import with the words that follow, likewise.
import() {
	status=0
	timeout 60 foresink store import "$@" >report 2>told </dev/null || status=$?
	output=$(cat report told)
}

# All sightings of the store $1, a JSON object each, into the file "kept".
kept() {
	foresink store export "$1" >kept
}

# Writes the requests at the sinkhole as a log of the form $1.
sinkhole_as() {
	"$BATS_TEST_DIRNAME/logs/make" "$1" <"$data/conficker-sinkhole-2011-05-30.tsv"
}

@test "the sinkhole's requests as nginx logs them: all are marked as the capture says" {
	sinkhole_as nginx-json >log
	import store log --sensor isc --to 149.20.56.34:80
	ends 0
	says '^Read +1 file, 40 lines$'
	says '^Taken +40 contacts, 40 http$'
	says '^Of bots +40 contacts$'
	[ ! -s told ]
	kept store
	jq -es 'length == 40 and all(.sensor == "isc" and .to == "149.20.56.34" and .to_port == 80 and
		.port > 0 and .kind == "http" and (.time | startswith("2011-05-30T23:5")) and
		(.by == "name" or .name == null) and .more == 0 and .shape == null) and
		(map(.fingerprint) | map(select(. == "conficker-ab")) | length) == 17 and
		(map(.fingerprint) | map(select(. == "conficker-a-download")) | length) == 7 and
		(map(.fingerprint) | map(select(. == "conficker-a-front")) | length) == 16 and
		(map(.counter | select(. != null)) | add) == (0+0+36+1+345+0+0+3+567+345+0+36+0+4+27+10+0)' kept
}

@test "what is brought again changes nothing: whole, packed, under another name" {
	sinkhole_as access >log
	import store log
	ends 0
	says '^Taken +40 contacts'
	kept store
	cp kept before
	gzip -c log >log.gz
	mkdir folder
	cp log folder/other
	for again in log log.gz folder; do
		import store "$again"
		ends 0
		says '^Taken +0 contacts'
		says '^Before +1 whole file$'
	done
	kept store
	cmp before kept
}

@test "killed in the middle: each line once" {
	seq 100000 | awk '{ printf "198.18.%d.%d - - [30/May/2011:23:%02d:%02d +0000] \"GET /search?q=%d HTTP/1.0\" 404 0 \"-\" \"x\"\n",
		$1 / 256 % 256, $1 % 256, $1 / 60 % 60, $1 % 60, $1 }' >log
	for s in 0.3 0.6 0.9; do
		timeout -s KILL $s foresink store import store log || true
	done
	import store log
	ends 0
	kept store
	[ "$(wc -l <kept)" -eq 100000 ]
	jq -r .counter kept | sort -n | cmp - <(seq 100000)
}

@test "the store takes no more: what is told is what it has, and it goes on from there" {
	seq 60000 | awk '{ printf "198.18.%d.%d - - [30/May/2011:23:%02d:%02d +0000] \"GET /search?q=%d HTTP/1.0\" 404 0 \"-\" \"x\"\n",
		$1 / 256 % 256, $1 % 256, $1 / 60 % 60, $1 % 60, $1 }' >log
	for kib in 3000 5000; do
		before=$(foresink store info --json store 2>/dev/null | jq .sightings)
		# A limit stands for a full disk.
		status=0
		output=$(bash -c 'trap "" XFSZ; ulimit -f $1; foresink store import store log' - $kib 2>&1) || status=$?
		ends 71
		after=$(foresink store info --json store | jq .sightings)
		[ "$after" -gt 0 ]
		says "^Taken +$(printf "%'d" $((after - ${before:-0})) | sed ':a; s/^\([0-9]\+\)\([0-9]\{3\}\)\b/\1,\2/; ta') contacts"
	done
	import store log
	ends 0
	kept store
	jq -r .counter kept | sort -n | cmp - <(seq 60000)
	run foresink store check store
	ends 0
}

@test "the loopback of IPv6 is a caller, too; a date that is none is told as such" {
	{
		echo '::1 - - [21/Nov/2026:19:43:46 +0000] "GET / HTTP/1.1" 404 0 "-" "-"'
		echo '::1 - - [32/Nov/2026:19:43:46 +0000] "GET / HTTP/1.1" 404 0 "-" "-"'
		echo '::1 - - [yesterday] "GET / HTTP/1.1" 404 0 "-" "-"'
	} >log
	import store log --format access
	ends 0
	says '^ +log:2: no such date in brackets$'
	says '^ +log:3: no time in brackets$'
	kept store
	[ "$(jq -r '"\(.address)/\(.prefix) \(.seen_address)"' kept)" = '::/64 ::1' ]
}

@test "callers that send no request are contacts, too" {
	{
		echo '192.0.2.7 - - [21/Nov/2026:19:43:46 +0000] "\x16\x03\x01\x00\xA5\x01\x00" 400 157 "-" "-"'
		echo '192.0.2.8 - - [21/Nov/2026:19:43:46 +0000] "-" 408 - "-" "-"'
		echo '192.0.2.9 - - [21/Nov/2026:19:43:46 +0000] "SSH-2.0-Go" 400 157 "-" "-"'
		echo '192.0.2.10 - - [21/Nov/2026:19:43:46 +0000] "GET /wp-login.php HTTP/1.1" 404 0 "-" "-"'
		echo '192.0.2.11 - - [21/Nov/2026:19:43:46 +0000] "GET /gate/17.php?id=5 HTTP/1.1" 404 0 "-" "x"'
		echo 'what no server writes'
	} >log
	import store log
	ends 0
	says '^Taken +5 contacts, 2 http, 1 tls, 2 raw$'
	says '^Skipped +1 line$'
	says '^ +log:6: '
	kept store
	jq -r '"\(.address) \(.kind) \(.fingerprint) \(.shape)"' kept | sort -V >got
	cat >wanted <<-'EOF'
		192.0.2.7 tls tls "\x16\x03\x01\x00\xa5\x01\x00" 4 to 7 octets
		192.0.2.8 raw unknown "" 0 octets
		192.0.2.9 raw unknown "SSH-2.0-" 8 to 15 octets
		192.0.2.10 http scanner null
		192.0.2.11 http http GET /gate/N.php?id= HTTP/1.1
	EOF
	diff wanted got
}

@test "Shadowserver's reports: columns by their names, times in UTC" {
	printf '%s\n' '"timestamp","protocol","src_ip","src_port","severity","dst_ip","dst_port","infection","http_url","http_host","http_agent"' \
		'"2015-03-21 00:00:32","tcp","198.51.100.176",36849,"critical","192.0.2.1",80,"downadup","GET /search?q=252 HTTP/1.0","192.0.2.1","Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1)"' \
		'"2015-03-21 00:00:33","tcp","2001:db8::1",1024,"critical",,,"B54","/locator.php","a.example","say ""a"""' >http.csv
	printf '%s\n' 'timestamp,src_port,src_ip,protocol,dst_ip,dst_port,infection,ssl_cipher,ssl_servername' \
		'2015-03-21 00:00:34,4431,198.51.100.177,tcp,192.0.2.1,443,b68,TLS_AES_128_GCM_SHA256,b.example' \
		'2015-03-21 00:00:35,4432,198.51.100.178,tcp,192.0.2.1,4430,b68,,' >tcp.csv
	"$BATS_TEST_DIRNAME/logs/make" shadowserver <"$data/conficker-b-host-2015-08-03.tsv" |
		sed 's/,1$/,5/' >dns.csv
	TZ=Asia/Tokyo import store http.csv tcp.csv dns.csv
	ends 0
	says '^Taken +[0-9]+ contacts, [0-9]+ dns, 2 http, 1 tls, 1 raw$'
	says '^Of lists +49 contacts$'
	kept store
	jq -r 'select(.kind != "dns") | "\(.time) \(.address)/\(.prefix) \(.port) \(.to):\(.to_port) \(.fingerprint) " +
		"\(.counter) \(.name) \(.by) \(.shape) \(.sensor)"' kept | sort >got
	cat >wanted <<-'EOF'
		2015-03-21T00:00:32.000000Z 198.51.100.176/32 36849 192.0.2.1:80 conficker-ab 252 null null said downadup shadowserver
		2015-03-21T00:00:33.000000Z 2001:db8::/64 1024 null:null http null a.example name said b54 shadowserver
		2015-03-21T00:00:34.000000Z 198.51.100.177/32 4431 192.0.2.1:443 tls null b.example sni said b68 shadowserver
		2015-03-21T00:00:35.000000Z 198.51.100.178/32 4432 192.0.2.1:4430 unknown null null null said b68 shadowserver
	EOF
	diff wanted got
	# Who others say is infected is found by that; a part of a family is only what is known.
	[ "$(foresink store export -f conficker --kind http store | jq -r .port)" = 36849 ]
	[ -z "$(foresink store export -f conficker/a -f conficker/c --kind http store)" ]
	[ "$(foresink tail --once -f conficker --kind http store | wc -l)" -eq 1 ]
	{
		echo timestamp,src_port,src_ip,protocol,dst_ip,dst_port,infection,ssl_cipher,ssl_servername
		echo 2015-03-21 00:00:36,1,198.51.100.1,tcp,192.0.2.1,81,Downadup,,
		echo 2015-03-21 00:00:36,2,198.51.100.2,tcp,192.0.2.1,81,conficker.b,,
		echo 2015-03-21 00:00:36,3,198.51.100.3,tcp,192.0.2.1,81,necurs,,
		echo 2015-03-21 00:00:36,4,198.51.100.4,tcp,192.0.2.1,81,adup,,
	} >said.csv
	import said said.csv
	ends 0
	[ "$(foresink store export -f conficker said | jq .port | sort | tr '\n' ' ')" = '1 2 ' ]
	[ "$(foresink store export -f necurs said | jq .port)" = 3 ]
	run foresink store check said
	ends 0
	# Five questions a line; found in the lists of their day, as a scan finds them.
	jq -es 'map(select(.kind == "dns")) | all(.more == 4) and
		(map(select(.generator == "conficker/b")) | length) == 49' kept
}

@test "names are looked for in the lists of their time" {
	log_of bind >log
	import store log
	ends 0
	says '^Of lists +49 contacts$'
	import other log --tz Asia/Tokyo --year 2015
	ends 0
	import third "$data/logs"
	ends 0
	says '^Read +17 files, '
}

@test "a store whose clients have pseudonyms does not learn addresses" {
	sinkhole_as access >log
	head -1 log >one
	printf '%064d\n' 7 >secret
	import store log --pseudonyms secret
	ends 0
	import store one
	ends 64
	says '^foresink: store: its clients have pseudonyms'
	import store one --pseudonyms secret
	ends 0
	kept store
	jq -es 'length == 41 and all((.address | startswith("100::1:")) and
		.seen_address == .address and .port == null)' kept
	echo 12 >short
	import other one --pseudonyms short
	ends 65
	import other one --country none
	[ "$status" -ne 0 ]
}

@test "what cannot be used" {
	printf 'no log\n' >none
	import store none
	ends 65
	says '^foresink: none: '
	import store missing
	ends 71
	says '^foresink: missing: '
	import store -
	ends 64
	import store
	ends 64
	import
	ends 64
	for wrong in '--to a' '--to 192.0.2.1:0' '--to [2001:db8::1:80' '--format nope' '--year 1' \
			'--tz No/Where' "--sensor $(printf 'x%.0s' {1..65})"; do
		# shellcheck disable=SC2086 # they are words
		import store none $wrong
		ends 64
		[ "$(wc -l <told)" -eq 1 ]
	done
	mkfifo pipe
	import store pipe
	ends 65
	says 'read twice'
	import none/store none
	ends 71
}
