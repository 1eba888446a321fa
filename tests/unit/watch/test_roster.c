/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The roster against a slow reference: all names of all lists, sorted. It is right when
 * it gives the reference's names, each once, with all their forecasts in order.
 *
 * Linked with --wrap for malloc, calloc and realloc: each call can be made to fail.
 */
#include "watch/roster.h"

#include "base/ascii.h"
#include "dga/catalog.h"
#include "../memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <cmocka.h>

#define DAY INT64_C(86400)
#define FROM (INT64_C(17000) * DAY) /* 2016-07-18: most families have lists */
#define TO (FROM + 2 * DAY - 1)

/* One name of the reference. */
struct known {
	char text[64]; /* lower case, NUL behind it */
	struct fsk_match match;
};

static struct known *known;
static size_t known_count;
static size_t known_room;
static size_t *everyone; /* the numbers of all generators */

/* By name; of one name by generator, period and index. */
static int
compare(const void *left, const void *right)
{
	const struct known *a = left, *b = right;
	int names = strcmp(a->text, b->text);

	if (names != 0)
		return names;
	if (a->match.generator != b->match.generator)
		return a->match.generator < b->match.generator ? -1 : 1;
	if (a->match.period.first != b->match.period.first)
		return a->match.period.first < b->match.period.first ? -1 : 1;
	return a->match.index < b->match.index ? -1 : a->match.index > b->match.index;
}

static void
add_list(const struct dga_generator *generator, struct fsk_period period)
{
	struct fsk_cursor *cursor;
	struct fsk_name name;
	uint32_t index;
	int64_t instant = period.first < FROM ? FROM : period.first;

	if (known_count + generator->variant->count > known_room) {
		known_room = 2 * known_room + generator->variant->count;
		known = realloc(known, known_room * sizeof(*known));
		assert_non_null(known);
	}
	assert_int_equal(fsk_cursor_open(generator->number, instant, &cursor), FSK_OK);
	while (fsk_cursor_next(cursor, &name, &index) == FSK_OK) {
		struct known *entry = &known[known_count++];

		assert_true(name.len < sizeof(entry->text));
		for (size_t i = 0; i <= name.len; i++)
			entry->text[i] = ascii_to_lower(name.text[i]);
		entry->match = (struct fsk_match){
		        .period = period,
		        .generator = (uint32_t)generator->number,
		        .index = index,
		};
	}
	fsk_cursor_close(cursor);
}

static int
make_reference(void **state)
{
	size_t count = dga_generator_count();

	(void)state;
	everyone = calloc(count, sizeof(*everyone));
	if (everyone == NULL)
		return 1;
	for (size_t i = 0; i < count; i++) {
		struct dga_generator generator = dga_generator_at(i);
		int64_t to = TO + (int64_t)generator.family->ahead;
		struct fsk_period period;

		everyone[i] = i;
		if (dga_period_first(&generator, FROM, to, &period) != FSK_OK)
			continue;
		do
			add_list(&generator, period);
		while (dga_period_next(&generator, to, &period) == FSK_OK);
	}
	qsort(known, known_count, sizeof(*known), compare);
	return 0;
}

static int
free_reference(void **state)
{
	(void)state;
	free(known);
	free(everyone);
	return 0;
}

static struct watch_plan
plan_of(unsigned threads)
{
	return (struct watch_plan){.generators = everyone,
	                           .generator_count = dga_generator_count(),
	                           .from = FROM,
	                           .to = TO,
	                           .threads = threads};
}

/* The roster of the generator called ${name}. */
static struct watch_roster *
roster_of(const char *name, int64_t from, int64_t to, const struct watch_rules *rules)
{
	struct dga_generator generator;
	struct watch_plan plan = {.generators = &generator.number,
	                          .generator_count = 1,
	                          .from = from,
	                          .to = to,
	                          .threads = 2};
	struct watch_roster_setting setting = {.plan = &plan};
	struct watch_roster *roster = NULL;

	if (rules != NULL)
		setting.rules = *rules;
	assert_int_equal(dga_generator_find(span_of(name), &generator), FSK_OK);
	assert_int_equal(watch_roster_new(&setting, &roster), FSK_OK);
	return roster;
}

static void
assert_is_reference(const struct watch_roster *roster)
{
	struct watch_roster_cursor cursor;
	struct watch_entry entry;
	size_t at = 0;
	size_t names = 0;

	watch_roster_begin(roster, &cursor);
	while (watch_roster_next(&cursor, &entry)) {
		size_t len = strlen(known[at].text);

		names++;
		for (size_t i = 0; i < entry.forecasts; i++, at++) {
			struct fsk_match match = watch_roster_forecast(roster, &entry, i);

			assert_true(at < known_count);
			assert_true(span_equal(entry.name, span_of(known[at].text)));
			assert_int_equal(match.generator, known[at].match.generator);
			assert_int_equal(match.period.first, known[at].match.period.first);
			assert_int_equal(match.period.last, known[at].match.period.last);
			assert_int_equal(match.index, known[at].match.index);
			assert_int_equal(match.offset, 0);
		}
		/* Nothing more is this name. */
		assert_true(at == known_count ||
		            strncmp(known[at].text, entry.name.text, len) != 0 ||
		            strlen(known[at].text) != len);
		assert_int_equal(entry.ruling->state, WATCH_BLOCK);
		assert_int_equal(entry.ruling->ground, WATCH_GROUND_NONE);
	}
	assert_int_equal(at, known_count);
	assert_true(names < known_count); /* some names are in several lists */
	assert_false(watch_roster_next(&cursor, &entry));
}

static void
test_reference(void **state)
{
	struct watch_plan plan = plan_of(1);
	struct watch_roster_setting setting = {.plan = &plan};
	struct watch_roster_counts counts;
	struct watch_roster *roster;
	uint64_t digest = 0;

	(void)state;
	for (unsigned threads = 1; threads <= 3; threads++) {
		plan.threads = threads;
		assert_int_equal(watch_roster_new(&setting, &roster), FSK_OK);
		assert_is_reference(roster);
		watch_roster_count(roster, &counts);
		assert_int_equal(counts.forecasts, known_count);
		assert_int_equal(counts.left_out, 0);
		assert_true(digest == 0 || digest == watch_roster_digest(roster));
		digest = watch_roster_digest(roster);
		watch_roster_free(roster);
	}
}

static void
test_suffixes(void **state)
{
	const struct span suffixes[] = {span_of("org"), span_of("co.uk")};
	struct watch_plan plan = plan_of(2);
	struct watch_roster_setting setting = {
	        .plan = &plan, .suffixes = suffixes, .suffix_count = 2};
	struct watch_roster_cursor cursor;
	struct watch_roster_counts counts;
	struct watch_roster *roster;
	struct watch_entry entry;
	size_t wanted = 0;

	(void)state;
	for (size_t i = 0; i < known_count; i++) {
		size_t len = strlen(known[i].text);

		wanted += (len > 4 && strcmp(known[i].text + len - 4, ".org") == 0) ||
		          (len > 6 && strcmp(known[i].text + len - 6, ".co.uk") == 0);
	}
	assert_int_equal(watch_roster_new(&setting, &roster), FSK_OK);
	watch_roster_begin(roster, &cursor);
	while (watch_roster_next(&cursor, &entry))
		assert_true(entry.name.text[entry.name.len - 4] == '.' ||
		            memcmp(entry.name.text + entry.name.len - 6, ".co.uk", 6) == 0);
	watch_roster_count(roster, &counts);
	assert_true(wanted > 0);
	assert_int_equal(counts.forecasts, wanted);
	assert_int_equal(counts.left_out, known_count - wanted);
	watch_roster_free(roster);
}

static void
test_confidence(void **state)
{
	struct watch_plan plan = plan_of(2);
	struct watch_roster_setting setting = {.plan = &plan};
	size_t before = SIZE_MAX;

	(void)state;
	for (unsigned least = DGA_LOW; least <= DGA_HIGH; least++) {
		struct watch_roster_counts counts;
		struct watch_roster *roster;
		size_t wanted = 0;

		for (size_t i = 0; i < known_count; i++) {
			size_t number = known[i].match.generator;

			wanted += dga_generator_at(number).variant->confidence >= least;
		}
		setting.least = (enum dga_confidence)least;
		assert_int_equal(watch_roster_new(&setting, &roster), FSK_OK);
		watch_roster_count(roster, &counts);
		assert_int_equal(counts.forecasts, wanted);
		assert_int_equal(counts.left_out, known_count - wanted);
		assert_true(wanted <= before);
		before = wanted;
		watch_roster_free(roster);
	}
}

/* A list counts from the moment at which the first bot may ask for it. */
static void
test_ahead(void **state)
{
	struct dga_generator generator;
	struct watch_roster_counts counts;
	struct watch_roster *roster;
	struct fsk_period period;
	int64_t ahead;

	(void)state;
	assert_int_equal(dga_generator_find(span_of("suppobox/words1"), &generator),
	                 FSK_OK);
	ahead = (int64_t)generator.family->ahead;
	assert_int_equal(dga_period_first(&generator, FROM, TO, &period), FSK_OK);
	assert_true(ahead > 0);
	for (int64_t early = 0; early <= ahead + 1; early += ahead / 2 + 1) {
		struct watch_roster_cursor cursor;
		struct watch_entry entry;
		bool has = false;

		roster = roster_of("suppobox/words1", period.first - early,
		                   period.first - early, NULL);
		watch_roster_begin(roster, &cursor);
		while (watch_roster_next(&cursor, &entry)) {
			for (size_t i = 0; i < entry.forecasts; i++)
				has |= watch_roster_forecast(roster, &entry, i)
				               .period.first == period.first;
		}
		assert_int_equal(has, early <= ahead);
		watch_roster_count(roster, &counts);
		assert_true(counts.forecasts >= generator.variant->count);
		watch_roster_free(roster);
	}
}

#define JOGLI INT64_C(1236470400) /* 2009-03-08: conficker/b makes jogli.com, its 101st */

static void
test_rulings(void **state)
{
	static const char text[] = "jogli.com - its owner is known\n"
	                           "www.yoduwegx.cc\n";
	struct watch_allow *allow;
	struct watch_rules rules = {.now = JOGLI};
	struct watch_roster *plain, *ruled;
	struct watch_roster_cursor cursor;
	struct watch_roster_counts counts;
	struct watch_entry entry;
	size_t found = 0;

	(void)state;
	assert_int_equal(watch_allow_new(&allow), FSK_OK);
	assert_int_equal(watch_allow_read(allow, span_of(text), span_of("allow.txt"), NULL),
	                 FSK_OK);
	rules.allow = allow;
	plain = roster_of("conficker/b", JOGLI, JOGLI, NULL);
	ruled = roster_of("conficker/b", JOGLI, JOGLI, &rules);
	watch_roster_begin(ruled, &cursor);
	while (watch_roster_next(&cursor, &entry)) {
		bool is = span_equal(entry.name, span_of("jogli.com"));
		bool above = span_equal(entry.name, span_of("yoduwegx.cc"));

		found += is + above;
		assert_int_equal(entry.ruling->state,
		                 is || above ? WATCH_ALLOW : WATCH_BLOCK);
		assert_int_equal(entry.ruling->ground, is      ? WATCH_GROUND_ALLOWED
		                                       : above ? WATCH_GROUND_ALLOWED_BELOW
		                                               : WATCH_GROUND_NONE);
	}
	assert_int_equal(found, 2);
	watch_roster_count(ruled, &counts);
	assert_int_equal(counts.names[WATCH_ALLOW], 2);
	assert_int_equal(counts.names[WATCH_LOG_ONLY], 0);
	assert_int_equal(counts.names[WATCH_BLOCK], 248);
	assert_true(watch_roster_digest(plain) != watch_roster_digest(ruled));
	watch_roster_free(plain);
	watch_roster_free(ruled);
	watch_allow_free(allow);
}

static void
test_digest(void **state)
{
	struct watch_roster *one = roster_of("conficker/b", JOGLI, JOGLI, NULL);
	struct watch_roster *same = roster_of("conficker/b", JOGLI + 1, JOGLI + 2, NULL);
	struct watch_roster *other =
	        roster_of("conficker/b", JOGLI + DAY, JOGLI + DAY, NULL);

	(void)state;
	assert_true(watch_roster_digest(one) == watch_roster_digest(same));
	assert_true(watch_roster_digest(one) != watch_roster_digest(other));
	watch_roster_free(one);
	watch_roster_free(same);
	watch_roster_free(other);
}

static bool
stop(uint64_t done, uint64_t whole, void *context)
{
	(void)whole;
	*(uint64_t *)context = done;
	return false;
}

static void
test_refusals(void **state)
{
	struct watch_plan plan = plan_of(2);
	struct watch_roster_setting setting = {.plan = &plan};
	struct watch_roster *roster = NULL;
	struct watch_roster_counts counts;
	struct watch_roster_cursor cursor;
	struct watch_entry entry;
	struct dga_generator generator;
	uint64_t done = 0;
	size_t none = SIZE_MAX;

	(void)state;
	plan.progress = stop;
	plan.context = &done;
	assert_int_equal(watch_roster_new(&setting, &roster), FSK_STOPPED);
	plan = plan_of(2);
	plan.to = plan.from - 1;
	assert_int_equal(watch_roster_new(&setting, &roster), FSK_RANGE);
	plan = plan_of(2);
	plan.generators = &none;
	plan.generator_count = 1;
	assert_int_equal(watch_roster_new(&setting, &roster), FSK_UNKNOWN);
	assert_int_equal(dga_generator_find(span_of("conficker/c"), &generator), FSK_OK);
	plan.generators = &generator.number;
	plan.to = plan.from + 50000 * DAY; /* of 50,000 names each: more than 2^31 */
	assert_int_equal(watch_roster_new(&setting, &roster), FSK_RANGE);
	assert_null(roster);
	plan = plan_of(2);
	plan.generator_count = 0;
	assert_int_equal(watch_roster_new(&setting, &roster), FSK_OK);
	watch_roster_begin(roster, &cursor);
	assert_false(watch_roster_next(&cursor, &entry));
	watch_roster_count(roster, &counts);
	assert_int_equal(counts.forecasts, 0);
	watch_roster_free(roster);
	watch_roster_free(NULL);
}

/* Whichever allocation fails, nothing comes of it and nothing leaks. */
static void
test_memory(void **state)
{
	static const char text[] = "jogli.com - its owner is known\n";
	struct watch_allow *allow;
	struct dga_generator generator;
	struct watch_plan plan = {.generators = &generator.number,
	                          .generator_count = 1,
	                          .from = JOGLI,
	                          .to = JOGLI,
	                          .threads = 1};
	struct watch_roster_setting setting = {.plan = &plan};
	struct watch_roster *roster = NULL;
	enum fsk_err err = FSK_NOMEM;
	long n;

	(void)state;
	assert_int_equal(watch_allow_new(&allow), FSK_OK);
	assert_int_equal(watch_allow_read(allow, span_of(text), span_of("allow.txt"), NULL),
	                 FSK_OK);
	setting.rules = (struct watch_rules){.allow = allow, .now = JOGLI};
	assert_int_equal(dga_generator_find(span_of("conficker/b"), &generator), FSK_OK);
	for (n = 0; err == FSK_NOMEM; n++) {
		memory_left = n;
		err = watch_roster_new(&setting, &roster);
		memory_left = -1;
		assert_true(err == FSK_OK || err == FSK_NOMEM);
		assert_true((roster != NULL) == (err == FSK_OK));
	}
	assert_true(n > 60); /* of the list, of a chunk a letter, of the sorting */
	watch_roster_free(roster);
	watch_allow_free(allow);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_reference),  cmocka_unit_test(test_suffixes),
	        cmocka_unit_test(test_confidence), cmocka_unit_test(test_ahead),
	        cmocka_unit_test(test_rulings),    cmocka_unit_test(test_digest),
	        cmocka_unit_test(test_refusals),   cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, make_reference, free_reference);
}
