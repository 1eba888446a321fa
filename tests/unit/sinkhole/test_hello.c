/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The ClientHello: its name, from one record and from many; cut at each octet; one that
 * breaks its own lengths; one that is longer than is waited for.
 */
#include "hellos.h"

#include "sinkhole/hello.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NAME "Bots.Meet.Example."
#define READ "bots.meet.example"

/* Reads ${len} octets from memory of just that size. */
static enum sinkhole_greeting
read_exactly(const uint8_t *octets, size_t len, char name[256])
{
	char *copy = malloc(len > 0 ? len : 1);
	enum sinkhole_greeting greeting;

	assert_non_null(copy);
	memcpy(copy, octets, len);
	memset(name, 'x', 256);
	greeting = sinkhole_hello_read((struct span){copy, len}, name);
	assert_non_null(memchr(name, '\0', 256));
	free(copy);
	return greeting;
}

static void
test_cut(void **state)
{
	uint8_t message[2 * HELLO_SIZE], octets[12 * HELLO_SIZE];
	size_t len = make_hello(message, NAME, 7);
	char name[256];

	(void)state;
	for (size_t part = 1; part <= len; part++) {
		size_t whole = make_records(octets, message, len, part);

		for (size_t cut = 0; cut < whole; cut++)
			assert_int_equal(read_exactly(octets, cut, name),
			                 SINKHOLE_HELLO_MORE);
		assert_int_equal(read_exactly(octets, whole, name), SINKHOLE_HELLO_WHOLE);
		assert_string_equal(name, READ);
		/* What follows is not looked at. */
		octets[whole] = 0x17;
		assert_int_equal(read_exactly(octets, whole + 1, name),
		                 SINKHOLE_HELLO_WHOLE);
	}
}

static void
test_names(void **state)
{
	static const struct {
		const char *said, *read;
	} cases[] = {
	        {NULL, ""},
	        {"", ""},
	        {"a", "a"},
	        {"a..b", ""},
	        {".", ""},
	        {"a b.example", ""},
	        {"caf\xc3\xa9.example", ""},
	        {"UPPER.EXAMPLE", "upper.example"},
	};
	uint8_t message[2 * HELLO_SIZE], octets[2 * HELLO_SIZE];
	char name[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = make_hello(message, cases[i].said, 0);

		len = make_records(octets, message, len, len);
		assert_int_equal(read_exactly(octets, len, name), SINKHOLE_HELLO_WHOLE);
		assert_string_equal(name, cases[i].read);
	}
}

/* Each octet set to each of a few values: nothing is read outside, and the name is that
 * which was said or none, unless the name itself was changed. */
static void
test_altered(void **state)
{
	static const uint8_t values[] = {0, 1, 2, 0x7f, 0x80, 0xff};
	uint8_t message[2 * HELLO_SIZE], octets[2 * HELLO_SIZE];
	size_t len = make_hello(message, "bots.example", 3), none = 0;
	size_t whole = make_records(octets, message, len, len);
	size_t name_at = whole - strlen("bots.example");

	(void)state;
	for (size_t i = 0; i < name_at; i++) {
		for (size_t k = 0; k < sizeof(values); k++) {
			uint8_t kept = octets[i];
			char name[256];

			octets[i] = values[k];
			none += read_exactly(octets, whole, name) == SINKHOLE_HELLO_NONE;
			/* A length may be made less, so that less of it is read. */
			if (i < name_at - 2 && name[0] != '\0')
				assert_string_equal(name, "bots.example");
			octets[i] = kept;
		}
	}
	assert_true(none > 20);
}

static void
test_broken(void **state)
{
	uint8_t message[2 * HELLO_SIZE], octets[2 * HELLO_SIZE];
	size_t len = make_hello(message, "bots.example", 0);
	size_t whole = make_records(octets, message, len, len);
	char name[256];

	(void)state;
	octets[0] = 0x15; /* an alert */
	assert_int_equal(read_exactly(octets, whole, name), SINKHOLE_HELLO_NONE);
	octets[0] = 0x16;
	octets[5] = 2; /* what a server says */
	assert_int_equal(read_exactly(octets, whole, name), SINKHOLE_HELLO_NONE);
	octets[5] = 1;
	put_number(octets + 3, 0, 2); /* an empty record */
	assert_int_equal(read_exactly(octets, whole, name), SINKHOLE_HELLO_NONE);
	put_number(octets + 3, 16385, 2);
	assert_int_equal(read_exactly(octets, whole, name), SINKHOLE_HELLO_NONE);
	put_number(octets + 3, len, 2);
	put_number(octets + 6, 33, 3); /* too short for its random octets */
	assert_int_equal(read_exactly(octets, whole, name), SINKHOLE_HELLO_NONE);
	put_number(octets + 6, len - 4, 3);
	octets[9 + 34] = 200; /* a session longer than all */
	assert_int_equal(read_exactly(octets, whole, name), SINKHOLE_HELLO_NONE);
	octets[9 + 34] = 0;
	assert_int_equal(read_exactly(octets, whole, name), SINKHOLE_HELLO_WHOLE);
	assert_string_equal(name, "bots.example");
}

/* Longer than is waited for: the name, if it stands early enough. */
static void
test_long(void **state)
{
	static uint8_t message[3 * SINKHOLE_HELLO_MOST], octets[3 * SINKHOLE_HELLO_MOST];
	char name[256];

	(void)state;
	for (size_t fill = SINKHOLE_HELLO_MOST - 120; fill < SINKHOLE_HELLO_MOST; fill++) {
		size_t len = make_hello(message, "bots.example", fill);
		size_t whole = make_records(octets, message, len, len);

		assert_int_equal(read_exactly(octets, SINKHOLE_HELLO_MOST - 1, name),
		                 whole < SINKHOLE_HELLO_MOST ? SINKHOLE_HELLO_WHOLE
		                                             : SINKHOLE_HELLO_MORE);
		assert_int_equal(read_exactly(octets, sizeof(octets), name),
		                 whole <= SINKHOLE_HELLO_MOST ? SINKHOLE_HELLO_WHOLE
		                                              : SINKHOLE_HELLO_LONG);
		assert_string_equal(name,
		                    whole <= SINKHOLE_HELLO_MOST ? "bots.example" : "");
	}
}

static void
test_old(void **state)
{
	static const uint8_t hello[] = {0x80, 12, 1, 3, 1, 0, 3, 0, 0, 0, 0, 0, 0, 10};
	char name[256];

	(void)state;
	for (size_t cut = 1; cut < sizeof(hello); cut++)
		assert_int_equal(read_exactly(hello, cut, name), SINKHOLE_HELLO_MORE);
	assert_int_equal(read_exactly(hello, sizeof(hello), name), SINKHOLE_HELLO_WHOLE);
	assert_string_equal(name, "");
	assert_int_equal(read_exactly((const uint8_t *)"\x80\x02\x01", 3, name),
	                 SINKHOLE_HELLO_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_cut),     cmocka_unit_test(test_names),
	        cmocka_unit_test(test_altered), cmocka_unit_test(test_broken),
	        cmocka_unit_test(test_long),    cmocka_unit_test(test_old),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
