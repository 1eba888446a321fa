/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Answers to questions for held names and others, and what is kept of them before. Linked
 * with --wrap for store_journal_put, which shows what was kept.
 */
#include "dns_answer.h"

/* Answers. */

static void
test_addresses(void **state)
{
	struct record record;

	(void)state;
	ASK(.name = "held.example");
	is_answer(AUTHORITY, 2, 0, 0);
	record = record_at(0);
	assert_string_equal(record.owner, "held.example");
	assert_int_equal(record.type, A);
	assert_int_equal(record.class, 1);
	assert_int_equal(record.ttl, 300);
	assert_int_equal(record.len, 4);
	assert_int_equal(out[record.data + 3], 0);
	assert_int_equal(out[record_at(1).data + 3], 2);
	/* In turn. */
	ASK(.name = "held.example");
	assert_int_equal(out[record_at(0).data + 3], 2);
	assert_int_equal(out[record_at(1).data + 3], 0);
	ASK_STREAM(.name = "held.example", .qtype = AAAA);
	is_answer(AUTHORITY, 2, 0, 0);
	assert_int_equal(record_at(0).len, 16);
}

/* All names below are as the held one, also those of servers. */
static void
test_below(void **state)
{
	(void)state;
	ASK(.name = "a.b.held.example", .edns = true);
	is_answer(AUTHORITY, 2, 0, 1);
	assert_string_equal(record_at(0).owner, "a.b.held.example");
	ASK(.name = "ns1.held.example");
	is_answer(AUTHORITY, 2, 0, 0);
	ASK(.name = "*.held.example");
	is_answer(AUTHORITY, 2, 0, 0);
	ASK(.name = "xheld.example");
	is_answer(PLAIN | WIRE_RCODE_REFUSED, 0, 0, 0);
}

/* Letters of the question come back as they were sent (0x20), and matter not. */
static void
test_case(void **state)
{
	(void)state;
	ASK(.name = "wWw.HeLd.eXAMPLE");
	is_answer(AUTHORITY, 2, 0, 0);
	assert_string_equal(record_at(0).owner, "wWw.HeLd.eXAMPLE");
	assert_string_equal(kept_name, "www.held.example");
}

/* Of a class that is not told it is the Internet's. */
static void
test_class(void **state)
{
	(void)state;
	ASK(.name = "held.example", .qclass = 255);
	is_answer(AUTHORITY, 2, 0, 0);
	assert_int_equal(record_at(0).class, 1);
	ASK(.name = "held.example", .qclass = 3);
	is_answer(PLAIN | WIRE_RCODE_REFUSED, 0, 0, 0);
	assert_int_equal(kept_count, 1);
	assert_int_equal(tally.rejected[SINKHOLE_NOT_HELD], 1);
}

static void
test_own_part(void **state)
{
	unsigned first;

	(void)state;
	ASK_STREAM(.name = "many.example");
	is_answer(AUTHORITY, 4, 0, 0);
	first = out[record_at(0).data + 3];
	for (unsigned i = 0; i < 3; i++)
		ASK_STREAM(.name = "many.example");
	ASK_STREAM(.name = "www.many.example");
	assert_int_equal(out[record_at(0).data + 3], first);
	/* It is whole or none of it. */
	ASK(.name = "many.example", .qtype = AAAA);
	is_answer(SHORT, 0, 0, 0);
	ASK(.name = "many.example", .qtype = AAAA, .edns = true);
	is_answer(SHORT, 0, 0, 1);
}

static void
test_soa(void **state)
{
	struct record record;
	char text[300];
	size_t at;

	(void)state;
	ASK_STREAM(.name = "Held.example", .qtype = SOA);
	is_answer(AUTHORITY, 1, 0, 0);
	record = record_at(0);
	assert_int_equal(record.type, SOA);
	assert_string_equal(record.owner, "Held.example");
	at = read_name(record.data, text);
	assert_string_equal(text, "ns1.sink.example");
	at = read_name(at, text);
	assert_string_equal(text, "hostmaster.sink.example");
	assert_int_equal(at + 20, record.data + record.len);
	assert_int_equal(get16(out + at) << 16 | get16(out + at + 2), 2026112201);
	assert_int_equal(get16(out + at + 18), 300);
	/* No room for it in a datagram of somebody who may lie. */
	ASK(.name = "held.example", .qtype = SOA);
	is_answer(SHORT, 0, 0, 0);
	/* Below the held name there is none. */
	ASK_STREAM(.name = "www.Held.example", .qtype = SOA);
	is_answer(AUTHORITY, 0, 1, 0);
	assert_string_equal(record_at(0).owner, "Held.example");
}

static void
test_ns(void **state)
{
	char text[300];

	(void)state;
	ASK_STREAM(.name = "held.example", .qtype = NS);
	is_answer(AUTHORITY, 2, 0, 0);
	read_name(record_at(0).data, text);
	assert_string_equal(text, "ns1.sink.example");
	read_name(record_at(1).data, text);
	assert_string_equal(text, "ns2.sink.example");
	assert_int_equal(record_at(1).len, 6); /* "ns2" and a pointer */
	assert_int_equal(record_at(1).ttl, 300);
	ASK_STREAM(.name = "www.held.example", .qtype = NS, .edns = true);
	is_answer(AUTHORITY, 0, 1, 1);
	assert_int_equal(record_at(0).type, SOA);
}

/* A type that is not there, of a name that is; a set without addresses. */
static void
test_no_data(void **state)
{
	static const unsigned types[] = {TXT, MX, CNAME, HINFO, 43, 65, 41, 250, 65535};
	struct record record;

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		ASK_STREAM(.name = "www.held.example", .qtype = types[i], .edns = true);
		is_answer(AUTHORITY, 0, 1, 1);
	}
	ASK(.name = "bare.example");
	is_answer(AUTHORITY, 0, 1, 0);
	ASK(.name = "a.rather.long.name.that.was.asked.bare.example", .qtype = AAAA);
	is_answer(AUTHORITY, 0, 1, 0);
	record = record_at(0);
	assert_int_equal(record.type, SOA);
	assert_string_equal(record.owner, "bare.example");
	assert_int_equal(record.ttl, 300);
	/* The SOA of short ones has names that take no room. */
	ASK(.name = "held.example", .qtype = TXT);
	is_answer(AUTHORITY, 0, 1, 0);
	record = record_at(0);
	assert_int_equal(record.len, 22);
	assert_int_equal(get16(out + record.data + 2) << 16 | get16(out + record.data + 4),
	                 2026112201);
}

static void
test_any(void **state)
{
	struct record record;

	(void)state;
	ASK(.name = "www.held.example", .qtype = ANY);
	is_answer(AUTHORITY, 1, 0, 0);
	record = record_at(0);
	assert_int_equal(record.type, HINFO);
	assert_string_equal(record.owner, "www.held.example");
	assert_int_equal(record.len, 9);
	assert_memory_equal(out + record.data, "\7RFC8482", 9);
	assert_int_equal(kept.qtype, ANY);
}

static void
test_transfers(void **state)
{
	(void)state;
	ASK_STREAM(.name = "held.example", .qtype = AXFR);
	is_answer(PLAIN | WIRE_RCODE_REFUSED, 0, 0, 0);
	ASK(.name = "held.example", .qtype = IXFR, .edns = true);
	is_answer(PLAIN | WIRE_RCODE_REFUSED, 0, 0, 1);
	/* That it was asked for is kept. */
	assert_int_equal(kept_count, 2);
	assert_int_equal(kept.qtype, IXFR);
}

static void
test_not_held(void **state)
{
	static const char *const names[] = {"other.example", "example", "",
	                                    "held.example.org"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		ASK(.name = names[i], .edns = true);
		is_answer(PLAIN | WIRE_RCODE_REFUSED, 0, 0, 1);
		assert_int_equal(len, asked_len);
		assert_int_equal(tally.rejected[SINKHOLE_NOT_HELD], i + 1);
	}
	assert_int_equal(kept_count, 0);
}

/* A label of any octets below a held name. */
static void
test_strange(void **state)
{
	(void)state;
	ASK(.name = "a.b\1c.\xff.www.held.example");
	is_answer(AUTHORITY, 2, 0, 0);
	assert_string_equal(kept_name, "www.held.example");
	assert_int_equal(kept.first.len, asked_len);
	assert_memory_equal(kept_first, asked, asked_len);
	ASK(.name = " .held.example", .qtype = SOA, .edns = true);
	is_answer(AUTHORITY, 0, 1, 1);
	assert_string_equal(record_at(0).owner, "held.example");
	ASK(.name = "held.example\x80");
	is_answer(PLAIN | WIRE_RCODE_REFUSED, 0, 0, 0);
	ASK(.name = "x.held.exampl\x7f"
	            "e");
	is_answer(PLAIN | WIRE_RCODE_REFUSED, 0, 0, 0);
	/* A dot in a label is none between two. */
	asked_len = write_question(&(struct question){.name = "a-held.example"}, asked);
	asked[14] = '.';
	answer_octets(asked_len, false);
	is_answer(PLAIN | WIRE_RCODE_REFUSED, 0, 0, 0);
}

/* What is kept. */

static void
test_kept(void **state)
{
	struct fsk_name name = forecast_name(number, NOON, 4);
	char text[300];

	(void)state;
	snprintf(text, sizeof(text), "www.%s", name.text);
	ASK(.name = text, .qtype = AAAA);
	assert_int_equal(kept_count, 1);
	assert_int_equal(kept.us, NOON * DATE_SECOND + 7);
	assert_int_equal(kept.kind, SIGHTING_DNS);
	assert_int_equal(kept.transport, SIGHTING_UDP);
	assert_int_equal(kept.match.generator, number);
	assert_int_equal(kept.match.index, 5);
	assert_int_equal(kept.match.offset, 4);
	assert_string_equal(kept_name, text);
	assert_string_equal(kept_forecast, name.text);
	assert_int_equal(kept.by, SIGHTING_BY_NAME);
	assert_int_equal(kept.qtype, AAAA);
	assert_int_equal(kept.port, 4321);
	assert_true(is_at(&kept.to, "203.0.113.53"));
	assert_int_equal(kept.to_port, 53);
	assert_int_equal(kept.client.prefix, 32);
	assert_true(address_equal(&kept.client.address, &kept.address));
	assert_int_equal(kept.counter, SIGHTING_NO_COUNTER);
	assert_int_equal(kept.first.len, 0);
	assert_int_equal(kept.forwarded.len, 0);
	assert_true(span_equal(kept.sensor, span_of("here")));
	ASK_STREAM(.name = "held.example");
	assert_int_equal(kept.transport, SIGHTING_TCP);
	assert_int_equal(kept.match.generator, SIGHTING_NO_GENERATOR);
	assert_int_equal(kept.forecast.len, 0);
	assert_int_equal(tally.kept[SIGHTING_DNS], 2);
	assert_int_equal(tally.lost, 0);
}

static void
test_kept_v6(void **state)
{
	struct sinkhole_call call = {
	        .octets = asked,
	        .peer = {.address = address_of("2001:db8:1:2:3:4:5:6"), .port = 1}};

	(void)state;
	call.len = write_question(&(struct question){.name = "held.example"}, asked);
	assert_true(sinkhole_dns(&desk, &call, out) > 12);
	assert_int_equal(kept.client.prefix, 64);
	assert_true(is_at(&kept.client.address, "2001:db8:1:2::"));
	assert_true(address_equal(&kept.address, &call.peer.address));
}

/* For whom the resolver asks; what says nothing of use is no reason not to answer. */
static void
test_subnet(void **state)
{
	static const struct {
		struct span option;
		const char *text;
	} subnets[] = {
	        {{"\0\10\0\7\0\1\30\0\306\63\144", 11}, "198.51.100.0/24"},
	        {{"\0\10\0\12\0\2\60\0\40\1\15\270\0\1", 14}, "2001:db8:1::/48"},
	        {{"\0\10\0\4\0\1\0\0", 8}, ""},      /* 0.0.0.0/0: who does not say */
	        {{"\0\10\0\5\0\1\40\0\306", 9}, ""}, /* too short for /32 */
	        {{"\0\10\0\5\0\7\10\0\306", 9}, ""}, /* of no family */
	        {{"\0\10\0\0", 4}, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(subnets) / sizeof(*subnets); i++) {
		ASK(.name = "held.example", .edns = true, .options = subnets[i].option);
		is_answer(AUTHORITY, 2, 0, 1);
		assert_string_equal(kept_forwarded, subnets[i].text);
		assert_true(is_at(&kept.client.address, "198.51.100.7"));
	}
}

/* A full disk is no reason not to answer. */
static void
test_full(void **state)
{
	(void)state;
	is_full = true;
	ASK(.name = "held.example");
	is_answer(AUTHORITY, 2, 0, 0);
	assert_int_equal(tally.lost, 1);
	assert_int_equal(tally.kept[SIGHTING_DNS], 0);
	is_full = false;
	ASK(.name = "held.example");
	assert_int_equal(tally.kept[SIGHTING_DNS], 1);
}

/* Who was answered is remembered, who was told to come again is not. */
static void
test_recent(void **state)
{
	struct sinkhole_called called = {.client = address_of("198.51.100.7"),
	                                 .ms = desk.ms};
	enum sighting_by by;
	struct fsk_name name;

	(void)state;
	ASK(.name = "many.example", .qtype = AAAA);
	is_answer(SHORT, 0, 0, 0);
	for (unsigned i = 2; i < 12; i++) {
		called.address = addresses[i];
		assert_false(sinkhole_recent_find(desk.recent, &called, &name, &by));
	}
	ASK(.name = "www.held.example");
	called.address = addresses[2];
	called.ms = desk.ms + 300000;
	assert_true(sinkhole_recent_find(desk.recent, &called, &name, &by));
	assert_string_equal(name.text, "www.held.example");
	assert_int_equal(by, SIGHTING_BY_CLIENT);
	called.ms++;
	assert_false(sinkhole_recent_find(desk.recent, &called, &name, &by));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_addresses, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_below, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_case, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_class, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_own_part, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_soa, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_ns, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_no_data, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_any, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_transfers, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_not_held, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_strange, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_kept, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_kept_v6, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_subnet, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_full, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_recent, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
