/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/conficker.h and prng/conficker_text.h: the generator's states, and every
 * way to make lists against the plain one. That the lists are the worm's is
 * shown by the family's vectors and by whole lists.
 */
#include "prng/conficker_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The template of the AVX-512 kernel, eight days in a vector, by whatever the
 * compiler has here; and its results taken apart in the simplest way. */
static void
wide_split(struct conficker_block *block, size_t at, size_t day, size_t days)
{
	for (size_t end = day + days; day < end; day++) {
		for (size_t i = 0; i < CONFICKER_TILE; i++) {
			int32_t result = conficker_result(block->tile[i][day]);
			uint32_t residue = conficker_magnitude(result) % block->modulus;

			if (block->sign && result < 0)
				residue += block->modulus;
			block->residue[day][at + i] = (uint16_t)residue;
			block->letter[day][at + i] = conficker_letter(result);
		}
	}
}

void wide_fill(struct conficker_block *block, size_t days);
#define LANES 8
#define FILL wide_fill
#define SPLIT wide_split
#include "prng/conficker_lanes.h"

#define C_SUFFIXES 116
#define LINE 24 /* octets of the longest name, LF and room */

static const struct conficker_kernel wide = {"wide", NULL, wide_fill};

/* A variant: the constants of its seed, and how it reads. */
struct worm {
	const char *name;
	uint64_t times, over, plus;
	struct conficker_reading reading;
	uint32_t names;
	struct conficker_tail tails[C_SUFFIXES];
};

static struct worm worms[] = {
        {.name = "a",
         .times = UINT64_C(0x463DA5676),
         .over = UINT64_C(0x58028E44000),
         .plus = 0xB46A7637,
         .reading = {0x64236735, true, 8, 4, 5, 260},
         .names = 250,
         .tails = {{".com\n", 5},
                   {".net\n", 5},
                   {".org\n", 5},
                   {".info\n", 6},
                   {".biz\n", 5}}},
        {.name = "b",
         .times = UINT64_C(0x352C94565),
         .over = UINT64_C(0x58028E44000),
         .plus = 0xA3596526,
         .reading = {0x53125624, true, 8, 4, 8, 104},
         .names = 250,
         .tails = {{".cc\n", 4},
                   {".cn\n", 4},
                   {".ws\n", 4},
                   {".com\n", 5},
                   {".net\n", 5},
                   {".org\n", 5},
                   {".info\n", 6},
                   {".biz\n", 5}}},
        {.name = "c",
         .times = UINT64_C(0x2682D10B7),
         .over = UINT64_C(0x19254D38000),
         .plus = 0xF1E34A09,
         .reading = {0x4F3D859E, false, 4, 6, 116, 4524},
         .names = 50000},
};

enum { A, B, C, WORMS };

/* Days since 1970. Lists that come out otherwise with the sine of a correct
 * library, found by comparing all lists of A and B from 2008 to 2026: */
static const int64_t with_sine_a[] = {
        14362, /* 2009-04-28 */
        14365, /* 2009-05-01 */
        14441, /* 2009-07-16 */
        18325, /* 2020-03-04 */
        18373, /* 2020-04-21 */
};
static const int64_t with_sine_b[] = {
        14260, /* 2009-01-16 */
        14295, /* 2009-02-20 */
        14463, /* 2009-08-07 */
        18280, /* 2020-01-19 */
        18582, /* 2020-11-16 */
};
/* And of C, where nearly all do: 2009-03-31, 2009-04-01, 2014-11-23, 2018-05-13. */
static const int64_t with_sine_c[] = {14334, 14335, 16397, 17664};

/* The days of a test: those with a sine, the first and the last day that there
 * are, and a run of others. */
#define DAYS 36
static size_t
days_of(int which, int64_t days[DAYS])
{
	static const int64_t *const sines[] = {with_sine_a, with_sine_b, with_sine_c};
	static const size_t counts[] = {5, 5, 4};
	size_t n = 0;

	for (; n < counts[which]; n++)
		days[n] = sines[which][n];
	days[n++] = -134774; /* 1601-01-01 */
	days[n++] = 2932896; /* 9999-12-31 */
	for (int64_t day = 14210; n < DAYS; day++)
		days[n++] = day; /* 2008-11-27 and on */
	return n;
}

static uint64_t
seed(const struct worm *worm, int64_t day)
{
	return conficker_seed(day * 86400, worm->times, worm->over, worm->plus);
}

/* A list of ${worm} with room for ${names}; the marks, too. */
static struct conficker_list
room(uint32_t names)
{
	struct conficker_list list = {0};

	list.text = calloc(names, LINE);
	list.len = calloc(names, 1);
	list.mark = calloc(names / CONFICKER_TEXT_MARK_STEP + 1, sizeof(*list.mark));
	assert_true(list.text != NULL && list.len != NULL && list.mark != NULL);
	return list;
}

static void
release(struct conficker_list *list)
{
	free(list->text);
	free(list->len);
	free(list->mark);
}

static void
assert_same(const struct conficker_list *a, const struct conficker_list *b, uint32_t names)
{
	size_t marks = (names + CONFICKER_TEXT_MARK_STEP - 1) / CONFICKER_TEXT_MARK_STEP;

	assert_int_equal(a->bytes, b->bytes);
	assert_memory_equal(a->text, b->text, a->bytes);
	assert_memory_equal(a->len, b->len, names);
	if (a->mark != NULL && b->mark != NULL)
		assert_memory_equal(a->mark, b->mark, marks * sizeof(*a->mark));
}

static int
read_suffixes(void **state)
{
	FILE *file = fopen(TEST_DATA "/vectors/conficker-data/tld-c.tsv", "r");
	char line[128];
	size_t n = 0;

	(void)state;
	if (file == NULL || fgets(line, sizeof(line), file) == NULL)
		return -1;
	while (n < C_SUFFIXES && fgets(line, sizeof(line), file) != NULL) {
		const char *text = strchr(line, '\t') + 1;
		struct conficker_tail *tail = &worms[C].tails[n++];
		size_t len = strcspn(text, "\t");

		tail->text[0] = '.';
		memcpy(tail->text + 1, text, len);
		tail->text[len + 1] = '\n';
		tail->len = (uint8_t)(len + 2);
	}
	return fclose(file) != 0 || n != C_SUFFIXES ? -1 : 0;
}

/* Columns: variant, date, FILETIME, seed, and eight pairs of state and result. */
static void
states_of_a_reference(void **state)
{
	FILE *file = fopen(TEST_DATA "/vectors/conficker-data/prng-trace.tsv", "r");
	char line[512];
	int traces = 0;

	(void)state;
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	while (fgets(line, sizeof(line), file) != NULL) {
		const struct worm *worm = &worms[line[0] - 'a'];
		char *at = line + strlen("a\t2008-11-26\t");
		int64_t first = strtoll(at, &at, 10) / 10000000 - INT64_C(11644473600);
		uint64_t key = seed(worm, first / 86400);

		assert_true(key == strtoull(at, &at, 16));
		for (int i = 0; i < 8; i++) {
			key = conficker_step(key, worm->reading.multiplier);
			assert_true(key == strtoull(at, &at, 16));
			assert_int_equal(conficker_result(key), strtol(at, &at, 10));
		}
		traces++;
	}
	assert_int_equal(fclose(file), 0);
	assert_int_equal(traces, 18);
}

/* C on 2009-04-01: the first step that is not the same without the sine is call
 * 21,780, in name 2,572. */
static void
step_with_a_sine(void **state)
{
	uint32_t multiplier = worms[C].reading.multiplier;
	uint64_t key = seed(&worms[C], 14335);

	(void)state;
	for (int call = 1; call < 21780; call++)
		key = conficker_step(key, multiplier);
	assert_true(key == UINT64_C(0x4b68a2da0fbc1fd7));
	assert_true(key * multiplier == UINT64_C(0x00009a6961e159b2));
	assert_true(conficker_step(key, multiplier) == UINT64_C(0x4aaacbd4aef74916));
}

/* The number that ${multiplier}, which is odd, makes 1 of, modulo 2^64: Newton's
 * steps double the right bits, of which the number itself has three. */
static uint64_t
inverse(uint64_t multiplier)
{
	uint64_t inverse = multiplier;

	for (int i = 0; i < 5; i++)
		inverse *= 2 - multiplier * inverse;
	return inverse;
}

/* Products round the powers of two where another path or another rounding
 * begins, and with all endings, converted in the fast way and in the exact one. */
static void
conversions_of_products(void **state)
{
	uint32_t multiplier = worms[A].reading.multiplier;
	uint64_t back = inverse(multiplier), tried = 0;

	(void)state;
	for (unsigned power = 50; power < 64; power++) {
		for (uint64_t i = 0; i < 20000; i++) {
			uint64_t product = (UINT64_C(1) << power) - 10000 + i;
			uint64_t key = product * back;

			if (key >> 63)
				continue;
			assert_true(conficker_step(key, multiplier) ==
			            conficker_step_rare(key, product));
			tried++;
		}
	}
	assert_true(tried > 100000);
}

/* A reading depends on the residue and the sign only, as the kernels suppose. */
static void
readings_of_residues(void **state)
{
	(void)state;
	for (size_t w = 0; w < WORMS; w++) {
		const struct conficker_reading *how = &worms[w].reading;
		int32_t modulus = how->modulus;

		for (uint32_t i = 0; i < 1000000; i++) {
			int32_t result =
			        (int32_t)(i * UINT32_C(2654435769) + (i == 0) * (1u << 31));
			int32_t other =
			        (int32_t)(conficker_magnitude(result) % how->modulus);

			if (result < 0)
				other = -other - modulus;
			assert_int_equal(conficker_letters(how, result),
			                 conficker_letters(how, other));
			assert_int_equal(conficker_suffix(how, result),
			                 conficker_suffix(how, other));
			assert_int_equal(conficker_letter(result), conficker_letter(other));
		}
	}
}

/* What the worm's remainders give on both sides of zero and at the ends. */
static void
readings_of_signs(void **state)
{
	const struct conficker_reading *a = &worms[A].reading, *c = &worms[C].reading;

	(void)state;
	assert_int_equal(conficker_letters(a, -3), 5);
	assert_int_equal(conficker_letters(a, 3), 11);
	assert_int_equal(conficker_letters(a, INT32_MIN), 8);
	assert_int_equal(conficker_letters(c, -5), 9);
	assert_int_equal(conficker_suffix(a, -1), 0); /* 4294967295 */
	assert_int_equal(conficker_suffix(a, -2), 4);
	assert_int_equal(conficker_suffix(c, -117), 1);
	assert_int_equal(conficker_letter(-27), 'b');
	assert_int_equal(conficker_letter(INT32_MIN), 'y');
}

/* Every kernel of this processor and the widest template, against plain code. */
static void
kernels_agree(void **state)
{
	const int which = *(const int *)*state;
	const struct worm *worm = &worms[which];
	const struct conficker_kind kind = {&worm->reading, worm->tails, worm->names};
	struct conficker_list one = room(worm->names), many[CONFICKER_DAYS];
	int64_t days[DAYS];
	size_t count = days_of(which, days);

	for (size_t i = 0; i < CONFICKER_DAYS; i++)
		many[i] = room(worm->names);
	for (size_t k = 0; k <= conficker_text_kernel_count; k++) {
		const struct conficker_kernel *kernel =
		        k > 0 ? &conficker_text_kernels[k - 1] : &wide;
		if (kernel->usable != NULL && !kernel->usable())
			continue;
		for (size_t done = 0, n; done < count; done += n) {
			n = count - done < CONFICKER_DAYS ? count - done : CONFICKER_DAYS;
			for (size_t i = 0; i < n; i++)
				many[i].key = seed(worm, days[done + i]);
			conficker_text_make_with(kernel, &kind, many, n);
			for (size_t i = 0; i < n; i++) {
				one.key = many[i].key;
				conficker_text_make_one(&kind, &one);
				assert_same(&one, &many[i], worm->names);
			}
		}
	}
	for (size_t i = 0; i < CONFICKER_DAYS; i++)
		release(&many[i]);
	release(&one);
}

/* Each number of lists, as a caller with many hands them on; marks now and then. */
static void
any_number_of_lists(void **state)
{
	static const size_t counts[] = {1, 2, 3, 4, 5, 8, 23, 24, 25, 48, 49};
	const struct worm *worm = &worms[B];
	const struct conficker_kind kind = {&worm->reading, worm->tails, worm->names};
	struct conficker_list one = room(worm->names), many[49];
	uint64_t *marks[49];

	(void)state;
	for (size_t i = 0; i < 49; i++) {
		many[i] = room(worm->names);
		marks[i] = many[i].mark;
	}
	for (size_t c = 0; c < sizeof(counts) / sizeof(*counts); c++) {
		for (size_t i = 0; i < counts[c]; i++) {
			many[i].mark = (i + c) % 3 == 0 ? NULL : marks[i];
			many[i].key = seed(worm, (int64_t)(i * i + 14000 + c));
		}
		for (size_t done = 0, n; done < counts[c]; done += n) {
			n = conficker_text_batch(counts[c] - done);
			assert_in_range(n, 1, CONFICKER_DAYS);
			conficker_text_make(&kind, many + done, n);
		}
		for (size_t i = 0; i < counts[c]; i++) {
			one.key = many[i].key;
			conficker_text_make_one(&kind, &one);
			assert_same(&one, &many[i], worm->names);
		}
	}
	for (size_t i = 0; i < 49; i++) {
		many[i].mark = marks[i];
		release(&many[i]);
	}
	release(&one);
	assert_int_equal(conficker_text_batch(0), 0);
	assert_int_equal(conficker_text_batch(25), 13);
}

/* From each mark the names of the list go on. */
static void
marks_enter_a_list(void **state)
{
	const int which = *(const int *)*state;
	const struct worm *worm = &worms[which];
	const struct conficker_kind kind = {&worm->reading, worm->tails, worm->names};
	struct conficker_list two[2] = {room(worm->names), room(worm->names)};
	struct conficker_list part = room(CONFICKER_TEXT_MARK_STEP);
	const char *at = two[1].text;

	two[0].key = seed(worm, 14334);
	two[1].key = seed(worm, 14335);
	conficker_text_make(&kind, two, 2);
	for (uint32_t name = 0; name < worm->names; name += CONFICKER_TEXT_MARK_STEP) {
		struct conficker_kind rest = kind;

		rest.names = worm->names - name < CONFICKER_TEXT_MARK_STEP
		                     ? worm->names - name
		                     : CONFICKER_TEXT_MARK_STEP;
		part.key = two[1].mark[name / CONFICKER_TEXT_MARK_STEP];
		conficker_text_make_one(&rest, &part);
		assert_memory_equal(at, part.text, part.bytes);
		assert_memory_equal(two[1].len + name, part.len, rest.names);
		at += part.bytes;
	}
	assert_int_equal(at - two[1].text, two[1].bytes);
	release(&two[0]);
	release(&two[1]);
	release(&part);
}

/* The days that are said to need the sine do: a step without it differs. */
static void
days_need_the_sine(void **state)
{
	const int which = *(const int *)*state;
	const struct worm *worm = &worms[which];
	const size_t said = which == C ? 4 : 5;
	int64_t days[DAYS];

	(void)days_of(which, days);
	for (size_t i = 0; i < said; i++) {
		uint64_t key = seed(worm, days[i]);
		bool differs = false;

		for (uint32_t call = 0; call < worm->names * 8 && !differs; call++) {
			double x = (double)key,
			       p = (double)(key * worm->reading.multiplier);
			double r = p * x * x;

			key = conficker_step(key, worm->reading.multiplier);
			differs = memcmp(&r, &key, sizeof(r)) != 0;
		}
		assert_true(differs);
	}
}

int
main(void)
{
	static int a = A, b = B, c = C;
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(states_of_a_reference),
	        cmocka_unit_test(step_with_a_sine),
	        cmocka_unit_test(conversions_of_products),
	        cmocka_unit_test(readings_of_residues),
	        cmocka_unit_test(readings_of_signs),
	        cmocka_unit_test_prestate(kernels_agree, &a),
	        cmocka_unit_test_prestate(kernels_agree, &b),
	        cmocka_unit_test_prestate(kernels_agree, &c),
	        cmocka_unit_test(any_number_of_lists),
	        cmocka_unit_test_prestate(marks_enter_a_list, &a),
	        cmocka_unit_test_prestate(marks_enter_a_list, &b),
	        cmocka_unit_test_prestate(marks_enter_a_list, &c),
	        cmocka_unit_test_prestate(days_need_the_sine, &a),
	        cmocka_unit_test_prestate(days_need_the_sine, &b),
	        cmocka_unit_test_prestate(days_need_the_sine, &c),
	};

	return cmocka_run_group_tests(tests, read_suffixes, NULL);
}
