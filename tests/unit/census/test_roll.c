/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Hosts get numbers in the order in which they come, the same host the same one, and are
 * found again, as what they were, however many there are.
 */
#include "hosts.h"

#include "census/roll.h"

struct record {
	struct census_enrolled enrolled;
	uint32_t mark;
};

#define MANY 150000

static uint32_t
number_of(struct census_roll *roll, struct sighting_client client)
{
	uint32_t number = UINT32_MAX;

	assert_int_equal(census_roll_add(roll, &client, &number), FSK_OK);
	return number;
}

/* Host ${i}: of four kinds. */
static struct sighting_client
host(uint32_t i)
{
	struct sighting_client client;
	uint64_t state = i;

	switch (i % 8) {
	case 5:
		client = host_of("2001:db8::");
		memcpy(client.address.octets + 4, &i, sizeof(i));
		client.prefix = 64;
		return client;
	case 6:
		return sighting_named(draw(&state));
	case 7:
		return host_pseudonym(draw(&state));
	default:
		return host_v4(i * UINT32_C(0x9e3779b1));
	}
}

static void
test_many(void **state)
{
	struct census_roll roll;
	uint32_t number;

	(void)state;
	census_roll_init(&roll, sizeof(struct record));
	for (uint32_t i = 0; i < MANY; i++) {
		struct sighting_client client = host(i);
		struct record *record;

		assert_false(census_roll_find(&roll, &client, &number));
		census_roll_expect(&roll, &client, i % 2);
		assert_int_equal(number_of(&roll, client), i);
		record = census_roll_at(&roll, i);
		assert_int_equal(record->mark, 0);
		assert_int_equal(record->enrolled.more, 0);
		record->mark = i;
	}
	assert_int_equal(census_roll_count(&roll), MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		struct sighting_client client = host(i), known;

		assert_true(census_roll_find(&roll, &client, &number));
		assert_int_equal(number, i);
		known = census_roll_client(&roll, i);
		assert_true(address_equal(&known.address, &client.address));
		assert_int_equal(known.prefix, client.prefix);
		assert_int_equal(census_roll_is_pseudonym(&roll, i), i % 8 == 7);
		assert_int_equal(((struct record *)census_roll_at(&roll, i))->mark, i);
	}
	census_roll_fini(&roll);
	census_roll_fini(NULL);
}

/* Who is one host. */
static void
test_same(void **state)
{
	struct sighting_client mapped = host_of("::ffff:192.0.2.1");
	struct census_roll roll;

	(void)state;
	census_roll_init(&roll, sizeof(struct record));
	assert_int_equal(number_of(&roll, host_v4(0xc0000201)), 0);
	assert_int_equal(number_of(&roll, mapped), 0);
	assert_int_equal(number_of(&roll, host_of("2001:db8::1")), 1);
	assert_int_equal(number_of(&roll, host_of("2001:db8::ffff:1")), 1);
	assert_int_equal(number_of(&roll, host_of("2001:db8:0:1::1")), 2);
	assert_int_equal(number_of(&roll, sighting_named(1)), 3);
	assert_int_equal(number_of(&roll, sighting_named(2)), 4);
	assert_int_equal(number_of(&roll, host_pseudonym(1)), 5);
	assert_int_equal(number_of(&roll, host_pseudonym(2)), 6);
	/* The /64 whose first half is a number that is an IPv4 host's, too. */
	assert_int_equal(number_of(&roll, host_of("::")), 7);
	assert_int_equal(number_of(&roll, host_v4(0)), 8);
	census_roll_fini(&roll);
}

/* Parts are nearly as large as each other, and the same in each roll. */
static void
test_parts(void **state)
{
	struct census_roll one, other;
	uint32_t parts[32] = {0};

	(void)state;
	census_roll_init(&one, sizeof(struct record));
	census_roll_init(&other, sizeof(struct record));
	for (uint32_t i = 0; i < 32000; i++) {
		assert_int_equal(number_of(&one, host(i)), i);
		assert_int_equal(number_of(&other, host(31999 - i)), i);
	}
	for (uint32_t i = 0; i < 32000; i++) {
		uint32_t part = census_roll_part(&one, i, 5);

		assert_true(part < 32);
		assert_int_equal(part, census_roll_part(&other, 31999 - i, 5));
		parts[part]++;
	}
	/* 1,000 each; five standard deviations. */
	for (size_t i = 0; i < 32; i++)
		assert_in_range(parts[i], 840, 1160);
	census_roll_fini(&one);
	census_roll_fini(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_many),
	        cmocka_unit_test(test_same),
	        cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
