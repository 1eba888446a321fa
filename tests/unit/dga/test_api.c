/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The public face, foresink/dga.h, as a user of the library meets it.
 */
#include <foresink/dga.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY INT64_C(1236470400) /* 2009-03-08T00:00:00Z */

static void
test_published_name(void **state)
{
	struct fsk_cursor *cursor;
	struct fsk_name name;
	size_t generator;
	uint32_t index = 0;

	(void)state;
	assert_int_equal(fsk_generator_find("conficker/b", &generator), FSK_OK);
	assert_string_equal(fsk_generator_family(generator), "conficker");
	assert_string_equal(fsk_generator_variant(generator), "b");
	assert_int_equal(fsk_generator_names(generator), 250);
	assert_int_equal(fsk_cursor_open(generator, DAY + 4711, &cursor), FSK_OK);
	assert_int_equal(fsk_cursor_period(cursor).first, DAY);
	assert_int_equal(fsk_cursor_period(cursor).last, DAY + 86399);
	while (index < 101)
		assert_int_equal(fsk_cursor_next(cursor, &name, &index), FSK_OK);
	assert_string_equal(name.text, "jogli.com"); /* Sophos, March 2009 */
	while (fsk_cursor_next(cursor, &name, NULL) == FSK_OK)
		index++;
	assert_int_equal(index, 250);
	fsk_cursor_close(cursor);
	fsk_cursor_close(NULL);
}

static void
test_periods(void **state)
{
	struct fsk_period period = {INT64_C(1456617600),
	                            INT64_C(1456790399)}; /* 28 to 29 */
	size_t generator;

	(void)state;
	assert_non_null(strchr(fsk_version(), '.'));
	assert_int_equal(fsk_generator_find("necurs/magic9", &generator), FSK_OK);
	assert_int_equal(fsk_generator_next_period(generator, &period), FSK_OK);
	assert_int_equal(period.first, INT64_C(1456790400)); /* 2016-03-01 */
	assert_int_equal(period.last, INT64_C(1457049599));
	assert_int_equal(fsk_generator_period(generator, INT64_C(253402300799), &period),
	                 FSK_OK);
	assert_int_equal(fsk_generator_next_period(generator, &period), FSK_END);
	assert_int_equal(fsk_generator_next_period(fsk_generator_count(), &period),
	                 FSK_UNKNOWN);
	assert_int_equal(fsk_generator_find("ramnit/13317EAC", &generator), FSK_OK);
	assert_int_equal(fsk_generator_period(generator, DAY, &period), FSK_OK);
	assert_int_equal(fsk_generator_next_period(generator, &period), FSK_END);
}

static void
test_what_does_not_exist(void **state)
{
	size_t none = fsk_generator_count();
	struct fsk_cursor *cursor;
	struct fsk_period period;
	size_t generator;

	(void)state;
	assert_int_equal(fsk_generator_find("conficker/z", &generator), FSK_UNKNOWN);
	assert_null(fsk_generator_family(none));
	assert_null(fsk_generator_variant(none));
	assert_int_equal(fsk_generator_names(none), 0);
	assert_int_equal(fsk_generator_period(none, DAY, &period), FSK_UNKNOWN);
	assert_int_equal(fsk_cursor_open(none, DAY, &cursor), FSK_UNKNOWN);
	assert_int_equal(fsk_generator_find("gozi/luther", &generator), FSK_OK);
	assert_int_equal(fsk_generator_period(generator, DAY, &period), FSK_RANGE);
	assert_int_equal(fsk_cursor_open(generator, DAY, &cursor), FSK_RANGE);
	assert_string_equal(fsk_strerror(FSK_RANGE), "value out of range");
	assert_string_equal(fsk_strerror((enum fsk_err)4711), "unknown error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_published_name),
	        cmocka_unit_test(test_periods),
	        cmocka_unit_test(test_what_does_not_exist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
