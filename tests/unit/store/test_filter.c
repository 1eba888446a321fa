/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Filters: each bound alone, on both of its sides.
 */
#include "ground.h"

#include "dga/catalog.h"
#include "store/filter.h"
#include "watch/fingerprint.h"

static void
test_time(void **state)
{
	struct store_filter filter = STORE_FILTER_ALL;
	struct sighting s = ground_question(0);

	(void)state;
	assert_true(store_filter_wants(&filter, &s));
	s.us = INT64_MAX;
	assert_true(store_filter_wants(&filter, &s));
	s.us = INT64_MIN;
	assert_true(store_filter_wants(&filter, &s));
	filter.from_us = 100;
	filter.to_us = 200;
	for (s.us = 98; s.us < 203; s.us++)
		assert_int_equal(store_filter_wants(&filter, &s),
		                 s.us >= 100 && s.us < 200);
}

static void
test_generators(void **state)
{
	struct store_filter filter = STORE_FILTER_ALL;
	struct sighting s = ground_question(0);
	bool *generators = calloc(dga_generator_count(), sizeof(bool));

	(void)state;
	generators[1] = true;
	filter.generators = generators;
	assert_false(store_filter_wants(&filter, &s));
	s.match.generator = 1;
	assert_true(store_filter_wants(&filter, &s));
	s.match.generator = SIGHTING_NO_GENERATOR;
	assert_false(store_filter_wants(&filter, &s));
	filter.generators = NULL;
	assert_true(store_filter_wants(&filter, &s));
	free(generators);
}

static bool
wants(const char *network, const char *client, unsigned prefix)
{
	struct store_filter filter = STORE_FILTER_ALL;
	struct store_network networks[2];
	struct sighting s = ground_question(0);

	assert_int_equal(address_read_prefix(span_of("198.51.100.7"), &networks[0].address,
	                                     &networks[0].prefix),
	                 FSK_OK);
	assert_int_equal(address_read_prefix(span_of(network), &networks[1].address,
	                                     &networks[1].prefix),
	                 FSK_OK);
	assert_int_equal(address_read(span_of(client), &s.client.address), FSK_OK);
	s.client.prefix = (uint8_t)prefix;
	filter.networks = networks;
	filter.network_count = 2;
	return store_filter_wants(&filter, &s);
}

static void
test_networks(void **state)
{
	(void)state;
	assert_true(wants("192.0.2.0/24", "192.0.2.0", 32));
	assert_true(wants("192.0.2.0/24", "192.0.2.255", 32));
	assert_false(wants("192.0.2.0/24", "192.0.3.0", 32));
	assert_false(wants("192.0.2.0/24", "192.0.1.255", 32));
	assert_true(wants("192.0.2.0/24", "192.0.2.0", 24));
	assert_false(wants("192.0.2.0/24", "192.0.2.0", 23)); /* not all of it */
	assert_true(wants("0.0.0.0/0", "203.0.113.1", 32));
	assert_false(wants("0.0.0.0/0", "2001:db8::1", 128));
	assert_true(wants("::/0", "2001:db8::1", 64));
	assert_false(wants("::/0", "203.0.113.1", 32));
	assert_true(wants("2001:db8::/32", "2001:db8:ffff::", 64));
	assert_false(wants("2001:db8::/32", "2001:db9::", 64));
	assert_true(wants("192.0.2.9", "198.51.100.7", 32)); /* the other one */
}

static void
test_kinds(void **state)
{
	struct store_filter filter = STORE_FILTER_ALL;
	struct sighting s = ground_question(0);

	(void)state;
	for (unsigned kinds = 1; kinds < 1U << SIGHTING_KINDS; kinds++) {
		filter.kinds = kinds;
		for (unsigned kind = 0; kind < SIGHTING_KINDS; kind++) {
			s.kind = (enum sighting_kind)kind;
			assert_int_equal(store_filter_wants(&filter, &s),
			                 (kinds >> kind & 1) != 0);
		}
	}
}

/* A bot's request without a name is its family's. */
static void
test_families(void **state)
{
	struct store_filter filter = STORE_FILTER_ALL;
	struct sighting s = ground_question(0);
	bool *generators = calloc(dga_generator_count(), sizeof(bool));
	size_t a, other;

	(void)state;
	assert_int_equal(fsk_generator_find("conficker/a", &a), FSK_OK);
	assert_int_equal(fsk_generator_find("conficker/c", &other), FSK_OK);
	s.match.generator = SIGHTING_NO_GENERATOR;
	s.fingerprint = "conficker-ab";
	filter.generators = generators;
	assert_false(store_filter_wants(&filter, &s));
	generators[a] = true;
	assert_true(store_filter_wants(&filter, &s));
	s.match.generator = (uint32_t)other; /* it is known to be another one */
	assert_false(store_filter_wants(&filter, &s));
	s.match.generator = SIGHTING_NO_GENERATOR;
	s.fingerprint = "http";
	assert_false(store_filter_wants(&filter, &s));
	free(generators);
}

static bool
counts(struct sighting s)
{
	struct store_filter filter = STORE_FILTER_ALL;

	filter.counted = true;
	return store_filter_wants(&filter, &s);
}

static void
test_counted_names(void **state)
{
	struct sighting s = ground_question(0);

	(void)state;
	s.kind = SIGHTING_DNS;
	assert_false(counts(s)); /* a resolver */
	memset(&s.to, 0, sizeof(s.to));
	assert_true(counts(s)); /* a host of a guard */
	s = ground_question(0);
	s.fingerprint = NULL;
	for (unsigned kind = SIGHTING_DNS + 1; kind < SIGHTING_KINDS; kind++) {
		s.kind = (enum sighting_kind)kind;
		for (unsigned by = 0; by < SIGHTING_BYS; by++) {
			s.by = (enum sighting_by)by;
			s.match.generator = SIGHTING_NO_GENERATOR;
			assert_false(counts(s)); /* anybody's contact */
			s.match.generator = 1;
			assert_int_equal(counts(s),
			                 kind != SIGHTING_RAW && (by == SIGHTING_BY_NAME ||
			                                          by == SIGHTING_BY_SNI));
		}
	}
}

static void
test_counted_fingerprints(void **state)
{
	struct sighting s = ground_question(0);
	unsigned visitors = 0, bots = 0;

	(void)state;
	s.kind = SIGHTING_HTTP;
	s.by = SIGHTING_BY_NAME;
	for (size_t i = 0; i < watch_fingerprint_count(); i++) {
		const struct watch_fingerprint *fingerprint = watch_fingerprint_at(i);
		bool visitor = fingerprint->sender == WATCH_CRAWLER ||
		               fingerprint->sender == WATCH_SCANNER ||
		               fingerprint->sender == WATCH_RESEARCHER;
		bool bot = fingerprint->sender == WATCH_BOT;

		s.fingerprint = fingerprint->name;
		s.match.generator = SIGHTING_NO_GENERATOR;
		assert_int_equal(counts(s), bot);
		s.match.generator = 1;
		assert_int_equal(counts(s), !visitor);
		visitors += visitor;
		bots += bot;
	}
	assert_true(visitors >= 3 && bots > 0);
	s.fingerprint = "of-a-later-version";
	assert_true(counts(s));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_time),
	        cmocka_unit_test(test_generators),
	        cmocka_unit_test(test_networks),
	        cmocka_unit_test(test_kinds),
	        cmocka_unit_test(test_families),
	        cmocka_unit_test(test_counted_names),
	        cmocka_unit_test(test_counted_fingerprints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
