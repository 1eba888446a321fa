/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What clients may ask, who may, and what they are told: read by ldns, which also makes
 * and verifies the signatures. Hostile packets get silence or a short answer.
 */
#include "asking.h"

#define SECRET "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=" /* 32 times 'k' */
#define OTHER "b29vb29vb29vb29vb29vb29vb29vb29vb29vb29vb28="

static struct scene scene;
static struct dialogue dialogue;

static int
set_up(void **state)
{
	uint8_t states[UNIVERSE];

	(void)state;
	memset(states, 1, sizeof(states));
	states[4] = 2;
	states[5] = 0;
	scene_init(&scene, NULL);
	if (scene_swap(&scene, states, NOW) != FSK_OK)
		return 1;
	states[4] = 1;
	return scene_swap(&scene, states, NOW) != FSK_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	scene_fini(&scene);
	return 0;
}

/* Asks by UDP and parses the answer, for the caller to free. */
static ldns_pkt *
question(const char *name, uint16_t type)
{
	uint8_t request[512];

	ask(&scene, &dialogue, request, write_request(request, name, type, TODAY), false);
	assert_int_equal(dialogue.outcome, FEED_REPLY);
	return parse(dialogue.octets, dialogue.reply.packer.len);
}

/* Asserts the code of the answer and its one record of the answer section ("": none). */
static void
assert_answer(const char *name, uint16_t type, ldns_pkt_rcode code, const char *wanted)
{
	ldns_pkt *packet = question(name, type);
	char *text;

	assert_int_equal(ldns_pkt_get_rcode(packet), code);
	assert_int_equal(ldns_pkt_ancount(packet), wanted[0] != '\0');
	if (wanted[0] != '\0') {
		text = ldns_rr2str(ldns_rr_list_rr(ldns_pkt_answer(packet), 0));
		assert_string_equal(text, wanted);
		free(text);
	} else {
		/* A zone that has no such record says so by its SOA. */
		assert_int_equal(ldns_pkt_nscount(packet),
		                 code == LDNS_RCODE_NOERROR || code == LDNS_RCODE_NXDOMAIN);
	}
	ldns_pkt_free(packet);
}

#define SOA_TEXT                                                                           \
	"\t60\tIN\tSOA\tlocalhost. hostmaster.localhost. 2026112201 300 60 86400 30\n"

static void
test_questions(void **state)
{
	(void)state;
	assert_answer("rpz.test", LDNS_RR_TYPE_SOA, 0, "rpz.test." SOA_TEXT);
	assert_answer("RpZ.tEst", LDNS_RR_TYPE_SOA, 0, "RpZ.tEst." SOA_TEXT);
	assert_answer("rpz.test", LDNS_RR_TYPE_ANY, 0, "rpz.test." SOA_TEXT);
	assert_answer("rpz.test", LDNS_RR_TYPE_NS, 0,
	              "rpz.test.\t60\tIN\tNS\tlocalhost.\n");
	assert_answer("rpz.test", LDNS_RR_TYPE_A, 0, "");
	assert_answer("serial.foresink.internal.rpz.test", LDNS_RR_TYPE_TXT, 0,
	              "serial.foresink.internal.rpz.test.\t60\tIN\tTXT\t"
	              "\"foresink serial=2026112201\"\n");
	assert_answer("serial.foresink.internal.rpz.test", LDNS_RR_TYPE_A, 0, "");
	assert_answer("s2026112201.foresink.internal.rpz.test", LDNS_RR_TYPE_A, 0,
	              "s2026112201.foresink.internal.rpz.test.\t60\tIN\tCNAME\t.\n");
	assert_answer("s2026112200.foresink.internal.rpz.test", LDNS_RR_TYPE_A,
	              LDNS_RCODE_NXDOMAIN, "");
	assert_answer("a001.co.uk.rpz.test", LDNS_RR_TYPE_A, LDNS_RCODE_NXDOMAIN, "");
	assert_answer("abcdefgh001.co.uk.rpz.test", LDNS_RR_TYPE_A, 0,
	              "abcdefgh001.co.uk.rpz.test.\t60\tIN\tCNAME\t.\n");
	assert_answer("*.abcdefgh001.co.uk.rpz.test", LDNS_RR_TYPE_CNAME, 0,
	              "*.abcdefgh001.co.uk.rpz.test.\t60\tIN\tCNAME\t.\n");
	assert_answer("x.y.abcdefgh001.co.uk.rpz.test", LDNS_RR_TYPE_A, 0,
	              "x.y.abcdefgh001.co.uk.rpz.test.\t60\tIN\tCNAME\t.\n");
	assert_answer("abcdefgh005.co.uk.rpz.test", LDNS_RR_TYPE_A, LDNS_RCODE_NXDOMAIN,
	              "");
	/* Above names of the zone there is nothing, but no NXDOMAIN. */
	assert_answer("co.uk.rpz.test", LDNS_RR_TYPE_A, 0, "");
	assert_answer("uk.rpz.test", LDNS_RR_TYPE_A, 0, "");
	assert_answer("com.rpz.test", LDNS_RR_TYPE_A, 0, "");
	assert_answer("foresink.internal.rpz.test", LDNS_RR_TYPE_A, 0, "");
	assert_answer("internal.rpz.test", LDNS_RR_TYPE_A, 0, "");
	assert_answer("k.rpz.test", LDNS_RR_TYPE_A, LDNS_RCODE_NXDOMAIN, "");
	assert_answer("ink.internal.rpz.test", LDNS_RR_TYPE_A, LDNS_RCODE_NXDOMAIN, "");
	assert_answer("net.rpz.test", LDNS_RR_TYPE_A, LDNS_RCODE_NXDOMAIN, "");
	assert_answer("example.com", LDNS_RR_TYPE_A, LDNS_RCODE_REFUSED, "");
	assert_answer("xrpz.test", LDNS_RR_TYPE_SOA, LDNS_RCODE_REFUSED, "");
	assert_answer("test", LDNS_RR_TYPE_SOA, LDNS_RCODE_REFUSED, "");
	assert_answer("rpz.test", LDNS_RR_TYPE_AXFR, LDNS_RCODE_FORMERR, "");
	assert_answer("a.rpz.test", LDNS_RR_TYPE_IXFR, LDNS_RCODE_NOTAUTH, "");
}

/* By UDP an IXFR comes whole when it fits into what the client takes, else as the SOA. */
static void
test_ixfr_by_udp(void **state)
{
	static const uint8_t opt[] = {0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0};
	const struct {
		uint32_t serial;
		bool edns;
		unsigned records;
	} cases[] = {
	        {TODAY, true, 14}, {TODAY, false, 1}, {5, true, 1}, {TODAY + 1, true, 1}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		uint8_t request[512 + sizeof(opt)];
		size_t len =
		        write_request(request, ZONE, LDNS_RR_TYPE_IXFR, cases[i].serial);
		ldns_pkt *packet;

		memcpy(request + len, opt, sizeof(opt));
		request[11] = cases[i].edns;
		ask(&scene, &dialogue, request, len + (cases[i].edns ? sizeof(opt) : 0),
		    false);
		assert_int_equal(dialogue.outcome, FEED_REPLY);
		packet = parse(dialogue.octets, dialogue.reply.packer.len);
		assert_int_equal(ldns_pkt_ancount(packet), cases[i].records);
		assert_int_equal(ldns_pkt_edns(packet), cases[i].edns);
		ldns_pkt_free(packet);
	}
}

/* The code in the header, by any octets. */
static void
assert_code(const uint8_t *request, size_t len, int code)
{
	ask(&scene, &dialogue, request, len, false);
	if (code < 0) {
		assert_int_equal(dialogue.outcome, FEED_SILENCE);
		return;
	}
	assert_int_equal(dialogue.outcome, FEED_REPLY);
	assert_int_equal(dialogue.octets[3] & 0xf, code);
	assert_true((dialogue.octets[2] & 0x80) != 0);
	assert_memory_equal(dialogue.octets, request, 2);
}

static void
test_headers(void **state)
{
	uint8_t request[512];
	size_t len = write_request(request, ZONE, LDNS_RR_TYPE_SOA, 0);

	(void)state;
	assert_code(request, len, 0);
	request[2] |= 0x80; /* an answer */
	assert_code(request, len, -1);
	request[2] = 4 << 3; /* NOTIFY */
	assert_code(request, len, LDNS_RCODE_REFUSED);
	request[2] = 5 << 3; /* UPDATE */
	assert_code(request, len, LDNS_RCODE_NOTIMPL);
	request[2] = 0;
	request[len - 1] = 3; /* class CH */
	assert_code(request, len, LDNS_RCODE_REFUSED);
	request[len - 1] = 255;
	assert_code(request, len, LDNS_RCODE_REFUSED);
	request[len - 1] = 1;
	request[5] = 0; /* no question */
	assert_code(request, len, LDNS_RCODE_FORMERR);
	request[5] = 2;
	assert_code(request, len, LDNS_RCODE_FORMERR);
	request[5] = 1;
	request[7] = 1; /* an answer record that is not there */
	assert_code(request, len, LDNS_RCODE_FORMERR);
	request[7] = 0;
	request[len] = 0; /* an octet too many */
	assert_code(request, len + 1, LDNS_RCODE_FORMERR);
	/* Cut anywhere. */
	for (size_t cut = 0; cut < len; cut++) {
		uint8_t *exact = malloc(cut > 0 ? cut : 1);

		memcpy(exact, request, cut);
		assert_code(exact, cut, cut < 12 ? -1 : LDNS_RCODE_FORMERR);
		free(exact);
	}
}

static void
test_edns(void **state)
{
	static const uint8_t opt[] = {0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0};
	uint8_t request[512];
	size_t len = write_request(request, ZONE, LDNS_RR_TYPE_SOA, 0);
	ldns_pkt *packet;

	(void)state;
	memcpy(request + len, opt, sizeof(opt));
	request[11] = 1;
	assert_code(request, len + sizeof(opt), 0);
	packet = parse(dialogue.octets, dialogue.reply.packer.len);
	assert_true(ldns_pkt_edns(packet));
	assert_int_equal(ldns_pkt_edns_udp_size(packet), WIRE_UDP_SIZE);
	ldns_pkt_free(packet);
	request[len + 6] = 1; /* version 1 */
	assert_code(request, len + sizeof(opt), 0);
	packet = parse(dialogue.octets, dialogue.reply.packer.len);
	assert_int_equal(ldns_pkt_edns_extended_rcode(packet), 1); /* BADVERS */
	assert_int_equal(ldns_pkt_edns_version(packet), 0);
	assert_int_equal(ldns_pkt_ancount(packet), 0);
	ldns_pkt_free(packet);
	request[len + 6] = 0;
	memcpy(request + len + sizeof(opt), opt, sizeof(opt)); /* twice */
	request[11] = 2;
	assert_code(request, len + 2 * sizeof(opt), LDNS_RCODE_FORMERR);
}

/* Who may ask: by address, or by key from anywhere; without a rule nobody. */
static void
test_access(void **state)
{
	struct address inside, outside, inside6;
	struct feed_allow rule = {.key = NULL};
	struct feed_zone_setting zone = {.allow = &rule, .allow_count = 1};

	(void)state;
	assert_int_equal(address_read(span_of("192.0.2.200"), &inside), FSK_OK);
	assert_int_equal(address_read(span_of("192.0.3.1"), &outside), FSK_OK);
	assert_int_equal(address_read(span_of("2001:db8::9"), &inside6), FSK_OK);
	assert_true(feed_allows(&scene.zone, &inside, NULL));
	assert_false(feed_allows(&scene.zone, &outside, NULL));
	assert_false(feed_allows(&scene.zone, &outside, &scene.keys[1]));
	assert_true(feed_allows(&scene.zone, &outside, &scene.keys[0]));
	assert_true(feed_allows(&scene.zone, &inside6, &scene.keys[0]));
	rule.address = inside;
	rule.prefix = 32;
	assert_true(feed_allows(&zone, &inside, NULL));
	rule.key = &scene.keys[0]; /* both */
	assert_false(feed_allows(&zone, &inside, NULL));
	assert_false(feed_allows(&zone, &inside, &scene.keys[1]));
	assert_true(feed_allows(&zone, &inside, &scene.keys[0]));
	assert_false(feed_allows(&zone, &outside, &scene.keys[0]));
	rule.key = NULL;
	rule.prefix = 0; /* of IPv4 */
	assert_true(feed_allows(&zone, &outside, NULL));
	assert_false(feed_allows(&zone, &inside6, NULL));
	zone.allow_count = 0;
	assert_false(feed_allows(&zone, &inside, &scene.keys[0]));
}

static void
test_strangers(void **state)
{
	uint8_t request[512];
	size_t len = write_request(request, ZONE, LDNS_RR_TYPE_SOA, 0);
	uint64_t refused = scene.desk.counters.refused;

	(void)state;
	dialogue.call = (struct feed_call){.octets = request, .len = len, .now = NOW};
	assert_int_equal(address_read(span_of("198.51.100.1"), &dialogue.call.peer.address),
	                 FSK_OK);
	dialogue.reply.packer.octets = dialogue.octets;
	assert_int_equal(feed_serve(&scene.desk, &dialogue.call, &dialogue.reply),
	                 FEED_REPLY);
	assert_int_equal(dialogue.octets[3], LDNS_RCODE_REFUSED);
	/* No more octets than were sent: nobody is flooded by way of us. */
	assert_true(dialogue.reply.packer.len <= len);
	assert_int_equal(scene.desk.counters.refused, refused + 1);
}

/* Asks with a signature by ldns, and verifies the answer by it; the TSIG error. */
static int
ask_signed(const char *key, const char *secret, uint16_t type, int64_t skew, bool *verified)
{
	uint8_t octets[512], *wire;
	size_t len = write_request(octets, ZONE, type, TODAY);
	ldns_pkt *request = parse(octets, len);
	ldns_pkt *answer;
	ldns_rdf *mac;
	int error;

	assert_int_equal(
	        ldns_pkt_tsig_sign(request, key, secret, 300, "hmac-sha256.", NULL),
	        LDNS_STATUS_OK);
	assert_int_equal(ldns_pkt2wire(&wire, request, &len), LDNS_STATUS_OK);
	wire[0] ^= 0x55; /* by a forwarder: its answer is signed for that id */
	dialogue.call =
	        (struct feed_call){.octets = wire, .len = len, .now = net_clock() + skew};
	assert_int_equal(address_read(span_of("2001:db8::1"), &dialogue.call.peer.address),
	                 FSK_OK);
	dialogue.reply = (struct feed_reply){.packer = {.octets = dialogue.octets}};
	assert_int_equal(feed_serve(&scene.desk, &dialogue.call, &dialogue.reply),
	                 FEED_REPLY);
	free(wire);
	answer = parse(dialogue.octets, dialogue.reply.packer.len);
	assert_non_null(ldns_pkt_tsig(answer));
	mac = ldns_rr_rdf(ldns_pkt_tsig(request), 3);
	*verified = ldns_pkt_tsig_verify(answer, dialogue.octets, dialogue.reply.packer.len,
	                                 key, secret, mac);
	assert_int_equal(ldns_rdf2native_int16(ldns_rr_rdf(ldns_pkt_tsig(answer), 4)),
	                 ldns_pkt_id(answer));
	error = ldns_rdf2native_int16(ldns_rr_rdf(ldns_pkt_tsig(answer), 5));
	assert_int_equal(ldns_pkt_get_rcode(answer), error != 0 ? LDNS_RCODE_NOTAUTH
	                                             : strcmp(key, "key.example.") == 0
	                                                     ? LDNS_RCODE_NOERROR
	                                                     : LDNS_RCODE_REFUSED);
	ldns_pkt_free(answer);
	ldns_pkt_free(request);
	return error;
}

static void
test_signatures(void **state)
{
	bool verified;

	(void)state;
	assert_int_equal(ask_signed("key.example.", SECRET, LDNS_RR_TYPE_SOA, 0, &verified),
	                 0);
	assert_true(verified);
	assert_int_equal(
	        ask_signed("key.example.", SECRET, LDNS_RR_TYPE_IXFR, 0, &verified), 0);
	assert_true(verified);
	/* Another key is verified, and then refused: signed, so that the client knows. */
	assert_int_equal(
	        ask_signed("other.example.", OTHER, LDNS_RR_TYPE_SOA, 0, &verified), 0);
	assert_true(verified);
	assert_int_equal(ask_signed("key.example.", OTHER, LDNS_RR_TYPE_SOA, 0, &verified),
	                 FEED_BADSIG);
	assert_false(verified);
	assert_int_equal(ask_signed("nobody.", SECRET, LDNS_RR_TYPE_SOA, 0, &verified),
	                 FEED_BADKEY);
	assert_false(verified);
	assert_int_equal(
	        ask_signed("key.example.", SECRET, LDNS_RR_TYPE_SOA, 299, &verified), 0);
	assert_int_equal(
	        ask_signed("key.example.", SECRET, LDNS_RR_TYPE_SOA, 302, &verified),
	        FEED_BADTIME);
	assert_int_equal(
	        ask_signed("key.example.", SECRET, LDNS_RR_TYPE_SOA, -302, &verified),
	        FEED_BADTIME);
}

/* A signed transfer: each message is signed over the one before it. */
static void
test_signed_transfer(void **state)
{
	uint8_t octets[512], *wire;
	size_t len = write_request(octets, ZONE, LDNS_RR_TYPE_AXFR, 0);
	ldns_pkt *request = parse(octets, len);
	ldns_rdf *mac;
	enum fsk_err err = FSK_OK;

	(void)state;
	assert_int_equal(ldns_pkt_tsig_sign(request, "key.example.", SECRET, 300,
	                                    "hmac-sha256.", NULL),
	                 LDNS_STATUS_OK);
	mac = ldns_rdf_clone(ldns_rr_rdf(ldns_pkt_tsig(request), 3));
	assert_int_equal(ldns_pkt2wire(&wire, request, &len), LDNS_STATUS_OK);
	ldns_pkt_free(request);
	dialogue.call = (struct feed_call){
	        .octets = wire, .len = len, .stream = true, .now = net_clock()};
	dialogue.reply = (struct feed_reply){.packer = {.octets = dialogue.octets}};
	assert_int_equal(feed_serve(&scene.desk, &dialogue.call, &dialogue.reply),
	                 FEED_TRANSFER);
	free(wire);
	for (int n = 0; err == FSK_OK; n++) {
		struct wire_packer *packer = &dialogue.reply.packer;
		ldns_pkt *packet;

		packer->most = 2000;
		err = feed_transfer_next(&dialogue.reply.transfer, &dialogue.reply.signer,
		                         net_clock(), packer);
		packet = parse(packer->octets, packer->len);
		assert_true(ldns_pkt_tsig_verify_next(packet, packer->octets, packer->len,
		                                      "key.example.", SECRET, mac, n > 0));
		ldns_rdf_deep_free(mac);
		mac = ldns_rdf_clone(ldns_rr_rdf(ldns_pkt_tsig(packet), 3));
		/* One octet of the message altered, and it does not hold. */
		packer->octets[40] ^= 1;
		assert_false(ldns_pkt_tsig_verify_next(packet, packer->octets, packer->len,
		                                       "key.example.", SECRET, mac, n > 0));
		ldns_pkt_free(packet);
	}
	assert_int_equal(err, FSK_END);
	ldns_rdf_deep_free(mac);
	feed_transfer_end(&dialogue.reply.transfer);
}

/* A signed request that is cut or altered at any octet changes nothing here. */
static void
test_hostile(void **state)
{
	uint8_t octets[512], *wire;
	size_t len = write_request(octets, ZONE, LDNS_RR_TYPE_IXFR, TODAY);
	ldns_pkt *request = parse(octets, len);

	(void)state;
	assert_int_equal(ldns_pkt_tsig_sign(request, "key.example.", SECRET, 300,
	                                    "hmac-sha256.", NULL),
	                 LDNS_STATUS_OK);
	assert_int_equal(ldns_pkt2wire(&wire, request, &len), LDNS_STATUS_OK);
	ldns_pkt_free(request);
	for (size_t at = 0; at < len; at++) {
		uint8_t *exact = malloc(at > 0 ? at : 1);

		memcpy(exact, wire, at);
		ask(&scene, &dialogue, exact, at, false);
		assert_true(at < 12 ? dialogue.outcome == FEED_SILENCE
		                    : (dialogue.octets[3] & 0xf) == LDNS_RCODE_FORMERR);
		free(exact);
		for (unsigned bit = 0; bit < 8; bit++) {
			wire[at] ^= (uint8_t)(1u << bit);
			ask(&scene, &dialogue, wire, len, false);
			/* The address alone may ask: an answer without records is the
			 * proof that the signature was looked at. The id is not part
			 * of what is signed. */
			if (dialogue.outcome == FEED_REPLY && at >= 2)
				assert_int_equal(dialogue.octets[7], 0);
			wire[at] ^= (uint8_t)(1u << bit);
		}
	}
	free(wire);
}

/* Strangers fill their own measure of what is told, and what is left out is counted. */
static void
test_telling(void **state)
{
	(void)state;
	scene.said[0] = '\0';
	for (unsigned i = 0; i < FEED_TOLD_MOST + 5; i++)
		feed_tell_client(&scene.desk, FEED_STRANGER, NOW + 100, "stranger %u", i);
	feed_tell_client(&scene.desk, FEED_CLIENT, NOW + 100, "client");
	assert_non_null(strstr(scene.said, "stranger 9\nclient\n"));
	feed_tell_client(&scene.desk, FEED_STRANGER, NOW + 101, "stranger");
	assert_non_null(strstr(scene.said, "5 more refusals were not told\nstranger\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_questions),  cmocka_unit_test(test_ixfr_by_udp),
	        cmocka_unit_test(test_headers),    cmocka_unit_test(test_edns),
	        cmocka_unit_test(test_access),     cmocka_unit_test(test_strangers),
	        cmocka_unit_test(test_signatures), cmocka_unit_test(test_signed_transfer),
	        cmocka_unit_test(test_hostile),    cmocka_unit_test(test_telling),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
