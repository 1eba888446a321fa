/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a mover does besides: the days that it has summed up, the age and the size to which
 * it keeps the store.
 */
#include "movers.h"

/* The mover of another process, ${seconds} after day ${day} began. */
static void
run_at(int64_t day, int64_t seconds)
{
	struct store_mover *mover;

	atomic_store(&clock_us, (day * DATE_DAY + seconds) * DATE_SECOND);
	mover = new_mover(NULL, 0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(store_mover_step(mover), FSK_END);
	store_mover_free(mover);
}

static void
test_days(void **state)
{
	static const int64_t today = GROUND_US / DATE_SECOND / DATE_DAY * DATE_DAY;
	struct store_mover *mover = new_mover(NULL, 0);

	(void)state;
	assert_int_equal(store_mover_step(mover), FSK_END);
	atomic_store(&clock_us, (today + DATE_DAY) * DATE_SECOND - 1);
	assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(day_count, 0);
	atomic_store(&clock_us, (today + DATE_DAY) * DATE_SECOND);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(day_count, 1);
	assert_int_equal(days[0], today);
	atomic_store(&clock_us, today * DATE_SECOND); /* back, and on */
	assert_int_equal(store_mover_step(mover), FSK_END);
	atomic_store(&clock_us, (today + DATE_DAY) * DATE_SECOND);
	assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(day_count, 1);
	store_mover_free(mover);
}

/* Each day is told once, whoever moved at midnight, or nobody did. */
static void
test_days_of_others(void **state)
{
	static const int64_t day = GROUND_US / DATE_SECOND / DATE_DAY;
	char path[256];

	(void)state;
	run_at(day, 100);
	assert_int_equal(day_count, 0); /* what was before is not known */
	run_at(day + 1, 100);
	assert_int_equal(day_count, 1);
	assert_int_equal(days[0], day * DATE_DAY);
	run_at(day + 1, 200);
	run_at(day, DATE_DAY - 1); /* a clock that was put back */
	run_at(day + 1, 300);
	assert_int_equal(day_count, 1);
	run_at(day + 3, 100);
	assert_int_equal(day_count, 3);
	assert_int_equal(days[1], (day + 1) * DATE_DAY);
	assert_int_equal(days[2], (day + 2) * DATE_DAY);
	run_at(day + 100, 100); /* of a long time the last week */
	assert_int_equal(day_count, 10);
	assert_int_equal(days[9 % 8], (day + 99) * DATE_DAY);
	run_at(day + 4, 100); /* it was far ahead */
	assert_int_equal(day_count, 10);
	run_at(day + 5, 100);
	assert_int_equal(day_count, 11);
	assert_int_equal(days[10 % 8], (day + 4) * DATE_DAY);
	/* What stands there is no day. */
	snprintf(path, sizeof(path), "%s/day", ground);
	assert_int_equal(truncate(path, 3), 0);
	run_at(day + 6, 100);
	assert_int_equal(day_count, 11);
	run_at(day + 7, 100);
	assert_int_equal(day_count, 12);
}

/* Steps through ${us} in strides that no clock is suspected for. */
static void
pass(struct store_mover *mover, int64_t us)
{
	static const int64_t stride = 50 * 60 * DATE_SECOND;

	for (; us > 0; us -= stride) {
		atomic_fetch_add(&clock_us, us < stride ? us : stride);
		assert_int_equal(store_mover_step(mover), FSK_END);
	}
}

static void
test_age(void **state)
{
	struct store_mover *mover = new_mover(NULL, 0);
	int64_t start = atomic_load(&clock_us), hour = 3600 * DATE_SECOND;

	(void)state;
	engine.brief.sightings = 50000;
	engine.last_us = start;
	assert_int_equal(store_mover_step(mover), FSK_END);
	store_mover_keep(mover, 30, 0);
	pass(mover, hour - 1);
	assert_int_equal(engine.prunes, 0);
	pass(mover, 1);
	assert_int_equal(engine.pruned, 20000); /* a slice a round */
	assert_true(engine.before_us == start + hour - 30 * DATE_DAY * DATE_SECOND);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(engine.prunes, 3);
	assert_int_equal(engine.pruned, 50000);
	assert_int_equal(store_mover_counts(mover)->removed, 50000);
	/* A clock that jumps is not believed at once. */
	engine.brief.sightings = 50000;
	atomic_store(&clock_us, start + 1000 * DATE_DAY * DATE_SECOND);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(store_mover_step(mover), FSK_END);
	pass(mover, 2 * hour);
	assert_int_equal(words_said, 1);
	atomic_store(&clock_us, start + hour + DATE_SECOND);
	assert_int_equal(store_mover_step(mover), FSK_END);
	assert_int_equal(engine.pruned, 50000);
	store_mover_free(mover);
}

/* Nor is one that is far ahead of what was seen last, when the store is opened. */
static void
test_age_at_start(void **state)
{
	int64_t day = DATE_DAY * DATE_SECOND;
	struct store_mover *mover;

	(void)state;
	engine.brief.sightings = 1000;
	engine.last_us = GROUND_US;
	atomic_store(&clock_us, GROUND_US + 400 * day);
	mover = new_mover(NULL, 0);
	store_mover_keep(mover, 90, 0);
	assert_int_equal(store_mover_step(mover), FSK_END);
	engine.last_us = atomic_load(&clock_us); /* what comes says so too */
	pass(mover, day - 1);
	assert_int_equal(engine.prunes, 0);
	assert_int_equal(words_said, 1);
	assert_non_null(strstr(said, "400 days"));
	pass(mover, 1); /* it is right, it seems */
	assert_int_equal(engine.pruned, 1000);
	store_mover_free(mover);
}

static void
test_size(void **state)
{
	struct store_mover_setting setting = setting_of(NULL, 0);
	struct store_mover *mover;

	(void)state;
	setting.keep_bytes = 10000000;
	assert_int_equal(store_mover_new(&setting, &mover, NULL), FSK_OK);
	engine.each = 100;
	engine.brief = (struct store_brief){.sightings = 150000, .bytes = 15000000};
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(store_mover_step(mover), FSK_END);
	assert_in_range(engine.brief.bytes, 9500000, 10000000);
	assert_int_equal(store_mover_counts(mover)->bytes, engine.brief.bytes);
	/* What removing does not make smaller is not emptied. */
	engine.each = 0;
	engine.brief = (struct store_brief){.sightings = 150000, .bytes = 15000000};
	for (unsigned i = 0; i < 1000; i++) {
		atomic_fetch_add(&clock_us, DATE_SECOND);
		assert_int_equal(store_mover_step(mover), FSK_END);
	}
	assert_in_range(engine.brief.sightings, 90000, 100000);
	assert_int_equal(words_said, 1);
	store_mover_free(mover);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, ground_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_days),         TEST(test_days_of_others), TEST(test_age),
	        TEST(test_age_at_start), TEST(test_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
