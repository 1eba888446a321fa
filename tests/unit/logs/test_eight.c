/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Eight octets as one number: what is read of them, and nothing outside the text.
 */
#include "logs/eight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void
digits_are_counted_up_to_the_first_other_octet(void **state)
{
	(void)state;
	for (unsigned at = 0; at < 8; at++) {
		for (unsigned c = 0; c < 256; c++) {
			char text[] = "01928374";

			text[at] = (char)c;
			assert_int_equal(eight_digits(eight_at(text)),
			                 c >= '0' && c <= '9' ? 8 : at);
		}
	}
	assert_int_equal(eight_digits(eight_at("12\xff\x80z/:0")), 2);
}

static void
eight_digits_are_a_number(void **state)
{
	const uint64_t zeros = EIGHT_EACH * '0';

	(void)state;
	assert_int_equal(eight_number(eight_at("00000000") ^ zeros), 0);
	assert_int_equal(eight_number(eight_at("12345678") ^ zeros), 12345678);
	assert_int_equal(eight_number(eight_at("99999999") ^ zeros), 99999999);
	assert_int_equal(eight_number(eight_at("00000001") ^ zeros), 1);
	assert_int_equal(eight_number(eight_at("10000000") ^ zeros), 10000000);
}

/* From memory of exactly their size, so that a sanitizer sees what is read outside. */
static void
behind_the_end_there_is_nothing(void **state)
{
	(void)state;
	for (size_t len = 8; len <= 20; len++) {
		char *copy = malloc(len);

		assert_non_null(copy);
		for (size_t i = 0; i < len; i++)
			copy[i] = (char)('a' + i);
		for (size_t at = 0; at <= len; at++) {
			uint64_t octets = eight_from((struct span){copy, len}, at);

			for (size_t i = 0; i < 8; i++)
				assert_int_equal(octets >> (8 * i) & 255,
				                 at + i < len ? 'a' + at + i : 0);
		}
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(digits_are_counted_up_to_the_first_other_octet),
	        cmocka_unit_test(eight_digits_are_a_number),
	        cmocka_unit_test(behind_the_end_there_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
