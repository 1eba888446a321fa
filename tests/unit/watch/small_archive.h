/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the tests of bad index files build: twenty days of conficker/b and
 * torpig: some blocks, states, and groups that lists share.
 */
#ifndef TESTS_WATCH_SMALL_ARCHIVE_H
#define TESTS_WATCH_SMALL_ARCHIVE_H

#include "watch/archive.h"

#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* The number of the generator ${name}, which must exist. */
static inline size_t
small_generator(const char *name)
{
	size_t number;

	assert_int_equal(fsk_generator_find(name, &number), FSK_OK);
	return number;
}

/* The two generators of the plan, rising. */
static inline const size_t *
small_generators(void)
{
	static size_t numbers[2];

	numbers[0] = small_generator("conficker/b");
	numbers[1] = small_generator("torpig/daily");
	return numbers;
}

static inline struct watch_plan
small_plan(void)
{
	return (struct watch_plan){
	        .generators = small_generators(),
	        .generator_count = 2,
	        .from = 14310 * DATE_DAY, /* 2009-03-07 */
	        .to = 14330 * DATE_DAY - 1,
	        .threads = 2,
	};
}

#endif
