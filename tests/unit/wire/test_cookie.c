/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Server cookies: the examples of RFC 9018 appendix A, and each limit of time from both
 * sides.
 */
#include "wire/cookie.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium/utils.h>

#define SECRET "e5e973e5a6b2a43f48e7dc849e37bfcf"

static size_t
unhex(const char *hex, uint8_t out[64])
{
	size_t len = 0;

	assert_int_equal(sodium_hex2bin(out, 64, hex, strlen(hex), NULL, &len, NULL), 0);
	return len;
}

/* A check as text says it, and what comes of it. */
struct check {
	const char *secret, *client, *data;
	int64_t now;
	enum wire_cookie wanted;
	const char *out;
};

static void
assert_check(const struct check *check)
{
	uint8_t secret[64], data[64], wanted[64], out[WIRE_COOKIE_SIZE] = {0};
	struct address client;
	uint8_t *exact;
	size_t len = unhex(check->data, data);

	assert_int_equal(unhex(check->secret, secret), WIRE_COOKIE_SECRET);
	assert_int_equal(address_read(span_of(check->client), &client), FSK_OK);
	exact = malloc(len + 1);
	assert_non_null(exact);
	memcpy(exact + 1, data, len);
	assert_int_equal(wire_cookie_check(secret, (struct span){(char *)exact + 1, len},
	                                   &client, check->now, out),
	                 check->wanted);
	free(exact);
	if (check->out != NULL) {
		assert_int_equal(unhex(check->out, wanted), WIRE_COOKIE_SIZE);
		assert_memory_equal(out, wanted, WIRE_COOKIE_SIZE);
	}
}

/* Appendix A.1 to A.4. That of A.3 came 6,715 seconds after it was made, which is too late
 * here, as section 4.3 says; it holds when it was made, its reserved octets and all. In A.4
 * the old secret made it: this server has one only, and makes a new one. */
static void
test_examples(void **state)
{
	static const struct check checks[] = {
	        {SECRET, "198.51.100.100", "2464c4abcf10c957", 1559731985, WIRE_COOKIE_NEW,
	         "2464c4abcf10c957010000005cf79f111f8130c3eee29480"},
	        {SECRET, "198.51.100.100",
	         "2464c4abcf10c957010000005cf79f111f8130c3eee29480", 1559734385,
	         WIRE_COOKIE_GOOD, "2464c4abcf10c957010000005cf7a871d4a564a1442aca77"},
	        {SECRET, "203.0.113.203",
	         "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", 1559734700,
	         WIRE_COOKIE_BAD, "fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e"},
	        {SECRET, "203.0.113.203",
	         "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", 1559727985,
	         WIRE_COOKIE_GOOD, "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5"},
	        {"dd3bdf9344b678b185a6f5cb60fca715", "2001:db8:220:1:59de:d0f4:8769:82b8",
	         "22681ab97d52c298010000005cf7c57926556bd0934c72f8", 1559741961,
	         WIRE_COOKIE_GOOD, "22681ab97d52c298010000005cf7c57926556bd0934c72f8"},
	        {"445536bcd2513298075a5d379663c962", "2001:db8:220:1:59de:d0f4:8769:82b8",
	         "22681ab97d52c298010000005cf7c57926556bd0934c72f8", 1559741961,
	         WIRE_COOKIE_BAD, "22681ab97d52c298010000005cf7c609a6bb79d16625507a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		assert_check(&checks[i]);
}

/* The cookie of A.1, which was made at 1559731985, as time goes by. */
static void
test_times(void **state)
{
	static const struct {
		int64_t later;
		enum wire_cookie wanted;
		bool same;
	} times[] = {
	        {0, WIRE_COOKIE_GOOD, true},
	        {1800, WIRE_COOKIE_GOOD, true},
	        {1801, WIRE_COOKIE_GOOD, false},
	        {3600, WIRE_COOKIE_GOOD, false},
	        {3601, WIRE_COOKIE_BAD, false},
	        {-300, WIRE_COOKIE_GOOD, true},
	        {-301, WIRE_COOKIE_BAD, false},
	        {INT64_C(1) << 31, WIRE_COOKIE_BAD, false},
	        {-1559731985, WIRE_COOKIE_BAD, false},
	};
	static const char made[] = "2464c4abcf10c957010000005cf79f111f8130c3eee29480";

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		assert_check(&(struct check){SECRET, "198.51.100.100", made,
		                             1559731985 + times[i].later, times[i].wanted,
		                             times[i].same ? made : NULL});
	}
	/* A time of 32 bits has come round: what was made before is near all the same. */
	assert_check(&(struct check){SECRET, "198.51.100.100", made,
	                             1559731985 + (INT64_C(1) << 32), WIRE_COOKIE_GOOD,
	                             made});
}

/* Made by one call it is good for the next, until a bit of anything is another. */
static void
test_round(void **state)
{
	const uint8_t secret[WIRE_COOKIE_SECRET] = {1, 2, 3};
	struct address client = address_of_v4((const uint8_t[4]){192, 0, 2, 1}), other;
	uint8_t first[WIRE_COOKIE_SIZE], second[WIRE_COOKIE_SIZE];
	struct span made = {(const char *)first, sizeof(first)};

	(void)state;
	assert_int_equal(wire_cookie_check(secret, (struct span){"abcdefgh", 8}, &client,
	                                   1000, first),
	                 WIRE_COOKIE_NEW);
	assert_int_equal(wire_cookie_check(secret, made, &client, 1100, second),
	                 WIRE_COOKIE_GOOD);
	assert_memory_equal(first, second, sizeof(first));
	for (size_t bit = 0; bit < 8 * sizeof(first); bit++) {
		first[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(wire_cookie_check(secret, made, &client, 1100, second),
		                 WIRE_COOKIE_BAD);
		assert_memory_equal(second, first, WIRE_COOKIE_CLIENT);
		first[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < 128; bit++) {
		other = client;
		other.octets[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(wire_cookie_check(secret, made, &other, 1100, second),
		                 WIRE_COOKIE_BAD);
	}
}

static void
test_lengths(void **state)
{
	static const char hex[] = "2464c4abcf10c957010000005cf79f111f8130c3eee29480"
	                          "00000000000000000000000000000000000000";

	(void)state;
	for (size_t len = 0; len <= 41; len++) {
		char cut[128];
		enum wire_cookie wanted = len == 8    ? WIRE_COOKIE_NEW
		                          : len == 24 ? WIRE_COOKIE_GOOD
		                                      : WIRE_COOKIE_BAD;

		memcpy(cut, hex, 2 * len);
		cut[2 * len] = '\0';
		assert_check(&(struct check){SECRET, "198.51.100.100", cut, 1559731985,
		                             wanted,
		                             len < 8 ? NULL
		                                     : "2464c4abcf10c957010000005cf79f11"
		                                       "1f8130c3eee29480"});
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_examples),
	        cmocka_unit_test(test_times),
	        cmocka_unit_test(test_round),
	        cmocka_unit_test(test_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
