/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Manners: cookies and rates, how long an answer holds, that none is more than twice as
 * long as its question whatever is asked; whom a carrier speaks for; what the collision
 * stage and the suspects change; answers of others, made fit.
 */
#include "desk.h"

#include "wire/rewrite.h"

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

/* Asks for the bot's name with a cookie of ${len} octets. */
static enum guard_step
ask_with_cookie(const char *cookie, size_t len)
{
	char options[64] = {0, WIRE_OPTION_COOKIE, 0, (char)len};

	memcpy(options + 4, cookie, len);
	return ask((struct question){
	        .name = bot.text, .edns = true, .options = {options, len + 4}});
}

static void
test_cookies(void **state)
{
	char cookie[WIRE_COOKIE_SIZE], text[256], reason[WATCH_REASON_SIZE];
	struct span got;

	(void)state;
	assert_int_equal(ask_with_cookie("abcdefgh", 8), GUARD_ANSWER);
	got = option_of_answer(WIRE_OPTION_COOKIE);
	assert_int_equal(got.len, WIRE_COOKIE_SIZE);
	assert_memory_equal(got.text, "abcdefgh", 8);
	memcpy(cookie, got.text, sizeof(cookie));
	/* Who has a good one is no lie, and is told everything. */
	assert_int_equal(ask_with_cookie(cookie, sizeof(cookie)), GUARD_ANSWER);
	assert_int_equal(ede_of_answer(text), WIRE_EDE_BLOCKED);
	watch_reason_write(&take_hit()->match, reason);
	assert_string_equal(text, reason);
	assert_int_equal(ask_with_cookie("abcdefg", 7), GUARD_ANSWER);
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_FORMERR);
	policy.cookies = false;
	set_policy();
	assert_int_equal(ask_with_cookie(cookie, sizeof(cookie)), GUARD_ANSWER);
	assert_int_equal(option_of_answer(WIRE_OPTION_COOKIE).len, 0);
}

/* Asks for a cookie and nothing else (RFC 7873 section 5.4), with one of ${len} octets. */
static void
ask_for_cookie(const char *cookie, size_t len, enum wire_rcode wanted)
{
	uint8_t *opt = asked + 12;

	(void)ask_with_cookie(cookie, len);
	/* The OPT record alone. */
	asked_len -= strlen(bot.text) + 2 + 4;
	memmove(opt, opt + strlen(bot.text) + 2 + 4, asked_len - 12);
	asked[5] = 0;
	assert_int_equal(handle_from(CLIENT, false), GUARD_ANSWER);
	assert_int_equal(rcode_of_answer(), (unsigned)wanted & 0xf);
	assert_int_equal(answered[12 + 5], (unsigned)wanted >> 4);
	assert_int_equal(answered[5] | answered[7] | answered[9], 0);
}

static void
test_cookie_alone(void **state)
{
	char cookie[WIRE_COOKIE_SIZE];

	(void)state;
	ask_for_cookie("abcdefgh", 8, WIRE_RCODE_NOERROR);
	assert_int_equal(outcome.len, 12 + 11 + 4 + WIRE_COOKIE_SIZE);
	memcpy(cookie, answered + 12 + 11 + 4, sizeof(cookie));
	ask_for_cookie(cookie, sizeof(cookie), WIRE_RCODE_NOERROR);
	cookie[WIRE_COOKIE_SIZE - 1] ^= 1;
	ask_for_cookie(cookie, sizeof(cookie), WIRE_RCODE_BADCOOKIE);
	assert_int_equal(outcome.len, 12 + 11 + 4 + WIRE_COOKIE_SIZE);
	ask_for_cookie("abcdefg", 7, WIRE_RCODE_FORMERR);
	policy.cookies = false;
	set_policy();
	ask_for_cookie("abcdefgh", 8, WIRE_RCODE_FORMERR);
}

/* A cookie under a signature is the business of who checks the signature. */
static void
test_signed_cookie(void **state)
{
	static const uint8_t signature[] = {1, 'k', 0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 0};
	static const char cookie[] = "\0\12\0\10abcdefgh";
	struct question question = {
	        .name = "www.example.com", .edns = true, .options = {cookie, 12}};

	(void)state;
	assert_int_equal(ask(question), GUARD_RELAY);
	assert_true(outcome.back.has_cookie);
	memcpy(asked + asked_len, signature, sizeof(signature));
	asked[11]++;
	asked_len += sizeof(signature);
	assert_int_equal(handle_from(CLIENT, false), GUARD_RELAY);
	assert_false(outcome.back.has_cookie);
}

static void
test_rate(void **state)
{
	char cookie[WIRE_COOKIE_SIZE];
	unsigned whole = 0, truncated = 0, dropped = 0;

	(void)state;
	policy.rate = 10;
	set_policy();
	assert_int_equal(ask_with_cookie("abcdefgh", 8), GUARD_ANSWER);
	memcpy(cookie, option_of_answer(WIRE_OPTION_COOKIE).text, sizeof(cookie));
	desk.us += DATE_SECOND;
	for (unsigned i = 0; i < 30; i++) {
		enum guard_step step = ask_name(bot.text);

		if (step == GUARD_DROP) {
			dropped++;
			continue;
		}
		whole += (answered[2] & 2) == 0;
		truncated += (answered[2] & 2) != 0;
		if ((answered[2] & 2) != 0)
			assert_int_equal(outcome.len, asked_len);
	}
	assert_int_equal(whole, 10);
	assert_int_equal(truncated, 10);
	assert_int_equal(dropped, 10);
	assert_int_equal(tally.limited, 20);
	assert_int_equal(tally.answered[GUARD_NXDOMAIN], 31);
	/* Neighbours share it; those farther off, streams and good cookies do not. */
	assert_int_equal(handle_from("192.0.2.77", false), GUARD_ANSWER);
	assert_true((answered[2] & 2) != 0);
	assert_int_equal(handle_from(CLIENT, true), GUARD_ANSWER);
	assert_true((answered[2] & 2) == 0);
	assert_int_equal(ask_with_cookie(cookie, sizeof(cookie)), GUARD_ANSWER);
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_NXDOMAIN);
	/* What is relayed is not ours to limit. */
	assert_int_equal(ask_name("example.com"), GUARD_RELAY);
	desk.us += DATE_SECOND;
	assert_int_equal(ask_name(bot.text), GUARD_ANSWER);
	assert_true((answered[2] & 2) == 0);
	/* A stranger is told nothing beyond it, not even half. */
	asked_len = write_question(&(struct question){.name = bot.text}, asked);
	for (unsigned i = 0; i < 30; i++)
		assert_int_equal(handle_from("198.51.100.1", false),
		                 i < 10 ? GUARD_ANSWER : GUARD_DROP);
}

static void
test_bad_cookies(void **state)
{
	unsigned bad = 0;

	(void)state;
	policy.rate = 2;
	policy.require_cookies = true;
	set_policy();
	for (unsigned i = 0; i < 10; i++)
		if (ask_with_cookie("abcdefgh", 8) == GUARD_ANSWER && i >= 2) {
			ldns_pkt *packet = read_answer();

			assert_int_equal(rcode_of_answer(), WIRE_RCODE_BADCOOKIE & 0xf);
			assert_int_equal(ldns_pkt_edns_extended_rcode(packet),
			                 WIRE_RCODE_BADCOOKIE >> 4);
			ldns_pkt_free(packet);
			assert_int_equal(option_of_answer(WIRE_OPTION_COOKIE).len,
			                 WIRE_COOKIE_SIZE);
			assert_int_equal(answered[2] & 2, 0);
			bad++;
		}
	assert_int_equal(bad, 4);
	/* Who knows no cookies comes by TCP. */
	assert_int_equal(ask_name(bot.text), GUARD_ANSWER);
	assert_true((answered[2] & 2) != 0);
}

static void
test_ttl(void **state)
{
	(void)state;
	desk.us = (MIDNIGHT + DATE_DAY - 1 - 100) * DATE_SECOND;
	assert_int_equal(ask_name(bot.text), GUARD_ANSWER);
	assert_soa(bot.text, 100);
	/* What is over still blocks: a failed update takes no protection away. */
	desk.us = (MIDNIGHT + 2 * DATE_DAY) * DATE_SECOND;
	assert_int_equal(ask_name(bot.text), GUARD_ANSWER);
	assert_soa(bot.text, 0);
}

/* Asks for ${name} in each way, and looks how much comes back. */
static void
assert_small(const char *name)
{
	static const char cookie[] = "\0\12\0\10abcdefgh";
	static const uint16_t types[] = {WIRE_TYPE_A, WIRE_TYPE_AAAA, WIRE_TYPE_ANY,
	                                 WIRE_TYPE_TXT};

	for (unsigned i = 0; i < 12; i++) {
		struct question question = {.name = name,
		                            .qtype = types[i % 4],
		                            .edns = i >= 4,
		                            .udp_size = 4096};

		if (i >= 8)
			question.options = (struct span){cookie, 12};
		assert_int_equal(ask(question), GUARD_ANSWER);
		/* Packets of IPv4: 20 octets and 8 around each. */
		assert_true(28 + outcome.len <= 2 * (28 + asked_len));
		while (has_hit())
			take_hit();
	}
}

/* Names of each family, short and long; with each action. */
static void
test_amplification(void **state)
{
	static enum guard_action actions[4096];
	size_t count = dga_generator_count();
	size_t *all = calloc(count, sizeof(*all));
	size_t names = 0;

	(void)state;
	assert_true(count <= 4096);
	for (size_t i = 0; i < count; i++)
		all[i] = i;
	open_desk(all, count, NULL);
	for (size_t i = 0; i < count; i++) {
		struct fsk_cursor *cursor;
		struct fsk_name name;

		actions[i] = (enum guard_action)(i % 3);
		if (fsk_cursor_open(i, NOW, &cursor) != FSK_OK)
			continue;
		policy.actions = actions;
		set_policy();
		for (unsigned n = 0;
		     n < 5 && fsk_cursor_next(cursor, &name, NULL) == FSK_OK; n++, names++)
			assert_small(name.text);
		fsk_cursor_close(cursor);
	}
	free(all);
	assert_true(names > 100);
	policy.refuse_canary_doh = policy.refuse_relay = true;
	set_policy();
	assert_small("use-application-dns.net");
	assert_small("mask.icloud.com");
	assert_small("serial.canary.internal");
	assert_small("s2026112200.canary.internal");
}

/* The collision stage. */

static struct fsk_name owned[4];

/* Today's lists, of whose names the first is allowed, the second registered before, and the
 * third since. */
static int
set_up_book(void **state)
{
	char allow[] = "/tmp/foresink-XXXXXX", registered[] = "/tmp/foresink-XXXXXX";
	const struct watch_rulebook_file files[] = {
	        {WATCH_RULEBOOK_ALLOW, allow, 0},
	        {WATCH_RULEBOOK_REGISTERED, registered, NOW - DATE_DAY},
	};
	struct fsk_cursor *cursor;
	struct watch_rulebook *book;
	struct fault fault;
	size_t which;
	int fds[2] = {mkstemp(allow), mkstemp(registered)};

	(void)state;
	generator = number_of("conficker/b");
	assert_int_equal(fsk_cursor_open(generator, NOW, &cursor), FSK_OK);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(fsk_cursor_next(cursor, &owned[i], NULL), FSK_OK);
	fsk_cursor_close(cursor);
	assert_true((dprintf)(fds[0], "%s - is real\n", owned[0].text) > 0);
	assert_true((dprintf)(fds[1], "%s,1999-01-01\n%s,2026-01-01\n", owned[1].text,
	                      owned[2].text) > 0);
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(watch_rulebook_new(files, 2, &book, &which, &fault), FSK_OK);
	unlink(allow);
	unlink(registered);
	open_desk(&generator, 1, book);
	watch_rulebook_free(book);
	return 0;
}

/* Asks for owned name ${n} and looks at the hit. */
static void
assert_owned(size_t n, enum guard_step step, enum watch_state state,
             enum guard_action action)
{
	const struct guard_hit *hit;

	assert_int_equal(ask_name(owned[n].text), step);
	hit = take_hit();
	assert_int_equal(hit->state, state);
	assert_int_equal(hit->action, action);
	assert_false(hit->passed);
}

static void
test_states(void **state)
{
	(void)state;
	assert_owned(0, GUARD_RELAY, WATCH_ALLOW, GUARD_LOG);
	assert_int_equal(tally.passed, 1);
	assert_owned(1, GUARD_RELAY, WATCH_LOG_ONLY, GUARD_LOG);
	assert_int_equal(tally.logged, 1);
	assert_owned(2, GUARD_ANSWER, WATCH_BLOCK, GUARD_NXDOMAIN);
	assert_owned(3, GUARD_ANSWER, WATCH_BLOCK, GUARD_NXDOMAIN);
	policy.has_suspicious = true;
	policy.suspicious = GUARD_NODATA;
	set_policy();
	assert_owned(2, GUARD_ANSWER, WATCH_BLOCK, GUARD_NODATA);
	assert_owned(3, GUARD_ANSWER, WATCH_BLOCK, GUARD_NXDOMAIN);
}

static void
test_suspects(void **state)
{
	const struct sighting_client client = {.address = address_of(CLIENT), .prefix = 32};
	struct guard_suspects *suspects;

	(void)state;
	assert_int_equal(guard_suspects_new(16, &suspects), FSK_OK);
	guard_suspects_set(suspects, guard_client_hash(&client), VERDICT_LIKELY);
	desk.suspects = suspects;
	assert_owned(1, GUARD_RELAY, WATCH_LOG_ONLY, GUARD_LOG);
	policy.likely_blocks = true;
	set_policy();
	assert_owned(1, GUARD_ANSWER, WATCH_LOG_ONLY, GUARD_NXDOMAIN);
	/* What is allowed is for all. */
	assert_owned(0, GUARD_RELAY, WATCH_ALLOW, GUARD_LOG);
	assert_int_equal(handle_from("192.0.2.2", false), GUARD_RELAY);
	take_hit();
	asked_len = write_question(&(struct question){.name = owned[1].text}, asked);
	assert_int_equal(handle_from("192.0.2.2", false), GUARD_RELAY);
	assert_int_equal(take_hit()->action, GUARD_LOG);
	guard_suspects_set(suspects, guard_client_hash(&client), VERDICT_INFECTED);
	assert_owned(1, GUARD_ANSWER, WATCH_LOG_ONLY, GUARD_NXDOMAIN);
	guard_suspects_free(suspects);
}

/* Carriers. */

#define CARRIER "198.51.100.53"

static void
test_proxy(void **state)
{
	const struct wire_proxy proxy = {.source = address_of("203.0.113.7"),
	                                 .target = address_of("203.0.113.53"),
	                                 .source_port = 99,
	                                 .target_port = 53};
	const struct guard_hit *hit;
	size_t header;

	(void)state;
	policy.who = GUARD_WHO_PROXY;
	set_policy();
	header = wire_proxy_write(&proxy, asked);
	asked_len = header +
	            write_question(&(struct question){.name = bot.text}, asked + header);
	assert_int_equal(handle_from(CARRIER, false), GUARD_ANSWER);
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_NXDOMAIN);
	assert_memory_equal(answered, asked + header, 2);
	hit = take_hit();
	assert_true(address_equal(&hit->who.address, &proxy.source));
	assert_int_equal(hit->who.port, 99);
	/* From others it is a malformed question. */
	assert_int_equal(handle_from(CLIENT, false), GUARD_ANSWER);
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_NOTIMP);
	/* And from carriers each has one. */
	for (; asked_len > 0; asked_len--)
		assert_int_equal(handle_from(CARRIER, false),
		                 asked_len >= header + 12 ? GUARD_ANSWER : GUARD_DROP);
	asked_len = write_question(&(struct question){.name = bot.text}, asked);
	assert_int_equal(handle_from(CARRIER, false), GUARD_DROP);
	/* A stream had it at its begin. */
	assert_int_equal(handle((struct guard_call){.octets = asked,
	                                            .len = asked_len,
	                                            .stream = true,
	                                            .peer = address_of(CARRIER),
	                                            .proxy = &proxy}),
	                 GUARD_ANSWER);
	do
		hit = take_hit();
	while (hit->transport != SIGHTING_TCP && has_hit());
	assert_true(address_equal(&hit->who.address, &proxy.source));
	policy.who = 0;
	set_policy();
	assert_int_equal(handle_from(CARRIER, false), GUARD_ANSWER);
}

/* The rate is that of who is named, not that of who carries for many. */
static void
test_proxy_rate(void **state)
{
	struct wire_proxy proxy = {.source = address_of("203.0.113.7"),
	                           .target = address_of("203.0.113.53")};
	unsigned dropped = 0;

	(void)state;
	policy.who = GUARD_WHO_PROXY;
	policy.rate = 3;
	set_policy();
	for (unsigned i = 0; i < 40; i++) {
		size_t header;

		proxy.source.octets[14] = (uint8_t)(i / 4); /* four of each /24 */
		header = wire_proxy_write(&proxy, asked);
		asked_len = header + write_question(&(struct question){.name = bot.text},
		                                    asked + header);
		dropped += handle_from(CARRIER, false) == GUARD_DROP;
	}
	assert_int_equal(dropped, 0);
	assert_int_equal(tally.limited, 10);
}

/* Answers of others. */

static void
test_failed(void **state)
{
	static const char options[] = "\0\12\0\10abcdefgh";
	uint8_t gist[GUARD_FAILED];
	char text[256];
	size_t len;

	(void)state;
	assert_int_equal(ask((struct question){.name = "Www.Example.COM",
	                                       .edns = true,
	                                       .options = {options, 12}}),
	                 GUARD_RELAY);
	assert_true(outcome.back.has_cookie);
	len = guard_gist(&outcome, gist);
	assert_in_range(len, 12, GUARD_GIST);
	outcome.len = guard_failed(gist, len, &outcome.back, gist);
	memcpy(answered, gist, sizeof(gist));
	assert_head();
	assert_int_equal(rcode_of_answer(), WIRE_RCODE_SERVFAIL);
	assert_int_equal(ede_of_answer(text), WIRE_EDE_NO_REACHABLE);
	assert_int_equal(option_of_answer(WIRE_OPTION_COOKIE).len, WIRE_COOKIE_SIZE);
	for (size_t cut = 0; cut < len; cut++) {
		uint8_t *part = malloc(GUARD_FAILED);

		guard_gist(&outcome, part);
		(void)guard_failed(part, cut, &outcome.back, part);
		free(part);
	}
}

/* Of the longest name there is. */
static void
test_failed_longest(void **state)
{
	char name[FSK_NAME_MAX + 1];
	uint8_t gist[GUARD_FAILED];
	size_t len;

	(void)state;
	for (size_t i = 0; i < FSK_NAME_MAX; i++)
		name[i] = i % 64 == 63 ? '.' : 'a';
	name[FSK_NAME_MAX] = '\0';
	assert_int_equal(ask((struct question){.name = name, .edns = true}), GUARD_RELAY);
	len = guard_gist(&outcome, gist);
	outcome.back.has_cookie = true;
	memset(outcome.back.cookie, 'c', WIRE_COOKIE_SIZE);
	outcome.len = guard_failed(gist, len, &outcome.back, gist);
	assert_int_equal(outcome.len, len + 6 + 28);
	memcpy(answered, gist, sizeof(gist));
	assert_head();
}

/* An answer of ${len} octets to the question that was asked last; with an OPT record, which
 * has a cookie, if the question had one. */
static size_t
write_response(uint8_t *out, size_t len)
{
	static const uint8_t opt[] = {0,  0, 41, 4,   208, 0,   0,   0,   0,   0,   12, 0,
	                              10, 0, 8,  'u', 'p', 's', 't', 'r', 'e', 'a', 'm'};
	struct wire_query query;
	bool has_opt = asked[11] == 1;
	size_t at, data;

	assert_int_equal(wire_query_read(asked, asked_len, &query), WIRE_ANSWER);
	at = query.question_end;
	memcpy(out, asked, at);
	out[2] |= 0x80;
	out[7] = 1; /* one answer, as long as is wanted */
	data = len - at - 12 - (has_opt ? sizeof(opt) : 0);
	memcpy(out + at, "\xc0\x0c\0\x63\0\1\0\0\0\0", 10);
	out[at + 10] = (uint8_t)(data >> 8);
	out[at + 11] = (uint8_t)data;
	memset(out + at + 12, 'd', data);
	if (has_opt)
		memcpy(out + at + 12 + data, opt, sizeof(opt));
	return len;
}

/* Makes an answer of ${len} octets fit, in ${room}. */
static void
fit(size_t len, size_t room)
{
	uint8_t *octets = malloc(room);

	write_response(octets, len);
	outcome.len = guard_fit(&outcome.back, octets, len, room);
	assert_in_range(outcome.len, 12, sizeof(answered));
	memcpy(answered, octets, outcome.len);
	free(octets);
}

static void
test_fit(void **state)
{
	static const char options[] = "\0\12\0\10abcdefgh";
	struct question question = {.name = "Www.Example.COM"};

	(void)state;
	assert_int_equal(ask(question), GUARD_RELAY);
	fit(512, 512);
	assert_int_equal(outcome.len, 512);
	assert_int_equal(answered[2] & 2, 0);
	fit(513, 513);
	assert_int_equal(answered[2] & 2, 2);
	assert_true(outcome.len < 40);
	question.edns = true;
	question.udp_size = 1000;
	question.options = (struct span){options, 12};
	assert_int_equal(ask(question), GUARD_RELAY);
	for (size_t len = 900; len < 1100; len += 4) {
		fit(len, 1200);
		/* The upstream's goes, which is 12 octets, and ours comes, 28. */
		assert_int_equal((answered[2] & 2) != 0, len - 12 + 28 > 1000);
		assert_int_equal(option_of_answer(WIRE_OPTION_COOKIE).len,
		                 WIRE_COOKIE_SIZE);
		assert_memory_equal(option_of_answer(WIRE_OPTION_COOKIE).text,
		                    outcome.back.cookie, WIRE_COOKIE_SIZE);
		assert_true(outcome.len <= 1000);
	}
	/* Not even an octet more than there is room. */
	fit(980, 981);
	assert_int_equal(answered[2] & 2, 2);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	        TEST(test_cookies),
	        TEST(test_cookie_alone),
	        TEST(test_signed_cookie),
	        TEST(test_rate),
	        TEST(test_bad_cookies),
	        TEST(test_ttl),
	        TEST(test_proxy),
	        TEST(test_proxy_rate),
	        TEST(test_failed),
	        TEST(test_failed_longest),
	        TEST(test_fit),
	        cmocka_unit_test_teardown(test_amplification, tear_down),
	        cmocka_unit_test_setup_teardown(test_states, set_up_book, tear_down),
	        cmocka_unit_test_setup_teardown(test_suspects, set_up_book, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
