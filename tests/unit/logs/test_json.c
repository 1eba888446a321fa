/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The scanner of JSON lines: it finds what is wanted and nothing else, takes any
 * octets in strings, and no line that is cut or out of order.
 */
#include "logs/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { A, B, DOTTED, INNER, FIRST, LONG, VALUES };

#define INSIDE(KEY) KEY("b", INNER, NULL), KEY("c", JSON_NO_SLOT, NULL)
JSON_TABLE(inside, INSIDE);

#define RECORD(KEY)                                                                        \
	KEY("a", A, NULL), KEY("b", B, NULL), KEY("id.orig_h", DOTTED, NULL),              \
	        KEY("o", FIRST, &inside), KEY("a_key_of_23_octets_here", LONG, NULL)
JSON_TABLE(record, RECORD);

/* Asserts that json_read_next() with ${scratch} finds in ${line} what json_read() found,
 * which is ${values} or ${why}. */
static void
assert_next(struct span line, struct log_scratch *scratch,
            const struct json_value values[VALUES], const char *why)
{
	struct json_value next[VALUES];
	const char *wrong = json_read_next(line, &record, scratch, next, VALUES);

	if (why != NULL)
		assert_string_equal(wrong, why);
	else
		assert_null(wrong);
	for (size_t i = 0; why == NULL && i < VALUES; i++) {
		assert_int_equal(next[i].kind, values[i].kind);
		assert_int_equal(next[i].escaped, values[i].escaped);
		assert_ptr_equal(next[i].raw.text, values[i].raw.text);
		assert_int_equal(next[i].raw.len, values[i].raw.len);
	}
}

/* Reads ${text} from memory of exactly its size, so that a sanitizer sees each octet
 * that is read outside. The values point into ${text}. */
static bool
read_exactly(const char *text, size_t len, struct json_value values[VALUES])
{
	char *copy = malloc(len > 0 ? len : 1);
	struct log_scratch scratch = {.used = 0};
	const char *why = NULL;
	bool whole;

	assert_non_null(copy);
	memcpy(copy, text, len);
	whole = json_read((struct span){copy, len}, &record, values, VALUES, &why);
	assert_true(whole != (why != NULL));
	assert_next((struct span){copy, len}, &scratch, values, why);
	assert_next((struct span){copy, len}, &scratch, values, why); /* keys are known */
	for (size_t i = 0; i < VALUES; i++) {
		struct span raw = values[i].raw;

		assert_true(raw.text >= copy && raw.text + raw.len <= copy + len);
		values[i].raw.text = text + (raw.text - copy);
	}
	free(copy);
	return whole;
}

static bool
read_all(const char *text, struct json_value values[VALUES])
{
	return read_exactly(text, strlen(text), values);
}

static void
assert_value(const struct json_value *value, enum json_kind kind, const char *want)
{
	assert_int_equal(value->kind, kind);
	if (!span_equal(value->raw, span_of(want)))
		fail_msg("\"%.*s\" instead of \"%s\"", (int)value->raw.len, value->raw.text,
		         want);
}

static void
wanted_keys_are_found(void **state)
{
	struct json_value values[VALUES];

	(void)state;
	assert_true(
	        read_all("{\"x\":{\"a\":9},\"a\":\"one\",\"y\":[1,{\"b\":2}],\"b\":-1.5e3,"
	                 "\"id.orig_h\":true,\"a_key_of_23_octets_here\":\"L\"}",
	                 values));
	assert_value(&values[A], JSON_STRING, "one");
	assert_value(&values[B], JSON_NUMBER, "-1.5e3");
	assert_value(&values[DOTTED], JSON_WORD, "true");
	assert_value(&values[LONG], JSON_STRING, "L");
	assert_int_equal(values[INNER].kind, JSON_NONE);
	assert_true(read_all("{}", values));
	assert_int_equal(values[A].kind, JSON_NONE);
}

/* Lines of which each is read behind each other one, also cut at each octet. */
static void
keys_of_the_line_before_change_nothing(void **state)
{
	static const char *const lines[] = {
	        "{\"a\":\"one\",\"b\":2,\"x\":{\"b\":3},\"id.orig_h\":\"192.0.2.1\"}",
	        "{\"a\":1,\"b\":2,\"id.orig_h\":\"192.0.2.1\",\"o\":{\"b\":\"in\"}}",
	        "{\"a\": \"one\", \"b\":  2, \"x\" : 7, \"o\": [{\"b\": \"in\"}], \"b\": "
	        "1}",
	        "{\"a\": 1,\"o\":{\"a\":2,\"b\":\"in\",\"c\":4},\"b\":\"out\"}",
	        "{\"a\\\"\":1,\"b\":2,\"a\":\"x\\\"y\",\"a_key_of_23_octets_here\":9}",
	        "{\"a_key_that_has_more_octets_than_are_kept_of_one\":1,\"b\":true,\"a\":[]"
	        "}",
	        "{\"o\":{\"b\":1},\"a\":\"the same keys as in an object\",\"b\":\"2\"}",
	        "{\"b\":1,\"a\":\"but outside of it\",\"o\":{\"b\":\"2\",\"a\":3}}",
	        "{\"a\":,\"b\":2}",
	        "{}"};
	const size_t count = sizeof(lines) / sizeof(lines[0]);

	(void)state;
	for (size_t n = 0; n < count * count; n++) {
		const char *text = lines[n % count];

		for (size_t len = 0; len <= strlen(text); len++) {
			struct log_scratch scratch = {.used = 0};
			struct json_value values[VALUES];
			const char *why = NULL;
			char *copy = malloc(len > 0 ? len : 1);
			struct span line = {copy, len};

			assert_non_null(copy);
			memcpy(copy, text, len);
			json_read_next(span_of(lines[n / count]), &record, &scratch, values,
			               VALUES);
			json_read(line, &record, values, VALUES, &why);
			assert_next(line, &scratch, values, why);
			free(copy);
		}
	}
}

/* A line behind one that differs from it in one octet. */
static void
members_of_the_line_before_change_nothing(void **state)
{
	static const char line[] =
	        "{\"a\":\"one\",\"b\":2,\"x\":\"y\",\"o\":{\"b\":\"in\","
	        "\"c\":true,\"a\":3},\"id.orig_h\":\"192.0.2.1\",\"d\":0}";
	static const char octets[] = {'\0', ' ', '"', '\\', ',', ':',
	                              '{',  '}', '[', 'b',  '2'};
	struct log_scratch scratch = {.used = 0};
	char text[sizeof(line)];

	(void)state;
	for (size_t n = 0; n < strlen(line) * sizeof(octets); n++) {
		struct json_value values[VALUES];
		const char *why = NULL;
		struct span changed = {text, strlen(line)};

		json_read_next(span_of(line), &record, &scratch, values, VALUES);
		memcpy(text, line, sizeof(line));
		text[n / sizeof(octets)] = octets[n % sizeof(octets)];
		json_read(changed, &record, values, VALUES, &why);
		assert_next(changed, &scratch, values, why);
	}
}

static void
keys_are_whole(void **state)
{
	struct json_value values[VALUES];

	(void)state;
	assert_true(read_all(
	        "{\"\":1,\"aa\":2,\"A\":3,\"id.orig_\":4,\"id.orig_hh\":5,\"\\u0061\":6,"
	        "\"a_key_of_23_octets_herE\":7}",
	        values));
	for (size_t i = 0; i < VALUES; i++)
		assert_int_equal(values[i].kind, JSON_NONE);
}

static void
objects_and_first_elements_are_entered(void **state)
{
	struct json_value values[VALUES];

	(void)state;
	assert_true(
	        read_all("{\"o\":{\"z\":{\"b\":0},\"b\":\"in\"},\"b\":\"out\"}", values));
	assert_value(&values[INNER], JSON_STRING, "in");
	assert_value(&values[B], JSON_STRING, "out");
	assert_true(read_all("{\"o\":[{\"b\":\"first\"},{\"b\":\"second\"},[]],\"b\":3}",
	                     values));
	assert_value(&values[INNER], JSON_STRING, "first");
	assert_value(&values[B], JSON_NUMBER, "3");
	assert_true(read_all("{\"o\":[ \"text\",\"more\"],\"a\":[\"one\",{}]}", values));
	assert_value(&values[FIRST], JSON_STRING, "text");
	assert_value(&values[A], JSON_STRING, "one");
	assert_true(read_all("{\"o\":[],\"a\":[7,8],\"b\":{\"a\":1}}", values));
	assert_int_equal(values[FIRST].kind, JSON_NONE);
	assert_int_equal(values[A].kind, JSON_NONE);
	assert_int_equal(values[B].kind, JSON_NONE);
}

static void
the_first_of_two_counts(void **state)
{
	struct json_value values[VALUES];

	(void)state;
	assert_true(read_all("{\"a\":\"first\",\"a\":\"second\"}", values));
	assert_value(&values[A], JSON_STRING, "first");
}

static void
blanks_and_what_stands_in_front_are_passed(void **state)
{
	struct json_value values[VALUES];

	(void)state;
	assert_true(read_all(
	        "Nov 21 19:43:33 host x[1]: { \"x\" : { \"a\" : 1 } ,\t\"a\" : \"one\" , "
	        "\"o\" : [ { \"b\" : 2 } , 3 ] } \r",
	        values));
	assert_value(&values[A], JSON_STRING, "one");
	assert_value(&values[INNER], JSON_NUMBER, "2");
}

static void
strings_hold_any_octets(void **state)
{
	static const char line[] = "{\"x\":\"{[\xff\x00\\\"\\\\\",\"a\":\"\xc3\x28\n}\"}";
	struct json_value values[VALUES];

	(void)state;
	assert_true(read_exactly(line, sizeof(line) - 1, values));
	assert_value(&values[A], JSON_STRING, "\xc3\x28\n}");
}

static void
broken_lines_give_nothing(void **state)
{
	static const char *const lines[] = {
	        "",
	        "a",
	        "{",
	        "[]",
	        "{\"a\"}",
	        "{\"a\":}",
	        "{\"a\":1,}",
	        "{,\"a\":1}",
	        "{\"a\":1,,\"b\":2}",
	        "{\"a\":1 \"b\":2}",
	        "{\"a\":1:2}",
	        "{\"a\":1}}",
	        "{\"a\":1} x",
	        "{\"a\":1}{\"a\":2}",
	        "{\"a\":\"1}",
	        "{\"a\":\"1\\\"}",
	        "{\"x\":{\"b\":1]}",
	        "{\"x\":[1}}",
	        "{\"o\":{\"b\":1]}",
	        "{\"o\":[{\"b\":1}}",
	        "{a:1}",
	        "{\"a\":'1'}",
	};
	struct json_value values[VALUES];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (read_all(lines[i], values))
			fail_msg("\"%s\" is read", lines[i]);
	}
}

static void
cut_lines_give_nothing(void **state)
{
	static const char line[] =
	        "{\"x\":{\"a\":[9,\"\\\\\"]},\"a\":\"one\",\"y\":[1,{\"b\":2}],\"o\":[{"
	        "\"b\":\"\\u00e9\"}],"
	        "\"a_key_of_23_octets_here\":\"something that is longer than sixty-four "
	        "octets, which are seen at once\",\"b\":null}";
	struct json_value values[VALUES];

	(void)state;
	assert_true(read_exactly(line, sizeof(line) - 1, values));
	for (size_t len = 0; len < sizeof(line) - 1; len++)
		assert_false(read_exactly(line, len, values));
}

/* Strings that end on each side of the 64 octets that are looked at in one step. */
static void
lengths_do_not_matter(void **state)
{
	struct json_value values[VALUES];
	char line[512];

	(void)state;
	for (int len = 0; len < 200; len++) {
		snprintf(line, sizeof(line), "{\"x\":\"%0*d\",\"a\":\"%0*d\\\"\",\"b\":1}",
		         len, 0, 200 - len, 0);
		assert_true(read_all(line, values));
		assert_true(values[A].escaped);
		assert_int_equal(values[A].raw.len,
		                 (size_t)(len == 200 ? 1 : 200 - len) + 2);
		assert_value(&values[B], JSON_NUMBER, "1");
	}
}

static void
depth_is_bounded(void **state)
{
	struct json_value values[VALUES];
	char line[2 * JSON_DEPTH + 64];

	(void)state;
	for (int depth = JSON_DEPTH - 1; depth <= JSON_DEPTH + 1; depth++) {
		int len = snprintf(line, sizeof(line), "{\"x\":");

		memset(line + len, '[', (size_t)depth);
		memset(line + len + depth, ']', (size_t)depth);
		memcpy(line + len + 2 * depth, "}", 2);
		assert_int_equal(read_all(line, values), depth <= JSON_DEPTH);
	}
}

static void
assert_text(const char *raw, const char *want, size_t len)
{
	struct json_value value = {span_of(raw), JSON_STRING, strchr(raw, '\\') != NULL};
	struct log_scratch scratch = {.used = 3};
	struct span text;

	assert_true(json_text(&value, &scratch, &text));
	if (!span_equal(text, (struct span){want, len}))
		fail_msg("\"%s\" is \"%.*s\"", raw, (int)text.len, text.text);
	assert_int_equal(scratch.used, value.escaped ? 3 + len : 3);
}

static void
escapes_are_solved(void **state)
{
#define NONE "\xef\xbf\xbd" /* U+FFFD */
#define TEXT(raw, want) assert_text(raw, want, sizeof(want) - 1)
	(void)state;
	TEXT("plain", "plain");
	TEXT("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t");
	TEXT("a\\u0041\\u00e9\\u20aC.", "aA\xc3\xa9\xe2\x82\xac.");
	TEXT("\\u0000x", "\0x");
	TEXT("\\ud83d\\ude00", "\xf0\x9f\x98\x80");
	TEXT("\\ud83d!\\ude00", NONE "!" NONE);
	TEXT("\\ud83d\\u0041", NONE "A");
	TEXT("\\u00g0\\q", NONE "00g0" NONE);
	TEXT("\\u00", NONE "00");
	TEXT("\\x5Cx\\xg0", "\\x" NONE "g0");
	TEXT("\\\xff", NONE);
#undef NONE
#undef TEXT
}

static void
room_is_bounded(void **state)
{
	char raw[sizeof(((struct log_scratch *)NULL)->text) + 8];
	struct json_value value = {{raw, 0}, JSON_STRING, true};
	struct log_scratch scratch = {.used = 10};
	struct span text;

	(void)state;
	memset(raw, 'a', sizeof(raw));
	memcpy(raw, "\\n", 2);
	value.raw.len = sizeof(scratch.text) - 10 + 1; /* one octet less when solved */
	assert_true(json_text(&value, &scratch, &text));
	assert_int_equal(scratch.used, sizeof(scratch.text));
	scratch.used = 10;
	value.raw.len++;
	assert_false(json_text(&value, &scratch, &text));
	assert_int_equal(scratch.used, 10);
	assert_ptr_equal(text.text, raw);
	assert_int_equal(text.len, value.raw.len);
}

static void
null_says_nothing(void **state)
{
	struct json_value value = {span_of("null"), JSON_WORD, false};
	struct log_scratch scratch = {.used = 0};
	struct span text;

	(void)state;
	assert_true(json_text(&value, &scratch, &text));
	assert_int_equal(text.len, 0);
	value = (struct json_value){span_of("12"), JSON_NUMBER, false};
	assert_true(json_text(&value, &scratch, &text));
	assert_true(span_equal(text, span_of("12")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(wanted_keys_are_found),
	        cmocka_unit_test(keys_of_the_line_before_change_nothing),
	        cmocka_unit_test(members_of_the_line_before_change_nothing),
	        cmocka_unit_test(keys_are_whole),
	        cmocka_unit_test(objects_and_first_elements_are_entered),
	        cmocka_unit_test(the_first_of_two_counts),
	        cmocka_unit_test(blanks_and_what_stands_in_front_are_passed),
	        cmocka_unit_test(strings_hold_any_octets),
	        cmocka_unit_test(broken_lines_give_nothing),
	        cmocka_unit_test(cut_lines_give_nothing),
	        cmocka_unit_test(lengths_do_not_matter),
	        cmocka_unit_test(depth_is_bounded),
	        cmocka_unit_test(escapes_are_solved),
	        cmocka_unit_test(room_is_bounded),
	        cmocka_unit_test(null_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
