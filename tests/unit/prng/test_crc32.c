/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/crc32.h: published checks, and octets above 127.
 */
#include "prng/crc32.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>

/* The check value of the catalogue of CRCs ("123456789"), and values that are
 * printed in many places; the last is a text that qakbot hashes, by zlib. */
static void
published_values(void **state)
{
	static const struct {
		const char *text;
		uint32_t crc;
	} pairs[] = {
	        {"", 0x00000000},
	        {"a", 0xe8b7be43},
	        {"abc", 0x352441c2},
	        {"123456789", 0xcbf43926},
	        {"The quick brown fox jumps over the lazy dog", 0x414fa339},
	        {"2.feb.2016.00000000", 0xb483421c},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		assert_int_equal(crc32_of(pairs[i].text, strlen(pairs[i].text)),
		                 pairs[i].crc);
	assert_int_equal(crc32_of(NULL, 0), 0);
}

/* By zlib. */
static void
zeros_and_ones(void **state)
{
	unsigned char octets[32];

	(void)state;
	memset(octets, 0, sizeof(octets));
	assert_int_equal(crc32_of(octets, sizeof(octets)), 0x190a55ad);
	memset(octets, 0xff, sizeof(octets));
	assert_int_equal(crc32_of(octets, sizeof(octets)), 0xff6cab0b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(published_values),
	        cmocka_unit_test(zeros_and_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
