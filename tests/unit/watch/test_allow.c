/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The allow list: what its lines may look like, what is refused and where, that
 * a refused text leaves nothing behind, that names match by whole labels, and that an
 * entry holds until its last second.
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
	assert_int_equal(
	        watch_allow_read(allow, span_of(text), span_of("allow.txt"), &fault),
	        FSK_OK);
	assert_null(fault.why);
	return allow;
}

static bool
has(const struct watch_allow *allow, const char *name)
{
	return watch_allow_find(allow, span_of(name), 0, NULL);
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
	assert_false(watch_allow_find(allow, (struct span){"example.com", 10}, 0, NULL));
	assert_true(watch_allow_find(allow, (struct span){"example.com.net", 11}, 0, NULL));
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
	                                    "\texample.com\t#why\n"
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
	assert_int_equal(watch_allow_read(allow, (struct span){NULL, 0}, span_of(""), NULL),
	                 FSK_OK);
	watch_allow_free(allow);
	watch_allow_free(NULL);
}

static void
assert_refused(struct span text, size_t line, size_t column)
{
	struct watch_allow *allow = list_of("kept.example\n");
	struct fault fault = {.why = NULL};

	assert_int_equal(watch_allow_read(allow, text, span_of("allow.txt"), &fault),
	                 FSK_SYNTAX);
	assert_int_equal(fault.line, line);
	assert_int_equal(fault.column, column);
	assert_non_null(fault.why);
	assert_int_equal(watch_allow_read(allow, text, span_of("allow.txt"), NULL),
	                 FSK_SYNTAX);
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
	assert_refused(span_of("good.example\n\n  0.0.0.0 a.example"), 3, 3);
	assert_refused(span_of("192.0.2.1"), 1, 1);
	assert_refused(span_of("a..example"), 1, 3);
	assert_refused(span_of(".example.com"), 1, 1);
	assert_refused(span_of("b\xc3\x28"
	                       "cher.example"),
	               1, 2);
	assert_refused(span_of("\xef\xbc\x91\xef\xbc\x99\xef\xbc\x92.0.2.1"), 1, 1);
	assert_refused((struct span){"b\xc3\xbc.a\0.example", 14}, 1, 2);
	assert_refused(span_of("example.com#why"), 1, 12);
	assert_refused(span_of("127.1"), 1, 1);
	assert_refused(span_of("10.0.0.0/8"), 1, 9);
	assert_refused(span_of("[2001:db8::1]"), 1, 1);
	assert_refused(span_of("www.com..."), 1, 9);
	assert_refused((struct span){"good.example\na\0.example\n", 23}, 2, 2);
	assert_refused((struct span){"\0", 1}, 1, 1);
	assert_refused(span_of("a.example\rb.example"), 1, 10);
	/* The end, and the reason. */
	assert_refused(span_of("a.example b.example"), 1, 11);
	assert_refused(span_of("good.example - ok\na.example \t2026-02-30"), 2, 20);
	assert_refused(span_of("a.example 2026-02-1 x"), 1, 11);
	assert_refused(span_of("a.example - caf\xe9"), 1, 16);
	assert_refused(span_of("a.example - a\x1b[1m"), 1, 14);
	assert_refused(span_of("a.example - \xc2\x9b"), 1, 13);
	assert_refused(span_of("a.example - x\xe2\x80\xaey"), 1, 14);
	assert_refused((struct span){"a.example - x\0y", 15}, 1, 14);
	assert_refused(span_of("a.example - x\ry"), 1, 14);
	assert_refused(span_of("a.example # \xc0\x80"), 1, 13);
}

#define DAY INT64_C(86400)

static struct watch_allowed
entry_of(const struct watch_allow *allow, const char *name, int64_t instant)
{
	struct watch_allowed entry = {.line = 0};

	assert_true(watch_allow_find(allow, span_of(name), instant, &entry));
	return entry;
}

static void
assert_span(struct span got, const char *wanted)
{
	if (!span_equal(got, span_of(wanted)))
		fail_msg("got \"%.*s\", not \"%s\"", (int)got.len, got.text, wanted);
}

/* What stands behind a name, in every form. */
static void
test_words(void **state)
{
	static const struct {
		const char *line;
		int64_t until;
		const char *reason;
	} rows[] = {
	        {"a.example", INT64_MAX, ""},
	        {"a.example -", INT64_MAX, ""},
	        {"a.example # our own", INT64_MAX, "our own"},
	        {"a.example\t##  our own  \r", INT64_MAX, "our own"},
	        {"a.example #", INT64_MAX, ""},
	        {"a.example 1970-01-02", 2 * DAY - 1, ""},
	        {"a.example 1970-01-02 #x", 2 * DAY - 1, "x"},
	        {" A.Example. \t 1970-01-02T00:00:05Z  the shop, #42 \t ", DAY + 5,
	         "the shop, #42"},
	        {"a.example - # x", INT64_MAX, "x"},
	        {"a.example - caf\xc3\xa9 \xf0\x9f\x8d\xba", INT64_MAX,
	         "caf\xc3\xa9 \xf0\x9f\x8d\xba"},
	        {"a.example - two\twords", INT64_MAX, "two\twords"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct watch_allow *allow = list_of(rows[i].line);
		struct watch_allowed entry = entry_of(allow, "b.a.example", INT64_MIN);

		assert_span(entry.name, "a.example");
		assert_true(entry.until == rows[i].until);
		assert_span(entry.reason, rows[i].reason);
		assert_span(entry.file, "allow.txt");
		assert_int_equal(entry.line, 1);
		assert_int_equal(watch_allow_unreasoned(allow), rows[i].reason[0] == '\0');
		watch_allow_free(allow);
	}
}

/* An entry holds through its last second, and the parent's takes over. */
static void
test_ends(void **state)
{
	struct watch_allow *allow = list_of("www.a.example 1970-01-01 first\n"
	                                    "a.example 1970-01-02\n"
	                                    "z.example 1970-01-01T00:00:00Z\n");

	(void)state;
	assert_span(entry_of(allow, "www.a.example", DAY - 1).name, "www.a.example");
	assert_span(entry_of(allow, "www.a.example", DAY).name, "a.example");
	assert_false(watch_allow_find(allow, span_of("www.a.example"), 2 * DAY, NULL));
	assert_true(has(allow, "z.example"));
	assert_false(watch_allow_find(allow, span_of("z.example"), 1, NULL));
	watch_allow_free(allow);
}

/* Of a name that stands twice: what lasts longest; then what has a reason; then the
 * first. What was handed out stays as it was. */
static void
test_twice(void **state)
{
	struct watch_allow *allow = list_of("a.example 1970-01-02 short\n"
	                                    "A.EXAMPLE. 1970-01-03 long\n"
	                                    "b.example 1970-01-02\n"
	                                    "b.example 1970-01-02 why\n"
	                                    "b.example 1970-01-02 again\n");
	struct watch_allowed kept = entry_of(allow, "a.example", 0);

	(void)state;
	assert_int_equal(watch_allow_count(allow), 2);
	assert_int_equal(watch_allow_unreasoned(allow), 0);
	assert_span(kept.reason, "long");
	assert_int_equal(kept.line, 2);
	assert_span(entry_of(allow, "b.example", 0).reason, "why");
	assert_int_equal(watch_allow_read(allow, span_of("\na.example -\nc.example"),
	                                  span_of("other"), NULL),
	                 FSK_OK);
	assert_int_equal(watch_allow_count(allow), 3);
	assert_int_equal(watch_allow_unreasoned(allow), 2);
	assert_true(entry_of(allow, "a.example", 0).until == INT64_MAX);
	assert_span(entry_of(allow, "a.example", 0).file, "other");
	assert_span(kept.reason, "long");
	assert_span(kept.file, "allow.txt");
	assert_true(watch_allow_below(allow, span_of("example"), INT64_MAX, &kept));
	assert_span(kept.name, "a.example");
	watch_allow_free(allow);
}

static void
test_below(void **state)
{
	struct watch_allow *allow = list_of("x.a.example 1970-01-01\n"
	                                    "y.z.a.example 1970-01-03\n"
	                                    "w.a.example - ever\n");
	struct watch_allowed entry;

	(void)state;
	assert_true(watch_allow_below(allow, span_of("A.example"), 0, &entry));
	assert_span(entry.name, "x.a.example");
	assert_true(watch_allow_below(allow, span_of("a.example"), DAY, &entry));
	assert_span(entry.name, "y.z.a.example");
	assert_int_equal(entry.line, 2);
	assert_true(watch_allow_below(allow, span_of("a.example"), 3 * DAY, &entry));
	assert_span(entry.name, "w.a.example");
	assert_true(watch_allow_below(allow, span_of("example"), 0, NULL));
	assert_true(watch_allow_below(allow, span_of("z.a.example"), 0, NULL));
	assert_false(watch_allow_below(allow, span_of("z.a.example"), 3 * DAY, NULL));
	assert_false(watch_allow_below(allow, span_of("w.a.example"), 0, NULL));
	assert_false(watch_allow_below(allow, span_of(".example"), 0, NULL));
	assert_false(watch_allow_below(allow, span_of("xample"), 0, NULL));
	assert_false(watch_allow_below(allow, span_of(""), 0, NULL));
	watch_allow_free(allow);
}

/* Letters beyond ASCII, in any case and with the dots of other scripts. */
static void
test_international(void **state)
{
	struct watch_allow *allow = list_of("*.B\xc3\x9c"
	                                    "cher.example - ours\n"
	                                    "stra\xc3\x9f"
	                                    "e\xe3\x80\x82"
	                                    "example\n"
	                                    "\xef\xbb\xbf" /* of a file behind another */
	                                    "b.example");

	(void)state;
	assert_true(has(allow, "b.example"));
	assert_true(has(allow, "www.xn--bcher-kva.example"));
	assert_true(has(allow, "xn--strae-oqa.example")); /* IDNA 2008, not "strasse" */
	assert_int_equal(watch_allow_count(allow), 3);
	watch_allow_free(allow);
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
		assert_int_equal(
		        watch_allow_read(allow, span_of(text), span_of("allow.txt"), NULL),
		        FSK_OK);
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
	static const char text[] = "a.example\nb.example 1970-01-01 x\nc.b.example";
	struct watch_allow *allow = NULL;
	int n = 0;

	(void)state;
	for (;; n++) {
		left = n;
		if (watch_allow_new(&allow) == FSK_OK)
			break;
		assert_null(allow);
	}
	assert_int_equal(n, 1);
	left = -1;
	assert_int_equal(
	        watch_allow_read(allow, span_of("kept.example"), span_of("k"), NULL),
	        FSK_OK);
	for (n = 0;; n++) {
		struct fault fault = {.why = NULL};

		left = n;
		if (watch_allow_read(allow, span_of(text), span_of("f"), &fault) == FSK_OK)
			break;
		assert_null(fault.why);
		assert_int_equal(watch_allow_count(allow), 1);
		assert_false(has(allow, "a.example"));
		assert_false(watch_allow_below(allow, span_of("b.example"), 0, NULL));
		assert_true(has(allow, "kept.example"));
	}
	left = -1;
	assert_true(n >= 6);
	assert_true(has(allow, "a.example"));
	assert_true(has(allow, "b.example"));
	assert_true(watch_allow_below(allow, span_of("b.example"), 0, NULL));
	assert_int_equal(watch_allow_count(allow), 4);
	watch_allow_free(allow);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_match),  cmocka_unit_test(test_exact),
	        cmocka_unit_test(test_forms),  cmocka_unit_test(test_refusals),
	        cmocka_unit_test(test_bounds), cmocka_unit_test(test_many),
	        cmocka_unit_test(test_memory), cmocka_unit_test(test_words),
	        cmocka_unit_test(test_ends),   cmocka_unit_test(test_twice),
	        cmocka_unit_test(test_below),  cmocka_unit_test(test_international),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
