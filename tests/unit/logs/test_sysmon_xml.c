/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Events of Sysmon in XML: either quotes, attributes in any order, entities; a cut
 * event gives nothing.
 */
#include "logs/sysmon_xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const char whole[] =
        "<13>Nov 21 host <Event xmlns='x'><System><Provider Guid=\"{1}\" "
        "Name=\"M-Sysmon\"/>"
        "<EventID Qualifiers=''>22</EventID><Computer>ws1</Computer></System><EventData>"
        "<Data Name='RuleName'></Data><Data Name='UtcTime'>2026-11-21 03:34:01.239</Data>"
        "<Data Name='QueryNames'>other</Data><Data x='1' Name='QueryName'>a&amp;b</Data>"
        "</EventData></Event>";

/* Reads ${len} octets of ${text} from memory of exactly that size. */
static bool
read_exactly(const char *text, size_t len, struct sysmon_xml *event, const char **why)
{
	char *copy = malloc(len > 0 ? len : 1);
	bool read;

	assert_non_null(copy);
	memcpy(copy, text, len);
	*why = NULL;
	read = sysmon_xml_read((struct span){copy, len}, event, why);
	free(copy);
	return read;
}

static void
assert_text(struct span text, const char *want)
{
	if (!span_equal(text, span_of(want)))
		fail_msg("\"%.*s\" instead of \"%s\"", (int)text.len, text.text, want);
}

static void
what_is_wanted_is_found(void **state)
{
	struct sysmon_xml event;
	const char *why;

	(void)state;
	assert_true(sysmon_xml_read(span_of(whole), &event, &why));
	assert_text(event.provider, "M-Sysmon");
	assert_text(event.id, "22");
	assert_text(event.computer, "ws1");
	assert_text(event.utc_time, "2026-11-21 03:34:01.239");
	assert_text(event.query_name, "a&amp;b");
}

static void
what_is_not_there_is_empty(void **state)
{
	struct sysmon_xml event;
	const char *why;

	(void)state;
	assert_true(sysmon_xml_read(
	        span_of("<Event><Data Name=QueryName>x</Data><Data>y</Data></Event>"),
	        &event, &why));
	assert_int_equal(event.query_name.len, 0);
	assert_int_equal(event.provider.len, 0);
}

static void
cut_events_give_nothing(void **state)
{
	struct sysmon_xml event;
	const char *why;

	(void)state;
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		assert_false(read_exactly(whole, len, &event, &why));
		assert_non_null(why);
	}
	assert_true(read_exactly(whole, sizeof(whole) - 1, &event, &why));
}

static void
two_events_in_a_line_are_told(void **state)
{
	struct sysmon_xml event;
	const char *why;

	(void)state;
	assert_false(
	        sysmon_xml_read(span_of("<Event></Event><Event></Event>"), &event, &why));
	assert_non_null(strstr(why, "more than one"));
	assert_true(sysmon_xml_read(span_of("<Event></Event> \t"), &event, &why));
}

static void
entities_are_solved(void **state)
{
	static const char *const pairs[][2] = {
	        {"a&amp;b&lt;&gt;&quot;&apos;", "a&b<>\"'"},
	        {"&#46;&#x2e;&#xE9;", "..\xc3\xa9"},
	        {"&amp;amp;", "&amp;"},
	        {"&unknown;&#;&#x;&#x110000;&", "&unknown;&#;&#x;\xef\xbf\xbd&"},
	        {"&#99999999999;", "&#99999999999;"},
	        {"plain", "plain"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct log_scratch scratch = {.used = 0};
		struct span text;

		assert_true(sysmon_xml_text(span_of(pairs[i][0]), &scratch, &text));
		assert_text(text, pairs[i][1]);
	}
}

static void
room_is_bounded(void **state)
{
	struct log_scratch scratch = {.used = sizeof(scratch.text) - 2};
	struct span text;

	(void)state;
	assert_true(sysmon_xml_text(span_of("a&amp;"), &scratch, &text));
	assert_int_equal(scratch.used, sizeof(scratch.text));
	scratch.used = sizeof(scratch.text) - 1;
	assert_false(sysmon_xml_text(span_of("a&amp;"), &scratch, &text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_is_wanted_is_found),
	        cmocka_unit_test(what_is_not_there_is_empty),
	        cmocka_unit_test(cut_events_give_nothing),
	        cmocka_unit_test(two_events_in_a_line_are_told),
	        cmocka_unit_test(entities_are_solved),
	        cmocka_unit_test(room_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
