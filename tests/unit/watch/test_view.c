/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The view: for each instant it answers with the lists of the window around it, in
 * whatever order instants come, makes each list once, and its placebo lists are as many
 * and others.
 */
#include "watch/view.h"

#include "dga/catalog.h"
#include "watch/dated.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY0 INT64_C(16650) /* 2015-08-03 */
#define AT(day) ((DAY0 + (day)) * DATE_DAY + 43200)

/* What views told of their indices. */
struct made {
	size_t times;
	size_t names;
};

static void
note(size_t names, size_t bytes, void *context)
{
	struct made *made = context;

	assert_true(bytes > names);
	made->times++;
	made->names += names;
}

static struct watch_view *
view_of(const char *generator, unsigned window_days, struct made *made)
{
	struct watch_view_setting setting = {
	        .generator_count = 1,
	        .window_days = window_days,
	        .made = note,
	        .context = made,
	};
	struct watch_view *view;
	size_t number;

	*made = (struct made){0, 0};
	assert_int_equal(fsk_generator_find(generator, &number), FSK_OK);
	setting.generators = &number;
	assert_int_equal(watch_view_new(&setting, &view), FSK_OK);
	return view;
}

/* Whether ${view} has ${name} at ${instant}, within its window. */
static bool
has(struct watch_view *view, const char *name, int64_t instant)
{
	struct watch_block block;
	struct fsk_match match;

	assert_int_equal(watch_view_at(view, instant, &block), FSK_OK);
	assert_true(block.from <= instant && instant <= block.to);
	watch_view_release(view, &block);
	return fsk_index_find(block.index, name, strlen(name), &match, 1) == 1 &&
	       watch_view_holds(view, &match, instant);
}

/* Name number 40 of conficker/b of 2015-08-03, that a real host asked for. */
#define NAME "diadcgtj.com"

static void
names_hold_within_the_window(void **state)
{
	struct made made;
	struct watch_view *view = view_of("conficker/b", 1, &made);
	int64_t first = DAY0 * DATE_DAY;

	(void)state;
	assert_true(has(view, NAME, AT(0)));
	assert_true(has(view, NAME, first));
	assert_true(has(view, NAME, first - DATE_DAY));
	assert_false(has(view, NAME, first - DATE_DAY - 1));
	assert_true(has(view, NAME, first + 2 * DATE_DAY - 1));
	assert_false(has(view, NAME, first + 2 * DATE_DAY));
	assert_false(has(view, NAME, AT(200)));
	watch_view_free(view);
	view = view_of("conficker/b", 0, &made);
	assert_true(has(view, NAME, first));
	assert_false(has(view, NAME, first - 1));
	watch_view_free(view);
}

static void
the_same_day_is_made_once(void **state)
{
	struct made made;
	struct watch_view *view = view_of("conficker/b", 1, &made);

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_true(has(view, NAME, AT(0)));
	assert_int_equal(made.times, 1);
	assert_int_equal(made.names, 3 * 250);
	watch_view_free(view);
}

/* A year that comes by day after day, forwards or backwards, is made in blocks of up to
 * a month: a list twice at most where they meet, and a few at the start. */
static void
a_year_is_made_in_few_blocks(void **state)
{
	(void)state;
	for (int direction = -1; direction <= 1; direction += 2) {
		struct made made;
		struct watch_view *view = view_of("conficker/b", 1, &made);

		for (int64_t day = 0; day < 365; day++) {
			struct watch_block block;

			assert_int_equal(watch_view_at(view, AT(direction * day), &block),
			                 FSK_OK);
		}
		assert_true(made.times < 20);
		assert_true(made.names < 250 * (365 + 32 + 2 * 20));
		watch_view_free(view);
	}
}

static void
days_in_any_order_find_their_names(void **state)
{
	static const int64_t days[] = {0, 500, -500, 1, 499, -499, 40, 20, 30, -1, 0};
	struct made made;
	struct watch_view *view = view_of("conficker/a", 1, &made);

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		struct fsk_cursor *cursor;
		struct fsk_name name;
		size_t number;

		assert_int_equal(fsk_generator_find("conficker/a", &number), FSK_OK);
		assert_int_equal(fsk_cursor_open(number, AT(days[i]), &cursor), FSK_OK);
		assert_int_equal(fsk_cursor_next(cursor, &name, NULL), FSK_OK);
		assert_true(has(view, name.text, AT(days[i])));
		fsk_cursor_close(cursor);
	}
	watch_view_free(view);
}

/* Days far from each other are blocks of a day each, and beyond the limit the oldest
 * that nobody holds is forgotten, and made again. */
static void
scattered_days_do_not_fill_the_memory(void **state)
{
	size_t number = 0;
	struct made made = {0, 0};
	struct watch_view_setting setting = {
	        .generators = &number,
	        .generator_count = 1,
	        .window_days = 1,
	        .most_bytes = 60000,
	        .made = note,
	        .context = &made,
	};
	struct watch_block held, block;
	struct watch_view *view;

	(void)state;
	assert_int_equal(fsk_generator_find("conficker/b", &number), FSK_OK);
	assert_int_equal(watch_view_new(&setting, &view), FSK_OK);
	assert_int_equal(watch_view_at(view, AT(0), &held), FSK_OK);
	for (int64_t i = 1; i <= 20; i++) {
		assert_int_equal(watch_view_at(view, AT(100 * i), &block), FSK_OK);
		watch_view_release(view, &block);
	}
	assert_int_equal(made.names, 21 * 3 * 250);
	assert_int_equal(fsk_index_names(held.index), 3 * 250);
	assert_true(has(view, NAME, AT(0)));
	assert_int_equal(made.times, 21); /* it was held */
	assert_int_equal(watch_view_at(view, AT(100), &block), FSK_OK);
	assert_int_equal(made.times, 22); /* it was forgotten */
	watch_view_release(view, &block);
	watch_view_release(view, &held);
	watch_view_free(view);
}

static void
lists_that_hold_for_ever_hold_always(void **state)
{
	struct made made;
	struct watch_view *view = view_of("ramnit/79159C10", 0, &made);

	(void)state;
	assert_true(has(view, "knpqxlxcwtlvgrdyhd.com", AT(0)));
	assert_true(has(view, "knpqxlxcwtlvgrdyhd.com", AT(9000)));
	watch_view_free(view);
}

static void
what_lies_outside_is_refused(void **state)
{
	struct made made;
	struct watch_view *view = view_of("conficker/a", 1, &made);
	struct watch_view_setting setting = {.generator_count = 1};
	size_t number = dga_generator_count();
	struct watch_block block;

	(void)state;
	assert_int_equal(watch_view_at(view, DATE_FIRST * DATE_DAY - 1, &block), FSK_RANGE);
	assert_int_equal(watch_view_at(view, (DATE_LAST + 1) * DATE_DAY, &block),
	                 FSK_RANGE);
	assert_int_equal(watch_view_at(view, INT64_MAX, &block), FSK_RANGE);
	assert_int_equal(watch_view_at(view, DATE_FIRST * DATE_DAY, &block), FSK_OK);
	assert_int_equal(watch_view_at(view, (DATE_LAST + 1) * DATE_DAY - 1, &block),
	                 FSK_OK);
	watch_view_free(view);
	setting.generators = &number;
	assert_int_equal(watch_view_new(&setting, &view), FSK_UNKNOWN);
	watch_view_free(NULL);
}

/* How many names of the list of ${number} at ${instant} the index holds; how many names
 * the list has in ${all}. */
static size_t
shared(const struct fsk_index *index, size_t number, int64_t instant, size_t *all)
{
	struct fsk_cursor *cursor;
	struct fsk_name name;
	size_t count = 0;

	*all = 0;
	if (fsk_cursor_open(number, instant, &cursor) != FSK_OK)
		return 0;
	while (fsk_cursor_next(cursor, &name, NULL) == FSK_OK) {
		struct fsk_match match;

		count += fsk_index_find(index, name.text, name.len, &match, 1) > 0;
		++*all;
	}
	fsk_cursor_close(cursor);
	return count;
}

/* Of every generator: the placebo has as many lists as hold within the window, but for
 * one at its edge, and hardly a name of them. */
static void
placebos_are_as_many_and_others(void **state)
{
	int64_t instant = INT64_C(20000) * DATE_DAY; /* 2024-10-04 */

	(void)state;
	for (size_t number = 0; number < dga_generator_count(); number++) {
		struct watch_view_setting setting = {
		        .generators = &number,
		        .generator_count = 1,
		        .window_days = 1,
		};
		const struct fsk_index *placebo;
		struct watch_block block;
		struct watch_view *view;
		size_t names, real, of_placebo, all, same;

		assert_int_equal(watch_view_new(&setting, &view), FSK_OK);
		assert_int_equal(watch_view_at(view, instant, &block), FSK_OK);
		assert_int_equal(watch_view_placebo(view, instant, &placebo), FSK_OK);
		real = fsk_index_names(block.index);
		of_placebo = fsk_index_names(placebo);
		same = shared(placebo, number, instant, &all);
		names = fsk_generator_names(number);
		if (of_placebo + names < real || of_placebo > real + names ||
		    same * 50 > all)
			fail_msg("%s/%s: %zu names, placebo %zu, of both %zu",
			         fsk_generator_family(number),
			         fsk_generator_variant(number), real, of_placebo, same);
		watch_view_free(view);
	}
}

/* Looks at ${name} in the way of those who ask for millions; whether it may be there. */
static bool
look(const struct watch_block *block, const char *name, struct watch_look *look)
{
	struct watch_pair *pair;
	struct watch_look fetched;
	bool perhaps;

	assert_int_equal(watch_pair_new(block->index, block->index, &pair), FSK_OK);
	watch_look_begin(pair, name, strlen(name), look);
	perhaps = watch_look_end(pair, look);
	assert_int_equal(watch_look_end_one(block->index, look), perhaps);
	watch_look_fetch(block->index, name, strlen(name), &fetched);
	watch_look_fetch_more(block->index, &fetched);
	assert_true(fetched.count == look->count && fetched.is_name == look->is_name);
	assert_true(fetched.sure == look->sure && fetched.hash[0] == look->hash[0]);
	watch_pair_free(pair);
	return perhaps;
}

/* A look never denies what fsk_index_find() finds, and names below one parent are one. */
static void
a_look_denies_nothing(void **state)
{
	static const char *const below[] = {
	        NAME,
	        "www." NAME,
	        "a.b.c.d.e.f.g.h.i.j." NAME,
	        "0123456789012345678901234567890123456789.012345678901234567890123456789."
	        "x." NAME,
	};
	static const char *const none[] = {
	        "",
	        ".",
	        "a..b",
	        "a b.com",
	        "-..",
	        "\x80.com",
	        "0123456789012345678901234567890123456789.012345678901234567890123456789..",
	};
	struct made made;
	struct watch_view *view = view_of("conficker/b", 1, &made);
	struct watch_block block;
	struct watch_look first, second;

	(void)state;
	assert_int_equal(watch_view_at(view, AT(0), &block), FSK_OK);
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		struct fsk_match match;

		assert_int_equal(
		        fsk_index_find(block.index, below[i], strlen(below[i]), &match, 1),
		        1);
		assert_true(look(&block, below[i], &first));
		assert_true(first.is_name);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_false(look(&block, none[i], &first));
		assert_false(first.is_name);
	}
	look(&block, "0123456789abcdef0123456789abcdef.updates.example.net", &first);
	look(&block, "fedcba9876543210fedcba9876543210.updates.example.net", &second);
	assert_true(first.is_name && first.hash[0] == second.hash[0]);
	look(&block, "other.example.org", &second);
	assert_true(first.hash[0] != second.hash[0]);
	watch_view_release(view, &block);
	watch_view_free(view);
}

/* The share, in percent, of the list of ${generator} on DAY0 that ${pair} lets pass. */
static size_t
pass(const struct watch_pair *pair, const char *generator)
{
	struct fsk_cursor *cursor;
	struct fsk_name name;
	size_t number, passed = 0, all = 0;

	assert_int_equal(fsk_generator_find(generator, &number), FSK_OK);
	assert_int_equal(fsk_cursor_open(number, AT(0), &cursor), FSK_OK);
	while (fsk_cursor_next(cursor, &name, NULL) == FSK_OK) {
		struct watch_look look;

		watch_look_begin(pair, name.text, name.len, &look);
		passed += watch_look_end(pair, &look);
		all++;
	}
	fsk_cursor_close(cursor);
	return passed * 100 / all;
}

/* Two indices of whatever sizes side by side deny no name of either, and nearly all
 * others. */
static void
a_pair_denies_what_neither_has(void **state)
{
	static const char *const generators[] = {"conficker/a", "conficker/b",
	                                         "conficker/c", "cryptolocker/default"};
	static const char stranger[] = "chinad/default";
	struct watch_view *views[4];
	struct watch_block blocks[4];
	struct made made;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		views[i] = view_of(generators[i], (unsigned)i, &made);
		assert_int_equal(watch_view_at(views[i], AT(0), &blocks[i]), FSK_OK);
	}
	for (size_t i = 0; i < 16; i++) {
		struct watch_pair *pair;

		assert_int_equal(
		        watch_pair_new(blocks[i / 4].index, blocks[i % 4].index, &pair),
		        FSK_OK);
		assert_true(watch_pair_bytes(pair) > 0);
		assert_int_equal(pass(pair, generators[i / 4]), 100);
		assert_int_equal(pass(pair, generators[i % 4]), 100);
		assert_in_range(pass(pair, stranger), 0, 10);
		watch_pair_free(pair);
	}
	for (size_t i = 0; i < 4; i++) {
		watch_view_release(views[i], &blocks[i]);
		watch_view_free(views[i]);
	}
}

/* What one of several threads asks a view for, and what it got. */
struct asking {
	struct watch_view *view;
	struct watch_block blocks[3];
	const struct fsk_index *placebo;
};

static void *
ask(void *context)
{
	struct asking *asking = context;
	enum fsk_err err = FSK_OK;

	for (int day = 0; day < 3 && err == FSK_OK; day++)
		err = watch_view_at(asking->view, AT(100 * day), &asking->blocks[day]);
	if (err == FSK_OK)
		err = watch_view_placebo(asking->view, AT(7), &asking->placebo);
	return err == FSK_OK ? asking : NULL;
}

/* Threads that want the same at the same time wait for it, or make the placebo index
 * meanwhile: each index is made once, of the days that were said. */
static void
threads_make_each_index_once(void **state)
{
	struct made made;
	struct watch_view *view = view_of("conficker/c", 0, &made);
	struct asking asking[4];
	pthread_t threads[4];

	(void)state;
	watch_view_expect(view, AT(0));
	for (size_t i = 0; i < 4; i++) {
		asking[i] = (struct asking){.view = view};
		assert_int_equal(pthread_create(&threads[i], NULL, ask, &asking[i]), 0);
	}
	for (size_t i = 0; i < 4; i++) {
		void *done;

		assert_int_equal(pthread_join(threads[i], &done), 0);
		assert_non_null(done);
		assert_ptr_equal(asking[i].placebo, asking[0].placebo);
		for (size_t day = 0; day < 3; day++) {
			assert_ptr_equal(asking[i].blocks[day].index,
			                 asking[0].blocks[day].index);
			watch_view_release(view, &asking[i].blocks[day]);
		}
	}
	assert_int_equal(made.times, 4);
	assert_int_equal(watch_view_settle(view), FSK_OK);
	assert_int_equal(made.times, 4);
	watch_view_free(view);
}

/* Nothing is made that nobody expects. */
static void
the_expected_placebo_is_settled(void **state)
{
	struct made made;
	struct watch_view *view = view_of("conficker/b", 0, &made);

	(void)state;
	assert_int_equal(watch_view_settle(view), FSK_OK);
	assert_int_equal(made.times, 0);
	watch_view_expect(view, AT(0));
	watch_view_expect(view, AT(50));
	assert_int_equal(watch_view_settle(view), FSK_OK);
	assert_int_equal(made.times, 1);
	watch_view_free(view);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(names_hold_within_the_window),
	        cmocka_unit_test(the_same_day_is_made_once),
	        cmocka_unit_test(a_year_is_made_in_few_blocks),
	        cmocka_unit_test(days_in_any_order_find_their_names),
	        cmocka_unit_test(scattered_days_do_not_fill_the_memory),
	        cmocka_unit_test(lists_that_hold_for_ever_hold_always),
	        cmocka_unit_test(what_lies_outside_is_refused),
	        cmocka_unit_test(a_look_denies_nothing),
	        cmocka_unit_test(a_pair_denies_what_neither_has),
	        cmocka_unit_test(placebos_are_as_many_and_others),
	        cmocka_unit_test(threads_make_each_index_once),
	        cmocka_unit_test(the_expected_placebo_is_settled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
