/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/javarand.h: numbers that new java.util.Random(seed).nextInt(bound) gives
 * in OpenJDK, among them bounds just above 2^30, where about half of the draws
 * are thrown away, and powers of two, which take the upper bits.
 */
#include "prng/javarand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void
numbers_of_openjdk(void **state)
{
	static const struct {
		uint64_t seed;
		uint32_t bound;
		uint32_t want[6];
	} runs[] = {
	        {UINT64_C(0x0), 25, {10, 23, 4, 22, 15, 3}},
	        {UINT64_C(0x1), 2, {1, 0, 0, 0, 0, 0}},
	        {UINT64_C(0x2a), 1, {0, 0, 0, 0, 0, 0}},
	        {UINT64_C(0x2a), 16, {11, 0, 10, 0, 4, 15}},
	        {UINT64_C(0x2a), 25, {5, 13, 23, 9, 20, 0}},
	        {UINT64_C(0x2a), 100, {30, 63, 48, 84, 70, 25}},
	        {UINT64_MAX, 25, {13, 0, 4, 14, 4, 13}},
	        {UINT64_C(0x470), 25, {17, 21, 5, 18, 10, 19}},
	        {UINT64_C(0x8000000000000000), 100, {60, 48, 29, 47, 15, 53}},
	        {UINT64_C(0x123456789abcdef), 16, {14, 7, 13, 11, 7, 7}},
	        {UINT64_C(0x0),
	         1073741825,
	         {516548029, 663681053, 251269761, 715581077, 542832677, 827187473}},
	        {UINT64_C(0x2a),
	         1073741825,
	         {117392763, 102948884, 662969970, 595021505, 196118093, 969067502}},
	        {UINT64_C(0x470),
	         1073741825,
	         {896681605, 31703218, 527788660, 260030794, 402866956, 711125346}},
	        {UINT64_C(0x1),
	         1073741824,
	         {784774492, 107882294, 440320923, 437485156, 223032127, 38907452}},
	        {UINT64_MAX,
	         2147483647,
	         {577549913, 943952225, 26349579, 1176895439, 1421815604, 1290198438}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(runs) / sizeof(*runs); i++) {
		struct javarand random;

		javarand_seed(&random, runs[i].seed);
		for (size_t k = 0; k < 6; k++)
			assert_int_equal(javarand_below(&random, runs[i].bound),
			                 runs[i].want[k]);
	}
}

/* Only the lower 48 bits of a seed count. */
static void
seeds_of_48_bits(void **state)
{
	struct javarand a;
	struct javarand b;

	(void)state;
	javarand_seed(&a, UINT64_C(0x1234000000000470));
	javarand_seed(&b, UINT64_C(0x0000000000000470));
	for (unsigned bits = 1; bits <= 32; bits++)
		assert_int_equal(javarand_next(&a, bits), javarand_next(&b, bits));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(numbers_of_openjdk),
	        cmocka_unit_test(seeds_of_48_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
