/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The allow list: what its lines may look like, what is refused and where, that
 * a refused text leaves nothing behind, and that names match by whole labels.
 */
#include "watch/allow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

static int left = -1; /* allocations that still succeed; negative: all do */

static bool
denied(void)
{
	if (left == 0)
		return true;
	if (left > 0)
		left--;
	return false;
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return denied() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return denied() ? NULL : __real_realloc(old, size);
}

static struct watch_allow *
list_of(const char *text)
{
	struct watch_allow *allow = NULL;
	struct fault fault = {.why = NULL};

	assert_int_equal(watch_allow_new(&allow), FSK_OK);
	assert_int_equal(watch_allow_read(allow, span_of(text), &fault), FSK_OK);
	assert_null(fault.why);
	return allow;
}

static bool
has(const struct watch_allow *allow, const char *name)
{
	return watch_allow_has(allow, span_of(name));
}

static void
test_match(void **state)
{
	struct watch_allow *allow = list_of("example.com\nwww.example.org\n");

	(void)state;
	assert_int_equal(watch_allow_count(allow), 2);
	assert_true(has(allow, "example.com"));
	assert_true(has(allow, "EXAMPLE.com"));
	assert_true(has(allow, "a.example.com"));
	assert_true(has(allow, "a.b.c.d.example.com"));
	assert_true(has(allow, "www.example.org"));
	assert_true(has(allow, "x.www.example.org"));
	assert_false(has(allow, "example.org"));
	assert_false(has(allow, "ftp.example.org"));
	assert_false(has(allow, "notexample.com"));
	assert_false(has(allow, "example.com.net"));
	assert_false(has(allow, "example.co"));
	assert_false(has(allow, "com"));
	assert_false(has(allow, ""));
	assert_false(has(allow, "."));
	assert_false(has(allow, "xample.com"));
	assert_false(watch_allow_has(allow, (struct span){"example.com", 10}));
	assert_true(watch_allow_has(allow, (struct span){"example.com.net", 11}));
	watch_allow_free(allow);
}

/* The hash takes some octets for others; the text decides. */
static void
test_exact(void **state)
{
	struct watch_allow *allow = list_of("a-b.example\nx_y.example\n");

	(void)state;
	assert_true(has(allow, "A-B.example"));
	assert_false(has(allow, "a\rb.example"));
	assert_false(has(allow, "x\x7fy.example"));
	assert_false(has(allow, "a-b\x0e"
	                        "example"));
	watch_allow_free(allow);
}

static void
test_forms(void **state)
{
	struct watch_allow *allow = list_of("\xef\xbb\xbf# sites\r\n"
	                                    "\r\n"
	                                    "Example.COM.\r\n"
	                                    "  *.example.com \t # the same\r\n"
	                                    "\texample.com#why\n"
	                                    "   \n"
	                                    "#\n"
	                                    "xn--bcher-kva.example\n"
	                                    "_dmarc.a-b.example\r\n"
	                                    "2020.example\n"
	                                    "last.example");

	(void)state;
	assert_int_equal(watch_allow_count(allow), 5);
	assert_true(has(allow, "example.com"));
	assert_true(has(allow, "xn--bcher-kva.example"));
	assert_true(has(allow, "_dmarc.a-b.example"));
	assert_true(has(allow, "2020.example"));
	assert_true(has(allow, "last.example"));
	watch_allow_free(allow);
	allow = list_of("");
	assert_int_equal(watch_allow_count(allow), 0);
	assert_false(has(allow, "example.com"));
	assert_int_equal(watch_allow_read(allow, (struct span){NULL, 0}, NULL), FSK_OK);
	watch_allow_free(allow);
	watch_allow_free(NULL);
}

static void
assert_refused(struct span text, size_t line, size_t column)
{
	struct watch_allow *allow = list_of("kept.example\n");
	struct fault fault = {.why = NULL};

	assert_int_equal(watch_allow_read(allow, text, &fault), FSK_SYNTAX);
	assert_int_equal(fault.line, line);
	assert_int_equal(fault.column, column);
	assert_non_null(fault.why);
	assert_int_equal(watch_allow_read(allow, text, NULL), FSK_SYNTAX);
	assert_int_equal(watch_allow_count(allow), 1);
	assert_false(has(allow, "good.example"));
	assert_true(has(allow, "kept.example"));
	watch_allow_free(allow);
}

static void
test_refusals(void **state)
{
	(void)state;
	assert_refused(span_of("com"), 1, 1);
	assert_refused(span_of("good.example\n# x\n *.com\n"), 3, 4);
	assert_refused(span_of("good.example\r\ncom.\r\n"), 2, 1);
	assert_refused(span_of("*"), 1, 1);
	assert_refused(span_of("*."), 1, 1);
	assert_refused(span_of("*.*.example.com"), 1, 3);
	assert_refused(span_of("a.*.example.com"), 1, 3);
	assert_refused(span_of("https://www.example.com/"), 1, 6);
	assert_refused(span_of("||example.com^"), 1, 1);
	assert_refused(span_of("good.example\n\n  0.0.0.0 a.example"), 3, 10);
	assert_refused(span_of("192.0.2.1"), 1, 1);
	assert_refused(span_of("a..example"), 1, 3);
	assert_refused(span_of(".example.com"), 1, 1);
	assert_refused(span_of("b\xc3\xbc"
	                       "cher.example"),
	               1, 2);
	assert_refused((struct span){"good.example\na\0.example\n", 23}, 2, 2);
	assert_refused((struct span){"\0", 1}, 1, 1);
	assert_refused(span_of("a.example\rb.example"), 1, 10);
	assert_refused(span_of("a.example\n\xef\xbb\xbf"
	                       "b.example"),
	               2, 1);
}

/* Names and lines on each side of their limits. */
static void
test_bounds(void **state)
{
	char name[255];
	char text[1200];
	struct watch_allow *allow;

	(void)state;
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 64 == 63 ? '.' : 'a';
	name[253] = '\0';
	allow = list_of(name);
	assert_true(has(allow, name));
	assert_false(has(allow, name + 1));
	name[253] = 'a';
	name[254] = '\0';
	assert_false(has(allow, name)); /* no name is that long */
	watch_allow_free(allow);
	assert_refused(span_of(name), 1, 254);
	memset(name, 'a', 64);
	memcpy(name + 64, ".b", 3);
	assert_refused(span_of(name), 1, 64);
	memset(text, ' ', sizeof(text));
	memcpy(text + sizeof(text) - 10, "a.example", 10);
	allow = list_of(text);
	assert_true(has(allow, "a.example"));
	watch_allow_free(allow);
	text[0] = '#';
	allow = list_of(text);
	assert_int_equal(watch_allow_count(allow), 0);
	watch_allow_free(allow);
}

/* Many entries in many readings: all are found, none twice, no other. */
static void
test_many(void **state)
{
	struct watch_allow *allow = list_of("");
	char text[64];

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		assert_true(snprintf(text, sizeof(text), "n%u.example\nn%u.EXAMPLE.\n", i,
		                     i / 2) > 0);
		assert_int_equal(watch_allow_read(allow, span_of(text), NULL), FSK_OK);
	}
	assert_int_equal(watch_allow_count(allow), 5000);
	for (unsigned i = 0; i < 10000; i++) {
		assert_true(snprintf(text, sizeof(text), "w.n%u.example", i) > 0);
		assert_int_equal(has(allow, text), i < 5000);
	}
	watch_allow_free(allow);
}

static void
test_memory(void **state)
{
	struct watch_allow *allow = NULL;
	int n = 0;

	(void)state;
	for (;; n++) {
		left = n;
		if (watch_allow_new(&allow) == FSK_OK)
			break;
		assert_null(allow);
	}
	assert_int_equal(n, 2);
	for (n = 0;; n++) {
		struct fault fault = {.why = NULL};

		left = n;
		if (watch_allow_read(allow, span_of("a.example\nb.example"), &fault) ==
		    FSK_OK)
			break;
		assert_null(fault.why);
		assert_int_equal(watch_allow_count(allow), 0);
		assert_false(has(allow, "a.example"));
	}
	left = -1;
	assert_int_equal(n, 2);
	assert_true(has(allow, "a.example"));
	assert_true(has(allow, "b.example"));
	watch_allow_free(allow);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_match),  cmocka_unit_test(test_exact),
	        cmocka_unit_test(test_forms),  cmocka_unit_test(test_refusals),
	        cmocka_unit_test(test_bounds), cmocka_unit_test(test_many),
	        cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
