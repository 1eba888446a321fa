/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/longmix.h: values and words made side by side against single ones. That
 * single ones are Necurs' is shown by the family's own lists.
 */
#include "prng/longmix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* The mixer as it is described, step by step. */
static uint64_t
described(uint64_t value)
{
	uint64_t steps = 21 + value % 128;

	for (uint64_t i = 0; i < steps; i++)
		value = value + ((value * 7) ^ (value * 32768)) + 8 * i - value / 32;
	return value;
}

static uint64_t
any(uint64_t n)
{
	return n * UINT64_C(0x9e3779b97f4a7c15) ^ n << 7;
}

/* Every number of values on each side of the lanes' bounds, and all at once. */
static void
many_agree_with_one(void **state)
{
	static const size_t counts[] = {0, 1, 15, 16, 17, 31, 32, 33, 500, LONGMIX_MANY};

	(void)state;
	for (size_t c = 0; c < sizeof(counts) / sizeof(*counts); c++) {
		uint64_t values[LONGMIX_MANY + 1];

		for (size_t i = 0; i <= LONGMIX_MANY; i++)
			values[i] = any(i + c);
		longmix_many(values, counts[c]);
		for (size_t i = 0; i <= LONGMIX_MANY; i++)
			assert_true(values[i] ==
			            (i < counts[c] ? described(any(i + c)) : any(i + c)));
	}
}

/* All numbers of steps, and values that take the same number. */
static void
all_kinds_of_steps(void **state)
{
	uint64_t values[LONGMIX_MANY];

	(void)state;
	for (uint64_t i = 0; i < LONGMIX_MANY; i++)
		values[i] = LONGMIX_MANY - i;
	longmix_many(values, LONGMIX_MANY);
	for (uint64_t i = 0; i < LONGMIX_MANY; i++) {
		assert_true(values[i] == described(LONGMIX_MANY - i));
		assert_true(longmix(LONGMIX_MANY - i) == values[i]);
		values[i] = 127;
	}
	longmix_many(values, LONGMIX_MANY);
	for (uint64_t i = 0; i < LONGMIX_MANY; i++)
		assert_true(values[i] == described(127));
}

static void
words_agree_with_one(void **state)
{
	struct longmix_words words;

	(void)state;
	for (size_t i = 0; i < LONGMIX_MANY; i++)
		words.value[i] = any(i);
	longmix_words(&words);
	for (size_t i = 0; i < LONGMIX_MANY; i++) {
		char want[LONGMIX_WORD_MAX];
		uint64_t value = any(i);
		size_t len = longmix_word(&value, want);

		assert_int_equal(words.len[i], len);
		assert_memory_equal(words.text[i], want, len);
		assert_true(words.value[i] == value);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(many_agree_with_one),
	        cmocka_unit_test(all_kinds_of_steps),
	        cmocka_unit_test(words_agree_with_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
