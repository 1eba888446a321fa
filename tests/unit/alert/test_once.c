/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Once a day and a family, and once more if it is grave; a day that is full says no more.
 * Linked with --wrap for malloc, calloc and strdup, which then fail on the n-th call.
 */
#include "alert/once.h"

#include "../memory.h"
#include "scene.h"

#define DAY INT64_C(86400000000)
#define MIDNIGHT INT64_C(1438646400000000) /* 2015-08-04 */

static struct sighting_client
client(unsigned host)
{
	return (struct sighting_client){.address = scene_address(host), .prefix = 32};
}

static void
test_once(void **state)
{
	struct sighting_client one = client(1), other = client(2), net = client(1);
	struct alert_once *once;

	(void)state;
	net.prefix = 24;
	assert_int_equal(alert_once_new(100, &once), FSK_OK);
	assert_true(alert_once_is_first(once, &one, 3, false, NOW));
	assert_true(alert_once_first(once, &one, 3, false, NOW));
	assert_false(alert_once_is_first(once, &one, 3, false, NOW));
	assert_false(alert_once_first(once, &one, 3, false, NOW));
	assert_false(alert_once_first(once, &one, 3, false, NOW + 1000000));
	assert_true(alert_once_first(once, &one, 4, false, NOW));
	assert_true(alert_once_first(once, &other, 3, false, NOW));
	assert_true(alert_once_first(once, &net, 3, false, NOW));
	assert_true(alert_once_is_first(once, &one, 0, false, NOW));
	assert_int_equal(alert_once_refused(once), 0);
	alert_once_free(once);
	alert_once_free(NULL);
}

/* Who was told of mildly is news once more, gravely; who was told of gravely is not. */
static void
test_grave(void **state)
{
	struct sighting_client one = client(1), other = client(2), more = client(3);
	struct alert_once *once;

	(void)state;
	assert_int_equal(alert_once_new(2, &once), FSK_OK);
	assert_true(alert_once_first(once, &one, 3, false, NOW));
	assert_true(alert_once_is_first(once, &one, 3, true, NOW));
	assert_true(alert_once_is_first(once, &one, 3, true, NOW)); /* no note was taken */
	assert_true(alert_once_first(once, &other, 3, true, NOW));
	assert_false(alert_once_first(once, &other, 3, false, NOW));
	assert_false(alert_once_first(once, &other, 3, true, NOW));
	/* It is full by now: of who is in it, a grave word is taken all the same. */
	assert_false(alert_once_first(once, &more, 3, true, NOW));
	assert_true(alert_once_first(once, &one, 3, true, NOW));
	assert_int_equal(alert_once_refused(once), 1);
	assert_false(alert_once_is_first(once, &one, 3, true, NOW));
	assert_false(alert_once_first(once, &one, 3, true, NOW));
	assert_false(alert_once_first(once, &one, 3, false, NOW));
	assert_true(alert_once_first(once, &one, 3, false, NOW + DAY));
	assert_true(alert_once_first(once, &one, 3, true, NOW + DAY));
	alert_once_free(once);
}

static void
test_days(void **state)
{
	struct sighting_client one = client(1), other = client(2);
	struct alert_once *once;

	(void)state;
	assert_int_equal(alert_once_new(100, &once), FSK_OK);
	assert_true(alert_once_first(once, &one, 3, false, MIDNIGHT - 1));
	assert_true(alert_once_is_first(once, &one, 3, false, MIDNIGHT));
	assert_true(alert_once_first(once, &one, 3, false, MIDNIGHT));
	/* What another worker saw before midnight counts with the new day. */
	assert_false(alert_once_first(once, &one, 3, false, MIDNIGHT - 1));
	assert_true(alert_once_first(once, &other, 3, false, MIDNIGHT - 1));
	assert_false(alert_once_first(once, &other, 3, false, MIDNIGHT));
	/* A clock that was years ahead does not silence the years. */
	assert_true(alert_once_first(once, &one, 3, false, MIDNIGHT + 3000 * DAY));
	assert_true(alert_once_first(once, &one, 3, false, MIDNIGHT));
	assert_true(alert_once_first(once, &one, 3, false, -1));
	assert_false(alert_once_first(once, &one, 3, false, -DAY));
	assert_true(alert_once_first(once, &one, 3, false, 0));
	assert_true(alert_once_first(once, &one, 3, false, INT64_MIN));
	assert_true(alert_once_first(once, &one, 3, false, INT64_MAX));
	alert_once_free(once);
}

static void
test_full(void **state)
{
	struct sighting_client who;
	struct alert_once *once;

	(void)state;
	assert_int_equal(alert_once_new(1000, &once), FSK_OK);
	for (int64_t day = 0; day < 3; day++) {
		for (unsigned i = 0; i < 1000; i++) {
			who = client(i);
			assert_true(alert_once_first(once, &who, i % 7, false,
			                             NOW + day * DAY));
		}
		who = client(1000);
		assert_true(alert_once_is_first(once, &who, 0, false, NOW + day * DAY));
		assert_false(alert_once_first(once, &who, 0, false, NOW + day * DAY));
		for (unsigned i = 0; i < 1000; i++) {
			who = client(i);
			assert_false(alert_once_first(once, &who, i % 7, false,
			                              NOW + day * DAY));
		}
		assert_int_equal(alert_once_refused(once), day + 1);
	}
	alert_once_free(once);

	assert_int_equal(alert_once_new(0, &once), FSK_OK);
	assert_false(alert_once_is_first(once, &who, 0, false, NOW));
	assert_false(alert_once_first(once, &who, 0, false, NOW));
	assert_int_equal(alert_once_refused(once), 1);
	alert_once_free(once);
}

static void
test_memory(void **state)
{
	struct alert_once *once = NULL;

	(void)state;
	for (int n = 0; n < 2; n++) {
		memory_left = n;
		assert_int_equal(alert_once_new(100, &once), FSK_NOMEM);
	}
	memory_left = -1;
	assert_null(once);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_once),   cmocka_unit_test(test_grave),
	        cmocka_unit_test(test_days),   cmocka_unit_test(test_full),
	        cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
