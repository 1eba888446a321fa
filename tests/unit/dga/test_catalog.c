/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every descriptor keeps its promises: facts are there and well formed, periods
 * follow one another without a gap, names stay within the bounds that are
 * stated, and the same list comes out one by one, in bulk and from the middle.
 */
#include "base/date.h"
#include "dga/cursor.h"
#include "dga/selftest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Instants at which calendars are odd: leap days, ends of months and years, the
 * ends of the calendar, and a day of today's decade. */
static const char *const odd_days[] = {
        "1601-01-01", "1969-12-31", "1970-01-01", "2000-02-29", "2008-12-31", "2014-12-31",
        "2015-01-01", "2016-02-29", "2018-05-13", "2026-11-21", "2100-03-01", "9999-12-31",
};

static int64_t
instant_of(const char *date)
{
	int64_t days;

	assert_int_equal(date_parse(span_of(date), &days, NULL), FSK_OK);
	return days * DATE_DAY;
}

static void
assert_text(const char *family, const char *what, const char *text)
{
	if (text == NULL || *text == '\0')
		fail_msg("%s: no %s", family, what);
}

static void
test_facts(void **state)
{
	(void)state;
	assert_true(dga_family_count() > 0);
	for (size_t i = 0; i < dga_family_count(); i++) {
		const struct dga_family *family = dga_family_at(i);

		assert_text(family->name, "title", family->title);
		assert_text(family->name, "text", family->text);
		assert_text(family->name, "source", family->sources[0]);
		assert_text(family->name, "life_note", family->life_note);
		assert_text(family->name, "known_note", family->known_note);
		assert_text(family->name, "tries_note", family->tries_note);
		assert_true(dga_known_from(family) == instant_of(family->known_from));
		assert_true(dga_first_seen(family) > instant_of("2000-01-01"));
		assert_true(family->state_size <= DGA_STATE_MAX);
		assert_true(family->variant_count > 0);
		assert_true(family->vector_count > 0);
		assert_int_equal(family->mark == NULL, family->resume == NULL);
		assert_ptr_equal(dga_family_find(span_of(family->name)), family);
	}
	assert_null(dga_family_at(dga_family_count()));
	assert_null(dga_family_find(span_of("conficke")));
}

static void
test_variants(void **state)
{
	(void)state;
	for (size_t i = 0; i < dga_generator_count(); i++) {
		struct dga_generator g = dga_generator_at(i);
		char name[DGA_GENERATOR_NAME_SIZE];
		struct dga_generator found;

		dga_generator_name(&g, name);
		assert_int_equal(dga_generator_find(span_of(name), &found), FSK_OK);
		assert_ptr_equal(found.variant, g.variant);
		assert_int_equal(found.number, i);
		assert_text(name, "about", g.variant->about);
		assert_text(name, "proof_standing", g.variant->proof_standing);
		/* Who stands alone says so, and ranks last. */
		if (strstr(g.variant->proof_standing, "one program alone") != NULL ||
		    strstr(g.variant->proof_standing, "single source") != NULL)
			assert_int_equal(g.variant->confidence, DGA_LOW);
		if (strncmp(g.variant->proof_standing, "equal to the", 12) == 0 ||
		    strncmp(g.variant->proof_standing, "published list", 14) == 0)
			assert_int_equal(g.variant->confidence, DGA_HIGH);
		assert_int_equal(strlen(g.variant->proof_sha256), 64);
		assert_true(g.variant->count > 0);
		assert_true(g.variant->suffix_count > 0);
		for (size_t k = 0; k < g.variant->suffix_count; k++) {
			const struct dga_suffix *suffix = &g.variant->suffixes[k];

			assert_int_equal(suffix->len,
			                 strnlen(suffix->text, DGA_SUFFIX_MAX));
			assert_int_equal(suffix->text[0], '.');
		}
	}
	assert_null(dga_generator_at(dga_generator_count()).family);
	assert_null(dga_generator_at(SIZE_MAX).family);
}

static void
test_unknown_generators(void **state)
{
	static const char *const unknown[] = {
	        "",   "/",         "banjori",     "banjori/",
	        "/x", "banjori/x", "banjor/seed", "banjori//seed"};
	struct dga_generator found;

	(void)state;
	for (size_t i = 0; i < DGA_COUNT(unknown); i++)
		assert_int_equal(dga_generator_find(span_of(unknown[i]), &found),
		                 FSK_UNKNOWN);
}

/* The period that holds the last second of another, or of the one after it, is
 * that one: no gap, no overlap. */
static void
assert_chain(const struct dga_generator *g, struct fsk_period period)
{
	for (int i = 0; i < 40; i++) {
		struct fsk_period again;
		struct fsk_period next = period;

		assert_true(period.first <= period.last);
		assert_true(g->family->period(g->variant, period.first, &again));
		assert_memory_equal(&again, &period, sizeof(again));
		assert_true(g->family->period(g->variant, period.last, &again));
		assert_memory_equal(&again, &period, sizeof(again));
		if (dga_period_next(g, INT64_MAX - DATE_DAY, &next) != FSK_OK)
			return;
		assert_int_equal(next.first, period.last + 1);
		period = next;
	}
}

/* A list that holds for ever holds outside the calendar, too; no other does. */
static void
test_ends_of_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < dga_generator_count(); i++) {
		struct dga_generator g = dga_generator_at(i);
		bool always = g.family->period == dga_period_always;
		struct fsk_period period;

		assert_int_equal(dga_period_first(&g, INT64_MAX - 1, INT64_MAX, &period),
		                 always ? FSK_OK : FSK_END);
		assert_int_equal(dga_period_first(&g, INT64_MIN, INT64_MIN + 1, &period),
		                 always ? FSK_OK : FSK_END);
		assert_int_equal(dga_period_first(&g, 1, 0, &period), FSK_END);
	}
}

static void
test_periods(void **state)
{
	(void)state;
	for (size_t i = 0; i < dga_generator_count(); i++) {
		struct dga_generator g = dga_generator_at(i);

		for (size_t k = 0; k < DGA_COUNT(odd_days); k++) {
			int64_t instant = instant_of(odd_days[k]);
			struct fsk_period period;

			if (dga_period_first(&g, instant, instant, &period) == FSK_OK)
				assert_chain(&g, period);
		}
	}
}

/* Whether ${name} keeps the bounds of ${variant}. */
static void
assert_shape(const struct dga_variant *variant, const char *name, size_t len)
{
	const struct dga_suffix *suffix = dga_suffix_of(variant, (struct span){name, len});
	size_t label;

	if (suffix == NULL)
		fail_msg("%s: %.*s has no suffix of the table", variant->name, (int)len,
		         name);
	label = len - suffix->len;
	if (label < variant->label_min || label > variant->label_max)
		fail_msg("%s: %.*s is out of bounds", variant->name, (int)len, name);
}

/* The list of ${g} for ${period}: in bulk, one by one, and from each mark. */
static void
assert_list(const struct dga_generator *g, struct dga_list *list)
{
	static struct dga_cursor cursor;
	static struct dga_cursor middle;
	const char *text = list->text;
	struct fsk_name name;

	assert_int_equal(list->count, g->variant->count);
	dga_cursor_begin(&cursor, g, list->period);
	for (uint32_t i = 0; i < list->count; i++) {
		assert_true(dga_cursor_next(&cursor, &name));
		assert_int_equal(cursor.index, i + 1);
		assert_int_equal(name.len, list->len[i]);
		assert_int_equal(name.text[name.len], '\0');
		assert_memory_equal(name.text, text, name.len);
		assert_int_equal(text[name.len], '\n');
		assert_shape(g->variant, name.text, name.len);
		if (dga_cursor_can_resume(g) && i % DGA_MARK_STEP == 0) {
			struct fsk_name same;

			dga_cursor_resume(&middle, g, list->period, i,
			                  list->mark[i / DGA_MARK_STEP]);
			assert_true(dga_cursor_next(&middle, &same));
			assert_string_equal(same.text, name.text);
		}
		text += name.len + 1;
	}
	assert_false(dga_cursor_next(&cursor, &name));
	assert_int_equal(list->bytes, text - list->text);
}

static void
test_lists(void **state)
{
	enum { MANY = 3 };

	(void)state;
	for (size_t i = 0; i < dga_generator_count(); i++) {
		struct dga_generator g = dga_generator_at(i);
		struct dga_list lists[MANY];
		size_t made = 0;

		for (size_t k = 0; k < MANY; k++)
			assert_int_equal(dga_list_init(&lists[k], g.variant, true), FSK_OK);
		for (size_t k = 0; k <= DGA_COUNT(odd_days); k++) {
			if (made == MANY || k == DGA_COUNT(odd_days)) {
				dga_list_make(g.family, g.variant, lists, made);
				while (made > 0)
					assert_list(&g, &lists[--made]);
			}
			if (k < DGA_COUNT(odd_days) &&
			    g.family->period(g.variant, instant_of(odd_days[k]),
			                     &lists[made].period))
				made++;
		}
		for (size_t k = 0; k < MANY; k++)
			dga_list_fini(&lists[k]);
	}
	dga_list_fini(NULL);
}

static void
count_checks(const struct dga_check *check, void *context)
{
	size_t *counts = context;

	if (!check->passed)
		fail_msg("%s: want %s, got %s", check->family->name, check->want,
		         check->got);
	counts[check->vector == NULL]++;
}

static void
test_proofs(void **state)
{
	(void)state;
	for (size_t i = 0; i < dga_family_count(); i++) {
		const struct dga_family *family = dga_family_at(i);
		size_t counts[2] = {0, 0};

		assert_int_equal(dga_selftest(family, count_checks, counts), FSK_OK);
		assert_int_equal(counts[0], family->vector_count);
		assert_int_equal(counts[1], family->variant_count);
	}
}

static void
count_failures(const struct dga_check *check, void *context)
{
	size_t *failures = context;

	*failures += !check->passed;
	assert_true(check->passed || strcmp(check->want, check->got) != 0);
}

/* A proof that is wrong, or malformed, fails: each kind of wrong by itself. */
static void
test_false_proofs(void **state)
{
	const struct dga_family *family = dga_family_at(0);
	struct dga_vector vector = family->vectors[0];
	struct dga_family wrong = *family;
	struct dga_variant variant = family->variants[0];
	size_t failures = 0;

	(void)state;
	wrong.vectors = &vector;
	wrong.vector_count = 1;
	vector.name = "example.com";
	assert_int_equal(dga_selftest(&wrong, count_failures, &failures), FSK_MISMATCH);
	assert_int_equal(failures, 1);
	vector.index = 0;
	assert_int_equal(dga_selftest(&wrong, count_failures, &failures), FSK_SYNTAX);
	vector.index = family->variants[0].count + 1;
	assert_int_equal(dga_selftest(&wrong, count_failures, &failures), FSK_SYNTAX);
	vector = family->vectors[0];
	vector.date = "2015-02-30";
	assert_int_equal(dga_selftest(&wrong, count_failures, &failures), FSK_SYNTAX);
	vector = family->vectors[0];
	vector.variant = "none";
	assert_int_equal(dga_selftest(&wrong, count_failures, &failures), FSK_SYNTAX);
	assert_int_equal(failures, 5);
	wrong = *family;
	wrong.variants = &variant;
	wrong.variant_count = 1;
	variant.proof_sha256 =
	        "0000000000000000000000000000000000000000000000000000000000000000";
	assert_int_equal(dga_selftest(&wrong, count_failures, &failures), FSK_MISMATCH);
	assert_int_equal(failures, 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_facts),
	        cmocka_unit_test(test_variants),
	        cmocka_unit_test(test_unknown_generators),
	        cmocka_unit_test(test_ends_of_time),
	        cmocka_unit_test(test_periods),
	        cmocka_unit_test(test_lists),
	        cmocka_unit_test(test_proofs),
	        cmocka_unit_test(test_false_proofs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
