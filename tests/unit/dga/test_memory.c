/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the generators do when memory runs out: every allocation fails once, and
 * nothing leaks or is written.
 */
#include "dga/selftest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define DAY INT64_C(1236470400) /* 2009-03-08T00:00:00Z */

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

static int left; /* calls of malloc() that still succeed; negative: all do */

void *
__wrap_malloc(size_t size)
{
	if (left == 0)
		return NULL;
	if (left > 0)
		left--;
	return __real_malloc(size);
}

static void
test_list(void **state)
{
	struct dga_generator g = dga_generator_at(0);
	struct dga_list list = {.count = 4711};

	(void)state;
	for (int n = 0; n < 3; n++) {
		left = n;
		assert_int_equal(dga_list_init(&list, g.variant, true), FSK_NOMEM);
		assert_int_equal(list.count, 4711);
	}
	left = 3;
	assert_int_equal(dga_list_init(&list, g.variant, true), FSK_OK);
	dga_list_fini(&list);
	assert_null(list.text);
	left = -1;
}

static void
test_digest(void **state)
{
	struct dga_generator g = dga_generator_at(0);
	char hex[DGA_SHA256_SIZE] = "";

	(void)state;
	for (left = 0; left < 2;) {
		int n = left;

		assert_int_equal(dga_list_digest(&g, DAY, 1, hex), FSK_NOMEM);
		assert_string_equal(hex, "");
		left = n + 1;
	}
	assert_int_equal(dga_list_digest(&g, DAY, 1, hex), FSK_OK);
	assert_string_equal(hex, g.variant->proof_sha256);
	left = -1;
}

static void
test_cursor(void **state)
{
	struct fsk_cursor *cursor = NULL;

	(void)state;
	left = 0;
	assert_int_equal(fsk_cursor_open(0, DAY, &cursor), FSK_NOMEM);
	assert_null(cursor);
	left = -1;
	assert_int_equal(fsk_cursor_open(0, DAY, &cursor), FSK_OK);
	fsk_cursor_close(cursor);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_list),
	        cmocka_unit_test(test_digest),
	        cmocka_unit_test(test_cursor),
	};

	left = -1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
