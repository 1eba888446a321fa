/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The drill of a resolver that blocks, in each of the ways in which resolvers do; of one
 * that does not; and of one without a canary, which must not be asked for one bot's name.
 */
#include "scene.h"
#include "../memory.h"

#include <errno.h>

static void
all_blocked(void **state)
{
	struct drill_setting setting = setting_of();
	struct drill_counts counts;

	(void)state;
	reset();
	assert_int_equal(run(&setting, &counts), FSK_OK);
	assert_int_equal(found_count, 1);
	assert_int_equal(found.proof, DRILL_BY_TEXT);
	assert_int_equal(found.serial, SERIAL);
	assert_true(found.has_day);
	assert_int_equal(found.day, NOW / 86400);
	assert_int_equal(found.blocked.how, DRILL_NXDOMAIN);
	assert_string_equal(found.why, "");
	assert_int_equal(counts.asked[DRILL_BLOCKED], plan_names());
	assert_int_equal(counts.asked[DRILL_PASSES] + counts.asked[DRILL_UNCLEAR], 0);
	assert_int_equal(counts.left, 0);
	assert_false(counts.impatient || counts.late);
	assert_int_equal(told_count, plan_names());
	assert_int_equal(told[0].answer.ede, 15);
	assert_string_equal(told[0].answer.ede_text, "conficker/b 2026-11-22 #1");
	/* The canary comes before all others, and each name is asked for once. */
	assert_int_equal(canaries(), 3);
	assert_int_equal(fake.count, 3 + plan_names());
	for (size_t i = 0; i < 3; i++)
		assert_true(ends_in(&fake.asked[i].name, "." CANARY));
	for (size_t i = 3; i < fake.count; i++)
		assert_string_equal(fake.asked[i].name.text, told_names[i - 3].text);
	/* First one name of each family. */
	for (size_t i = 0; i < plan.count; i++)
		assert_ptr_equal(told[i].forecast, &plan.families[i].names[0]);
	fake_forget();
}

static void
other_styles(void **state)
{
	static const struct {
		enum style style;
		enum drill_how how;
	} styles[] = {{WITH_NODATA, DRILL_NODATA},
	              {WITH_SINKHOLE, DRILL_SINKHOLE},
	              {WITH_ZERO, DRILL_SINKHOLE},
	              {WITH_REFUSED, DRILL_REFUSED}};
	struct drill_setting setting = setting_of();
	struct drill_counts counts;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(styles) / sizeof(*styles); i++) {
		reset();
		resolver.style = resolver.canary = styles[i / 2].style;
		resolver.wildcard = i % 2 == 1;
		assert_int_equal(run(&setting, &counts), FSK_OK);
		assert_int_equal(found.blocked.how, styles[i / 2].how);
		assert_int_equal(counts.asked[DRILL_BLOCKED], plan_names());
		assert_int_equal(told[0].judgement.how, styles[i / 2].how);
		/* The sinkhole was learnt from the canary. */
		assert_int_equal(found.learnt.count, styles[i / 2].style == WITH_SINKHOLE);
		fake_forget();
	}
}

static void
one_family_open(void **state)
{
	static const enum style styles[] = {WITH_REAL, WITH_WORLD, WITH_SERVFAIL,
	                                    WITH_NOTHING};
	const struct drill_family *family = &plan.families[1];
	struct drill_setting setting = setting_of();
	struct drill_counts counts;

	(void)state;
	assert_int_equal(family->count, 2);
	for (size_t i = 0; i < 4; i++) {
		reset();
		resolver.unblock = family->names[0].name.text;
		resolver.open = styles[i];
		assert_int_equal(run(&setting, &counts), FSK_OK);
		assert_int_equal(counts.asked[DRILL_BLOCKED], plan_names() - 2);
		assert_int_equal(counts.asked[i < 2 ? DRILL_PASSES : DRILL_UNCLEAR], 1);
		assert_int_equal(counts.left, 1);
		assert_false(counts.impatient);
		for (size_t k = 0; k < fake.count; k++)
			assert_string_not_equal(fake.asked[k].name.text,
			                        family->names[1].name.text);
		fake_forget();
	}
}

static void
all_open(void **state)
{
	struct drill_setting setting = setting_of();
	struct drill_counts counts;

	(void)state;
	reset();
	resolver.style = WITH_REAL;
	assert_int_equal(run(&setting, &counts), FSK_OK);
	assert_int_equal(counts.asked[DRILL_PASSES], DRILL_PATIENCE);
	assert_int_equal(counts.left, plan_names() - DRILL_PATIENCE);
	assert_true(counts.impatient);
	assert_int_equal(fake.count, 3 + DRILL_PATIENCE);
	fake_forget();
	setting.keep_going = true;
	assert_int_equal(run(&setting, &counts), FSK_OK);
	assert_int_equal(counts.asked[DRILL_PASSES], plan.count);
	assert_false(counts.impatient);
	fake_forget();
}

static void
has_to_pass(void **state)
{
	const struct fsk_name passing[] = {name_of("allowed.example"),
	                                   name_of("shop.example")};
	struct drill_setting setting = setting_of();
	struct drill_counts counts;

	(void)state;
	reset();
	setting.passing = passing;
	setting.passing_count = 2;
	resolver.unblock = "allowed.example";
	resolver.open = WITH_REAL;
	assert_int_equal(run(&setting, &counts), FSK_OK);
	assert_int_equal(counts.passing, 1);
	assert_int_equal(counts.stopping, 1);
	assert_int_equal(told_count, plan_names() + 2);
	assert_null(told[0].forecast);
	assert_true(told[0].good);
	assert_false(told[1].good);
	fake_forget();
	/* That it does not exist shows nothing. */
	resolver.open = WITH_WORLD;
	assert_int_equal(run(&setting, &counts), FSK_OK);
	assert_int_equal(counts.stopping, 2);
	fake_forget();
}

static void
silent_resolver(void **state)
{
	struct drill_setting setting = setting_of();
	struct drill_asker asker;
	struct drill_counts counts;

	(void)state;
	reset();
	found_count = 0;
	fake_begin(resolve);
	asker = fake_asker();
	asker.until_us = net_monotonic_us() + 40000;
	resolver.last = 1;
	fake.count = 2;
	assert_int_equal(drill_run(&asker, &setting, &counts), FSK_END);
	assert_int_equal(found_count, 0);
	assert_int_equal(counts.left, plan_names());
	fake_end();
	assert_int_equal(drill_run(&asker, &setting, &counts), FSK_END); /* too late */
	asker.until_us = net_monotonic_us() + 4000000;
	assert_int_equal(drill_run(&asker, &setting, &counts), FSK_IO);
	assert_int_equal(errno, ECONNREFUSED);
	fake_forget();
}

/* After so many answers the deadline, or a stop, comes. */
static struct drill_asker *stops_at;
static int stop_end;

static void
stop_at_name(const struct drill_told *got, void *context)
{
	take_name(got, context);
	if (told_count < 4)
		return;
	if (stop_end >= 0)
		assert_int_equal(write(stop_end, "x", 1), 1);
	else
		stops_at->until_us = 0;
}

static void
ends_early(void **state)
{
	struct drill_setting setting = setting_of();
	struct drill_counts counts;
	struct drill_asker asker;
	int ends[2];

	(void)state;
	setting.name_asked = stop_at_name;
	assert_int_equal(pipe(ends), 0);
	for (unsigned i = 0; i < 2; i++) {
		reset();
		told_count = 0;
		fake_begin(resolve);
		asker = fake_asker();
		asker.stop = ends[0];
		stops_at = &asker;
		stop_end = i == 0 ? -1 : ends[1];
		assert_int_equal(drill_run(&asker, &setting, &counts),
		                 i == 0 ? FSK_OK : FSK_STOPPED);
		assert_int_equal(counts.late, i == 0);
		assert_int_equal(counts.asked[DRILL_BLOCKED], 4);
		assert_int_equal(counts.left, plan_names() - 4);
		fake_end();
		assert_int_equal(fake.count, 3 + 4);
		fake_forget();
	}
	close(ends[0]);
	close(ends[1]);
}

static void
without_memory(void **state)
{
	const struct fsk_name name = name_of("a.example");
	struct drill_setting setting = setting_of();
	const struct drill_plan_setting none = {.generator_count = 0};
	struct drill_counts counts;
	struct drill_plan empty;
	struct drill_answer answer;
	struct drill_asker asker;
	unsigned n = 0;
	enum fsk_err err;

	(void)state;
	reset();
	fake_begin(resolve);
	asker = fake_asker();
	asker.tcp = true;
	asker.wait_ms = 2000;
	do {
		memory_left = n++;
		err = drill_ask(&asker, &name, DRILL_TYPE_A, &answer);
		assert_true(err == FSK_NOMEM || err == FSK_OK);
	} while (err == FSK_NOMEM);
	assert_int_equal(n, 3);
	asker.tcp = false;
	for (n = 1; n < 4; n++) {
		memory_left = n - 1;
		assert_int_equal(drill_run(&asker, &setting, &counts), FSK_NOMEM);
	}
	memory_left = 0;
	assert_int_equal(drill_plan_init(&empty, &none), FSK_NOMEM);
	memory_left = -1;
	fake_end();
	fake_forget();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(all_blocked),     cmocka_unit_test(other_styles),
	        cmocka_unit_test(one_family_open), cmocka_unit_test(all_open),
	        cmocka_unit_test(has_to_pass),     cmocka_unit_test(silent_resolver),
	        cmocka_unit_test(ends_early),      cmocka_unit_test(without_memory),
	};

	return cmocka_run_group_tests(tests, make_plan, free_plan);
}
