/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What proves that a resolver obeys a list; and that one without such a proof is not asked
 * for one bot's name.
 */
#include "scene.h"

static size_t asked_count; /* questions of the last drill without a canary */

/* Expects that the drill ends without a canary, and that no bot's name was asked for. */
static void
expect_no_canary(const struct drill_setting *setting, const char *why)
{
	struct drill_counts counts;

	assert_int_equal(run(setting, &counts), FSK_MISMATCH);
	assert_int_equal(found_count, 1);
	assert_int_equal(found.proof, DRILL_NO_PROOF);
	assert_non_null(strstr(found.why, why));
	assert_true(fake.count > 0);
	assert_int_equal(canaries(), fake.count);
	assert_int_equal(told_count, 0);
	assert_int_equal(counts.left, plan_names());
	asked_count = fake.count;
	fake_forget();
}

static void
no_canary(void **state)
{
	const struct fsk_name passing = name_of("allowed.example");
	struct drill_setting setting = setting_of();

	(void)state;
	setting.passing = &passing;
	setting.passing_count = 1;
	/* A resolver as there are many: the domain does not exist. */
	reset();
	resolver.text = false;
	resolver.style = resolver.canary = WITH_WORLD;
	expect_no_canary(&setting, "no TXT record");
	/* A domain of one's own, without a list. */
	resolver.wildcard = true;
	resolver.canary = WITH_REAL;
	expect_no_canary(&setting, "none is blocked");
	/* One that refuses everything, which is what a blocked name may look like. */
	resolver.refuses = true;
	expect_no_canary(&setting, "refuses");
	assert_int_equal(found.has_serial, false);
}

/* The zone is there, but its names are not blocked. */
static void
not_in_force(void **state)
{
	static const enum style styles[] = {WITH_WORLD, WITH_SERVFAIL, WITH_NOTHING};
	struct drill_setting setting = setting_of();

	(void)state;
	reset();
	for (size_t i = 0; i < 3; i++) {
		resolver.canary = styles[i];
		expect_no_canary(&setting, "not in force");
		assert_int_equal(found.serial, SERIAL);
	}
	resolver.canary = WITH_REAL;
	resolver.wildcard = true;
	expect_no_canary(&setting, "not in force");
}

static void
serials(void **state)
{
	struct drill_setting setting = setting_of();
	struct drill_counts counts;

	(void)state;
	reset();
	resolver.serial = 2026111499; /* eight days old */
	expect_no_canary(&setting, "too old");
	assert_true(found.has_day);
	resolver.serial = 2026112400;
	expect_no_canary(&setting, "later day");
	resolver.serial = 2026023000; /* no day */
	expect_no_canary(&setting, "does not tell");
	resolver.serial = 7;
	expect_no_canary(&setting, "does not tell");
	assert_false(found.has_day);
	setting.canary.serial = 8;
	expect_no_canary(&setting, "another serial");
	/* The one that is wanted may be of any day. */
	setting.canary.serial = 7;
	assert_int_equal(run(&setting, &counts), FSK_OK);
	fake_forget();
	setting.canary.serial = 0;
	resolver.serial = 2026111500;
	assert_int_equal(run(&setting, &counts), FSK_OK);
	fake_forget();
	resolver.serial = 2026112300;
	assert_int_equal(run(&setting, &counts), FSK_OK);
	fake_forget();
}

/* Lists of names alone, below a domain in which each name has an address. */
static void
by_name(void **state)
{
	static const enum style styles[] = {WITH_NXDOMAIN, WITH_NODATA, WITH_ZERO,
	                                    WITH_REFUSED};
	struct drill_setting setting = setting_of();
	struct drill_counts counts;

	(void)state;
	reset();
	resolver.text = false;
	resolver.wildcard = true;
	resolver.serial = 2026111902;
	for (size_t i = 0; i < 4; i++) {
		resolver.style = resolver.canary = styles[i];
		assert_int_equal(run(&setting, &counts), FSK_OK);
		assert_int_equal(found.proof, DRILL_BY_NAME);
		assert_true(found.has_serial);
		assert_int_equal(found.serial, 2026111902);
		assert_int_equal(found.day, NOW / 86400 - 3);
		/* TXT, open, 4 days of ten serials, three of the day, and open again. */
		assert_int_equal(canaries(), 2 + 40 + 3 + 1);
		assert_int_equal(counts.asked[DRILL_BLOCKED], plan_names());
		fake_forget();
	}
	/* An address of a sinkhole must be said: the domain has addresses, too. */
	resolver.style = resolver.canary = WITH_SINKHOLE;
	expect_no_canary(&setting, "none is blocked");
	sinkholes.count = 1;
	assert_int_equal(address_read(span_of("192.168.1.9"), &sinkholes.addresses[0]),
	                 FSK_OK);
	assert_int_equal(run(&setting, &counts), FSK_OK);
	fake_forget();
	/* A list that is too old is not even looked for, but for the one that is wanted. */
	resolver.serial = 2026111400;
	expect_no_canary(&setting, "none is blocked");
	setting.canary.serial = 2026111400;
	assert_int_equal(run(&setting, &counts), FSK_OK);
	assert_int_equal(canaries(), 4);
	fake_forget();
	/* One that does not answer any more is not asked for ever. */
	setting.canary.serial = 0;
	resolver.last = 5;
	expect_no_canary(&setting, "none is blocked");
	assert_int_equal(asked_count, 6);
	/* One that refuses what is too much for it does not block. */
	resolver.last = 0;
	resolver.refused_from = 20;
	expect_no_canary(&setting, "none is blocked");
	assert_int_equal(asked_count, 21);
}

static void
canary_days(void **state)
{
	int64_t day;

	(void)state;
	assert_true(drill_serial_day(1970010203, &day));
	assert_int_equal(day, 1);
	assert_false(drill_serial_day(2026000000, &day));
	assert_false(drill_serial_day(999999999, &day));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(no_canary),   cmocka_unit_test(not_in_force),
	        cmocka_unit_test(serials),     cmocka_unit_test(by_name),
	        cmocka_unit_test(canary_days),
	};

	return cmocka_run_group_tests(tests, make_plan, free_plan);
}
