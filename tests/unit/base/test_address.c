/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Addresses: each way to write them, what is none, and that what is written
 * reads as itself again.
 */
#include "base/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void
assert_reads(const char *text, const char *wanted)
{
	struct address address, again;
	char written[ADDRESS_SIZE];

	assert_int_equal(address_read(span_of(text), &address), FSK_OK);
	address_write(&address, written);
	assert_string_equal(written, wanted);
	assert_int_equal(address_read(span_of(written), &again), FSK_OK);
	assert_true(address_equal(&address, &again));
}

static void
assert_refused(struct span text)
{
	struct address address, before;

	memset(&address, 0x5a, sizeof(address));
	before = address;
	/* A copy of just that size, so that a sanitizer sees a read behind it. */
	char *copy = malloc(text.len + 1);

	assert_non_null(copy);
	memcpy(copy, text.text, text.len);
	copy = realloc(copy, text.len > 0 ? text.len : 1);
	assert_non_null(copy);
	assert_int_equal(address_read((struct span){copy, text.len}, &address), FSK_SYNTAX);
	assert_true(address_equal(&address, &before)); /* written on success only */
	free(copy);
}

static void
test_v4(void **state)
{
	static const char *const refused[] = {
	        "",           " 1.2.3.4",  "1.2.3.4 ",    "1.2.3",     "1.2.3.",
	        "1.2.3.4.",   "1.2.3.4.5", ".1.2.3.4",    "1..2.3",    "256.1.1.1",
	        "1.1.1.256",  "1.1.1.999", "01.2.3.4",    "1.2.3.04",  "1.2.3.00",
	        "0x1.2.3.4",  "1.2.3.4a",  "-1.2.3.4",    "+1.2.3.4",  "1,2,3,4",
	        "3232235777", "1.2.3.4/8", "[192.0.2.1]", "1.2.3.4%x", "4294967297.1.1.1",
	};

	(void)state;
	assert_reads("192.0.2.1", "192.0.2.1");
	assert_reads("0.0.0.0", "0.0.0.0");
	assert_reads("255.255.255.255", "255.255.255.255");
	assert_reads("10.9.100.0", "10.9.100.0");
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_refused(span_of(refused[i]));
	assert_refused((struct span){"1.2.3.4\0", 8});
	assert_refused((struct span){"1.2.\0.4", 7});
}

/* Each number that an octet can be, at each place, and the first that it cannot. */
static void
test_v4_octets(void **state)
{
	(void)state;
	for (unsigned place = 0; place < 4; place++) {
		for (unsigned number = 0; number <= 300; number++) {
			unsigned n[4] = {9, 9, 9, 9};
			char text[20];

			n[place] = number;
			assert_true(snprintf(text, sizeof(text), "%u.%u.%u.%u", n[0], n[1],
			                     n[2], n[3]) > 0);
			if (number > 255)
				assert_refused(span_of(text));
			else
				assert_reads(text, text);
		}
	}
}

/* What stands behind the cut is not read. */
static void
test_cut(void **state)
{
	struct address address;

	(void)state;
	assert_int_equal(address_read((struct span){"192.0.2.123", 9}, &address), FSK_OK);
	assert_int_equal(address.octets[15], 1);
	assert_int_equal(address_read((struct span){"192.0.2.123", 10}, &address), FSK_OK);
	assert_int_equal(address.octets[15], 12);
	for (size_t cut = 0; cut < strlen("192.0.2."); cut++)
		assert_refused((struct span){"192.0.2.", cut});
	assert_int_equal(address_read((struct span){"2001:db8::12", 11}, &address), FSK_OK);
	assert_int_equal(address.octets[15], 1);
	assert_refused((struct span){"[2001:db8::1]", 12});
}

static void
test_v6(void **state)
{
	static const char *const refused[] = {
	        ":",
	        ":::",
	        "1:2:3:4:5:6:7",
	        "1:2:3:4:5:6:7:8:9",
	        "12345::",
	        "1::2::3",
	        "::g",
	        "[::1",
	        "::1]",
	        "[]",
	        "[[::1]]",
	        "[::1]:53",
	        "fe80::1%",
	        "::1%a b",
	        "::ffff:192.0.02.1",
	        "::ffff:256.0.0.1",
	        "2001:db8::1 ",
	        " ::1",
	        "[fe80::1%]",
	        "2001:db8::1/64",
	        "%eth0",
	};

	(void)state;
	assert_reads("2001:db8::1", "2001:db8::1");
	assert_reads("[2001:DB8::1]", "2001:db8::1");
	assert_reads("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1");
	assert_reads("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"); /* RFC 5952 4.2.2 */
	assert_reads("::", "::");
	assert_reads("::1", "::1");
	assert_reads("fe80::1%eth0", "fe80::1");
	assert_reads("[fe80::1%25eth0]", "fe80::1");
	assert_reads("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	             "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	assert_reads("64:ff9b::192.0.2.33", "64:ff9b::c000:221");
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_refused(span_of(refused[i]));
	assert_refused((struct span){"::1\0", 4});
	/* A zone may be longer than any address. */
	assert_reads("fe80::2%a-name-that-is-longer-than-the-longest-address-text",
	             "fe80::2");
}

static void
test_mapped(void **state)
{
	static const uint8_t octets[4] = {192, 0, 2, 1};
	struct address plain = address_of_v4(octets);
	struct address read;

	(void)state;
	assert_reads("::ffff:192.0.2.1", "192.0.2.1");
	assert_reads("::FFFF:c000:0201", "192.0.2.1");
	assert_reads("[0:0:0:0:0:ffff:192.0.2.1]", "192.0.2.1");
	assert_int_equal(address_read(span_of("::ffff:192.0.2.1"), &read), FSK_OK);
	assert_true(address_equal(&plain, &read));
	assert_true(address_is_v4(&read));
	read = address_of_v6(plain.octets);
	assert_true(address_is_v4(&read));
	assert_int_equal(address_read(span_of("::fffe:192.0.2.1"), &read), FSK_OK);
	assert_false(address_is_v4(&read));
}

/* No text of an address, nor of a longer word, is read past its buffer. */
static void
test_long(void **state)
{
	char text[400];

	(void)state;
	for (size_t len = 40; len <= sizeof(text); len++) {
		memset(text, '0', len);
		assert_refused((struct span){text, len});
		memset(text, ':', len);
		assert_refused((struct span){text, len});
		memset(text, '1', len);
		memcpy(text, "2001:db8::", 10);
		assert_refused((struct span){text, len});
	}
	/* The longest there is, 45 octets; glibc writes it shorter. */
	assert_reads("0000:0000:0000:0000:0000:ffff:255.255.255.255", "255.255.255.255");
	assert_refused(span_of("00000:0000:0000:0000:0000:ffff:255.255.255.255"));
}

static void
assert_masked(const char *text, unsigned prefix, const char *wanted)
{
	struct address address;
	char written[ADDRESS_SIZE];

	assert_int_equal(address_read(span_of(text), &address), FSK_OK);
	address_mask(&address, prefix);
	address_write(&address, written);
	assert_string_equal(written, wanted);
}

static void
test_mask(void **state)
{
	(void)state;
	assert_masked("192.0.2.255", 32, "192.0.2.255");
	assert_masked("192.0.2.255", 33, "192.0.2.255");
	assert_masked("192.0.2.255", 31, "192.0.2.254");
	assert_masked("192.0.2.255", 25, "192.0.2.128");
	assert_masked("192.0.2.255", 24, "192.0.2.0");
	assert_masked("192.0.2.255", 1, "128.0.0.0");
	assert_masked("192.0.2.255", 0, "0.0.0.0");
	assert_masked("2001:db8:ffff:ffff::1", 128, "2001:db8:ffff:ffff::1");
	assert_masked("2001:db8:ffff:ffff::1", 129, "2001:db8:ffff:ffff::1");
	assert_masked("2001:db8:ffff:ffff::1", 64, "2001:db8:ffff:ffff::");
	assert_masked("2001:db8:ffff:ffff::1", 47, "2001:db8:fffe::");
	assert_masked("2001:db8:ffff:ffff::1", 0, "::");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_v4),     cmocka_unit_test(test_v4_octets),
	        cmocka_unit_test(test_cut),    cmocka_unit_test(test_v6),
	        cmocka_unit_test(test_mapped), cmocka_unit_test(test_long),
	        cmocka_unit_test(test_mask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
