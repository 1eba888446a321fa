/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From what came to what is kept: which name was meant and how that is known, who is taken
 * for whom, and the shape of the rest. Linked with --wrap for sinkhole_keep and
 * clock_gettime.
 */
#include "callers.h"
#include "captured.h"

#include "dga/catalog.h"
#include "sinkhole/contact.h"

static struct net_endpoint peer, local;

/* Keeps ${octets} as one contact; what was kept of it. */
static const struct sighting *
keep(struct span octets, const char *sni, bool spoken)
{
	struct sinkhole_reader reader = {.seen = 0};
	struct sinkhole_request request;
	enum sinkhole_state state = sinkhole_request_read(&reader, octets, true, &request);
	bool is_request = state == SINKHOLE_REQUEST || state == SINKHOLE_BROKEN ||
	                  state == SINKHOLE_TOO_LONG;

	kept_count = 0;
	sinkhole_contact_keep(
	        &desk, &(struct sinkhole_contact){.peer = &peer,
	                                          .local = &local,
	                                          .us = 1699999999123456,
	                                          .octets = octets,
	                                          .request = is_request ? &request : NULL,
	                                          .sni = sni,
	                                          .spoken = spoken});
	assert_int_equal(kept_count, 1);
	return &kept[0];
}

static const struct sighting *
keep_host(const char *target, const char *host, const char *sni)
{
	char text[600];

	snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, host);
	return keep(span_of(text), sni, false);
}

static void
begin(void)
{
	begin_desk("192.0.2.1");
	assert_int_equal(net_endpoint_read(span_of("198.51.100.7:4711"), 0, &peer), FSK_OK);
	assert_int_equal(net_endpoint_read(span_of("203.0.113.9:80"), 0, &local), FSK_OK);
}

static void
test_record(void **state)
{
	static const char text[] =
	        "POST /a?b HTTP/1.0\r\nHost: X." HELD ":8080\r\nUser-Agent: agent\r\n"
	        "Referer: http://r/\r\nVia: 1.0 v\r\nX-Forwarded-For: 10.0.0.1\r\n\r\nbody";
	const struct sighting *one;

	(void)state;
	begin();
	one = keep(span_of(text), NULL, false);
	assert_int_equal(one->us, 1699999999123456);
	assert_int_equal(one->kind, SIGHTING_HTTP);
	assert_int_equal(one->transport, SIGHTING_TCP);
	assert_true(address_equal(&one->address, &peer.address));
	assert_true(address_equal(&one->client.address, &peer.address));
	assert_int_equal(one->client.prefix, 32);
	assert_int_equal(one->port, 4711);
	assert_true(address_equal(&one->to, &local.address));
	assert_int_equal(one->to_port, 80);
	assert_true(span_equal(one->name, span_of("x." HELD)));
	assert_int_equal(one->match.generator, SIGHTING_NO_GENERATOR);
	assert_int_equal(one->by, SIGHTING_BY_NAME);
	assert_int_equal(one->counter, SIGHTING_NO_COUNTER);
	assert_true(span_equal(one->method, span_of("POST")));
	assert_true(span_equal(one->target, span_of("/a?b")));
	assert_true(span_equal(one->version, span_of("HTTP/1.0")));
	assert_true(span_equal(one->host, span_of("X." HELD ":8080")));
	assert_true(span_equal(one->agent, span_of("agent")));
	assert_true(span_equal(one->referrer, span_of("http://r/")));
	assert_true(span_equal(one->via, span_of("1.0 v")));
	assert_true(span_equal(one->forwarded, span_of("10.0.0.1")));
	assert_true(span_equal(one->first, span_of(text)));
	assert_true(span_equal(one->sensor, span_of("here")));
	assert_int_equal(one->sni.len, 0);
	desk.keep = 10;
	one = keep(span_of(text), NULL, false);
	assert_int_equal(one->first.len, 10);
	assert_true(span_equal(one->agent, span_of("agent")));
	end_desk();
}

/* A host of IPv6 is its /64, and its address is kept beside that. */
static void
test_v6(void **state)
{
	struct address near;
	const struct sighting *one;

	(void)state;
	begin();
	assert_int_equal(net_endpoint_read(span_of("[2001:db8:1:2:3:4:5:6]:7"), 0, &peer),
	                 FSK_OK);
	assert_int_equal(address_read(span_of("2001:db8:1:2::"), &near), FSK_OK);
	one = keep(span_of("\1"), NULL, false);
	assert_true(address_equal(&one->address, &peer.address));
	assert_true(address_equal(&one->client.address, &near));
	assert_int_equal(one->client.prefix, 64);
	end_desk();
}

static void
assert_name(const struct sighting *one, const char *name, enum sighting_by by)
{
	assert_true(span_equal(one->name, span_of(name)));
	assert_int_equal(one->by, by);
}

/* What is said goes before what is concluded, and the surer before the less sure. */
static void
test_names(void **state)
{
	struct fsk_name name = name_of(HELD);
	struct sinkhole_answered answered = {
	        .name = &name, .addresses = &local.address, .address_count = 1, .ttl = 300};

	(void)state;
	begin();
	assert_name(keep_host("/", HELD, NULL), HELD, SIGHTING_BY_NAME);
	assert_name(keep_host("/", "BOTS.meet.example.:80", NULL), HELD, SIGHTING_BY_NAME);
	assert_name(keep_host("http://u@" HELD ":1/x", "other.example", NULL), HELD,
	            SIGHTING_BY_NAME);
	assert_name(keep_host("/", "203.0.113.9", HELD), HELD, SIGHTING_BY_SNI);
	assert_name(keep_host("/", "other.example", HELD), HELD, SIGHTING_BY_SNI);
	assert_name(keep_host("/", "203.0.113.9", NULL), "", SIGHTING_BY_NAME);
	assert_name(keep(span_of("\1"), NULL, false), "", SIGHTING_BY_NAME);

	/* Who was answered just before. */
	answered.client = peer.address;
	answered.ms = desk.ms;
	sinkhole_recent_note(recent, &answered);
	assert_name(keep_host("/", "203.0.113.9:80", NULL), HELD, SIGHTING_BY_CLIENT);
	assert_name(keep_host("/", "[2001:db8::1]:80", NULL), HELD, SIGHTING_BY_CLIENT);
	assert_name(keep_host("/", "", ""), HELD, SIGHTING_BY_CLIENT);
	assert_name(keep(span_of("\1"), NULL, false), HELD, SIGHTING_BY_CLIENT);
	/* Who says another name is not taken to mean ours. */
	assert_name(keep_host("/", "other.example", NULL), "", SIGHTING_BY_NAME);
	assert_name(keep_host("/", "203.0.113.9", "other.example"), "", SIGHTING_BY_NAME);
	peer.address.octets[15] ^= 1;
	assert_name(keep_host("/", "203.0.113.9", NULL), HELD, SIGHTING_BY_RECENT);

	/* The only name at this address. */
	assert_int_equal(address_read(span_of("192.0.2.1"), &local.address), FSK_OK);
	assert_name(keep_host("/", "203.0.113.9", NULL), HELD, SIGHTING_BY_PLACE);
	end_desk();
}

/* A name that a generator makes on the day of the desk. */
static struct fsk_name
forecast(const char *family)
{
	struct fsk_cursor *cursor;
	struct fsk_name name;
	uint32_t index;
	size_t n = 0;

	while (strcmp(dga_generator_at(n).family->name, family) != 0)
		n++;
	assert_int_equal(fsk_cursor_open(n, desk.us / 1000000, &cursor), FSK_OK);
	assert_int_equal(fsk_cursor_next(cursor, &name, &index), FSK_OK);
	fsk_cursor_close(cursor);
	return name;
}

/* Two names of bots of different families, and one of none, have an address each. */
static void
hold_families(struct fsk_name names[3])
{
	const struct fsk_name server = name_of("ns.example"),
	                      mailbox = name_of("hostmaster.example");
	struct address places[3];
	struct sinkhole_set_setting sets[3] = {
	        {.title = "a"}, {.title = "b"}, {.title = "c"}};
	size_t generators[1000], count = 0;
	struct watch_plan plan = {.generators = generators,
	                          .from = desk.us / 1000000 - 86400,
	                          .to = desk.us / 1000000 + 86400,
	                          .threads = 1};
	struct sinkhole_ground_setting setting = {.sets = sets,
	                                          .set_count = 3,
	                                          .known = &plan,
	                                          .servers = &server,
	                                          .server_count = 1,
	                                          .mailbox = &mailbox,
	                                          .serial = 1,
	                                          .ttl = 300,
	                                          .answer = span_of(ANSWER)};
	const struct dga_family *family;

	names[0] = forecast("conficker");
	names[1] = forecast("necurs");
	names[2] = name_of(HELD);
	for (size_t i = 0; i < 3; i++) {
		char text[20];

		snprintf(text, sizeof(text), "192.0.2.%zu", i + 10);
		assert_int_equal(address_read(span_of(text), &places[i]), FSK_OK);
		sets[i].names = &names[i];
		sets[i].name_count = 1;
		sets[i].addresses = &places[i];
		sets[i].address_count = 1;
	}
	for (size_t n = 0; (family = dga_generator_at(n).family) != NULL; n++)
		if (strcmp(family->name, "conficker") == 0 ||
		    strcmp(family->name, "necurs") == 0)
			generators[count++] = n;
	plan.generator_count = count;
	sinkhole_ground_free(ground);
	assert_int_equal(sinkhole_ground_new(&setting, &ground), FSK_OK);
	desk.ground = ground;
}

static void
note(const struct fsk_name *name, const char *at)
{
	struct sinkhole_answered answered = {.client = peer.address,
	                                     .name = name,
	                                     .addresses = &local.address,
	                                     .address_count = 1,
	                                     .ms = desk.ms,
	                                     .ttl = 300};

	assert_int_equal(net_endpoint_read(span_of(at), 0, &local), FSK_OK);
	sinkhole_recent_note(recent, &answered);
}

/* What is concluded is not held against what a bot says: Conficker calls no name of
 * Necurs. Who says nothing of a bot may be anyone. */
static void
test_families(void **state)
{
	static struct captured captured[CAPTURED];
	struct fsk_name names[3];
	struct span bot = {.len = 0};

	(void)state;
	begin();
	read_captured(captured);
	for (size_t i = 0; i < CAPTURED && bot.len == 0; i++) {
		struct span one = {captured[i].octets, captured[i].len};

		if (strcmp(keep(one, NULL, false)->fingerprint, "conficker-ab") == 0)
			bot = one;
	}
	assert_true(bot.len > 0);
	hold_families(names);
	note(&names[1], "203.0.113.9:80");
	assert_name(keep(bot, NULL, false), "", SIGHTING_BY_NAME);
	assert_int_equal(kept[0].match.generator, SIGHTING_NO_GENERATOR);
	assert_string_equal(kept[0].fingerprint, "conficker-ab");
	assert_name(keep(span_of("\1"), NULL, false), names[1].text, SIGHTING_BY_CLIENT);
	assert_int_not_equal(kept[0].match.generator, SIGHTING_NO_GENERATOR);
	assert_name(keep(span_of(""), NULL, false), names[1].text, SIGHTING_BY_CLIENT);
	assert_name(keep_host("/", "203.0.113.9", NULL), names[1].text, SIGHTING_BY_CLIENT);
	note(&names[0], "203.0.113.8:80");
	assert_name(keep(bot, NULL, false), names[0].text, SIGHTING_BY_CLIENT);
	note(&names[2], "203.0.113.7:80");
	assert_name(keep(bot, NULL, false), "", SIGHTING_BY_NAME);

	/* The same of the place; what is said in TLS is said. */
	for (size_t i = 0; i < 3; i++) {
		char text[20];

		snprintf(text, sizeof(text), "192.0.2.%zu", i + 10);
		assert_int_equal(address_read(span_of(text), &local.address), FSK_OK);
		assert_name(keep(bot, NULL, false), i == 0 ? names[0].text : "",
		            i == 0 ? SIGHTING_BY_PLACE : SIGHTING_BY_NAME);
		assert_name(keep(bot, names[1].text, true), names[1].text, SIGHTING_BY_SNI);
		assert_name(keep(span_of("\1"), NULL, false), names[i].text,
		            SIGHTING_BY_PLACE);
	}
	end_desk();
}

static void
test_kinds(void **state)
{
	const struct sighting *one;

	(void)state;
	begin();
	one = keep(span_of("\1\2\3"), NULL, false);
	assert_int_equal(one->kind, SIGHTING_RAW);
	assert_int_equal(one->transport, SIGHTING_TCP);
	assert_string_equal(one->fingerprint, "unknown");
	assert_true(one->shape.len > 0);
	/* Its random octets make each hello another: it has no shape. */
	one = keep(span_of("\x16\3\1"), "sni.example", false);
	assert_int_equal(one->kind, SIGHTING_HELLO);
	assert_int_equal(one->transport, SIGHTING_TLS);
	assert_string_equal(one->fingerprint, "tls");
	assert_true(span_equal(one->sni, span_of("sni.example")));
	assert_int_equal(one->shape.len, 0);
	assert_int_equal(count_of(&tally.strange), 1);
	one = keep(span_of("\1\2\3"), "sni.example", true);
	assert_int_equal(one->kind, SIGHTING_HELLO);
	assert_string_equal(one->fingerprint, "tls");
	assert_true(one->shape.len > 0);
	one = keep(span_of("GET / HTTP/1.0\r\n\r\n"), "sni.example", true);
	assert_int_equal(one->kind, SIGHTING_HTTP);
	assert_int_equal(one->transport, SIGHTING_HTTPS);
	assert_int_equal(count_of(&tally.bots), 0);
	assert_true(count_of(&tally.strange) >= 2);
	end_desk();
}

/* The captured ones, as their README says they are to be classified. */
static void
test_capture(void **state)
{
	static struct captured captured[CAPTURED];
	size_t reports = 0, downloads = 0, fronts = 0;

	(void)state;
	begin();
	read_captured(captured);
	for (size_t i = 0; i < CAPTURED; i++) {
		const struct sighting *one = keep(
		        (struct span){captured[i].octets, captured[i].len}, NULL, false);

		assert_int_equal(one->shape.len, 0);
		assert_int_equal(one->name.len, 0);
		downloads += strcmp(one->fingerprint, "conficker-a-download") == 0;
		fronts += strcmp(one->fingerprint, "conficker-a-front") == 0;
		if (strcmp(one->fingerprint, "conficker-ab") != 0)
			continue;
		assert_true(one->counter >= 0 && one->counter <= 567);
		reports++;
	}
	assert_int_equal(reports, 17);
	assert_int_equal(downloads, 7);
	assert_int_equal(fronts, 16);
	assert_int_equal(count_of(&tally.bots), CAPTURED);
	assert_int_equal(count_of(&tally.strange), 0);
	end_desk();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_record),  cmocka_unit_test(test_v6),
	        cmocka_unit_test(test_names),   cmocka_unit_test(test_kinds),
	        cmocka_unit_test(test_capture), cmocka_unit_test(test_families),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
