# What time does to evidence: a name that is asked for every day meets the lists of
# every day, and a clock that is wrong shows in them.
load scan

@test "clean names that are asked for on 120 days convict nobody" {
	"$BATS_TEST_DIRNAME/logs/daily" 120 >log
	scan --json log
	[ "$status" -eq 0 ]
	[ "$(jq -r 'select(.verdict != "chance") | .address' report | wc -l)" -eq 0 ]
	[ "$(jq -r 'select(.findings[].clock_offset_days != null) | .address' report | wc -l)" -eq 0 ]
}

@test "a line of another century costs neither the memory nor the relay" {
	{
		echo 1970-01-01T00:00:00 10.9.9.9 www.example.com | bind_lines
		seq 60000 | sed 's/.*/2015-08-03T12:00:00 10.0.0.1 www.site&.example/' | bind_lines
		asks 2015-08-03 10.0.0.1 conficker/b 1 5
	} >log
	scan --json log
	[ "$(jq -r 'select(.address == "10.0.0.1") | .relay | join(" ")' report)" = clean ]
}
