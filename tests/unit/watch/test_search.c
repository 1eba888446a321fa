/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The search in memory, and what it stands on: the shape of names, the numbers
 * of lists and groups, the crew of threads, the sort.
 */
#include "watch/search.h"

#include "base/date.h"
#include "dga/cursor.h"
#include "watch/crew.h"
#include "watch/records.h"
#include "watch/runs.h"
#include "watch/shape.h"
#include "wire/name.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static int64_t
instant(const char *text)
{
	int64_t at;
	int64_t length;

	assert_int_equal(date_parse_instant(span_of(text), &at, &length, NULL), FSK_OK);
	return at;
}

static size_t
generator(const char *name)
{
	size_t number;

	assert_int_equal(fsk_generator_find(name, &number), FSK_OK);
	return number;
}

static struct fsk_name
name_of(const char *text)
{
	struct fsk_name name;

	assert_int_equal(wire_name_read(span_of(text), &name, NULL), FSK_OK);
	return name;
}

static void
shapes_rule_out_and_never_wrongly(void **state)
{
	static const struct dga_suffix suffixes[] = {DGA_SUFFIX("uk"), DGA_SUFFIX("co.uk"),
	                                             DGA_SUFFIX("COM")};
	struct dga_variant variant = {
	        .label_min = 4, .label_max = 6, .suffixes = suffixes, .suffix_count = 3};
	/* The label of abc.co.uk may be "abc.co", whose suffix is .uk. */
	static const struct {
		const char *name;
		bool fits;
	} cases[] = {
	        {"abcd.uk", true},     {"abcdef.uk", true}, {"abc.uk", false},
	        {"abcdefg.uk", false}, {"abc.co.uk", true}, {"abcd.co.uk", true},
	        {"ab.co.uk", true},    {"a.co.uk", true},   {".co.uk", false},
	        {"abcd.com", true},    {"abcd.net", false}, {"uk", false},
	        {"co.uk", false},      {"abcduk", false},
	};

	(void)state;
	for (size_t i = 0; i < DGA_COUNT(cases); i++) {
		struct fsk_name name = {.len = (uint8_t)strlen(cases[i].name)};

		memcpy(name.text, cases[i].name, name.len);
		assert_int_equal(watch_shape_fits(&variant, &name), cases[i].fits);
	}
	variant.suffix_count = 0;
	assert_true(watch_shape_fits(&variant, &(struct fsk_name){4, "a.uk"}));
	assert_false(watch_shape_fits(&variant, &(struct fsk_name){7, "abcd.uk"}));
}

static void
all_octets_are_lowered_as_ascii(void **state)
{
	/* Each octet at each place of a word, and behind the last whole word. */
	char text[256 + 13];

	(void)state;
	for (size_t shift = 0; shift < 13; shift++) {
		for (size_t i = 0; i < 256 + shift; i++)
			text[i] = (char)(unsigned char)i;
		watch_shape_lower(text, 256 + shift);
		for (size_t i = 0; i < 256 + shift; i++) {
			unsigned char octet = (unsigned char)i;

			if (octet >= 'A' && octet <= 'Z')
				octet = (unsigned char)(octet + 32);
			assert_int_equal((unsigned char)text[i], octet);
		}
		text[0] = 'Q';
		watch_shape_lower(text + 1, shift);
		assert_int_equal(text[0], 'Q');
	}
	assert_true(watch_shape_equal(&(struct fsk_name){7, "JoGli.C"},
	                              &(struct fsk_name){7, "jogli.c"}));
	assert_false(watch_shape_equal(&(struct fsk_name){7, "JoGli.C"},
	                               &(struct fsk_name){6, "jogli."}));
	assert_false(watch_shape_equal(&(struct fsk_name){4, "[.co"},
	                               &(struct fsk_name){4, "{.co"}));
}

/* Stores in ${names} the first names of generator ${number} in lower case, each
 * whole, cut and lengthened, and returns how many they are: 9 at most. */
static size_t
names_in_three_lengths(size_t number, struct fsk_name *names)
{
	struct dga_generator g = dga_generator_at(number);
	struct fsk_period period;
	struct dga_cursor cursor;
	size_t count = 0;

	if (dga_period_first(&g, instant("2015-01-01"), INT64_MAX, &period) != FSK_OK)
		return 0;
	dga_cursor_begin(&cursor, &g, period);
	for (; count < 9 && dga_cursor_next(&cursor, &names[count]); count += 3) {
		struct fsk_name *name = &names[count];

		watch_shape_lower(name->text, name->len);
		name[1].len = (uint8_t)(name->len - 1);
		memcpy(name[1].text, name->text + 1, name->len);
		name[2].len = (uint8_t)(name->len + 40);
		memset(name[2].text, 'a', 40);
		memcpy(name[2].text + 40, name->text, (size_t)name->len + 1);
	}
	return count;
}

/* Asks the set of the ${chosen} generators ${numbers}, and each of them. */
static void
compare_set(const size_t *numbers, size_t chosen, const struct fsk_name *names,
            size_t count)
{
	struct watch_shape_set set;

	assert_int_equal(watch_shape_set_init(&set, numbers, chosen), FSK_OK);
	for (size_t i = 0; i < count; i++) {
		bool fits = false;

		for (size_t k = 0; k < chosen && !fits; k++)
			fits = watch_shape_fits(dga_generator_at(numbers[k]).variant,
			                        &names[i]);
		assert_int_equal(watch_shape_set_fits(&set, &names[i]), fits);
	}
	watch_shape_set_fini(&set);
	watch_shape_set_fini(&set);
}

/* A set says what asking one generator after the other says, of names of each
 * generator, cut and lengthened, and of others. */
static void
a_set_of_shapes_says_what_each_says(void **state)
{
	static const char *const others[] = {
	        "", ".", "com", ".com", "a.invalid", "abcdefgh.co.uk", "localhost"};
	size_t all = dga_generator_count();
	size_t *numbers = calloc(all, sizeof(*numbers));
	struct fsk_name *names = calloc(all * 9 + DGA_COUNT(others), sizeof(*names));
	struct watch_shape_set set;
	size_t count = 0;

	(void)state;
	assert_non_null(numbers);
	assert_non_null(names);
	for (size_t i = 0; i < all; i++)
		count += names_in_three_lengths(i, &names[count]);
	for (size_t i = 0; i < DGA_COUNT(others); i++, count++)
		names[count].len =
		        (uint8_t)snprintf(names[count].text, 255, "%s", others[i]);
	compare_set(numbers, 0, names, count);
	for (size_t step = 1; step <= all; step += 10) {
		size_t chosen = 0;

		for (size_t i = 0; i < all; i += step)
			numbers[chosen++] = all - 1 - i;
		compare_set(numbers, chosen, names, count);
	}
	numbers[0] = all;
	assert_int_equal(watch_shape_set_init(&set, numbers, 1), FSK_UNKNOWN);
	watch_shape_set_fini(NULL);
	free(names);
	free(numbers);
}

/* Every name of every list has a group, the groups follow one another, none has
 * more than 64 names, and each leads back to its lists. */
static void
groups_lead_to_their_names(void **state)
{
	(void)state;
	for (size_t number = 0; number < dga_generator_count(); number++) {
		struct dga_generator g = dga_generator_at(number);
		uint32_t count = g.variant->count;
		struct watch_plan plan = {.generators = &number,
		                          .generator_count = 1,
		                          .from = instant("2015-12-20"),
		                          .to = instant("2016-03-02")};
		struct watch_runs runs;
		struct fsk_period expected;
		uint64_t group = 0;
		uint32_t within = 0; /* names of that group so far */

		assert_int_equal(watch_runs_make(&runs, &plan), FSK_OK);
		if (runs.count == 0)
			continue;
		assert_int_equal(dga_period_first(&g, plan.from, plan.to, &expected),
		                 FSK_OK);
		for (size_t r = 0; r < runs.count; r++) {
			const struct watch_run *run = &runs.run[r];

			for (uint64_t list = 0; list < run->lists; list++) {
				struct fsk_period period;

				assert_true(watch_run_period(run, &g, list, &period));
				assert_true(period.first == expected.first);
				for (uint32_t i = 0; i < count; i++, within++) {
					uint64_t at = watch_run_group(run, count, list, i);
					struct watch_place place;

					if (at != group || (group == 0 && within == 0)) {
						assert_true(at == group || at == group + 1);
						group = at;
						within = 0;
					}
					assert_true(within < WATCH_GROUP);
					assert_ptr_equal(watch_runs_find(&runs, at), run);
					place = watch_run_place(run, count, at);
					assert_true(list >= place.list &&
					            list < place.list + place.lists);
					assert_true(i >= place.index &&
					            i - place.index < WATCH_GROUP);
					if (place.lists > 1)
						assert_int_equal(place.index, 0);
				}
				(void)!dga_period_next(&g, plan.to, &expected);
			}
		}
		assert_true(group + 1 == runs.groups);
		watch_runs_fini(&runs);
	}
}

struct found {
	unsigned count;
	size_t name;
	struct fsk_match match;
};

static void
take(size_t name, const struct fsk_match *match, void *context)
{
	struct found *found = context;

	found->count++;
	found->name = name;
	found->match = *match;
}

/* Searches ${count} ${names} in conficker over the spring of 2009. */
static struct found
search_spring(const struct fsk_name *names, size_t count, struct watch_search_stats *stats)
{
	size_t numbers[] = {generator("conficker/a"), generator("conficker/b"),
	                    generator("conficker/c")};
	struct found found = {.count = 0};
	struct watch_search search = {
	        .plan = {.generators = numbers,
	                 .generator_count = 3,
	                 .from = instant("2009-03-01"),
	                 .to = instant("2009-04-05"),
	                 .threads = 2},
	        .names = names,
	        .name_count = count,
	        .found = take,
	        .context = &found,
	};

	assert_int_equal(watch_search(&search, stats), FSK_OK);
	return found;
}

static void
published_names_are_found(void **state)
{
	static const struct {
		const char *name;
		const char *date;
		uint32_t index;
	} published[] = {
	        {"jogli.com", "2009-03-08", 101},
	        {"wnsux.com", "2009-03-13", 66},
	        {"qhflh.com", "2009-03-18", 155},
	        {"praat.org", "2009-03-31", 160},
	};

	(void)state;
	for (size_t i = 0; i < DGA_COUNT(published); i++) {
		struct fsk_name names[2] = {name_of("absent.example"),
		                            name_of(published[i].name)};
		struct watch_search_stats stats;
		struct found found = search_spring(names, 2, &stats);

		assert_int_equal(found.count, 1);
		assert_int_equal(found.name, 1);
		assert_int_equal(found.match.generator, generator("conficker/b"));
		assert_true(found.match.period.first == instant(published[i].date));
		assert_int_equal(found.match.index, published[i].index);
		/* Variant c has neither .com nor .org, a and b have both. */
		assert_int_equal(stats.ruled_out, 1);
		assert_int_equal(stats.names_made, 2 * 250 * 36);
	}
}

static void
nothing_is_made_for_impossible_names(void **state)
{
	struct fsk_name names[3] = {name_of("a.invalid"), name_of("x"),
	                            name_of("abcdefghijklmnop.com")};
	struct watch_search_stats stats;

	(void)state;
	assert_int_equal(search_spring(names, 3, &stats).count, 0);
	assert_int_equal(stats.ruled_out, 3);
	assert_int_equal(stats.names_made, 0);
	assert_int_equal(search_spring(names, 0, &stats).count, 0);
	assert_int_equal(stats.names_made, 0);
}

static void
many_names_are_found_at_once(void **state)
{
	/* All of one list, and as many that are in none. */
	size_t number = generator("conficker/b");
	static struct fsk_name names[20000];
	struct watch_search_stats stats;
	struct fsk_cursor *cursor;
	size_t count = 0;

	(void)state;
	assert_int_equal(fsk_cursor_open(number, instant("2009-03-08"), &cursor), FSK_OK);
	while (fsk_cursor_next(cursor, &names[count], NULL) == FSK_OK)
		count++;
	fsk_cursor_close(cursor);
	for (unsigned i = 0; count < DGA_COUNT(names); i++, count++)
		names[count].len = (uint8_t)snprintf(names[count].text, 255, "0%u.com", i);
	names[count - 1] = name_of("a.b");
	assert_true(search_spring(names, count, &stats).count >= 250);
	assert_true(search_spring(names, count - 1, &stats).count >= 250);
}

/* Names of so few octets that no bot makes any cost no more than others. */
static void
many_short_names_cost_little(void **state)
{
	enum { COUNT = 1 << 18 };
	struct fsk_name *names = calloc(COUNT + 1, sizeof(*names));
	struct watch_search_stats stats;
	clock_t began;

	(void)state;
	assert_non_null(names);
	for (unsigned i = 0; i < COUNT; i++) {
		names[i].len = 3;
		for (unsigned k = 0; k < 3; k++)
			names[i].text[k] = (char)(unsigned char)('!' + (i >> 6 * k) % 64);
	}
	names[COUNT] = name_of("jogli.com");
	began = clock();
	assert_int_equal(search_spring(names, COUNT + 1, &stats).count, 1);
	assert_true(clock() - began < 4 * CLOCKS_PER_SEC);
	free(names);
}

static bool
stop(uint64_t done, uint64_t whole, void *context)
{
	assert_true(done <= whole);
	++*(unsigned *)context;
	return false;
}

static void
a_search_stops(void **state)
{
	size_t number = generator("conficker/c");
	struct fsk_name name = name_of("abcde.pl");
	unsigned told = 0;
	struct found found = {.count = 0};
	struct watch_search search = {
	        .plan = {.generators = &number,
	                 .generator_count = 1,
	                 .from = instant("2010-01-01"),
	                 .to = instant("2010-12-31"),
	                 .threads = 2,
	                 .progress = stop,
	                 .context = &told},
	        .names = &name,
	        .name_count = 1,
	        .found = take,
	        .context = &found,
	};
	struct watch_search_stats stats = {.names_made = 0};

	(void)state;
	assert_int_equal(watch_search(&search, &stats), FSK_STOPPED);
	assert_true(told > 0);
	assert_true(stats.names_made > 0 && stats.names_made < UINT64_C(365) * 50000);
}

/* Numbering the lists of millennia can be stopped as well. */
static void
numbering_stops(void **state)
{
	size_t number = generator("suppobox/words1");
	unsigned told = 0;
	struct watch_plan plan = {.generators = &number,
	                          .generator_count = 1,
	                          .from = DATE_FIRST * DATE_DAY,
	                          .to = (DATE_LAST + 1) * DATE_DAY - 1,
	                          .threads = 1,
	                          .progress = stop,
	                          .context = &told};
	struct watch_runs runs = {.count = 0};

	(void)state;
	assert_int_equal(watch_runs_make(&runs, &plan), FSK_STOPPED);
	assert_int_equal(told, 1);
	assert_int_equal(runs.count, 0);
}

/* Beyond the calendar there are only the lists that hold for ever. */
static void
lists_beyond_the_calendar(void **state)
{
	static const int64_t instants[] = {INT64_MIN, INT64_MAX};
	size_t all = dga_generator_count();

	(void)state;
	for (size_t i = 0; i < all * DGA_COUNT(instants); i++) {
		size_t number = i % all;
		struct dga_generator g = dga_generator_at(number);
		struct watch_plan plan = {.generators = &number,
		                          .generator_count = 1,
		                          .from = instants[i / all],
		                          .to = instants[i / all]};
		struct watch_runs runs;

		assert_int_equal(watch_runs_make(&runs, &plan), FSK_OK);
		assert_int_equal(runs.count, g.family->period == dga_period_always);
		watch_runs_fini(&runs);
		number = all;
		assert_int_equal(watch_runs_make(&runs, &plan), FSK_UNKNOWN);
		plan.from = 1;
		plan.to = 0;
		assert_int_equal(watch_runs_make(&runs, &plan), FSK_RANGE);
	}
}

#define JOBS 500

struct jobs {
	_Atomic unsigned done[JOBS];
	size_t failing;
	unsigned ticks;
	unsigned patience;
};

static enum fsk_err
do_job(void *context, unsigned worker, size_t job)
{
	struct jobs *jobs = context;

	atomic_fetch_add(&jobs->done[job], 1);
	errno = job == jobs->failing ? ENOSPC : EINTR;
	assert_true(worker < 3);
	return job == jobs->failing ? FSK_IO : FSK_OK;
}

static bool
count_tick(void *context)
{
	struct jobs *jobs = context;

	return ++jobs->ticks < jobs->patience;
}

static void
a_crew_does_each_job_once(void **state)
{
	(void)state;
	for (unsigned threads = 0; threads <= 3; threads++) {
		struct jobs jobs = {.failing = SIZE_MAX, .patience = UINT32_MAX};
		struct watch_crew crew = {.jobs = JOBS,
		                          .threads = threads,
		                          .run = do_job,
		                          .tick = count_tick,
		                          .context = &jobs};

		assert_int_equal(watch_crew_run(&crew), FSK_OK);
		assert_true(jobs.ticks > 0);
		for (size_t i = 0; i < JOBS; i++)
			assert_int_equal(jobs.done[i], 1);
		jobs.patience = 0;
		assert_int_equal(watch_crew_run(&crew), FSK_STOPPED);
		jobs.failing = 7;
		crew.tick = NULL;
		errno = 0;
		assert_int_equal(watch_crew_run(&crew), FSK_IO);
		assert_int_equal(errno, ENOSPC);
		crew.jobs = 0;
		assert_int_equal(watch_crew_run(&crew), FSK_OK);
	}
}

static void
records_come_out_sorted(void **state)
{
	enum { PARTITIONS = 4, COUNT = 40000 };
	static struct records_digits digits;
	static uint64_t record[COUNT], spare[COUNT];
	struct records records;
	uint64_t random = 1;
	uint64_t sum = 0;
	uint64_t taken = 0;

	(void)state;
	assert_int_equal(records_init(&records, PARTITIONS, COUNT), FSK_OK);
	for (unsigned i = 0; i < COUNT; i++) {
		random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
		assert_int_equal(records_add(&records, i % 3, random >> (i % 5 * 9)),
		                 FSK_OK);
		sum += random >> (i % 5 * 9);
	}
	assert_int_equal(records_count(&records, 3), 0);
	for (size_t i = 0; i < PARTITIONS - 1; i++) { /* the last is left to fini */
		uint64_t count = records_count(&records, i);
		const uint64_t *sorted;

		if (i == 2)
			break;
		assert_int_equal(records_take(&records, i, record), count);
		assert_int_equal(records_count(&records, i), 0);
		sorted = records_sort(record, spare, count, 64, &digits);
		for (size_t k = 0; k < count; k++) {
			assert_true(k == 0 || sorted[k - 1] <= sorted[k]);
			sum -= sorted[k];
		}
		taken += count;
	}
	assert_int_equal(taken + records_count(&records, 2), COUNT);
	assert_int_equal(records_take(&records, 2, record), COUNT - taken);
	for (size_t k = 0; k < COUNT - taken; k++)
		sum -= record[k];
	assert_true(sum == 0);
	assert_int_equal(records_add(&records, 2, 1), FSK_OK);
	records_fini(&records);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(shapes_rule_out_and_never_wrongly),
	        cmocka_unit_test(all_octets_are_lowered_as_ascii),
	        cmocka_unit_test(a_set_of_shapes_says_what_each_says),
	        cmocka_unit_test(groups_lead_to_their_names),
	        cmocka_unit_test(published_names_are_found),
	        cmocka_unit_test(nothing_is_made_for_impossible_names),
	        cmocka_unit_test(many_names_are_found_at_once),
	        cmocka_unit_test(many_short_names_cost_little),
	        cmocka_unit_test(a_search_stops),
	        cmocka_unit_test(numbering_stops),
	        cmocka_unit_test(lists_beyond_the_calendar),
	        cmocka_unit_test(a_crew_does_each_job_once),
	        cmocka_unit_test(records_come_out_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
