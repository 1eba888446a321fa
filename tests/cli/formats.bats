# The list of the formats, and what is told of each.
load scan

@test "the table: each format, what its times lack, its title" {
	run foresink formats
	ends 0
	[ "${#lines[@]}" -eq 23 ]
	says '^FORMAT +TIMES LACK +TITLE$'
	says '^bind +zone, year, in some forms +BIND 9 query and rpz log$'
	says '^zeek +- +Zeek dns\.log and http\.log$'
	says '^windows-debug +zone +Windows DNS Server debug log$'
	cut -d ' ' -f 1 <<<"$output" | tail -n +2 >names
	sort -c names
}

@test "all that is known of a format" {
	for name in $(foresink formats | tail -n +2 | cut -d ' ' -f 1); do
		run foresink formats "$name"
		ends 0
		says "^$name: "
		says '^Sources:$'
		case $name in dnstap | pcap | pihole-ftl) ;; *) says '^Lines:$' ;; esac
		never env LC_ALL=C grep -q '[^[:print:]]' <<<"$output"
	done
	run foresink formats bind zeek
	ends 0
	says '^bind: '
	says '^zeek: '
}

@test "the lines that are shown can be scanned" {
	for name in adguard bind route53 squid suricata umbrella; do
		foresink formats $name | sed -n '/^Lines:$/,/^Sources:$/s/^    //p' >log
		run foresink scan --format $name log
		ends 0
		says "\($name\): 1 file$"
		says '^Asked +[1-9]'
	done
}

@test "the page of the formats has a section for each" {
	foresink formats --mdoc >page
	for name in $(foresink formats | tail -n +2 | cut -d ' ' -f 1); do
		grep -qx "\.Ss $name" page
	done
}

@test "wrong words" {
	run foresink formats nope
	ends 64
	[ "${#lines[@]}" -eq 1 ]
	says '^foresink: '
	run foresink formats nginx
	ends 64
	[ "$output" = "foresink: formats: no format \`nginx'; it may be: access, nginx-json" ]
	run foresink formats WINDOWS
	[ "$output" = "foresink: formats: no format \`WINDOWS'; it may be: windows-debug, windows-etw" ]
	run foresink formats unbond
	[ "$output" = "foresink: formats: no format \`unbond'; it may be: unbound" ]
	run foresink formats ''
	ends 64
	run foresink formats quite-another-program
	[ "$output" = "foresink: formats: no format \`quite-another-program'; \`foresink formats' lists them" ]
	run foresink scan --format nginx log
	ends 64
	[ "$output" = "foresink: --format nginx: no such format; it may be: access, nginx-json" ]
	run foresink formats --nope
	ends 64
	[ "${#lines[@]}" -eq 1 ]
	run bash -c 'foresink formats >/dev/full'
	ends 71
}
