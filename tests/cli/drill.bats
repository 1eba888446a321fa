# The drill: what it says of resolvers that block, and that it asks others for nothing.
load setup

teardown() {
	for child in ${children-}; do
		kill -KILL "$child" 2>/dev/null || true
	done
}

today=2026-11-22

# Starts a resolver of the kind that the words say; its port is then in $port, and what it is
# asked for in the file "asked", behind the port.
resolve() {
	rm -f asked
	"$BATS_TEST_DIRNAME/fake_resolver" asked "$@" &
	children="${children-} $!"
	disown # the shell would tell that it was killed
	for ((i = 0; i < 100; i++)); do
		[ -s asked ] && break
		sleep 0.05
	done
	port=$(head -n 1 asked)
}

drill() {
	run timeout 60 foresink drill --at $today "$@"
}

# Fails unless nothing but names of the canary's domain $1 was asked for.
asked_only() {
	[ "$(wc -l <asked)" -gt 1 ]
	! tail -n +2 asked | grep -v "\.$1\$"
}

@test "a resolver that blocks, and how it says so" {
	resolve serial=2026112200
	drill -f conficker -f newgoz "127.0.0.1:$port"
	ends 0
	says "^127\.0\.0\.1:$port: serves list 2026112200, of 2026-11-22, today \(TXT record, blocked name: NXDOMAIN\)$"
	says '^  blocked  conficker/a  .*NXDOMAIN, EDE 15: conficker/b, in a list \\x1b\[31m\\xe2\\x98\\xa0$'
	says '^  4 names asked for: 4 blocked, 0 not, 0 unclear\.$'
	# What was asked for is what was said, and is today's.
	foresink drill --dry-run --at $today -f conficker -f newgoz | sed 's/ .*//' | sort >plan
	[ "$(wc -l <plan)" -eq 4 ]
	tail -n +2 asked | grep -v foresink.internal | sort | diff plan -
	while read -r name; do
		foresink explain --at $today "$name" >told
		grep -q -e conficker/ -e newgoz/ told
	done <plan
}

@test "each way to block, and a list that is not of today" {
	for how in nodata:NODATA zero:'sinkhole 0\.0\.0\.0' refused:REFUSED; do
		resolve serial=2026111901 how=${how%:*}
		drill -f newgoz "127.0.0.1:$port"
		ends 0
		says 'serves list 2026111901, of 2026-11-19, 3 days old'
		says "^  blocked  newgoz/default .* ${how#*:}\$"
	done
}

@test "without a canary not one bot's name is asked for" {
	resolve
	drill "127.0.0.1:$port"
	ends 1
	says 'no canary: it has no TXT record of a list'
	says '^  Not one bot.s name was asked for'
	asked_only foresink.internal
	resolve pass=all wildcard=1
	drill --json "127.0.0.1:$port"
	ends 1
	[ "$(jq -rs 'map(.record) | join(" ")' <<<"$output")" = 'canary end' ]
	[ "$(jq -rs '.[0].proof, .[1].end' <<<"$output" | tr '\n' ' ')" = 'null no-canary ' ]
	asked_only foresink.internal
	resolve serial=2026111000
	drill "127.0.0.1:$port"
	ends 1
	says 'serves list 2026111000, of 2026-11-10, 12 days old; but its list is too old'
	asked_only foresink.internal
	resolve serial=2026112201
	drill --serial 2026112202 "127.0.0.1:$port"
	ends 1
	says 'but it serves another serial'
	asked_only foresink.internal
}

@test "a list of names alone, with a domain of one's own" {
	resolve canary=canary.example wildcard=1 blocks=2026112103 how=zero
	drill --canary canary.example -f newgoz "127.0.0.1:$port"
	ends 0
	says 'serves list 2026112103, .* \(open name, blocked name: sinkhole\)'
	resolve canary=canary.example wildcard=1 blocks=2026112103 how=zero
	drill --canary canary.example --serial 2026112200 "127.0.0.1:$port"
	ends 1
	says 'none is blocked'
	asked_only canary.example
}

@test "what is not blocked is told, and its family left alone" {
	open=$(foresink drill --dry-run --json --at $today -f newgoz | jq -rs '.[0].name')
	resolve serial=2026112200 "pass=$open" pass=shop.example
	drill -f newgoz -f conficker --allowed shop.example --allowed lost.example "127.0.0.1:$port"
	ends 1
	says "^  PASSES   newgoz/default .*$open  *data 198\.51\.100\.7$"
	says '^  passes   \(allowed\) .*shop\.example  *data 198\.51\.100\.7$'
	says '^  STOPPED  \(allowed\) .*lost\.example'
	says '^  3 names asked for: 2 blocked, 1 not, 0 unclear; 1 not asked for; 1 of 2 allowed names does not pass\.$'
	says '--confidence'
	resolve serial=2026112200 "pass=$open"
	drill -f newgoz --json "127.0.0.1:$port"
	ends 1
	jq -rs '.[] | select(.record == "name") | .name, .verdict, .answer, .addresses[0]' \
		<<<"$output" | tr '\n' ' ' | grep -qx "$open passes data 198.51.100.7 "
	jq -es 'map(select(.record == "end"))[0] | .passes == 1 and .not_asked == 1' <<<"$output"
	resolve serial=2026112200 "pass=$open"
	drill -f newgoz --sinkhole 198.51.100.7 "127.0.0.1:$port"
	ends 0
}

@test "a resolver that blocks nothing is soon left alone, if nobody wants more" {
	resolve serial=2026112200 pass="$(foresink drill --dry-run --at $today -f conficker | sed 's/ .*//;q')" \
		pass="$(foresink drill --dry-run --at $today -f newgoz | sed 's/ .*//;q')" \
		pass="$(foresink drill --dry-run --at $today -f chinad | sed 's/ .*//;q')"
	drill -f conficker -f newgoz -f chinad -f torpig "127.0.0.1:$port"
	ends 1
	says '3 not, 0 unclear; 5 not asked for, after 3 families that are not blocked'
	drill --keep-going -f conficker -f newgoz -f chinad -f torpig "127.0.0.1:$port"
	ends 1
	says '3 not, 0 unclear; 3 not asked for\.$'
}

@test "the names that are ruled out are not asked for" {
	name=$(foresink drill --dry-run --at $today -f newgoz | sed 's/ .*//;q')
	echo "$name - ours" >allow.txt
	resolve serial=2026112200
	drill -f newgoz --allow allow.txt "127.0.0.1:$port"
	ends 0
	! grep -q "^$name\$" asked
	[ "$(grep -vc -e foresink.internal -e '^[0-9]*$' asked)" -eq 2 ]
}

@test "a name that has to pass and does not is in the sum" {
	resolve serial=2026112200
	drill -f newgoz --allowed lost.example "127.0.0.1:$port"
	ends 1
	says '^  2 names asked for: 2 blocked, 0 not, 0 unclear; 1 of 1 allowed name does not pass\.$'
	[[ "$output" != *--confidence* ]]
	drill -f newgoz --allowed lost.example --allowed gone.example "127.0.0.1:$port"
	ends 1
	says '; 2 of 2 allowed names do not pass\.$'
}

@test "a drill in which no name was asked for proves nothing" {
	foresink forecast -f newgoz -d $today --format names | sed 's/$/ - ours/' >allow.txt
	resolve serial=2026112200 pass=shop.example
	drill -f newgoz --allow allow.txt "127.0.0.1:$port"
	ends 1
	says '^  newgoz: no name, all are ruled out$'
	says '^  0 names asked for: nothing is proven\.$'
	drill -f newgoz --allow allow.txt --allowed shop.example "127.0.0.1:$port"
	ends 1
	drill -f newgoz --allow allow.txt --json "127.0.0.1:$port"
	ends 1
	says '"end":"no-name"'
}

@test "what the world says of a name is told as such" {
	open=$(foresink drill --dry-run --json --at $today -f newgoz | jq -rs '.[0].name')
	resolve serial=2026112200 "world=$open"
	drill -f newgoz "127.0.0.1:$port"
	ends 1
	says "^  PASSES   newgoz/default .*$open  *NXDOMAIN of the world \(the zone above was asked for it\)$"
	drill -f newgoz --json "127.0.0.1:$port"
	[ "$(jq -rs '.[] | select(.record == "name").answer' <<<"$output")" = NXDOMAIN ]
}

@test "columns are as wide as what stands in them" {
	resolve serial=2026112200
	drill -f banjori -f newgoz --allowed shop.example "127.0.0.1:$port"
	# How it was answered begins in the same column everywhere.
	[ "$(grep -E '^  (blocked|STOPPED) ' <<<"$output" | grep -o '^.* NXDOMAIN' |
		awk '{ print length }' | sort -u | wc -l)" -eq 1 ]
	[ "$(grep -c '^  blocked ' <<<"$output")" -eq 4 ]
}

@test "nobody answers" {
	resolve silent=1
	drill --timeout 1 --json "127.0.0.1:$port"
	ends 71
	says "^foresink: 127\.0\.0\.1:$port does not answer$"
	says '"record":"end".*"end":"no-answer"'
	kill -KILL ${children##* }
	while kill -0 ${children##* } 2>/dev/null; do sleep 0.05; done
	# Of several the worst counts.
	closed=$port
	resolve serial=2026112200
	drill -f newgoz "127.0.0.1:$port" "127.0.0.1:$closed"
	ends 71
	says "^foresink: 127\.0\.0\.1:$closed: Connection refused$"
	says '^  2 names asked for: 2 blocked'
}

@test "an interrupt ends it, and it ends by it" {
	resolve silent=1
	ended=0
	timeout --preserve-status -s INT 1 foresink drill "127.0.0.1:$port" >out 2>err || ended=$?
	[ "$ended" -eq 130 ]
	[ ! -s out ]
	[ ! -s err ]
}

@test "what is wrong with the question" {
	drill
	ends 64
	says 'drill: which resolver'
	for word in dns.example 192.168.1.1:0 192.168.1.1:70000 fe80::1%eth0 ''; do
		drill "$word"
		ends 64
		says 'an address is wanted'
	done
	for word in 198.51.100.1 2001:db8::1 0.0.0.0; do
		drill "$word"
		ends 64
		says "drill: $word is an address of neither this machine nor a private"
	done
	drill --canary 'a b' 127.0.0.1
	ends 64
	drill --serial 0 127.0.0.1
	ends 64
	drill --sinkhole here 127.0.0.1
	ends 64
	drill --allowed a..b 127.0.0.1
	ends 64
	drill --timeout 0 127.0.0.1
	ends 64
	drill --confidence best 127.0.0.1
	ends 64
	drill --family nosuch 127.0.0.1
	ends 64
	drill --at never 127.0.0.1
	ends 64
	drill --allow /no/such 127.0.0.1
	ends 71
}
