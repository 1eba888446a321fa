/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The ground: the same rulings as the roster's, from which files are made, for every name
 * of a day; parents, periods, ends of passes; what is shared and freed; want of memory.
 */
#include "guard/ground.h"

#include "../memory.h"
#include "base/date.h"
#include "dga/catalog.h"
#include "watch/roster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* Conficker.C makes it on 2026-11-16 and on 2026-11-22. */
#define AGAIN "adfy.com.ni"

static int64_t
day_of(const char *text)
{
	int64_t instant, length;

	assert_int_equal(date_parse_instant(span_of(text), &instant, &length, NULL),
	                 FSK_OK);
	return instant;
}

static size_t
number_of(const char *name)
{
	struct dga_generator generator;

	assert_int_equal(dga_generator_find(span_of(name), &generator), FSK_OK);
	return generator.number;
}

/* A file of the rulebook. */
struct file {
	enum watch_rulebook_kind kind;
	const char *text;
	const char *taken;
};

static struct watch_rulebook *
make_book(const struct file *files, size_t count)
{
	struct watch_rulebook_file list[4] = {0};
	char paths[4][32];
	struct watch_rulebook *book;
	struct fault fault;
	size_t which;

	for (size_t i = 0; i < count; i++) {
		int fd;

		snprintf(paths[i], sizeof(paths[i]), "/tmp/foresink-XXXXXX");
		fd = mkstemp(paths[i]);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, files[i].text, strlen(files[i].text)),
		                 strlen(files[i].text));
		close(fd);
		list[i] = (struct watch_rulebook_file){
		        files[i].kind, paths[i],
		        files[i].taken == NULL ? 0 : day_of(files[i].taken) + DATE_DAY - 1};
	}
	assert_int_equal(watch_rulebook_new(list, count, &book, &which, &fault), FSK_OK);
	for (size_t i = 0; i < count; i++)
		unlink(paths[i]);
	return book;
}

static struct watch_plan
make_plan(const size_t *generator, const char *from, const char *to)
{
	return (struct watch_plan){.generators = generator,
	                           .generator_count = 1,
	                           .from = day_of(from),
	                           .to = day_of(to) + DATE_DAY - 1,
	                           .threads = 1};
}

static struct guard_ground *
make_ground(const struct watch_plan *plan, struct watch_rulebook *book)
{
	const struct guard_policy_setting setting = {.ttl = 60};
	struct guard_policy *policy;
	struct guard_lists *lists;
	struct guard_ground *ground;

	assert_int_equal(guard_lists_new(plan, book, 7, &lists), FSK_OK);
	assert_int_equal(guard_policy_new(&setting, &policy), FSK_OK);
	assert_int_equal(guard_ground_new(lists, policy, &ground), FSK_OK);
	guard_lists_free(lists);
	guard_policy_free(policy);
	return ground;
}

/* "STATE GROUND OFFSET" of ${name} at ${now}; "-": no bot's. */
static const char *
find(const struct guard_ground *ground, const char *name, int64_t now)
{
	static char text[64];
	struct guard_finding found;

	if (!guard_ground_find(ground, name, strlen(name), now, &found))
		return "-";
	snprintf(text, sizeof(text), "%s %s %u", watch_state_name(found.state),
	         watch_ground_name(found.ground), found.match.offset);
	return text;
}

/* Names of the day that the files of the book say something of: the first few. */
static size_t
take_names(size_t generator, int64_t instant, struct fsk_name *names, size_t count)
{
	struct fsk_cursor *cursor;

	assert_int_equal(fsk_cursor_open(generator, instant, &cursor), FSK_OK);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(fsk_cursor_next(cursor, &names[i], NULL), FSK_OK);
	fsk_cursor_close(cursor);
	return count;
}

/* The ground says of each name what the roster says. */
static void
assert_agrees(const struct watch_plan *plan, struct watch_rulebook *book, size_t grounds[6])
{
	const struct watch_roster_setting setting = {
	        .plan = plan, .rules = watch_rulebook_rules(book, plan->from)};
	struct guard_ground *ground = make_ground(plan, book);
	struct watch_roster *roster;
	struct watch_roster_cursor cursor;
	struct watch_entry entry;

	assert_int_equal(watch_roster_new(&setting, &roster), FSK_OK);
	watch_roster_begin(roster, &cursor);
	while (watch_roster_next(&cursor, &entry)) {
		struct guard_finding found;

		assert_true(guard_ground_find(ground, entry.name.text, entry.name.len,
		                              plan->from, &found));
		assert_int_equal(found.match.offset, 0);
		assert_int_equal(found.state, entry.ruling->state);
		assert_int_equal(found.ground, entry.ruling->ground);
		grounds[found.ground]++;
	}
	watch_roster_free(roster);
	guard_ground_free(ground);
}

static void
test_agree(void **state)
{
	const size_t generator = number_of("conficker/b");
	const struct watch_plan plan = make_plan(&generator, "2026-11-16", "2026-11-25");
	struct fsk_name n[8];
	char allow[1200], popular[1200], registered[1200];
	size_t grounds[6] = {0};

	(void)state;
	take_names(generator, day_of("2026-11-22"), n, 8);
	snprintf(allow, sizeof(allow), "%s - is real\nwww.%s\n%s 2026-11-01 is over\n",
	         n[0].text, n[1].text, n[2].text);
	snprintf(popular, sizeof(popular), "1,example.com\n2,www.%s\n3,%s\n4,%s\n",
	         n[3].text, n[4].text, n[0].text);
	snprintf(registered, sizeof(registered), "%s,1999-01-01\n%s,2026-01-01\n%s\n",
	         n[5].text, n[6].text, n[7].text);
	const struct file files[] = {
	        {WATCH_RULEBOOK_ALLOW, allow, NULL},
	        {WATCH_RULEBOOK_POPULAR, popular, "2026-11-18"},
	        {WATCH_RULEBOOK_REGISTERED, registered, "2026-11-18"},
	};
	struct watch_rulebook *book = make_book(files, 3);

	assert_agrees(&plan, book, grounds);
	watch_rulebook_free(book);
	assert_int_equal(grounds[WATCH_GROUND_ALLOWED], 1);
	assert_int_equal(grounds[WATCH_GROUND_ALLOWED_BELOW], 1);
	/* Of days since the list was taken; else bots made it popular. */
	assert_int_equal(grounds[WATCH_GROUND_POPULAR], 2);
	assert_int_equal(grounds[WATCH_GROUND_REGISTERED], 1);
	assert_int_equal(grounds[WATCH_GROUND_SUSPICIOUS], 2);
	assert_in_range(grounds[WATCH_GROUND_NONE], 2400, 2494);
}

static void
test_popular(void **state)
{
	const size_t generator = number_of("conficker/c");
	const struct watch_plan plan = make_plan(&generator, "2026-11-22", "2026-11-22");
	const struct file before = {WATCH_RULEBOOK_POPULAR,
	                            "9,www." AGAIN "\n9," AGAIN "\n", "2026-11-15"};
	const struct file since = {WATCH_RULEBOOK_POPULAR, "9,www." AGAIN "\n",
	                           "2026-11-16"};
	struct watch_rulebook *book = make_book(&before, 1);
	struct guard_ground *ground = make_ground(&plan, book);
	struct guard_lists *lists;

	(void)state;
	watch_rulebook_free(book); /* it is the lists' too */
	assert_string_equal(find(ground, AGAIN, plan.from), "log-only popular 0");
	assert_string_equal(find(ground, "www." AGAIN, plan.from), "log-only popular 4");
	guard_ground_free(ground);
	book = make_book(&since, 1);
	assert_int_equal(guard_lists_new(&plan, book, 0, &lists), FSK_OK);
	watch_rulebook_free(book);
	assert_int_equal(guard_lists_facts(lists).popular, 1);
	assert_int_equal(guard_ground_new(lists, NULL, &ground), FSK_OK);
	assert_string_equal(find(ground, AGAIN, plan.from), "block none 0");
	guard_lists_free(lists);
	guard_ground_free(ground);
}

static void
test_names(void **state)
{
	const size_t generator = number_of("conficker/b");
	const struct watch_plan plan = make_plan(&generator, "2026-11-22", "2026-11-23");
	struct guard_ground *ground = make_ground(&plan, NULL);
	struct fsk_name name;
	char text[300];

	(void)state;
	take_names(generator, plan.from, &name, 1);
	assert_string_equal(find(ground, name.text, plan.from), "block none 0");
	snprintf(text, sizeof(text), "a.bc.%s", name.text);
	assert_string_equal(find(ground, text, plan.from), "block none 5");
	snprintf(text, sizeof(text), "x%s", name.text);
	assert_string_equal(find(ground, text, plan.from), "-");
	assert_string_equal(find(ground, strchr(name.text, '.') + 1, plan.from), "-");
	assert_string_equal(find(ground, "example.com", plan.from), "-");
	assert_true(guard_ground_ready(ground));
	assert_int_equal(guard_ground_serial(ground), 7);
	assert_int_equal(guard_ground_until(ground), plan.to);
	assert_int_equal(guard_ground_policy(ground)->ttl, 60);
	guard_ground_free(ground);
}

/* Of two lists that have it that of the day is told. */
static void
test_nearest(void **state)
{
	const size_t generator = number_of("conficker/c");
	const struct watch_plan plan = make_plan(&generator, "2026-11-16", "2026-11-22");
	struct guard_ground *ground = make_ground(&plan, NULL);
	static const char *const days[][2] = {
	        {"2026-11-15", "2026-11-16"}, {"2026-11-16", "2026-11-16"},
	        {"2026-11-18", "2026-11-16"}, {"2026-11-21", "2026-11-22"},
	        {"2026-11-22", "2026-11-22"}, {"2026-11-29", "2026-11-22"}};
	struct guard_finding found;

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		assert_true(guard_ground_find(ground, AGAIN, strlen(AGAIN),
		                              day_of(days[i][0]), &found));
		assert_int_equal(found.match.period.first, day_of(days[i][1]));
	}
	guard_ground_free(ground);
}

static void
test_allow_ends(void **state)
{
	const size_t generator = number_of("conficker/c");
	const struct watch_plan plan = make_plan(&generator, "2026-11-22", "2026-11-22");
	const struct file allow = {WATCH_RULEBOOK_ALLOW,
	                           AGAIN " 2026-11-22T12:00:00Z a while\n", NULL};
	struct watch_rulebook *book = make_book(&allow, 1);
	struct guard_ground *ground = make_ground(&plan, book);

	(void)state;
	watch_rulebook_free(book);
	assert_string_equal(find(ground, AGAIN, plan.from), "allow allowed 0");
	assert_string_equal(find(ground, AGAIN, plan.from + DATE_DAY / 2),
	                    "allow allowed 0");
	assert_string_equal(find(ground, AGAIN, plan.from + DATE_DAY / 2 + 1),
	                    "block none 0");
	guard_ground_free(ground);
}

static void
test_not_ready(void **state)
{
	const struct guard_policy_setting setting = {.ttl = 60};
	struct guard_policy *policy;
	struct guard_ground *ground;

	(void)state;
	assert_int_equal(guard_policy_new(&setting, &policy), FSK_OK);
	assert_int_equal(guard_ground_new(NULL, policy, &ground), FSK_OK);
	guard_policy_free(policy);
	assert_false(guard_ground_ready(ground));
	assert_int_equal(guard_ground_serial(ground), 0);
	assert_int_equal(guard_ground_until(ground), INT64_MIN);
	guard_ground_free(ground);
	guard_ground_free(NULL);
	guard_lists_free(NULL);
	assert_null(guard_lists_keep(NULL));
}

static bool
go_on(uint64_t done, uint64_t whole, void *context)
{
	int *calls = context;

	(void)done;
	(void)whole;
	return (*calls)-- > 0;
}

static void
test_stop(void **state)
{
	const size_t generator = number_of("conficker/b");
	struct watch_plan plan = make_plan(&generator, "2026-11-22", "2026-11-22");
	struct guard_lists *lists = NULL;

	(void)state;
	plan.progress = go_on;
	for (int calls = 0; calls < 2; calls++) {
		int left_over = calls;

		plan.context = &left_over;
		assert_int_equal(guard_lists_new(&plan, NULL, 0, &lists), FSK_STOPPED);
		assert_null(lists);
	}
}

static void
test_memory(void **state)
{
	const size_t generator = number_of("conficker/b");
	const struct watch_plan plan = make_plan(&generator, "2026-11-22", "2026-11-22");
	char text[FSK_NAME_MAX + 3];
	struct fsk_name name;
	const struct file popular = {WATCH_RULEBOOK_POPULAR, text, "2026-11-15"};

	take_names(generator, plan.from, &name, 1);
	snprintf(text, sizeof(text), "%s\n", name.text);
	struct watch_rulebook *book = make_book(&popular, 1);
	struct guard_lists *lists = NULL;
	enum fsk_err err = FSK_NOMEM;
	int calls = 0;

	(void)state;
	for (; err != FSK_OK && calls < 400; calls++) {
		memory_left = calls;
		err = guard_lists_new(&plan, book, 0, &lists);
		/* Some memory is only wished for: then it goes on, and none failed. */
		if (memory_left < 0 && err != FSK_OK)
			assert_int_equal(err, FSK_NOMEM);
		memory_left = -1;
		assert_true((err == FSK_OK) == (lists != NULL));
	}
	assert_in_range(calls, 8, 399);
	guard_lists_free(lists);
	watch_rulebook_free(book);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_agree),      cmocka_unit_test(test_popular),
	        cmocka_unit_test(test_names),      cmocka_unit_test(test_nearest),
	        cmocka_unit_test(test_allow_ends), cmocka_unit_test(test_not_ready),
	        cmocka_unit_test(test_stop),       cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
