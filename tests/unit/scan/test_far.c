/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Matches of another time: told once there are enough of one host, generator and
 * number of days, each once, whole, and in a time that does not grow with their number.
 */
#include "scan/far.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define DAY INT64_C(86400)
#define MANY 30000

struct told {
	size_t count;
	uint64_t sum; /* of the lines */
	struct sighting last;
	char name[64];
	char machine[64];
};

static enum fsk_err
note(void *context, const struct sighting *sighting)
{
	struct told *told = context;

	told->count++;
	told->sum += sighting->line;
	told->last = *sighting;
	snprintf(told->name, sizeof(told->name), "%.*s", (int)sighting->name.len,
	         sighting->name.text);
	snprintf(told->machine, sizeof(told->machine), "%.*s", (int)sighting->machine.len,
	         sighting->machine.text);
	return FSK_OK;
}

/* Adds name ${index} of ${host}, which asked ${days} days before its period. The name
 * lies below the forecast. */
static void
add(struct far *far, struct told *told, uint32_t index, uint8_t host, int64_t days)
{
	char name[64];
	struct sighting sighting = {
	        .us = (20000 - days) * DAY * 1000000,
	        .client = {.address = {{10, host}}, .prefix = 128},
	        .port = 1234,
	        .kind = SIGHTING_HTTP,
	        .transport = SIGHTING_TCP,
	        .match = {.period = {20000 * DAY, 20001 * DAY - 1},
	                  .generator = 3,
	                  .index = index,
	                  .offset = 4},
	        .counter = SIGHTING_NO_COUNTER,
	        .machine = span_of("pc-7"),
	        .line = index,
	};

	snprintf(name, sizeof(name), "www.name%u.example", index);
	sighting.name = span_of(name);
	sighting.forecast = span_from(sighting.name, 4);
	assert_int_equal(far_add(far, &sighting, note, told), FSK_OK);
	memset(name, 'x', sizeof(name)); /* it was lent only */
}

static void
five_of_a_group_are_told_each_once(void **state)
{
	struct told told = {.count = 0};
	struct far far;

	(void)state;
	assert_int_equal(far_init(&far), FSK_OK);
	for (uint32_t i = 1; i < FAR_LEAST; i++) {
		add(&far, &told, i, 1, 400);
		add(&far, &told, i, 1, 400); /* the same name */
		add(&far, &told, i, 2, 400); /* another host */
		add(&far, &told, i, 1, 401); /* another distance */
	}
	assert_int_equal(told.count, 0);
	add(&far, &told, FAR_LEAST, 1, 400);
	assert_int_equal(told.count, FAR_LEAST);
	assert_int_equal(told.sum, FAR_LEAST * (FAR_LEAST + 1) / 2);
	add(&far, &told, FAR_LEAST, 1, 400);
	add(&far, &told, 1, 1, 400);
	assert_int_equal(told.count, FAR_LEAST);
	add(&far, &told, FAR_LEAST + 1, 1, 400);
	assert_int_equal(told.count, FAR_LEAST + 1);
	add(&far, &told, FAR_LEAST, 2, 400);
	assert_int_equal(told.count, 2 * FAR_LEAST + 1);
	assert_false(far.full);
	far_fini(&far);
}

/* Nothing of a sighting is lost while it waits for the others. */
static void
what_waited_is_whole(void **state)
{
	struct told told = {.count = 0};
	struct far far;

	(void)state;
	assert_int_equal(far_init(&far), FSK_OK);
	for (uint32_t i = 1; i <= FAR_LEAST; i++) {
		add(&far, &told, i, 1, -30);
		if (told.count == 0)
			continue;
		assert_int_equal(told.last.port, 1234);
		assert_int_equal(told.last.kind, SIGHTING_HTTP);
		assert_int_equal(told.last.transport, SIGHTING_TCP);
		assert_int_equal(told.last.counter, SIGHTING_NO_COUNTER);
	}
	assert_int_equal(told.count, FAR_LEAST);
	far_fini(&far);
}

/* The first that is told: it waited longest. */
static enum fsk_err
stop_at_first(void *context, const struct sighting *sighting)
{
	note(context, sighting);
	return FSK_NOMEM;
}

static void
the_first_is_told_first_and_an_error_ends_it(void **state)
{
	struct told told = {.count = 0};
	struct sighting sighting = {
	        .us = 19000 * DAY * 1000000,
	        .client = {.address = {{10, 1}}, .prefix = 128},
	        .match = {.period = {20000 * DAY, 20001 * DAY - 1},
	                  .generator = 3,
	                  .index = FAR_LEAST},
	        .name = span_of("x.example"),
	        .forecast = span_of("x.example"),
	};
	struct far far;

	(void)state;
	assert_int_equal(far_init(&far), FSK_OK);
	for (uint32_t i = 1; i < FAR_LEAST; i++)
		add(&far, &told, i, 1, 1000);
	assert_int_equal(far_add(&far, &sighting, stop_at_first, &told), FSK_NOMEM);
	assert_int_equal(told.count, 1);
	assert_int_equal(told.last.line, 1);
	assert_int_equal(told.last.port, 1234);
	assert_int_equal(told.last.kind, SIGHTING_HTTP);
	assert_int_equal(told.last.transport, SIGHTING_TCP);
	assert_int_equal(told.last.match.offset, 4);
	assert_int_equal(told.last.forecast.len, told.last.name.len - 4);
	assert_string_equal(told.name, "www.name1.example");
	assert_string_equal(told.machine, "pc-7");
	far_fini(&far);
}

static void
many_of_one_group_take_no_time(void **state)
{
	struct told told = {.count = 0};
	clock_t begin = clock();
	double seconds;
	struct far far;

	(void)state;
	assert_int_equal(far_init(&far), FSK_OK);
	for (uint32_t i = 1; i <= MANY; i++)
		add(&far, &told, i, 1, 400);
	for (uint32_t i = 1; i <= MANY; i++)
		add(&far, &told, i, 1, 400);
	seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
	assert_int_equal(told.count, MANY);
	assert_int_equal(told.sum, (uint64_t)MANY * (MANY + 1) / 2);
	if (seconds > 1)
		fail_msg("%g seconds", seconds);
	far_fini(&far);
	far_fini(&far);
	far_fini(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(five_of_a_group_are_told_each_once),
	        cmocka_unit_test(what_waited_is_whole),
	        cmocka_unit_test(the_first_is_told_first_and_an_error_ends_it),
	        cmocka_unit_test(many_of_one_group_take_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
