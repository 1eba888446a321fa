/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/mt19937.h: the numbers of the C++ standard's mt19937, and the turn in
 * cut loops against the recurrence as it was published.
 */
#include "prng/mt19937.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* The first numbers of the authors' default seed, and the 10000th, which ISO
 * C++ [rand.predef] requires to be 4123659995. */
static void
published_numbers(void **state)
{
	static const uint32_t first[] = {3499211612, 581869302, 3890346734, 3586334585,
	                                 545404204};
	struct mt19937 mt;
	uint32_t number = 0;

	(void)state;
	mt19937_seed(&mt, 5489);
	for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++)
		assert_int_equal(mt19937_next(&mt), first[i]);
	mt19937_seed(&mt, 5489);
	for (unsigned i = 0; i < 10000; i++)
		number = mt19937_next(&mt);
	assert_int_equal(number, 4123659995);
}

/* Word after word: x[k + 624] = x[k + 397] ^ (upper bit of x[k] | lower bits of
 * x[k + 1]) * A. */
static void
turns_follow_the_recurrence(void **state)
{
	static const uint32_t seeds[] = {0, 1, 0x80000000, 0xffffffff};

	(void)state;
	for (size_t s = 0; s < sizeof(seeds) / sizeof(*seeds); s++) {
		uint32_t x[4 * MT19937_WORDS];
		struct mt19937 mt;

		mt19937_seed(&mt, seeds[s]);
		assert_int_equal(mt.used, MT19937_WORDS);
		for (size_t i = 0; i < MT19937_WORDS; i++)
			x[i] = mt.word[i];
		for (size_t k = 0; k < 3 * MT19937_WORDS; k++) {
			uint32_t both = (x[k] & 0x80000000) | (x[k + 1] & 0x7fffffff);

			x[k + MT19937_WORDS] =
			        x[k + 397] ^ both >> 1 ^ (both % 2 == 0 ? 0 : 0x9908b0df);
		}
		for (size_t k = MT19937_WORDS; k < 4 * MT19937_WORDS; k++)
			assert_int_equal(mt19937_next(&mt), mt19937_temper(x[k]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(published_numbers),
	        cmocka_unit_test(turns_follow_the_recurrence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
