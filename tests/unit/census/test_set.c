/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sets of hosts: what is in them, by kind; each beside an array that is sorted; what two
 * have in common. Linked with --wrap for malloc, calloc and realloc, which then fail on the
 * n-th call (those of CRoaring, a shared library, do not).
 */
#include "../memory.h"
#include "hosts.h"

#include "census/set.h"

static struct census_set *
set_new(void)
{
	struct census_set *set;

	assert_int_equal(census_set_new(&set), FSK_OK);
	return set;
}

static void
add(struct census_set *set, struct sighting_client client)
{
	assert_int_equal(census_set_add(set, &client), FSK_OK);
}

static bool
has(const struct census_set *set, struct sighting_client client)
{
	return census_set_has(set, &client);
}

/* What a set should hold: all that was added, sorted, each once. */
struct known {
	struct address *hosts;
	size_t count;
};

static int
compare(const void *a, const void *b)
{
	const struct address *x = a, *y = b;

	if (address_is_v4(x) != address_is_v4(y))
		return address_is_v4(x) ? -1 : 1;
	return memcmp(x, y, sizeof(*x));
}

static void
settle(struct known *known)
{
	size_t count = 0;

	qsort(known->hosts, known->count, sizeof(*known->hosts), compare);
	for (size_t i = 0; i < known->count; i++) {
		if (count == 0 || compare(&known->hosts[count - 1], &known->hosts[i]) != 0)
			known->hosts[count++] = known->hosts[i];
	}
	known->count = count;
}

/* A set of ${count} hosts by chance, of so many kinds as host_by_chance() has. */
static struct census_set *
fill(uint64_t seed, size_t count, uint64_t many, struct known *known)
{
	struct census_set *set = set_new();

	known->hosts = calloc(count, sizeof(*known->hosts));
	known->count = count;
	assert_non_null(known->hosts);
	for (size_t i = 0; i < count; i++) {
		struct sighting_client client = host_by_chance(&seed, many);

		add(set, client);
		known->hosts[i] = client.address;
		if (client.address.octets[0] == 0x20)
			memset(known->hosts[i].octets + 8, 0, 8);
	}
	settle(known);
	return set;
}

static enum fsk_err
check_next(const struct sighting_client *client, void *context)
{
	struct known *left = context;

	assert_true(left->count > 0);
	assert_memory_equal(&client->address, left->hosts, sizeof(*left->hosts));
	if (address_is_v4(&client->address))
		assert_int_equal(client->prefix, 32);
	else
		assert_int_equal(client->prefix, client->address.octets[0] == 1 ? 128 : 64);
	left->hosts++;
	left->count--;
	return FSK_OK;
}

static void
check(const struct census_set *set, const struct known *known)
{
	struct known left = *known;
	size_t networks = 0;

	assert_int_equal(census_set_count(set), known->count);
	assert_int_equal(census_set_each(set, check_next, &left), FSK_OK);
	assert_int_equal(left.count, 0);
	for (size_t i = 0; i < known->count; i++) {
		assert_true(has(set, (struct sighting_client){known->hosts[i], 128}));
		networks += known->hosts[i].octets[0] == 0x20;
	}
	assert_int_equal(census_set_count_v6(set), networks);
}

static void
test_kinds(void **state)
{
	struct census_set *set = set_new();

	(void)state;
	assert_int_equal(census_set_count(set), 0);
	assert_false(has(set, host_of("0.0.0.0")));
	assert_false(has(set, host_of("::")));
	add(set, host_of("2001:db8:0:1::1"));
	add(set, host_of("2001:db8:0:1:ffff::"));
	assert_int_equal(census_set_count(set), 1);
	add(set, host_of("2001:db8:0:2::1"));
	assert_int_equal(census_set_count_v6(set), 2);
	assert_true(has(set, host_of("2001:db8:0:2::abcd")));
	assert_false(has(set, host_of("2001:db8:0:3::1")));
	/* Names and pseudonyms are told apart by 64 bits that say nothing of others. */
	add(set, sighting_named(1));
	add(set, sighting_named(2));
	add(set, sighting_named(0));
	add(set, host_pseudonym(1));
	add(set, host_pseudonym(1));
	assert_int_equal(census_set_count(set), 6);
	assert_int_equal(census_set_count_v6(set), 2);
	assert_false(has(set, host_pseudonym(2)));
	/* The next network is one. */
	add(set, host_of("100:0:0:2::1"));
	add(set, host_of("100:0:0:2::2"));
	add(set, host_of("::5"));
	assert_true(has(set, host_of("::")));
	assert_int_equal(census_set_count(set), 8);
	assert_int_equal(census_set_count_v6(set), 4);
	add(set, host_of("192.0.2.1"));
	add(set, host_of("::ffff:192.0.2.1"));
	assert_false(has(set, host_of("0.0.0.0")));
	add(set, host_of("0.0.0.0"));
	add(set, host_of("0.0.0.0"));
	add(set, host_of("255.255.255.255"));
	assert_true(has(set, host_of("0.0.0.0")));
	assert_int_equal(census_set_count(set), 11);
	census_set_free(set);
	census_set_free(NULL);
}

/* Sizes about those at which the table grows and is moved into the bitmap. */
static void
test_random(void **state)
{
	static const size_t sizes[] = {1, 12, 13, 1000, 49151, 70000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct known known;
		struct census_set *set = fill(i, sizes[i], 8 * sizes[i] + 1, &known);
		size_t bytes = census_set_bytes(set);

		check(set, &known);
		assert_true(bytes >= known.count * 2 && bytes < known.count * 40 + 1000);
		free(known.hosts);
		census_set_free(set);
	}
}

static struct known
unite(const struct known *a, const struct known *b)
{
	struct known both = {.count = a->count + b->count};

	both.hosts = calloc(both.count, sizeof(*both.hosts));
	assert_non_null(both.hosts);
	memcpy(both.hosts, a->hosts, a->count * sizeof(*a->hosts));
	memcpy(both.hosts + a->count, b->hosts, b->count * sizeof(*b->hosts));
	settle(&both);
	return both;
}

static void
check_two(const struct census_set *a, const struct census_set *b, uint64_t common)
{
	uint64_t groups[64] = {0}, again[64] = {0}, sum = 0;

	assert_int_equal(census_set_common(a, b), common);
	assert_int_equal(census_set_common(b, a), common);
	census_set_common_by_group(a, b, 32, groups);
	census_set_common_by_group(b, a, 32, again);
	assert_memory_equal(groups, again, sizeof(groups));
	for (size_t i = 0; i < 64; i++) {
		assert_true(i < 32 || groups[i] == 0);
		sum += groups[i];
		if (common > 10000 && i < 32)
			assert_in_range(groups[i], common / 32 * 8 / 10,
			                common / 32 * 12 / 10);
	}
	assert_int_equal(sum, common);
	/* It is added to what is there. */
	census_set_common_by_group(a, b, 64, groups);
	sum = 0;
	for (size_t i = 0; i < 64; i++)
		sum += groups[i];
	assert_int_equal(sum, 2 * common);
}

static void
try_two(size_t first, size_t second, uint64_t many)
{
	struct known a, b, both;
	struct census_set *left = fill(7, first, many, &a);
	struct census_set *right = fill(8, second, many, &b);

	both = unite(&a, &b);
	check_two(left, right, a.count + b.count - both.count);
	check_two(left, left, a.count);
	assert_int_equal(census_set_merge(left, right), FSK_OK);
	check(left, &both);
	check(right, &b);
	check_two(left, right, b.count);
	assert_int_equal(census_set_merge(left, left), FSK_OK);
	assert_int_equal(census_set_count(left), both.count);
	census_set_free(left);
	census_set_free(right);
	free(a.hosts);
	free(b.hosts);
	free(both.hosts);
}

static void
test_two(void **state)
{
	struct census_set *empty = set_new(), *other = set_new();

	(void)state;
	check_two(empty, other, 0);
	assert_int_equal(census_set_merge(empty, other), FSK_OK);
	assert_int_equal(census_set_count(empty), 0);
	census_set_free(empty);
	census_set_free(other);
	try_two(100, 100, 150);
	/* A table beside a bitmap, and beside one and a table; two of these. */
	try_two(10, 75000, 200000);
	try_two(90000, 70000, 120000);
	try_two(70000, 75000, 400000);
}

/* A host is in the same group whatever set it is in, and wherever it is kept there. */
static void
test_groups(void **state)
{
	struct known known;
	struct census_set *many = fill(3, 100000, 100000, &known);
	uint64_t sums[16] = {0}, groups[16] = {0};

	(void)state;
	census_set_common_by_group(many, many, 16, sums);
	for (size_t i = 0; i < known.count; i += 97) {
		struct census_set *one = set_new();
		uint64_t found[16] = {0}, alone[16] = {0};

		add(one, (struct sighting_client){known.hosts[i], 128});
		census_set_common_by_group(one, many, 16, found);
		census_set_common_by_group(one, one, 16, alone);
		assert_memory_equal(found, alone, sizeof(found));
		for (size_t k = 0; k < 16; k++)
			groups[k] += found[k];
		census_set_free(one);
	}
	for (size_t k = 0; k < 16; k++)
		assert_true(groups[k] <= sums[k]);
	free(known.hosts);
	census_set_free(many);
}

static void
test_add_v4(void **state)
{
	struct census_set *set = set_new(), *other = set_new();
	uint32_t *values = calloc(200000, sizeof(*values));

	(void)state;
	assert_non_null(values);
	for (uint32_t i = 0; i < 200000; i++)
		values[i] = i * 7;
	for (uint32_t i = 0; i < 1000; i++)
		add(set, host_v4(i));
	assert_int_equal(census_set_add_v4(set, values, 0), FSK_OK);
	assert_int_equal(census_set_add_v4(set, values, 100), FSK_OK);
	assert_int_equal(census_set_count(set), 1000);
	assert_int_equal(census_set_add_v4(set, values, 200000), FSK_OK);
	assert_int_equal(census_set_count(set), 200000 + 1000 - 143);
	for (uint32_t i = 0; i < 200000; i += 1001)
		assert_true(has(set, host_v4(values[i])));
	assert_false(has(set, host_v4(1002)));
	/* All of a container: a bitmap. */
	for (uint32_t i = 0; i < 200000; i++)
		values[i] = 0x0a000000 + i;
	assert_int_equal(census_set_add_v4(other, values, 200000), FSK_OK);
	assert_int_equal(census_set_add_v4(other, values, 200000), FSK_OK);
	assert_int_equal(census_set_count(other), 200000);
	assert_true(census_set_bytes(other) < 100000);
	assert_int_equal(census_set_common(set, other), 0);
	free(values);
	census_set_free(set);
	census_set_free(other);
}

static enum fsk_err
stop_at_third(const struct sighting_client *client, void *context)
{
	size_t *told = context;

	(void)client;
	return ++*told == 3 ? FSK_STOPPED : FSK_OK;
}

static void
test_stop(void **state)
{
	struct census_set *set = set_new();
	size_t told = 0;

	(void)state;
	for (uint32_t i = 0; i < 9; i++)
		add(set, i % 2 == 0 ? host_v4(i) : sighting_named(i));
	assert_int_equal(census_set_each(set, stop_at_third, &told), FSK_STOPPED);
	assert_int_equal(told, 3);
	census_set_free(set);
}

/* All that takes memory; FSK_NOMEM, or what it counted. */
static enum fsk_err
do_all(uint64_t *count)
{
	struct census_set *set = NULL, *other = NULL;
	uint64_t seed = 5;
	size_t told = 0;
	enum fsk_err err = census_set_new(&set);

	if (err == FSK_OK)
		err = census_set_new(&other);
	for (size_t i = 0; err == FSK_OK && i < 52000; i++) {
		struct sighting_client client = host_v4((uint32_t)draw(&seed));

		if (i % 64 == 0)
			client = host_by_chance(&seed, 1000000);
		err = census_set_add(i % 32 == 0 ? other : set, &client);
	}
	if (err == FSK_OK)
		err = census_set_add(
		        set, &(struct sighting_client){.address = host_v4(0).address,
		                                       .prefix = 32});
	if (err == FSK_OK)
		err = census_set_merge(other, set);
	if (err == FSK_OK) {
		*count = census_set_count(other);
		err = census_set_each(other, stop_at_third, &told);
		assert_true(err == FSK_STOPPED || err == FSK_NOMEM);
		err = err == FSK_STOPPED ? FSK_OK : err;
	}
	census_set_free(set);
	census_set_free(other);
	return err;
}

static void
test_memory(void **state)
{
	uint64_t count, now = 0;
	enum fsk_err err;
	long n = 0;

	(void)state;
	assert_int_equal(do_all(&count), FSK_OK);
	do {
		memory_left = n++;
		err = do_all(&now);
		memory_left = -1;
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	} while (err == FSK_NOMEM);
	assert_true(n > 30);
	assert_int_equal(now, count);
}

/* A set that could not be added to has what it had. */
static void
test_memory_kept(void **state)
{
	struct census_set *set = set_new();
	uint32_t refused = 0;

	(void)state;
	for (uint32_t i = 0; i < 60000; i++) {
		struct sighting_client client = host_v4(i * 2654435761u);

		memory_left = 0;
		if (census_set_add(set, &client) != FSK_OK) {
			memory_left = -1;
			assert_int_equal(census_set_count(set), i);
			assert_int_equal(census_set_add(set, &client), FSK_OK);
			refused++;
		}
		memory_left = -1;
	}
	assert_true(refused > 10);
	assert_int_equal(census_set_count(set), 60000);
	census_set_free(set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_kinds),  cmocka_unit_test(test_random),
	        cmocka_unit_test(test_two),    cmocka_unit_test(test_groups),
	        cmocka_unit_test(test_add_v4), cmocka_unit_test(test_stop),
	        cmocka_unit_test(test_memory), cmocka_unit_test(test_memory_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
