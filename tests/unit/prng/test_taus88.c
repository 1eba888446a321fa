/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/taus88.h: the 10000th number that the GNU Scientific Library's tests
 * state for its generator "taus" with seed 1, and the registers' dead bits.
 */
#include "prng/taus88.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The library seeds the registers with a chain of multiplications by 69069 and
 * throws six numbers away. */
static void
published_number(void **state)
{
	uint32_t a = 69069;
	uint32_t b = a * 69069;
	uint32_t c = b * 69069;

	(void)state;
	for (unsigned i = 0; i < 6 + 10000; i++) {
		a = taus88_first(a);
		b = taus88_second(b);
		c = taus88_third(c);
	}
	assert_int_equal(a ^ b ^ c, UINT32_C(2733957125));
}

/* The lowest 1, 3 and 4 bits of the registers never matter. */
static void
dead_bits(void **state)
{
	(void)state;
	for (uint32_t x = 1; x < UINT32_C(0x80000000); x = x * 3 + 1) {
		assert_int_equal(taus88_first(x), taus88_first(x ^ 1));
		assert_int_equal(taus88_second(x), taus88_second(x ^ 7));
		assert_int_equal(taus88_third(x), taus88_third(x ^ 15));
		assert_int_not_equal(taus88_first(x), taus88_first(x ^ 2));
		assert_int_not_equal(taus88_second(x), taus88_second(x ^ 8));
		assert_int_not_equal(taus88_third(x), taus88_third(x ^ 16));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(published_number),
	        cmocka_unit_test(dead_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
