/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Passes: whom they are for, which names, until when; their lines, cut at every octet.
 */
#include "guard/passes.h"

#include "base/date.h"
#include "wire/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW INT64_C(1795348800)

static int left = -1;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *
__wrap_calloc(size_t count, size_t size)
{
	if (left >= 0 && left-- == 0)
		return NULL;
	return __real_calloc(count, size);
}

static struct guard_pass
make_pass(const char *name, const char *client, int64_t until)
{
	struct guard_pass pass = {.since = NOW,
	                          .until = until,
	                          .has_client = client != NULL,
	                          .reason = "why"};

	assert_int_equal(wire_name_read(span_of(name), &pass.name, NULL), FSK_OK);
	if (client != NULL)
		assert_int_equal(guard_prefix_read(span_of(client), &pass.client), FSK_OK);
	return pass;
}

/* The end of the pass for ${name}; 0: none. */
static int64_t
end_of(const struct guard_passes *set, const char *name, const char *client, int64_t now)
{
	const struct guard_pass *pass;
	struct address address;

	assert_int_equal(address_read(span_of(client), &address), FSK_OK);
	pass = guard_passes_find(set, name, strlen(name), &address, now);
	return pass == NULL ? 0 : pass->until;
}

static void
test_find(void **state)
{
	const struct guard_pass passes[] = {
	        make_pass("a.example.com", NULL, NOW + 10),
	        make_pass("example.com", "192.0.2.0/24", NOW + 20),
	        make_pass("example.com", "192.0.2.7", NOW + 30),
	        make_pass("other.org", NULL, NOW - 1), /* is over */
	        make_pass("last.net", NULL, NOW),
	};
	struct guard_passes *set;

	(void)state;
	assert_int_equal(guard_passes_new(passes, 5, NOW, &set), FSK_OK);
	assert_int_equal(guard_passes_count(set), 4);
	assert_int_equal(end_of(set, "a.example.com", "198.51.100.1", NOW), NOW + 10);
	assert_int_equal(end_of(set, "b.a.example.com", "198.51.100.1", NOW), NOW + 10);
	assert_int_equal(end_of(set, "ba.example.com", "198.51.100.1", NOW), 0);
	assert_int_equal(end_of(set, "a.example.com", "192.0.2.1", NOW), NOW + 20);
	assert_int_equal(end_of(set, "x.example.com", "192.0.2.7", NOW), NOW + 30);
	assert_int_equal(end_of(set, "example.com", "192.0.2.7", NOW + 25), NOW + 30);
	assert_int_equal(end_of(set, "example.com", "192.0.2.8", NOW + 25), 0);
	assert_int_equal(end_of(set, "notexample.com", "192.0.2.7", NOW), 0);
	assert_int_equal(end_of(set, "com", "192.0.2.7", NOW), 0);
	assert_int_equal(end_of(set, "last.net", "::1", NOW), NOW);
	assert_int_equal(end_of(set, "last.net", "::1", NOW + 1), 0);
	assert_int_equal(end_of(set, "", "::1", NOW), 0);
	assert_int_equal(end_of(NULL, "last.net", "::1", NOW), 0);
	assert_null(guard_passes_at(set, 4));
	assert_int_equal(guard_passes_count(NULL), 0);
	guard_passes_free(set);
	guard_passes_free(NULL);
}

static void
test_many(void **state)
{
	struct guard_pass *passes = calloc(GUARD_PASSES_MOST + 1, sizeof(*passes));
	struct guard_passes *set = NULL;
	char name[32];

	(void)state;
	for (unsigned i = 0; i <= GUARD_PASSES_MOST; i++) {
		snprintf(name, sizeof(name), "n%u.example", i);
		passes[i] = make_pass(name, NULL, NOW + 1 + i);
	}
	assert_int_equal(guard_passes_new(passes, GUARD_PASSES_MOST + 1, NOW, &set),
	                 FSK_RANGE);
	assert_null(set);
	assert_int_equal(guard_passes_new(passes, GUARD_PASSES_MOST, NOW, &set), FSK_OK);
	for (unsigned i = 0; i < GUARD_PASSES_MOST; i += 97) {
		snprintf(name, sizeof(name), "x.n%u.example", i);
		assert_int_equal(end_of(set, name, "::1", NOW), NOW + 1 + i);
	}
	guard_passes_free(set);
	/* As text they are as many. */
	assert_int_equal(guard_passes_new(passes, GUARD_PASSES_MOST + 1, NOW + 2, &set),
	                 FSK_OK);
	assert_int_equal(guard_passes_count(set), GUARD_PASSES_MOST);
	guard_passes_free(set);
	free(passes);
}

static void
assert_round(const struct guard_pass *pass)
{
	char line[GUARD_PASS_LINE];
	size_t len = guard_pass_write(pass, line);
	const struct guard_pass *read;
	struct guard_passes *set;

	assert_int_equal(strlen(line), len);
	assert_true(len < GUARD_PASS_LINE && line[len - 1] == '\n');
	assert_int_equal(guard_passes_read((struct span){line, len}, NOW, &set, NULL),
	                 FSK_OK);
	assert_int_equal(guard_passes_count(set), 1);
	read = guard_passes_at(set, 0);
	assert_string_equal(read->name.text, pass->name.text);
	assert_string_equal(read->reason, pass->reason);
	assert_int_equal(read->until, pass->until);
	assert_int_equal(read->since, pass->since);
	assert_int_equal(read->has_client, pass->has_client);
	if (pass->has_client)
		assert_memory_equal(&read->client, &pass->client, sizeof(read->client));
	guard_passes_free(set);
}

static void
test_lines(void **state)
{
	struct guard_pass pass = make_pass("a.example.com", NULL, NOW + 7200);
	char longest[FSK_NAME_MAX + 1];

	(void)state;
	assert_round(&pass);
	pass = make_pass("a.example.com", "2001:db8::/33", NOW + 7200);
	snprintf(pass.reason, sizeof(pass.reason), "caf\xc3\xa9, ticket 7");
	assert_round(&pass);
	for (size_t i = 0; i < FSK_NAME_MAX; i++)
		longest[i] = i % 64 == 63 ? '.' : 'a';
	longest[FSK_NAME_MAX] = '\0';
	pass = make_pass(longest, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/127", NOW);
	memset(pass.reason, 'r', GUARD_PASS_REASON);
	assert_round(&pass);
	pass = make_pass("for.ever", NULL, INT64_MAX);
	pass.since = INT64_MIN;
	char line[GUARD_PASS_LINE];

	guard_pass_write(&pass, line);
	assert_string_equal(line,
	                    "for.ever 9999-12-31T23:59:59Z 1601-01-01T00:00:00Z - why\n");
}

static void
assert_fault(const char *text, size_t line, size_t column)
{
	struct fault fault = {0};
	struct guard_passes *set = NULL;

	assert_int_equal(guard_passes_read(span_of(text), NOW, &set, &fault), FSK_SYNTAX);
	assert_null(set);
	assert_int_equal(fault.line, line);
	assert_int_equal(fault.column, column);
	assert_non_null(fault.why);
}

#define END "2026-11-29T00:00:00Z "

static void
test_faults(void **state)
{
	char reason[600] = "a.b " END END "- ";

	(void)state;
	assert_fault("a..b " END END "- why\n", 1, 1);
	assert_fault("a.b soon " END "- why\n", 1, 5);
	assert_fault("a.b " END "once - why\n", 1, 26);
	assert_fault("a.b " END END "192.0.2.1/24 why\n", 1, 47);
	assert_fault("a.b " END END "- \n", 1, 49);
	assert_fault("a.b " END END "-\n", 1, 48);
	assert_fault("a.b " END END "- w\x1bhy\n", 1, 49);
	assert_fault("a.b " END END "- w\xffhy\n", 1, 49);
	assert_fault("a.b " END END "- w\xc2\x85hy\n", 1, 49);
	assert_fault("\na.b " END END "- why\nc d", 3, 3);
	memset(reason + strlen(reason), 'r', GUARD_PASS_REASON + 1);
	assert_fault(reason, 1, 49);
}

static void
test_cut(void **state)
{
	static const char whole[] = "a.example.com " END END "192.0.2.0/24 a reason\n";
	size_t least = sizeof("a.example.com " END END "192.0.2.0/24 a") - 1;

	(void)state;
	for (size_t len = 0; len < sizeof(whole); len++) {
		char *cut = malloc(len + 1); /* bounds are the sanitizer's to see */
		struct guard_passes *set = NULL;
		enum fsk_err err;

		memcpy(cut, whole, len);
		err = guard_passes_read((struct span){cut, len}, NOW, &set, NULL);
		assert_int_equal(err, len == 0 || len >= least ? FSK_OK : FSK_SYNTAX);
		guard_passes_free(set);
		free(cut);
	}
}

static void
test_over(void **state)
{
	static const char text[] = "a.b 2020-01-01 2020-01-01 - is over\n"
	                           "c.d 2026-11-29 2020-01-01 - is not\n\n";
	struct guard_passes *set;

	(void)state;
	assert_int_equal(guard_passes_read(span_of(text), NOW, &set, NULL), FSK_OK);
	assert_int_equal(guard_passes_count(set), 1);
	/* A day is all of it. */
	assert_int_equal(guard_passes_at(set, 0)->until % DATE_DAY, DATE_DAY - 1);
	guard_passes_free(set);
}

static void
test_memory(void **state)
{
	const struct guard_pass pass = make_pass("a.b", NULL, NOW);
	struct guard_passes *set = NULL;

	(void)state;
	left = 0;
	assert_int_equal(guard_passes_new(&pass, 1, NOW, &set), FSK_NOMEM);
	left = 0;
	assert_int_equal(guard_passes_read(span_of(""), NOW, &set, NULL), FSK_NOMEM);
	left = -1;
	assert_null(set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_find),   cmocka_unit_test(test_many),
	        cmocka_unit_test(test_lines),  cmocka_unit_test(test_faults),
	        cmocka_unit_test(test_cut),    cmocka_unit_test(test_over),
	        cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
