/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Lists of known names: each form is told by its content, what cannot be read is
 * counted and passed over, a list that is none leaves nothing behind, and of several
 * lists the one that speaks of the most distant past is heard.
 */
#include "watch/known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
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
__wrap_malloc(size_t size)
{
	return denied() ? NULL : __real_malloc(size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return denied() ? NULL : __real_realloc(old, size);
}

#define DAY INT64_C(86400)

static struct watch_known *
new_known(void)
{
	struct watch_known *known = NULL;

	assert_int_equal(watch_known_new(&known), FSK_OK);
	return known;
}

static enum fsk_err
add(struct watch_known *known, enum watch_known_kind kind, struct span text,
    struct watch_known_count *count, struct fault *fault)
{
	const struct watch_known_list list = {kind, span_of("list.csv"), 1000};

	return watch_known_read(known, text, &list, count, fault);
}

/* The names of ${text}, of which ${names} are read and ${skipped} are not. */
static struct watch_known *
known_of(enum watch_known_kind kind, const char *text, size_t names, size_t skipped)
{
	struct watch_known *known = new_known();
	struct watch_known_count count = {.names = 77};

	assert_int_equal(add(known, kind, span_of(text), &count, NULL), FSK_OK);
	assert_int_equal(count.names, names);
	assert_int_equal(count.skipped, skipped);
	assert_int_equal(count.first.why != NULL, skipped > 0);
	return known;
}

static void
assert_fact(const struct watch_known *known, enum watch_known_kind kind, const char *asked,
            const char *name, int32_t number)
{
	struct watch_known_fact fact;

	if (!watch_known_find(known, kind, span_of(asked), &fact))
		fail_msg("%s is not known", asked);
	assert_true(span_equal(fact.name, span_of(name)));
	assert_int_equal(fact.number, number);
	assert_int_equal(fact.list->kind, kind);
	assert_true(span_equal(fact.list->file, span_of("list.csv")));
	assert_int_equal(fact.list->taken, 1000);
}

static bool
has(const struct watch_known *known, enum watch_known_kind kind, const char *name)
{
	struct watch_known_fact fact;

	return watch_known_find(known, kind, span_of(name), &fact);
}

static void
test_ranked(void **state)
{
	struct watch_known *known = known_of(WATCH_POPULAR,
	                                     "\xef\xbb\xbf"
	                                     "1,Google.com\r\n"
	                                     "2,www.a.Example.\r\n"
	                                     "\"3\",\"b.example\"\n"
	                                     "# 4,c.example\n"
	                                     " 5 , d.example  # five\n"
	                                     "\n"
	                                     "6,com\n"
	                                     "7,192.0.2.1\n"
	                                     "99999999999,e.example\n"
	                                     "9,*.f.example\n"
	                                     "8,f.example",
	                                     5, 3);

	(void)state;
	assert_fact(known, WATCH_POPULAR, "google.com", "google.com", 1);
	assert_fact(known, WATCH_POPULAR, "A.EXAMPLE", "www.a.example", 2);
	assert_fact(known, WATCH_POPULAR, "www.a.example", "www.a.example", 2);
	assert_fact(known, WATCH_POPULAR, "b.example", "b.example", 3);
	assert_fact(known, WATCH_POPULAR, "d.example", "d.example", 5);
	assert_fact(known, WATCH_POPULAR, "f.example", "f.example", 8);
	assert_false(has(known, WATCH_POPULAR, "example"));
	assert_false(has(known, WATCH_POPULAR, "com"));
	assert_false(has(known, WATCH_POPULAR, "c.example"));
	assert_false(has(known, WATCH_POPULAR, "e.example"));
	assert_false(has(known, WATCH_POPULAR, "x.google.com"));
	assert_false(has(known, WATCH_POPULAR, "ww.a.example"));
	assert_false(has(known, WATCH_POPULAR, ""));
	assert_false(has(known, WATCH_REGISTERED, "google.com"));
	watch_known_free(known);
	watch_known_free(NULL);
}

static void
test_plain(void **state)
{
	struct watch_known *known = known_of(WATCH_POPULAR,
	                                     "a.example\n||b.example^\n"
	                                     ".c.example\nd.example\n\tb\xc3\xbc"
	                                     "cher.example \n",
	                                     4, 1);

	(void)state;
	assert_fact(known, WATCH_POPULAR, "a.example", "a.example", 1);
	assert_fact(known, WATCH_POPULAR, "c.example", "c.example", 3);
	assert_fact(known, WATCH_POPULAR, "d.example", "d.example", 4);
	assert_fact(known, WATCH_POPULAR, "xn--bcher-kva.example", "xn--bcher-kva.example",
	            5);
	watch_known_free(known);
}

static void
test_majestic(void **state)
{
	static const char text[] = "GlobalRank,TldRank,Domain,TLD,RefSubNets\n"
	                           "1,1,google.com,com,1000\n"
	                           "2,2,www.a.example,example,900\n"
	                           "x,3,b.example,example,800\n"
	                           "4,4\n";
	struct watch_known *known = known_of(WATCH_POPULAR, text, 2, 2);

	(void)state;
	assert_fact(known, WATCH_POPULAR, "a.example", "www.a.example", 2);
	assert_fact(known, WATCH_POPULAR, "google.com", "google.com", 1);
	watch_known_free(known);
	known = known_of(WATCH_REGISTERED, text, 3, 1);
	assert_fact(known, WATCH_REGISTERED, "b.example", "b.example", WATCH_KNOWN_NO_DAY);
	watch_known_free(known);
}

/* A name is told by itself rather than by one below it, and by the best rank. */
static void
test_parents(void **state)
{
	struct watch_known *known = known_of(WATCH_POPULAR,
	                                     "9,w.x.a.example\n7,y.a.example\n"
	                                     "8,z.a.example\n3,p.b.example\n"
	                                     "5,b.example\n4,q.b.example\n"
	                                     "6,b.example\n",
	                                     6, 0);

	(void)state;
	assert_fact(known, WATCH_POPULAR, "a.example", "y.a.example", 7);
	assert_fact(known, WATCH_POPULAR, "x.a.example", "w.x.a.example", 9);
	assert_fact(known, WATCH_POPULAR, "b.example", "b.example", 5);
	watch_known_free(known);
}

static void
test_registered(void **state)
{
	struct watch_known *known = known_of(WATCH_REGISTERED,
	                                     "# zone of 2026\n"
	                                     "a.example\n"
	                                     "b.example,1970-01-03\n"
	                                     "c.example\t1969-12-31T23:00:00Z\r\n"
	                                     "d.example , \"2000-01-01\" # x\n"
	                                     "e.example,2000-02-30\n"
	                                     "f.example,\n"
	                                     "*.g.example\t\n"
	                                     "b.example,1970-01-02\n"
	                                     "b.example\n"
	                                     "a.example,1970-01-01\n"
	                                     "12,h.example\n",
	                                     6, 2);

	(void)state;
	assert_fact(known, WATCH_REGISTERED, "a.example", "a.example", 0);
	assert_fact(known, WATCH_REGISTERED, "b.example", "b.example", 1);
	assert_fact(known, WATCH_REGISTERED, "c.example", "c.example", -1);
	assert_fact(known, WATCH_REGISTERED, "d.example", "d.example", 10957);
	assert_fact(known, WATCH_REGISTERED, "f.example", "f.example", WATCH_KNOWN_NO_DAY);
	assert_fact(known, WATCH_REGISTERED, "g.example", "g.example", WATCH_KNOWN_NO_DAY);
	assert_false(has(known, WATCH_REGISTERED, "e.example"));
	assert_false(has(known, WATCH_REGISTERED, "h.example"));
	watch_known_free(known);
	/* Registered is the name, not what it lies in. */
	known = known_of(WATCH_REGISTERED, "www.a.example", 1, 0);
	assert_false(has(known, WATCH_REGISTERED, "a.example"));
	watch_known_free(known);
}

static void
test_warninglist(void **state)
{
	struct watch_known *known = known_of(
	        WATCH_POPULAR,
	        " {\"description\":\"x\",\"list\":[\"a.example\",\".b.example\",\n"
	        "\"\\u0062\\u00fccher.example\", 12, [\"no\",{}], \"c.example\\u0000\",\n"
	        "\"10.0.0.0/8\", \"d\\/.example\",\"A.example\"],\n"
	        "\"matching_attributes\":[\"domain\",[]],\"name\":\"\\\"x\\\"\",\n"
	        "\"type\":\"hostname\",\"version\":-2.5e3,\"more\":{\"list\":[null,true]}}"
	        "\n",
	        3, 5);

	(void)state;
	assert_fact(known, WATCH_POPULAR, "a.example", "a.example", 0);
	assert_fact(known, WATCH_POPULAR, "b.example", "b.example", 0);
	assert_fact(known, WATCH_POPULAR, "xn--bcher-kva.example", "xn--bcher-kva.example",
	            0);
	watch_known_free(known);
	known = known_of(WATCH_REGISTERED, "{\"list\":[\"a.example\"]}", 1, 0);
	assert_fact(known, WATCH_REGISTERED, "a.example", "a.example", WATCH_KNOWN_NO_DAY);
	watch_known_free(known);
	known = known_of(WATCH_POPULAR, "{\"list\":[]}", 0, 0);
	watch_known_free(known);
}

/* The place of the first element that is none. */
static void
test_place(void **state)
{
	struct watch_known *known = new_known();
	struct watch_known_count count;

	(void)state;
	assert_int_equal(add(known, WATCH_POPULAR,
	                     span_of("{\"list\":[\"a.example\",\n  \"b c.example\",1]}"),
	                     &count, NULL),
	                 FSK_OK);
	assert_int_equal(count.first.line, 2);
	assert_int_equal(count.first.column, 5);
	assert_int_equal(add(known, WATCH_POPULAR, span_of("\n1,a.example\n 2, *.b_$.c\n"),
	                     &count, NULL),
	                 FSK_OK);
	assert_int_equal(count.first.line, 3);
	assert_int_equal(count.first.column, 9);
	watch_known_free(known);
}

static void
assert_refused(enum watch_known_kind kind, struct span text, size_t line)
{
	struct watch_known *known = known_of(kind, "kept.example", 1, 0);
	struct watch_known_count count = {.names = 77};
	struct fault fault = {.why = NULL};

	assert_int_equal(add(known, kind, text, &count, &fault), FSK_SYNTAX);
	assert_non_null(fault.why);
	assert_int_equal(fault.line, line);
	assert_int_equal(count.names, 77);
	assert_int_equal(add(known, kind, text, &count, NULL), FSK_SYNTAX);
	assert_false(has(known, kind, "good.example"));
	assert_true(has(known, kind, "kept.example"));
	watch_known_free(known);
}

static void
test_refusals(void **state)
{
	static const char *const bad[] = {
	        "{\"list\":[\"good.example\"],\"type\":\"cidr\"}",
	        "{\"type\":\"regex\",\"list\":[\"good.example\"]}",
	        "{\"type\":\"substring\",\"list\":[\"good.example\"]}",
	        "{\"type\":1,\"list\":[\"good.example\"]}",
	        "{\"list\":\"good.example\"}",
	        "{\"lists\":[\"good.example\"]}",
	        "{}",
	        "[\"good.example\"]",
	        "{\"list\":[\"good.example\"]} x",
	        "{\"list\":[\"good.example\"]",
	        "{\"list\":[\"good.example\"}",
	        "{\"list\":[\"good.example\",]}",
	        "{\"list\":[\"good.example\" \"b.example\"]}",
	        "{\"list\":[\"good.example\"],}",
	        "{\"list\" [\"good.example\"]}",
	        "{\"list\":[\"good.example\",\"\\x\"]}",
	        "{\"list\":[\"good.example\",\"\\u12g4\"]}",
	        "{\"list\":[\"good.example\",\"\\u12",
	        "{\"list\":[\"good.example\",\"\\",
	        "{\"list\":[\"good.example\",\"",
	        "{\"list\":[\"good.example\"],\"x\":[[}",
	        "{",
	        "{\"",
	        "<html>",
	        "1,2",
	        "0.0.0.0 good.example",
	        "*",
	        "\x1f\x8b\x08",
	};
	char deep[200];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_refused(WATCH_POPULAR, span_of(bad[i]), 1);
	assert_refused(WATCH_REGISTERED, span_of("\n#\n1,good.example"), 3);
	assert_refused(WATCH_REGISTERED, span_of("good.example,2020"), 1);
	assert_refused(WATCH_REGISTERED, (struct span){"good.example\0", 13}, 1);
	memset(deep, '[', sizeof(deep));
	memcpy(deep, "{\"a\":", 5);
	deep[sizeof(deep) - 1] = '\0';
	assert_refused(WATCH_POPULAR, span_of(deep), 1);
}

/* JSON that is cut anywhere is refused or, before it begins, empty. */
static void
test_cut(void **state)
{
	static const char text[] = "{\"list\":[\"a.example\",\"\\ud83c\\udf7a.example\",1],"
	                           "\"type\":\"string\",\"x\":{\"y\":[null]}}";
	struct watch_known_count count;

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		struct watch_known *known = new_known();
		char *copy = __real_malloc(len > 0 ? len : 1);
		enum fsk_err wanted =
		        len == 0 || len == sizeof(text) - 1 ? FSK_OK : FSK_SYNTAX;

		assert_non_null(copy);
		memcpy(copy, text, len);
		assert_int_equal(
		        add(known, WATCH_POPULAR, (struct span){copy, len}, &count, NULL),
		        wanted);
		free(copy);
		watch_known_free(known);
	}
}

/* Names on each side of their limits, and strings that no name is. */
static void
test_bounds(void **state)
{
	char name[255];
	char text[5000];
	struct watch_known *known;

	(void)state;
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 2 == 1 ? '.' : 'a';
	name[253] = '\0';
	known = known_of(WATCH_POPULAR, name, 1, 0);
	assert_true(has(known, WATCH_POPULAR, name));
	assert_true(has(known, WATCH_POPULAR, name + 250));
	assert_false(has(known, WATCH_POPULAR, name + 252));
	name[253] = '.';
	name[254] = 'a';
	assert_false(
	        watch_known_find(known, WATCH_POPULAR, (struct span){name, 255}, NULL));
	watch_known_free(known);
	memset(text, 'a', sizeof(text));
	memcpy(text, "{\"list\":[\"", 10);
	memcpy(text + sizeof(text) - 16, "\",\"b.example\"]}", 16);
	known = known_of(WATCH_POPULAR, text, 1, 1);
	assert_true(has(known, WATCH_POPULAR, "b.example"));
	watch_known_free(known);
}

/* Writes each name behind those before, with a blank; stops at "stop". */
static bool
collect(struct span name, void *context)
{
	char *text = context;
	size_t len = strlen(text);

	snprintf(text + len, 200 - len, "%.*s ", (int)name.len, name.text);
	return !span_equal(name, span_of("stop.example"));
}

static void
test_each(void **state)
{
	struct watch_known *known = new_known();
	struct watch_known_count count;
	char text[200] = "";

	(void)state;
	watch_known_each(known, WATCH_POPULAR, collect, text);
	assert_string_equal(text, "");
	assert_int_equal(add(known, WATCH_POPULAR,
	                     span_of("1,www.a.example\n2,b.example\n1,B.example\n"), &count,
	                     NULL),
	                 FSK_OK);
	assert_int_equal(add(known, WATCH_REGISTERED, span_of("c.example\n"), &count, NULL),
	                 FSK_OK);
	assert_int_equal(add(known, WATCH_POPULAR,
	                     span_of("1,b.example\n2,stop.example\n3,d.example\n"), &count,
	                     NULL),
	                 FSK_OK);
	watch_known_each(known, WATCH_POPULAR, collect, text);
	assert_string_equal(text, "www.a.example b.example b.example stop.example ");
	text[0] = '\0';
	watch_known_each(known, WATCH_REGISTERED, collect, text);
	assert_string_equal(text, "c.example ");
	watch_known_free(known);
}

/* Which of several lists is told: the first taken, the first day. */
static void
test_several(void **state)
{
	static const struct {
		int64_t taken;
		const char *popular;
		const char *registered;
	} lists[] = {
	        {300 * DAY, "1,a.example\n2,b.example", "a.example\nb.example,1970-05-01"},
	        {200 * DAY, "3,a.example", "a.example\nb.example"},
	        {250 * DAY, "4,a.example\n5,b.example", "a.example,1970-08-01"},
	};
	struct watch_known *known = new_known();
	struct watch_known_count count;
	struct watch_known_fact fact;

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct watch_known_list list = {WATCH_POPULAR, span_of("x"),
		                                lists[i].taken};

		assert_int_equal(watch_known_read(known, span_of(lists[i].popular), &list,
		                                  &count, NULL),
		                 FSK_OK);
		list.kind = WATCH_REGISTERED;
		assert_int_equal(watch_known_read(known, span_of(lists[i].registered),
		                                  &list, &count, NULL),
		                 FSK_OK);
	}
	assert_true(watch_known_find(known, WATCH_POPULAR, span_of("a.example"), &fact));
	assert_int_equal(fact.number, 3);
	assert_true(watch_known_find(known, WATCH_POPULAR, span_of("b.example"), &fact));
	assert_int_equal(fact.number, 5);
	assert_true(watch_known_find(known, WATCH_REGISTERED, span_of("a.example"), &fact));
	assert_int_equal(fact.number, WATCH_KNOWN_NO_DAY); /* there by day 200 */
	assert_true(fact.list->taken == 200 * DAY);
	assert_true(watch_known_find(known, WATCH_REGISTERED, span_of("b.example"), &fact));
	assert_int_equal(fact.number, 120);
	watch_known_free(known);
}

/* Many names: all are found with their numbers, and no other. */
static void
test_many(void **state)
{
	size_t room = 1 << 20;
	char *text = __real_malloc(room);
	size_t used = 0;
	struct watch_known *known;
	char name[64];

	(void)state;
	assert_non_null(text);
	for (unsigned i = 0; i < 20000; i++)
		used += (size_t)snprintf(text + used, room - used, "%u,w.n%u.example\n",
		                         i + 1, i);
	known = known_of(WATCH_POPULAR, text, 20000, 0);
	for (unsigned i = 0; i < 40000; i++) {
		struct watch_known_fact fact;

		assert_true(snprintf(name, sizeof(name), "n%u.example", i) > 0);
		assert_int_equal(
		        watch_known_find(known, WATCH_POPULAR, span_of(name), &fact),
		        i < 20000);
		if (i < 20000)
			assert_int_equal(fact.number, i + 1);
	}
	watch_known_free(known);
	free(text);
}

static void
test_memory(void **state)
{
	static const char text[] = "1,a.example\n2,b.c.d.example\n";
	struct watch_known *known = NULL;
	struct watch_known_count count = {.names = 77};
	int n;

	(void)state;
	left = 0;
	assert_int_equal(watch_known_new(&known), FSK_NOMEM);
	left = -1;
	known = known_of(WATCH_POPULAR, "kept.example", 1, 0);
	for (n = 0;; n++) {
		struct fault fault = {.why = NULL};
		enum fsk_err err;

		left = n;
		err = add(known, WATCH_POPULAR, span_of(text), &count, &fault);
		left = -1;
		if (err == FSK_OK)
			break;
		assert_int_equal(err, FSK_NOMEM);
		assert_null(fault.why);
		assert_int_equal(count.names, 77);
		assert_false(has(known, WATCH_POPULAR, "a.example"));
		assert_true(has(known, WATCH_POPULAR, "kept.example"));
	}
	assert_true(n >= 5);
	assert_int_equal(count.names, 2);
	assert_true(has(known, WATCH_POPULAR, "d.example"));
	watch_known_free(known);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_ranked),     cmocka_unit_test(test_plain),
	        cmocka_unit_test(test_majestic),   cmocka_unit_test(test_parents),
	        cmocka_unit_test(test_registered), cmocka_unit_test(test_warninglist),
	        cmocka_unit_test(test_place),      cmocka_unit_test(test_refusals),
	        cmocka_unit_test(test_cut),        cmocka_unit_test(test_bounds),
	        cmocka_unit_test(test_each),       cmocka_unit_test(test_several),
	        cmocka_unit_test(test_many),       cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
