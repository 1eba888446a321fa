/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Names label by label: each limit of a length from both sides, names that were cut or
 * changed, and no more than there is room for.
 */
#include "logs/labels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Asserts that ${text}, from memory of exactly its size, is the name ${want}; NULL:
 * none. */
static void
assert_name(const char *text, const char *want)
{
	size_t len = strlen(text);
	char *copy = malloc(len > 0 ? len : 1);
	struct log_scratch scratch = {.used = 0};
	struct span name = {NULL, 0};

	assert_non_null(copy);
	memcpy(copy, text, len);
	if (labels_read((struct span){copy, len}, &scratch, &name) != (want != NULL))
		fail_msg("\"%s\" is %s name", text, want != NULL ? "no" : "a");
	if (want != NULL && !span_equal(name, span_of(want)))
		fail_msg("\"%s\" is %.*s", text, (int)name.len, name.text);
	free(copy);
}

static void
names_are_put_together(void **state)
{
	(void)state;
	assert_name("(3)www(7)example(3)com(0)", "www.example.com");
	assert_name("(3)com(0) and more", "com");
	assert_name("(03)com(0)", "com");
	assert_name("(0)", ".");
	assert_name("(3)a(b(3)com(0)", "a(b.com");
	assert_name("(5)ab(3)com(0)", "ab.com"); /* changed since */
}

static void
what_is_cut_is_no_name(void **state)
{
	static const char whole[] = "(3)www(7)example(3)com(0)";

	(void)state;
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		char text[sizeof(whole)] = "";

		memcpy(text, whole, len);
		assert_name(text, NULL);
	}
	assert_name("(64)x(0)", NULL);
	assert_name("(99999999999999999999)x(0)", NULL);
	assert_name("()x(0)", NULL);
	assert_name("(3 www(0)", NULL);
	assert_name("www(0)", NULL);
}

static void
a_name_needs_room(void **state)
{
	struct log_scratch scratch = {.used = sizeof(scratch.text) - 6};
	struct span name;

	(void)state;
	assert_false(labels_read(span_of("(3)www(3)com(0)"), &scratch, &name));
	scratch.used = sizeof(scratch.text) - 8;
	assert_true(labels_read(span_of("(3)www(3)com(0)"), &scratch, &name));
	assert_true(span_equal(name, span_of("www.com")));
	scratch.used = sizeof(scratch.text);
	assert_false(labels_read(span_of("(0)"), &scratch, &name));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(names_are_put_together),
	        cmocka_unit_test(what_is_cut_is_no_name),
	        cmocka_unit_test(a_name_needs_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
