/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The serial of what a role serves: it goes on after a restart and never back, whatever the
 * clock does, and a file that is broken is no serial.
 */
#include "up/serial.h"

#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* 2026-11-22T12:00:00Z */
#define NOW (INT64_C(20779) * DATE_DAY + DATE_DAY / 2)

static char folder[] = "/tmp/foresink-XXXXXX";
static char path[sizeof(folder) + sizeof("/guard.serial")];
static struct up_log silent;

static int
make_folder(void **state)
{
	(void)state;
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/guard.serial", folder);
	silent.fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	assert_true(silent.fd >= 0);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	close(silent.fd);
	(void)unlink(path);
	assert_int_equal(rmdir(folder), 0);
	return 0;
}

/* The next serial of a daemon that begins with what ${state} keeps. */
static uint32_t
next_of(const char *state, int64_t now, bool take)
{
	struct up_serial serial;
	uint32_t next;

	assert_int_equal(up_serial_init(&serial, state, "guard", &silent), FSK_OK);
	next = up_serial_next(&serial, now);
	if (take)
		up_serial_take(&serial, next);
	up_serial_fini(&serial);
	return next;
}

static void
test_goes_on(void **state)
{
	(void)state;
	assert_int_equal(next_of(folder, NOW, true), 2026112200);
	assert_int_equal(next_of(folder, NOW, true), 2026112201);
	/* The calendar was set back, and is right again. */
	assert_int_equal(next_of(folder, NOW - 30 * DATE_DAY, true), 2026112202);
	assert_int_equal(next_of(folder, NOW + DATE_DAY, true), 2026112300);
}

static void
test_no_folder(void **state)
{
	struct up_serial serial;

	(void)state;
	assert_int_equal(up_serial_init(&serial, NULL, "guard", &silent), FSK_OK);
	assert_int_equal(up_serial_next(&serial, NOW), 2026112250);
	up_serial_take(&serial, 2026112250);
	assert_int_equal(up_serial_next(&serial, NOW), 2026112251);
	up_serial_fini(&serial);
}

static void
test_broken(void **state)
{
	static const char *const texts[] = {
	        "", "\n", "x", "-1", "4294967296", "1 2", "20261122002026112200"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		FILE *file = fopen(path, "we");

		assert_non_null(file);
		assert_true(fputs(texts[i], file) >= 0);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(next_of(folder, NOW, false), 2026112200);
	}
	/* What stands in its way is no reason not to serve. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(next_of(folder, NOW, true), 2026112200);
	assert_int_equal(rmdir(path), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_goes_on, make_folder, remove_folder),
	        cmocka_unit_test_setup_teardown(test_no_folder, make_folder, remove_folder),
	        cmocka_unit_test_setup_teardown(test_broken, make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
