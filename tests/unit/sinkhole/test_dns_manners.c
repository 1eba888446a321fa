/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the server does with who may lie about his address and with what is no question:
 * cookies, rates, sizes, cut and malformed messages. Linked with --wrap for
 * store_journal_put.
 */
#include "dns_answer.h"

#define PACKET 28 /* octets of the headers of IPv4 and UDP */
#define COOKIE_OPTION 28

/* Cookies. */

/* A cookie option with this server's half for the client, good at the desk's moment. */
static void
make_cookie(uint8_t option[COOKIE_OPTION])
{
	static const uint8_t half[] = "\1\2\3\4\5\6\7\10";
	struct address client = address_of("198.51.100.7");

	memcpy(option, "\0\12\0\30", 4);
	assert_int_equal(wire_cookie_check(secret, (struct span){(const char *)half, 8},
	                                   &client, NOON, option + 4),
	                 WIRE_COOKIE_NEW);
}

static void
test_cookies(void **state)
{
	static const char half[] = "\0\12\0\10\1\2\3\4\5\6\7\10";
	uint8_t option[COOKIE_OPTION], again[1500];
	struct record record;

	(void)state;
	make_cookie(option);
	/* Half a cookie is answered with a whole one. */
	ASK(.name = "held.example", .edns = true, .options = {half, 12});
	record = record_at(get16(out + 6));
	assert_int_equal(record.type, OPT);
	assert_int_equal(record.len, COOKIE_OPTION);
	assert_memory_equal(out + record.data, option, COOKIE_OPTION);
	assert_true(len + PACKET <= 2 * (asked_len + PACKET));
	/* Who has a whole one gets what others must come by TCP for. */
	ASK(.name = "many.example", .qtype = AAAA, .edns = true,
	    .options = {(const char *)option, COOKIE_OPTION});
	is_answer(AUTHORITY, 4, 0, 1);
	/* Another one's is as good as none. */
	option[20] ^= 1;
	ASK(.name = "many.example", .qtype = AAAA, .edns = true,
	    .options = {(const char *)option, COOKIE_OPTION});
	is_answer(SHORT, 0, 0, 1);
	assert_int_equal(record_at(0).len, COOKIE_OPTION);
	/* A cookie and no question. */
	memcpy(again, asked, asked_len);
	asked_len = write_question(
	        &(struct question){.name = "", .edns = true, .options = {half, 12}}, again);
	memcpy(asked, again, 12);
	asked[5] = 0;
	memcpy(asked + 12, again + 17, asked_len - 17);
	assert_true(answer_octets(asked_len - 5, false) > 12);
	assert_int_equal(get16(out + 2), PLAIN);
	assert_int_equal(get16(out + 10), 1);
	assert_int_equal(len, 12 + 11 + COOKIE_OPTION);
	/* No secret, no cookies. */
	desk.secret = NULL;
	ASK(.name = "held.example", .edns = true, .options = {half, 12});
	assert_int_equal(record_at(get16(out + 6)).len, 0);
}

/* Answers fit into what the client takes, and into what everybody does. */
static void
test_sizes(void **state)
{
	uint8_t option[COOKIE_OPTION];
	struct span cookie = {(const char *)option, COOKIE_OPTION};
	char text[FSK_NAME_MAX + 1];

	(void)state;
	make_cookie(option);
	memset(text, 'a', 240);
	for (size_t i = 60; i < 240; i += 61)
		text[i] = '.';
	memcpy(text + 225, ".many.example", 14);
	for (unsigned takes = 0; takes < 1400; takes += 100) {
		ASK(.name = text, .qtype = AAAA, .edns = true, .udp_size = takes,
		    .options = cookie);
		assert_true(len <= (takes < 512 ? 512 : takes));
		is_answer(AUTHORITY, 4, 0, 1);
	}
}

/* All servers that a ground takes fit into one answer by TCP, also to the longest question
 * with a cookie; names of servers that have nothing in common, or all. */
static void
test_most_servers(void **state)
{
	static const char half[] = "\0\12\0\10\1\2\3\4\5\6\7\10";
	struct fsk_name servers[SINKHOLE_SERVERS], held = {.len = FSK_NAME_MAX};
	struct sinkhole_set_setting set = {.names = &held, .name_count = 1};
	struct sinkhole_ground_setting setting = make_setting(&set, 1);
	char text[300];

	(void)state;
	for (size_t i = 0; i < FSK_NAME_MAX; i++)
		held.text[i] = i % 60 == 59 ? '.' : 'h';
	held.text[FSK_NAME_MAX] = '\0';
	for (unsigned longest = 1; longest < 250; longest++) {
		for (unsigned i = 0; i < SINKHOLE_SERVERS; i++) {
			memset(text, 'a' + (int)i, longest);
			for (size_t at = 30; at + 1 < longest; at += 31)
				text[at] = '.';
			text[longest] = '\0';
			servers[i] = name_of(text);
		}
		setting.servers = servers;
		setting.server_count = SINKHOLE_SERVERS;
		sinkhole_ground_free(ground);
		ground = NULL;
		if (sinkhole_ground_new(&setting, &ground) != FSK_OK) {
			assert_true(longest > 80);
			return;
		}
		desk.ground = ground;
		ASK_STREAM(.name = held.text, .qtype = NS, .edns = true,
		           .options = {half, 12});
		is_answer(AUTHORITY, SINKHOLE_SERVERS, 0, 1);
		for (unsigned i = 0; i < SINKHOLE_SERVERS; i++) {
			read_name(record_at(i).data, text);
			assert_string_equal(text, servers[i].text);
		}
	}
	fail();
}

/* Rates. */

static void
test_rate(void **state)
{
	uint8_t option[COOKIE_OPTION];
	unsigned whole = 0, cut = 0, none = 0;

	(void)state;
	make_ground(10);
	desk.workers = 2;
	for (unsigned i = 0; i < 45; i++) {
		asked_len =
		        write_question(&(struct question){.name = "held.example"}, asked);
		if (answer_octets(asked_len, false) == 0)
			none++;
		else if (get16(out + 2) == SHORT) {
			is_answer(SHORT, 0, 0, 0);
			cut++;
		} else
			whole++;
	}
	assert_int_equal(whole, 5);
	assert_int_equal(cut, 20);
	assert_int_equal(none, 20);
	assert_int_equal(tally.limited, 40);
	/* Each of them was kept. */
	assert_int_equal(kept_count, 45);
	/* Who asks for what is not here is not told to come again. */
	for (unsigned i = 0; i < 4; i++) {
		asked_len = write_question(&(struct question){.name = "other"}, asked);
		assert_int_equal(answer_octets(asked_len, false), 0);
	}
	/* By TCP and with a good cookie there is no limit. */
	ASK_STREAM(.name = "held.example");
	is_answer(AUTHORITY, 2, 0, 0);
	make_cookie(option);
	ASK(.name = "held.example", .edns = true,
	    .options = {(const char *)option, COOKIE_OPTION});
	is_answer(AUTHORITY, 2, 0, 1);
	/* The next second. */
	desk.us += DATE_SECOND;
	ASK(.name = "held.example");
	is_answer(AUTHORITY, 2, 0, 0);
}

/* What cannot be answered, and what is told to be wrong. */

static void
test_dropped(void **state)
{
	struct sinkhole_call call = {.octets = asked,
	                             .cut = true,
	                             .peer = {.address = address_of("198.51.100.7")}};

	(void)state;
	asked_len = write_question(&(struct question){.name = "held.example"}, asked);
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(answer_octets(i, false), 0);
	assert_int_equal(tally.rejected[SINKHOLE_MALFORMED], 12);
	call.len = asked_len;
	assert_int_equal(sinkhole_dns(&desk, &call, out), 0);
	assert_int_equal(tally.rejected[SINKHOLE_MALFORMED], 13);
	asked[2] |= 0x80; /* a response, which must not be answered */
	assert_int_equal(answer_octets(asked_len, false), 0);
	assert_int_equal(tally.rejected[SINKHOLE_NOT_HELD], 1);
	assert_int_equal(kept_count, 0);
}

static void
test_malformed(void **state)
{
	(void)state;
	asked_len = write_question(&(struct question){.name = "held.example"}, asked);
	asked[2] |= 0x10; /* opcode 2: STATUS */
	answer_octets(asked_len, false);
	assert_int_equal(get16(out + 2), 0x9000 | WIRE_RCODE_NOTIMP);
	assert_int_equal(tally.rejected[SINKHOLE_NOT_HELD], 1);
	asked_len = write_question(&(struct question){.name = "held.example"}, asked);
	asked[5] = 2; /* questions */
	answer_octets(asked_len, false);
	assert_int_equal(get16(out + 2), PLAIN | WIRE_RCODE_FORMERR);
	asked[5] = 0;
	answer_octets(12, false);
	assert_int_equal(get16(out + 2), PLAIN | WIRE_RCODE_FORMERR);
	/* Another version of EDNS: BADVERS is 16, whose upper bits are in the OPT. */
	asked_len = write_question(&(struct question){.name = "held.example", .edns = true},
	                           asked);
	asked[asked_len - 5] = 1;
	answer_octets(asked_len, false);
	assert_int_equal(get16(out + 2), PLAIN);
	assert_int_equal(get16(out + 10), 1);
	assert_int_equal(out[len - 6], 1);
	assert_int_equal(tally.rejected[SINKHOLE_MALFORMED], 3);
	assert_int_equal(kept_count, 0);
}

/* Each message that comes is one record or one reject. */
static uint64_t
accounted(void)
{
	uint64_t sum = tally.kept[SIGHTING_DNS] + tally.lost;

	for (size_t i = 0; i < SINKHOLE_REJECTS; i++)
		sum += tally.rejected[i];
	return sum;
}

static void
test_cut(void **state)
{
	static const char option[] =
	        "\0\10\0\7\0\1\30\0\306\63\144\0\12\0\10\1\2\3\4\5\6\7\10";
	size_t whole;

	(void)state;
	whole = write_question(&(struct question){.name = "www.held.example",
	                                          .edns = true,
	                                          .options = {option, sizeof(option) - 1}},
	                       asked);
	for (size_t i = 0; i <= whole; i++) {
		size_t got = answer_octets(i, false);

		assert_int_equal(accounted(), i + 1);
		assert_int_equal(got > 0, i >= 12);
		if (got > 0 && i < whole)
			assert_int_equal(get16(out + 2), PLAIN | WIRE_RCODE_FORMERR);
		assert_true(got == 0 || got + PACKET <= 2 * (i + PACKET));
	}
	assert_int_equal(kept_count, 1);
	assert_string_equal(kept_forwarded, "198.51.100.0/24");
}

/* Octets changed at random: each message is accounted for, and no answer to a datagram is
 * more than twice as long. */
static void
test_junk(void **state)
{
	static const char option[] = "\0\10\0\7\0\1\30\0\306\63\144";
	uint32_t seed = 7;

	(void)state;
	for (unsigned n = 0; n < 20000; n++) {
		asked_len = write_question(
		        &(struct question){.name = n % 2 == 0 ? "www.held.example"
		                                              : "many.example",
		                           .qtype = n % 300,
		                           .edns = n % 3 > 0,
		                           .options = {option, n % 3 > 1 ? 11u : 0u}},
		        asked);
		for (unsigned i = 0; i < n % 5; i++) {
			seed = seed * 1103515245 + 12345;
			asked[(seed >> 16) % asked_len] = (uint8_t)(seed >> 8);
		}
		answer_octets(asked_len - (n % 11 == 0 ? seed % 8 : 0), false);
		assert_int_equal(accounted(), n + 1);
		assert_true(len == 0 || len >= 12);
		assert_true(len + PACKET <= 2 * (asked_len + PACKET));
	}
	assert_true(kept_count > 5000);
}

/* No answer to who may lie is more than twice as long, packet to packet, whatever is
 * asked. */
static void
test_amplification(void **state)
{
	static const char *const names[] = {"held.example", "many.example", "bare.example",
	                                    "other.example", "a.held.example"};
	static const char half[] = "\0\12\0\10\1\2\3\4\5\6\7\10";

	(void)state;
	for (size_t n = 0; n < 5; n++)
		for (unsigned qtype = 0; qtype < 260; qtype++)
			for (unsigned how = 0; how < 3; how++) {
				ASK(.name = names[n], .qtype = qtype, .edns = how > 0,
				    .udp_size = 4096,
				    .options = {half, how > 1 ? 12u : 0u});
				assert_true(len + PACKET <= 2 * (asked_len + PACKET));
			}
}

/* What is fetched ahead reads nothing but what came, whatever that is. */
static void
test_fetch(void **state)
{
	struct fsk_name name = forecast_name(number, NOON, 3);
	struct sinkhole_call call = {.peer.address = address_of("192.0.2.7")};
	struct sinkhole_sought sought;

	(void)state;
	asked_len = write_question(&(struct question){.name = name.text}, asked);
	for (size_t i = 0; i <= asked_len; i++) {
		uint8_t *octets = malloc(i + (i == 0));

		memcpy(octets, asked, i);
		call.octets = octets;
		call.len = i;
		sinkhole_dns_fetch(&desk, &call, &sought);
		sinkhole_ground_fetch_more(ground, &sought);
		assert_true(sought.look.count <= WATCH_LOOK_HASHES);
		free(octets);
	}
	assert_true(sought.look.count > 0);
	memset(asked + 12, 63, 400);
	call.octets = asked;
	call.len = 412;
	sinkhole_dns_fetch(&desk, &call, &sought);
	assert_int_equal(sought.look.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_cookies, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_sizes, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_most_servers, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_rate, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_dropped, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_malformed, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_cut, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_junk, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_amplification, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_fetch, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
