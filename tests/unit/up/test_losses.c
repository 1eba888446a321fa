/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Contacts that are lost: told when that begins, once a minute, when some are kept again,
 * and at the end; the last number is never left untold.
 */
#include "up/losses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Asserts that the log ${fd} has one more line, in which ${wanted} stands; NULL: none. */
static void
assert_said(int fd, const char *wanted)
{
	char text[1000];
	ssize_t len = read(fd, text, sizeof(text) - 1);

	if (wanted == NULL) {
		assert_int_equal(len, -1);
		return;
	}
	assert_true(len > 0);
	text[len] = '\0';
	assert_ptr_equal(strchr(text, '\n'), text + len - 1);
	if (strstr(text, wanted) == NULL)
		fail_msg("no %s in %s", wanted, text);
}

static void
test_course(void **state)
{
	static const struct {
		uint64_t kept, lost;
		int64_t seconds;
		const char *said;
	} looks[] = {
	        {5, 0, 1, NULL},
	        {6, 3, 2, "event=lost role=sinkhole contacts=3 "},
	        {6, 8, 3, NULL},
	        {6, 9, 61, NULL},
	        {6, 10, 62, "event=lost role=sinkhole contacts=7 "},
	        {7, 14, 63, NULL},
	        {9, 14, 67, NULL},  /* it may be the last room */
	        {9, 14, 100, NULL}, /* nobody came */
	        {10, 14, 101,
	         "event=store role=sinkhole words=\"contacts are kept again; "
	         "those that were lost\" lost=14"},
	        {11, 14, 102, NULL},
	        {11, 15, 103, "event=lost role=sinkhole contacts=1 "},
	        {11, 16, 104, NULL},
	        {12, 16, 109,
	         "event=store role=sinkhole words=\"contacts are kept again; "
	         "those that were lost\" lost=2"},
	};
	struct up_losses losses = {.role = "sinkhole"};
	struct up_log log = {.format = UP_LOGFMT};
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	log.fd = ends[1];
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		up_losses_look(&losses, &log, looks[i].kept, looks[i].lost,
		               looks[i].seconds * 1000);
		assert_said(ends[0], looks[i].said);
	}
	/* More than the last look has seen. */
	up_losses_end(&losses, &log, 17);
	assert_said(ends[0],
	            "event=store role=sinkhole words=\"contacts that were lost since "
	            "the start\" lost=17");
	up_losses_end(&losses, &log, 0);
	assert_said(ends[0], NULL);
	close(ends[0]);
	close(ends[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_course),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
