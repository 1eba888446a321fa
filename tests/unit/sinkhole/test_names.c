/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Files of names that are held. Linked with --wrap for calloc and realloc, which then fail
 * on the n-th call.
 */
#include "../memory.h"
#include "ground_scene.h"

#include <stdio.h>

static void
test_names(void **state)
{
	static const char text[] = "# held since May\n"
	                           "\n"
	                           "Example.COM.\r\n"
	                           "  a.example # a note\n"
	                           "\t\n"
	                           "last.example";
	struct fsk_name *names;
	struct fault fault;
	size_t count;

	(void)state;
	assert_int_equal(sinkhole_names_read(span_of(text), &names, &count, &fault),
	                 FSK_OK);
	assert_int_equal(count, 3);
	assert_string_equal(names[0].text, "example.com");
	assert_string_equal(names[1].text, "a.example");
	assert_string_equal(names[2].text, "last.example");
	free(names);
	assert_int_equal(sinkhole_names_read(span_of(""), &names, &count, NULL), FSK_OK);
	assert_int_equal(count, 0);
	assert_non_null(names);
	free(names);
}

static void
test_names_wrong(void **state)
{
	static const struct {
		const char *text;
		size_t line, column;
	} wrong[] = {
	        {"a.example b.example\n", 1, 10},
	        {"a.example\n b..example", 2, 4},
	        {"\n*.example\n", 2, 1},
	        {"a.example\n.\n", 2, 1},
	        {"a\1.example", 1, 2},
	};
	struct fsk_name *names = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct fault fault = {0, 0, NULL};
		size_t count;

		assert_int_equal(
		        sinkhole_names_read(span_of(wrong[i].text), &names, &count, &fault),
		        FSK_SYNTAX);
		assert_null(names);
		assert_int_equal(fault.line, wrong[i].line);
		assert_int_equal(fault.column, wrong[i].column);
		assert_non_null(fault.why);
	}
}

static void
test_names_memory(void **state)
{
	char text[400] = "";
	struct fsk_name *names;
	enum fsk_err err = FSK_NOMEM;
	size_t count = 0;
	long calls;

	(void)state;
	for (unsigned i = 0; i < 40; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "n%u.org\n", i);
	for (calls = 0; err == FSK_NOMEM && calls < 10; calls++) {
		atomic_store(&memory_left, calls);
		err = sinkhole_names_read(span_of(text), &names, &count, NULL);
		atomic_store(&memory_left, -1);
	}
	assert_int_equal(err, FSK_OK);
	assert_int_equal(calls, 4); /* it grows from 16 to 32 to 64 */
	assert_int_equal(count, 40);
	free(names);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_names),
	        cmocka_unit_test(test_names_wrong),
	        cmocka_unit_test(test_names_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
