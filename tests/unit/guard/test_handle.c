/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is done with each kind of message: names of bots and who may have them, who may ask,
 * cookies and rates, names of our own; and that no answer is twice as long as its question.
 */
#include "desk.h"

static size_t generator;
static struct fsk_name bot;

static int
set_up(void **state)
{
	(void)state;
	generator = number_of("conficker/b");
	open_desk(&generator, 1, NULL);
	bot = name_of("conficker/b");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	close_desk();
	return 0;
}

/* The text of ${pattern} with the bot's name for "%s". */
static const char *
with_bot(const char *pattern)
{
	static char text[400];
	const char *mark = strstr(pattern, "%s");

	assert_non_null(mark);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(mark - pattern), pattern, bot.text,
	         mark + 2);
	return text;
}

/* Sets what is done with names of the generator. */
static void
set_action(enum guard_action action)
{
	static enum guard_action actions[4096];

	assert_true(generator < 4096);
	actions[generator] = action;
	policy.actions = actions;
	set_policy();
}

static void
test_blocked(void **state)
{
	const struct guard_hit *hit;

	(void)state;
	assert_int_equal(ask_name(bot.text), GUARD_ANSWER);
	assert_head();
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_NXDOMAIN);
	assert_soa(bot.text, TTL);
	assert_int_equal(tally.answered[GUARD_NXDOMAIN], 1);
	assert_int_equal(tally.udp, 1);
	hit = take_hit();
	assert_non_null(hit);
	assert_true(outcome.hit);
	assert_string_equal(hit->name.text, bot.text);
	assert_int_equal(hit->match.generator, generator);
	assert_int_equal(hit->match.offset, 0);
	assert_int_equal(hit->match.index, 1);
	assert_int_equal(hit->state, WATCH_BLOCK);
	assert_int_equal(hit->action, GUARD_NXDOMAIN);
	assert_int_equal(hit->transport, SIGHTING_UDP);
	assert_int_equal(hit->qtype, WIRE_TYPE_A);
	assert_int_equal(hit->us, NOW * DATE_SECOND);
	assert_int_equal(hit->who.port, 4711);
	assert_false(hit->passed);
	assert_false(has_hit());
}

static void
test_below(void **state)
{
	const struct guard_hit *hit;

	(void)state;
	assert_int_equal(ask_name(with_bot("Www.X.%s")), GUARD_ANSWER);
	assert_head();
	assert_soa(bot.text, TTL);
	hit = take_hit();
	assert_string_equal(hit->name.text, with_bot("www.x.%s"));
	assert_int_equal(hit->match.offset, 6);
	assert_int_equal(ask_name(with_bot("x%s")), GUARD_RELAY);
	assert_false(has_hit());
}

/* A label that no text has does not hide what it stands in front of. */
static void
test_strange(void **state)
{
	static const char *const labels[] = {"a\x01.%s", "\x7f.www.%s", "a b.x.%s",
	                                     "\xc3\xa9.%s"};

	(void)state;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		assert_int_equal(ask_name(with_bot(labels[i])), GUARD_ANSWER);
		assert_head();
		assert_int_equal(rcode_of_answer(), WIRE_RCODE_NXDOMAIN);
		assert_soa(bot.text, TTL);
		assert_int_equal(take_hit()->match.offset, i % 2 == 1 && i < 2 ? 4
		                                           : i == 2            ? 2
		                                                               : 0);
	}
	/* A dot in a label. */
	asked_len = write_question(&(struct question){.name = with_bot("a-b.%s")}, asked);
	asked[14] = '.';
	assert_int_equal(handle_from(CLIENT, false), GUARD_ANSWER);
	assert_soa(bot.text, TTL);
	/* One that makes the name another is another. */
	asked_len = write_question(&(struct question){.name = bot.text}, asked);
	asked[13] = '\x01';
	assert_int_equal(handle_from(CLIENT, false), GUARD_RELAY);
	asked_len = write_question(&(struct question){.name = "\x01"}, asked);
	assert_int_equal(handle_from(CLIENT, false), GUARD_RELAY);
}

static void
test_reason(void **state)
{
	char text[256], reason[WATCH_REASON_SIZE];

	(void)state;
	/* Over TCP there is room for all of it. */
	asked_len = write_question(
	        &(struct question){.name = with_bot("www.%s"), .edns = true}, asked);
	assert_int_equal(handle_from(CLIENT, true), GUARD_ANSWER);
	assert_int_equal(ede_of_answer(text), WIRE_EDE_BLOCKED);
	watch_reason_write(&take_hit()->match, reason);
	assert_string_equal(text, reason);
	assert_non_null(strstr(text, "conficker/b 2026-11-22"));
	/* Without EDNS there is no place for it. */
	assert_int_equal(ask_name(bot.text), GUARD_ANSWER);
	assert_int_equal(ede_of_answer(text), -1);
}

static void
test_nodata(void **state)
{
	(void)state;
	set_action(GUARD_NODATA);
	assert_int_equal(ask_name(bot.text), GUARD_ANSWER);
	assert_head();
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_NOERROR);
	assert_soa(bot.text, TTL);
	assert_int_equal(tally.answered[GUARD_NODATA], 1);
}

/* The addresses of the answer, with a blank behind each. */
static const char *
addresses_of_answer(void)
{
	static char text[256];
	size_t len = 0;
	ldns_pkt *packet = read_answer();
	ldns_rr_list *answers = ldns_pkt_answer(packet);

	text[0] = '\0';
	for (size_t i = 0; i < ldns_rr_list_rr_count(answers); i++) {
		char *address = ldns_rdf2str(ldns_rr_rdf(ldns_rr_list_rr(answers, i), 0));

		assert_int_equal(ldns_rr_ttl(ldns_rr_list_rr(answers, i)), TTL);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s ", address);
		assert_true(len < sizeof(text));
		free(address);
	}
	ldns_pkt_free(packet);
	return text;
}

static void
test_sinkhole(void **state)
{
	(void)state;
	set_action(GUARD_SINKHOLE);
	assert_int_equal(ask((struct question){.name = bot.text, .edns = true}),
	                 GUARD_ANSWER);
	assert_head();
	/* As many as may be sent to one whose address may be a lie. */
	assert_string_equal(addresses_of_answer(), "203.0.113.1 ");
	assert_int_equal(handle_from(CLIENT, true), GUARD_ANSWER);
	assert_string_equal(addresses_of_answer(), "203.0.113.1 203.0.113.2 ");
	assert_int_equal(ask((struct question){.name = bot.text, .qtype = WIRE_TYPE_AAAA}),
	                 GUARD_ANSWER);
	assert_string_equal(addresses_of_answer(), "2001:db8::53 ");
	assert_int_equal(ask((struct question){.name = bot.text, .qtype = WIRE_TYPE_TXT}),
	                 GUARD_ANSWER);
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_NOERROR);
	assert_soa(bot.text, TTL);
	/* Of all types, one. */
	assert_int_equal(ask((struct question){.name = bot.text, .qtype = WIRE_TYPE_ANY}),
	                 GUARD_ANSWER);
	assert_string_equal(addresses_of_answer(), "203.0.113.1 ");
	while (has_hit())
		take_hit();
	assert_int_equal(tally.answered[GUARD_SINKHOLE], 5);
	policy.sinkhole_count = 0;
	set_policy();
	assert_int_equal(ask((struct question){.name = bot.text, .qtype = WIRE_TYPE_ANY}),
	                 GUARD_ANSWER);
	assert_soa(bot.text, TTL);
	assert_int_equal(take_hit()->qtype, WIRE_TYPE_ANY);
}

static void
test_log(void **state)
{
	(void)state;
	set_action(GUARD_LOG);
	assert_int_equal(ask_name(bot.text), GUARD_RELAY);
	assert_int_equal(take_hit()->action, GUARD_LOG);
	assert_int_equal(tally.logged, 1);
	assert_int_equal(tally.relayed, 1);
}

static void
test_relayed(void **state)
{
	(void)state;
	assert_int_equal(ask_name("www.Example.com"), GUARD_RELAY);
	assert_ptr_equal(outcome.message, asked);
	assert_int_equal(outcome.message_len, asked_len);
	assert_string_equal(outcome.query.name.text, "www.example.com");
	assert_int_equal(outcome.back.most, 512);
	assert_false(outcome.back.has_cookie || outcome.back.stream || outcome.hit);
	assert_int_equal(ask((struct question){
	                         .name = "example.com", .edns = true, .udp_size = 4096}),
	                 GUARD_RELAY);
	assert_int_equal(outcome.back.most, 4096);
	assert_int_equal(ask((struct question){.name = "", .qtype = WIRE_TYPE_NS}),
	                 GUARD_RELAY);
	assert_int_equal(ask((struct question){.name = bot.text, .qclass = 3}),
	                 GUARD_RELAY);
	assert_int_equal(ask((struct question){.name = bot.text, .qclass = 255}),
	                 GUARD_ANSWER);
	assert_int_equal(ask((struct question){.name = "example.com", .qtype = UPPER_TYPE}),
	                 GUARD_RELAY);
	assert_int_equal(handle_from(CLIENT, true), GUARD_RELAY);
	assert_true(outcome.back.stream);
	assert_int_equal(outcome.back.most, 65535);
	assert_int_equal(tally.tcp, 1);
}

static void
test_clean(void **state)
{
	char name[40];

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "www.site%u.example", i);
		assert_int_equal(ask_name(name), GUARD_RELAY);
	}
	assert_int_equal(ask_name(bot.text), GUARD_ANSWER);
	assert_in_range((uintmax_t)take_hit()->clean, 120, 280);
	/* As it was a second ago, at most. */
	desk.us += DATE_SECOND;
	guard_habits_tick(desk.habits, NOW + DATE_DAY);
	assert_int_equal(ask_name(bot.text), GUARD_ANSWER);
	assert_int_equal((uintmax_t)take_hit()->clean, 0);
}

static void
test_passes(void **state)
{
	struct guard_pass pass = {
	        .name = bot, .since = NOW, .until = NOW + 1, .reason = "why"};
	struct guard_passes *set;
	const struct guard_hit *hit;

	(void)state;
	pass.has_client = true;
	assert_int_equal(guard_prefix_read(span_of(CLIENT), &pass.client), FSK_OK);
	assert_int_equal(guard_passes_new(&pass, 1, NOW, &set), FSK_OK);
	desk.passes = set;
	assert_int_equal(ask_name(with_bot("www.%s")), GUARD_RELAY);
	hit = take_hit();
	assert_true(hit->passed);
	assert_int_equal(hit->action, GUARD_LOG);
	assert_int_equal(hit->state, WATCH_BLOCK);
	assert_int_equal(tally.passed, 1);
	assert_int_equal(handle_from("192.0.2.2", false), GUARD_ANSWER);
	assert_false(take_hit()->passed);
	desk.us += 2 * DATE_SECOND;
	assert_int_equal(handle_from(CLIENT, false), GUARD_ANSWER);
	guard_passes_free(set);
}

static void
assert_refused(void)
{
	char text[256];

	assert_int_equal(rcode_of_answer(), WIRE_RCODE_REFUSED);
	assert_true(outcome.refused);
	assert_true(outcome.len <= asked_len + 17); /* an OPT with an extended error */
	assert_int_equal(ede_of_answer(text),
	                 asked[11] == 1 ? (int)WIRE_EDE_PROHIBITED : -1);
	assert_string_equal(text, "");
}

static void
test_strangers(void **state)
{
	static const char cookie[] = "\0\12\0\10abcdefgh";

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct question question = {.name = i == 0 ? bot.text : "example.com",
		                            .edns = i > 0};

		if (i == 2)
			question.options = (struct span){cookie, 12};
		asked_len = write_question(&question, asked);
		assert_int_equal(handle_from("198.51.100.1", false), GUARD_ANSWER);
		assert_refused();
		assert_int_equal(handle_from("2001:db8::1", true), GUARD_ANSWER);
		assert_refused();
	}
	assert_false(has_hit());
	assert_int_equal(tally.refused, 6);
	/* A carrier may ask for others, and for itself. */
	assert_int_equal(handle_from("198.51.100.53", false), GUARD_RELAY);
	/* What is malformed says nothing more to strangers. */
	asked[5] = 2;
	assert_int_equal(handle_from("198.51.100.1", false), GUARD_ANSWER);
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_REFUSED);
	asked[2] |= 0x80;
	assert_int_equal(handle_from("198.51.100.1", false), GUARD_DROP);
}

static void
test_malformed(void **state)
{
	(void)state;
	asked_len = write_question(&(struct question){.name = "example.com", .edns = true},
	                           asked);
	for (size_t whole = asked_len; asked_len > 0;) {
		asked_len--;
		if (asked_len < 12) {
			assert_int_equal(handle_from(CLIENT, false), GUARD_DROP);
			continue;
		}
		assert_int_equal(handle_from(CLIENT, false), GUARD_ANSWER);
		assert_int_equal(rcode_of_answer(), WIRE_RCODE_FORMERR);
		assert_true(outcome.len <= whole);
	}
	assert_int_equal(tally.malformed, tally.udp);
	asked_len = write_question(&(struct question){.name = "example.com"}, asked);
	asked[2] |= 0x80; /* QR */
	assert_int_equal(handle_from(CLIENT, false), GUARD_DROP);
	asked[2] &= 0x7f;
	asked[5] = 0; /* no question */
	assert_int_equal(handle_from(CLIENT, false), GUARD_ANSWER);
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_FORMERR);
	asked[5] = 2;
	assert_int_equal(handle_from(CLIENT, false), GUARD_ANSWER);
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_FORMERR);
	asked[5] = 1;
	assert_int_equal(handle((struct guard_call){.octets = asked,
	                                            .len = asked_len,
	                                            .cut = true,
	                                            .peer = address_of(CLIENT)}),
	                 GUARD_DROP);
	asked[12] = 0xc0; /* a pointer to itself */
	asked[13] = 12;
	assert_int_equal(handle_from(CLIENT, false), GUARD_ANSWER);
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_FORMERR);
}

static void
test_opcodes(void **state)
{
	(void)state;
	for (unsigned opcode = 1; opcode < 16; opcode++) {
		asked_len = write_question(&(struct question){.name = bot.text}, asked);
		asked[2] = (uint8_t)(opcode << 3);
		assert_int_equal(handle_from(CLIENT, false), GUARD_ANSWER);
		assert_int_equal(rcode_of_answer(), WIRE_RCODE_NOTIMP);
		assert_int_equal(answered[2] >> 3 & 0xf, opcode);
	}
	for (unsigned version = 1; version < 256; version += 127) {
		asked_len = write_question(
		        &(struct question){.name = bot.text, .edns = true}, asked);
		asked[asked_len - 5] = (uint8_t)version;
		assert_int_equal(handle_from(CLIENT, false), GUARD_ANSWER);
		assert_int_equal(rcode_of_answer(), 0); /* the upper bits are in the OPT */
		assert_int_equal(answered[outcome.len - 6], 1);
	}
	assert_false(has_hit());
}

static void
test_transfers(void **state)
{
	(void)state;
	for (unsigned stream = 0; stream < 2; stream++) {
		asked_len = write_question(
		        &(struct question){.name = "example.com", .qtype = WIRE_TYPE_AXFR},
		        asked);
		assert_int_equal(handle_from(CLIENT, stream), GUARD_ANSWER);
		assert_int_equal(rcode_of_answer(), WIRE_RCODE_REFUSED);
		assert_false(outcome.refused);
		asked_len = write_question(
		        &(struct question){.name = "example.com", .qtype = WIRE_TYPE_IXFR},
		        asked);
		assert_int_equal(handle_from(CLIENT, stream), GUARD_ANSWER);
		assert_int_equal(rcode_of_answer(), WIRE_RCODE_REFUSED);
	}
}

static void
test_canary(void **state)
{
	const struct question tells = {.name = "Serial.Canary.internal",
	                               .qtype = WIRE_TYPE_TXT};
	ldns_pkt *packet;
	char *text;

	(void)state;
	assert_int_equal(ask(tells), GUARD_ANSWER);
	assert_head();
	packet = read_answer();
	assert_int_equal(ldns_pkt_ancount(packet), 1);
	text = ldns_rdf2str(ldns_rr_rdf(ldns_rr_list_rr(ldns_pkt_answer(packet), 0), 0));
	assert_string_equal(text, "\"foresink serial=2026112200\"");
	free(text);
	ldns_pkt_free(packet);
	assert_int_equal(ask_name("serial.canary.internal"), GUARD_ANSWER);
	assert_soa("serial.canary.internal", 0);
	assert_int_equal(ask_name("s2026112200.canary.internal"), GUARD_ANSWER);
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_NXDOMAIN);
	assert_soa("s2026112200.canary.internal", TTL);
	assert_int_equal(ask_name("www.s2026112200.canary.internal"), GUARD_ANSWER);
	assert_soa("s2026112200.canary.internal", TTL);
	assert_int_equal(ask_name("s2026112199.canary.internal"), GUARD_RELAY);
	assert_int_equal(ask_name("xs2026112200.canary.internal"), GUARD_RELAY);
	assert_int_equal(ask_name("x.serial.canary.internal"), GUARD_RELAY);
	assert_int_equal(ask_name("canary.internal"), GUARD_RELAY);
	assert_int_equal(ask_name("serial.xcanary.internal"), GUARD_RELAY);
	assert_false(has_hit());
	policy.canary = (struct span){NULL, 0};
	set_policy();
	assert_int_equal(ask(tells), GUARD_RELAY);
}

static void
test_turned_away(void **state)
{
	static const char *const names[] = {"use-application-dns.net", "mask.icloud.com",
	                                    "mask-h2.icloud.com"};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(ask_name(names[i]), GUARD_RELAY);
	policy.refuse_canary_doh = policy.refuse_relay = true;
	set_policy();
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(ask_name(names[i]), GUARD_ANSWER);
		assert_int_equal(rcode_of_answer(), WIRE_RCODE_NXDOMAIN);
		assert_soa(names[i], TTL);
	}
	assert_int_equal(ask_name("icloud.com"), GUARD_RELAY);
	assert_int_equal(ask_name("xmask.icloud.com"), GUARD_RELAY);
	policy.refuse_canary_doh = false;
	set_policy();
	assert_int_equal(ask_name(names[0]), GUARD_RELAY);
	assert_int_equal(ask_name(names[1]), GUARD_ANSWER);
	assert_false(has_hit());
}

static void
test_not_ready(void **state)
{
	char text[256];

	(void)state;
	guard_lists_free(lists);
	lists = NULL;
	set_policy();
	assert_int_equal(ask((struct question){.name = bot.text, .edns = true}),
	                 GUARD_ANSWER);
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_SERVFAIL);
	assert_int_equal(ede_of_answer(text), WIRE_EDE_NOT_READY);
	assert_int_equal(ask_name("example.com"), GUARD_ANSWER);
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_SERVFAIL);
	assert_false(has_hit());
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	        TEST(test_blocked),     TEST(test_below),     TEST(test_strange),
	        TEST(test_reason),      TEST(test_nodata),    TEST(test_sinkhole),
	        TEST(test_log),         TEST(test_relayed),   TEST(test_clean),
	        TEST(test_passes),      TEST(test_strangers), TEST(test_malformed),
	        TEST(test_opcodes),     TEST(test_transfers), TEST(test_canary),
	        TEST(test_turned_away), TEST(test_not_ready),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
