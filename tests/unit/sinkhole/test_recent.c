/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which name a caller means: what he asked for himself goes before what alone was answered,
 * that before the last of several; for as long as an answer holds. Linked with --wrap for
 * aligned_alloc, which then fails.
 */
#include "../memory.h"
#include "ground_scene.h"
#include "sinkhole/recent.h"

#include <pthread.h>
#include <stdio.h>

#define NOW INT64_C(1000000)

static struct sinkhole_recent *recent;

static int
set_up(void **state)
{
	(void)state;
	assert_int_equal(sinkhole_recent_new(&recent), FSK_OK);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	sinkhole_recent_free(recent);
	return 0;
}

static void
note(const char *client, const char *text, const char *address, int64_t ms)
{
	struct fsk_name name = name_of(text);
	struct address to = address_of(address);
	struct sinkhole_answered answered = {.client = address_of(client),
	                                     .name = &name,
	                                     .addresses = &to,
	                                     .address_count = 1,
	                                     .ms = ms,
	                                     .ttl = 300};

	sinkhole_recent_note(recent, &answered);
}

static bool
find(struct address client, struct address address, int64_t ms, struct fsk_name *name,
     enum sighting_by *by)
{
	const struct sinkhole_called called = {client, address, ms};

	return sinkhole_recent_find(recent, &called, name, by);
}

/* Whether ${client} is known to mean ${text} by ${by} at ${address}. */
static void
finds(const char *client, const char *address, int64_t ms, const char *text,
      enum sighting_by by)
{
	struct address from = address_of(client), to = address_of(address);
	struct fsk_name name;
	enum sighting_by found;

	memset(&name, 0xa5, sizeof(name));
	assert_true(find(from, to, ms, &name, &found));
	assert_string_equal(name.text, text);
	assert_int_equal(name.len, strlen(text));
	assert_int_equal(found, by);
}

static void
finds_none(const char *client, const char *address, int64_t ms)
{
	struct address from = address_of(client), to = address_of(address);
	enum sighting_by by = SIGHTING_BY_PLACE;
	struct fsk_name name = {.len = 7};

	assert_false(find(from, to, ms, &name, &by));
	assert_int_equal(by, SIGHTING_BY_PLACE);
	assert_int_equal(name.len, 7);
}

static void
test_order(void **state)
{
	(void)state;
	finds_none("198.51.100.1", "192.0.2.1", NOW);
	note("198.51.100.1", "one.example", "192.0.2.1", NOW);
	finds("198.51.100.1", "192.0.2.1", NOW, "one.example", SIGHTING_BY_CLIENT);
	finds("198.51.100.2", "192.0.2.1", NOW, "one.example", SIGHTING_BY_RECENT);
	finds_none("198.51.100.1", "192.0.2.2", NOW);
	note("198.51.100.3", "two.example", "192.0.2.1", NOW + 10);
	finds("198.51.100.1", "192.0.2.1", NOW + 20, "one.example", SIGHTING_BY_CLIENT);
	finds("198.51.100.3", "192.0.2.1", NOW + 20, "two.example", SIGHTING_BY_CLIENT);
	finds("198.51.100.2", "192.0.2.1", NOW + 20, "two.example", SIGHTING_BY_GUESS);
	/* Asked for again, the first one is the last. */
	note("198.51.100.4", "one.example", "192.0.2.1", NOW + 30);
	finds("198.51.100.2", "192.0.2.1", NOW + 40, "one.example", SIGHTING_BY_GUESS);
}

static void
test_last_of_client(void **state)
{
	(void)state;
	note("198.51.100.1", "one.example", "192.0.2.1", NOW);
	note("198.51.100.1", "two.example", "192.0.2.1", NOW + 1);
	note("198.51.100.1", "three.example", "192.0.2.2", NOW + 2);
	/* It may mean either. */
	finds("198.51.100.1", "192.0.2.1", NOW + 3, "two.example", SIGHTING_BY_GUESS);
	finds("198.51.100.1", "192.0.2.2", NOW + 3, "three.example", SIGHTING_BY_CLIENT);
	/* Which names it asked for before the last four, nobody knows. */
	note("198.51.100.1", "four.example", "192.0.2.3", NOW + 3);
	note("198.51.100.1", "five.example", "192.0.2.4", NOW + 4);
	finds("198.51.100.1", "192.0.2.4", NOW + 5, "five.example", SIGHTING_BY_GUESS);
}

/* A host has a /64 of IPv6. */
static void
test_same_host(void **state)
{
	(void)state;
	note("2001:db8:1::1", "one.example", "2001:db8::1", NOW);
	note("2001:db8:2::1", "two.example", "2001:db8::1", NOW + 1);
	finds("2001:db8:1::2:3", "2001:db8::1", NOW + 2, "one.example", SIGHTING_BY_CLIENT);
	finds("2001:db8:0:1::1", "2001:db8::1", NOW + 2, "two.example", SIGHTING_BY_GUESS);
}

static void
test_several_addresses(void **state)
{
	struct fsk_name name = name_of("one.example");
	struct address to[WIRE_REPLY_ADDRESSES];
	struct sinkhole_answered answered = {.client = address_of("198.51.100.1"),
	                                     .name = &name,
	                                     .addresses = to,
	                                     .address_count = WIRE_REPLY_ADDRESSES,
	                                     .ms = NOW,
	                                     .ttl = 300};
	char text[WIRE_REPLY_ADDRESSES][20];

	(void)state;
	for (unsigned i = 0; i < WIRE_REPLY_ADDRESSES; i++) {
		snprintf(text[i], sizeof(text[i]), "192.0.2.%u", i + 1);
		to[i] = address_of(text[i]);
	}
	sinkhole_recent_note(recent, &answered);
	for (unsigned i = 0; i < WIRE_REPLY_ADDRESSES; i++) {
		finds("198.51.100.1", text[i], NOW, "one.example", SIGHTING_BY_CLIENT);
		finds("198.51.100.2", text[i], NOW, "one.example", SIGHTING_BY_RECENT);
	}
	finds_none("198.51.100.1", "192.0.2.9", NOW);
}

static void
test_expiry(void **state)
{
	struct fsk_name name = name_of("short.example");
	struct address to = address_of("192.0.2.9");
	struct sinkhole_answered answered = {.client = address_of("198.51.100.1"),
	                                     .name = &name,
	                                     .addresses = &to,
	                                     .address_count = 1,
	                                     .ms = NOW};

	(void)state;
	note("198.51.100.1", "one.example", "192.0.2.1", NOW);
	note("198.51.100.2", "two.example", "192.0.2.1", NOW + 100000);
	finds("198.51.100.1", "192.0.2.1", NOW + 300000, "one.example", SIGHTING_BY_CLIENT);
	finds("198.51.100.3", "192.0.2.1", NOW + 300000, "two.example", SIGHTING_BY_GUESS);
	/* Once the first is over, the second is the only one. */
	finds("198.51.100.1", "192.0.2.1", NOW + 300001, "two.example", SIGHTING_BY_RECENT);
	finds("198.51.100.2", "192.0.2.1", NOW + 400000, "two.example", SIGHTING_BY_CLIENT);
	finds_none("198.51.100.2", "192.0.2.1", NOW + 400001);
	/* What may not be kept at all is called all the same, a moment later. */
	sinkhole_recent_note(recent, &answered);
	finds("198.51.100.1", "192.0.2.9", NOW + 5000, "short.example", SIGHTING_BY_CLIENT);
	finds_none("198.51.100.1", "192.0.2.9", NOW + 5001);
	answered.ttl = UINT32_MAX;
	sinkhole_recent_note(recent, &answered);
	finds("198.51.100.1", "192.0.2.9", NOW + INT64_C(10000000000), "short.example",
	      SIGHTING_BY_CLIENT);
}

/* A name of every length, and a short one in the place of a long one. */
static void
test_lengths(void **state)
{
	char text[FSK_NAME_MAX + 1];

	(void)state;
	for (size_t len = FSK_NAME_MAX; len > 0; len--) {
		memset(text, 'x', len);
		text[len] = '\0';
		note("198.51.100.1", text, "192.0.2.1", NOW + 1000 - (int64_t)len);
		finds("198.51.100.1", "192.0.2.1", NOW + 1000, text,
		      len == FSK_NAME_MAX ? SIGHTING_BY_CLIENT : SIGHTING_BY_GUESS);
	}
}

/* More names, addresses and clients than there is room for: the last ones are there, and
 * whatever is found is right. */
static void
test_wrap_around(void **state)
{
	enum { MANY = 60000, LAST = 100 };
	unsigned found = 0;

	(void)state;
	for (unsigned pass = 0; pass < 2; pass++)
		for (unsigned i = 0; i < MANY; i++) {
			struct address client = address_of("10.0.0.0"), to;
			struct fsk_name name;
			struct sinkhole_answered answered = {.name = &name,
			                                     .addresses = &to,
			                                     .address_count = 1,
			                                     .ms = NOW + i,
			                                     .ttl = 3600};
			struct fsk_name got = {.len = 0};
			enum sighting_by by;
			char text[40];

			snprintf(text, sizeof(text), "name-%u.example", i);
			name = name_of(text);
			client.octets[13] = (uint8_t)(i >> 16);
			client.octets[14] = (uint8_t)(i >> 8);
			client.octets[15] = (uint8_t)i;
			to = client;
			to.octets[12] = 11;
			answered.client = client;
			if (pass == 0) {
				sinkhole_recent_note(recent, &answered);
				continue;
			}
			if (!find(client, to, NOW + MANY, &got, &by))
				assert_true(i < MANY - LAST);
			else {
				assert_string_equal(got.text, text);
				found++;
			}
		}
	assert_true(found > 1000);
	assert_true(found < 5000);
}

/* Threads that write over one another while others read: what is found was noted. */

#define PLACES 3
#define ROUNDS 20000

static _Atomic bool failed;

/* A name whose letters and length go by ${seed}, so that a mixture of two shows. */
static struct fsk_name
made_name(unsigned seed)
{
	struct fsk_name name = {.len = (uint8_t)(1 + seed % FSK_NAME_MAX)};

	memset(name.text, 'a' + (int)(seed % 23), name.len);
	name.text[name.len] = '\0';
	return name;
}

static struct address
made_address(unsigned n)
{
	static const uint8_t octets[4] = {192, 0, 2, 0};
	struct address address = address_of_v4(octets);

	address.octets[15] = (uint8_t)n;
	return address;
}

static void *
write_names(void *context)
{
	unsigned seed = *(const unsigned *)context;

	for (unsigned i = 0; i < ROUNDS; i++, seed = seed * 1103515245u + 12345u) {
		struct fsk_name name = made_name(seed >> 8);
		struct address to[PLACES];
		struct sinkhole_answered answered = {.client = made_address(100 + seed % 4),
		                                     .name = &name,
		                                     .addresses = to,
		                                     .address_count = PLACES,
		                                     .ms = NOW + i,
		                                     .ttl = 1000};

		for (unsigned n = 0; n < PLACES; n++)
			to[n] = made_address(n);
		sinkhole_recent_note(recent, &answered);
	}
	return NULL;
}

static void *
read_names(void *context)
{
	(void)context;
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct address client = made_address(100 + i % 5),
		               to = made_address(i % PLACES);
		enum sighting_by by;
		struct fsk_name name;

		if (!find(client, to, NOW + i, &name, &by))
			continue;
		for (size_t n = 1; n < name.len; n++)
			if (name.text[n] != name.text[0])
				atomic_store(&failed, true);
		if (name.len == 0 || strlen(name.text) != name.len)
			atomic_store(&failed, true);
	}
	return NULL;
}

static void
test_threads(void **state)
{
	unsigned seeds[] = {1, 77777};
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
		                                i < 2 ? write_names : read_names,
		                                &seeds[i % 2]),
		                 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_false(atomic_load(&failed));
}

static void
test_memory(void **state)
{
	struct sinkhole_recent *made = NULL;

	(void)state;
	atomic_store(&memory_left, 0);
	assert_int_equal(sinkhole_recent_new(&made), FSK_NOMEM);
	atomic_store(&memory_left, -1);
	assert_null(made);
	sinkhole_recent_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_last_of_client, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_same_host, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_several_addresses, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_expiry, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_lengths, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_wrap_around, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_threads, set_up, tear_down),
	        cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
