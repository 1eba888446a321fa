# The lists that are published, as their readers read them; and what is told of them.
load setup

day=2026-11-29

# Publishes a small list of that day to ./lists, with options.
publish() {
	foresink publish --from $day --to $day -f locky/v2-cfg5 -f torpig --at ${day}T00:00:05Z \
		"$@" lists 2>log || { cat log; return 1; }
}

formats() {
	foresink publish --list-formats --json | jq -r .format
}

@test "the formats are told, in the order of their names" {
	formats >names
	[ "$(wc -l <names)" -eq 15 ]
	sort -c names
	run foresink publish --list-formats
	ends 0
	for name in $(cat names); do
		says "^$name +[a-z]"
	done
}

@test "the page of the formats has a section for each" {
	foresink publish --list-formats --mdoc >page
	for name in $(formats); do
		grep -qx "\.Ss $name" page
	done
	run env LC_ALL=C grep '[^[:print:]]' page
	ends 1
}

@test "all that is known of a format" {
	for name in $(formats); do
		run foresink publish --list-formats --format $name
		ends 0
		says "^$name: "
		says '^Names below them: '
		says '^File: '
		says '^Sources:$'
	done
	run foresink publish --list-formats --format hosts --format rpz
	ends 0
	says '^    0\.0\.0\.0 ccxrugtwplml\.nl$'
	says '^    ccxrugtwplml\.nl CNAME \.$'
}

@test "each format writes the files that it says, and nothing else" {
	publish
	foresink publish --list-formats --json | jq -r '.files[]' >told
	printf 'manifest.json\n' >>told
	sort told >told.sorted
	(cd lists/current && ls) | grep -v '\.sig$' | sort | diff - told.sorted
}

@test "a format alone" {
	publish --format plain
	[ "$(cd lists/current && ls | grep -v manifest)" = plain.txt ]
	run publish --format nope
	ends 1
}

@test "what is JSON is read as JSON, and says the same as the plain list" {
	publish
	cd lists/current
	jq -r 'select(.state == "block").name' names.jsonl | grep -v : >jsonl
	grep -v '^#\|^s2026' plain.txt | diff - jsonl
	jq -r 'to_entries[] | .value[]' dgarchive.json | sort -u | diff - <(sort jsonl)
	jq -e '."locky_dga_v2-cfg5" | index("ccxrugtwplml.nl")' dgarchive.json
	jq -se 'map(select(.name == "lhewx:onv.biz"))[0].forecasts[0].family == "torpig"' names.jsonl
}

@test "each list has the same names" {
	publish
	cd lists/current
	grep -v '^#' plain.txt >names
	sed -n 's/^0\.0\.0\.0 //p' hosts | diff names -
	sed -n 's/^||\(.*\)^$/\1/p' adblock.txt | diff names -
	sed -n 's/^||\(.*\)^$/\1/p' pihole.txt | diff names -
	sed -n 's,^server=/\(.*\)/$,\1,p' dnsmasq.servers | diff names -
	sed -n 's/^zone "\(.*\)" { .* };$/\1/p' bind.conf | diff names -
	sed -n 's/^local-zone: "\(.*\)\." always_nxdomain$/\1/p' unbound.conf | grep -v '\\' | diff names -
	sed -n 's/ CNAME \.$//p' rpz.zone | grep -v '^\*\|\\' | diff names -
	grep -v '^s2026' names >bots
	while read -r line; do base64 -d <<<"$line"; echo; done <suricata.lst | grep -v : | diff bots -
	grep -v '^#' intel.zeek | cut -f 1 | grep -v : | diff bots -
	grep -v '^#' bambenek.csv | cut -d , -f 1 | uniq | diff bots -
	grep -v '^#' netlab.tsv | cut -f 2 | uniq | diff bots -
}

@test "the programs that are here take their files" {
	publish
	if command -v named-checkzone >/dev/null; then
		named-checkzone -q rpz.foresink.internal lists/current/rpz.zone
		echo "options { directory \"$PWD/lists/current\"; }; include \"$PWD/lists/current/bind.conf\";" >named.conf
		named-checkconf -z named.conf
	fi
	if command -v unbound-checkconf >/dev/null; then
		echo "include: \"$PWD/lists/current/unbound.conf\"" >unbound.conf
		unbound-checkconf unbound.conf
	fi
	if command -v dnsmasq >/dev/null; then
		dnsmasq --test -C /dev/null --servers-file=lists/current/dnsmasq.servers
	fi
	if command -v python3 >/dev/null; then
		python3 - lists/current/bambenek.csv <<-'PY'
			import csv, datetime, sys
			rows = [row for row in csv.reader(open(sys.argv[1])) if row[0][0] != '#']
			assert rows
			for name, text, day, url in rows:
			    shown = datetime.date.fromisoformat(day).strftime('%d %b %Y')
			    assert text.startswith('Domain used by ') and text.endswith(' DGA for ' + shown)
		PY
	fi
}
