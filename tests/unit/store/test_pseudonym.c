/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Pseudonyms: one a client and day, of the dummy prefix, and nothing beside them that says
 * whose they are.
 */
#include "ground.h"

#include "store/pseudonym.h"

#define DAY_US INT64_C(86400000000)

static const uint8_t secret[STORE_SECRET] = "a secret of thirty-two octets...";

static struct address
name_at(const uint8_t *key, int64_t us, uint64_t client)
{
	struct sighting s = ground_question(client);
	struct store_day_key day;

	store_day_key(key, us, &day);
	store_pseudonymise(&day, &s);
	assert_true(store_is_pseudonym(&s.client.address));
	assert_memory_equal(&s.client.address, &s.address, sizeof(s.address));
	assert_int_equal(s.client.prefix, 128);
	return s.address;
}

static void
test_names(void **state)
{
	static const uint8_t other[STORE_SECRET] = "another secret, of 32 octets too";
	static const uint8_t prefix[8] = {1, 0, 0, 0, 0, 0, 0, 1};
	struct address name = name_at(secret, 5, 1), next;

	(void)state;
	assert_memory_equal(name.octets, prefix, sizeof(prefix)); /* 100:0:0:1::/64 */
	next = name_at(secret, DAY_US - 1, 1);
	assert_memory_equal(&name, &next, sizeof(name));
	next = name_at(secret, DAY_US, 1);
	assert_memory_not_equal(&name, &next, sizeof(name));
	next = name_at(secret, -1, 1);
	assert_memory_not_equal(&name, &next, sizeof(name));
	next = name_at(secret, 5, 2);
	assert_memory_not_equal(&name, &next, sizeof(name));
	next = name_at(other, 5, 1);
	assert_memory_not_equal(&name, &next, sizeof(name));
}

static void
test_days(void **state)
{
	struct store_day_key a, b;

	(void)state;
	store_day_key(secret, -1, &a);
	store_day_key(secret, -DAY_US, &b);
	assert_int_equal(a.day, -1);
	assert_int_equal(b.day, -1);
	assert_memory_equal(a.key, b.key, sizeof(a.key));
	store_day_key(secret, 0, &a);
	assert_int_equal(a.day, 0);
	assert_memory_not_equal(a.key, b.key, sizeof(a.key));
}

static void
test_nothing_is_left(void **state)
{
	struct sighting s = ground_question(1), again;
	struct store_day_key key;

	(void)state;
	s.host = span_of("host");
	s.agent = span_of("agent");
	s.machine = s.referrer = s.via = s.forwarded = s.first = span_of("192.0.2.1");
	store_day_key(secret, s.us, &key);
	store_pseudonymise(&key, &s);
	assert_int_equal(s.port, 0);
	assert_int_equal(s.machine.len, 0);
	assert_int_equal(s.referrer.len, 0);
	assert_int_equal(s.via.len, 0);
	assert_int_equal(s.forwarded.len, 0);
	assert_int_equal(s.first.len, 0);
	assert_int_equal(s.host.len, 4);
	assert_int_equal(s.agent.len, 5);
	assert_int_equal(s.name.len, 20);
	again = s; /* what is a name already stays it */
	store_pseudonymise(&key, &again);
	assert_memory_equal(&again.address, &s.address, sizeof(s.address));
}

/* A network and a host of the same first address are two. */
static void
test_networks(void **state)
{
	struct sighting host = ground_question(0x10000), network = host;
	struct store_day_key key;

	(void)state;
	network.client.prefix = 24;
	store_day_key(secret, host.us, &key);
	store_pseudonymise(&key, &host);
	store_pseudonymise(&key, &network);
	assert_memory_not_equal(&host.address, &network.address, sizeof(host.address));
	assert_false(store_is_pseudonym(&host.to));
	network.client = sighting_named(5); /* of the prefix beside it */
	assert_false(store_is_pseudonym(&network.client.address));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_names),
	        cmocka_unit_test(test_days),
	        cmocka_unit_test(test_nothing_is_left),
	        cmocka_unit_test(test_networks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
