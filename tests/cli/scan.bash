# What the files about scan share, beside setup.bash.
load setup

# Writes the capture of the infected host as a log of the format $1.
log_of() {
	"$BATS_TEST_DIRNAME/logs/make" "$1" <"$data/conficker-b-host-2015-08-03.tsv"
}

# Runs scan with the words that follow; its report into the file "report", what it
# says into "told", its status into $status.
scan() {
	status=0
	timeout 60 foresink scan "$@" >report 2>told </dev/null || status=$?
	output=$(cat report told)
}

# Fails when the command does not: "!" alone would be passed over.
never() {
	! "$@"
}

# Writes a query log of BIND: a line for each "TIME CLIENT NAME" of standard input,
# in which TIME is an ISO date and time of UTC.
bind_lines() {
	awk '{ print $1 "Z queries: info: client @0x7f24caf0c098 " $2 "#53123 (" $3 "): query: " $3 \
		" IN A +E(0)K (192.0.2.53)" }'
}

# Writes the query log of a client $2 that asks, at noon of the day $1 or $6, for the
# names from place $4 to $5 of the list of the generator $3 for $1.
asks() {
	foresink forecast -f "$3" --date "$1" --format names | sed -n "$4,$5p" |
		sed "s/^/${6-$1}T12:00:00.000 $2 /" | bind_lines
}
