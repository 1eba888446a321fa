/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Events of Windows in JSON: the same values out of each shape.
 */
#include "logs/windows_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const shapes[] = {
        "{\"@timestamp\":\"T\",\"winlog\":{\"event_id\":\"22\",\"provider_name\":\"P\","
        "\"computer_name\":\"C\",\"event_data\":{\"QueryName\":\"q\",\"UtcTime\":\"U\"}}}",
        "{\"@timestamp\":\"T\",\"winlog\":{\"computer_name\":\"C\",\"event_data\":{"
        "\"QueryName\":\"q\",\"UtcTime\":\"U\"}},\"event\":{\"code\":\"22\",\"provider\":"
        "\"P\"}}",
        "{\"Event\":{\"EventData\":{\"QueryName\":\"q\",\"UtcTime\":\"U\"},\"System\":{"
        "\"Computer\":\"C\",\"EventID\":22,\"Provider\":{\"#attributes\":{\"Guid\":\"G\","
        "\"Name\":\"P\"}},\"TimeCreated\":{\"#attributes\":{\"SystemTime\":\"T\"}}}}}",
        "{\"EventData\":{\"QueryName\":\"q\",\"UtcTime\":\"U\"},\"System\":{\"Computer\":"
        "\"C\","
        "\"EventID\":{\"#text\":22},\"Provider\":{\"Name\":\"P\"},\"TimeCreated\":{"
        "\"SystemTime\":\"T\"}}}",
        "{\"EventTime\":\"T\",\"Hostname\":\"C\",\"EventID\":22,\"SourceName\":\"P\","
        "\"QueryName\":\"q\",\"UtcTime\":\"U\"}",
};

static void
each_shape_says_the_same(void **state)
{
	static const struct {
		enum windows_event_value value;
		const char *want;
	} wanted[] = {
	        {WINDOWS_EVENT_ID, "22"},      {WINDOWS_EVENT_PROVIDER, "P"},
	        {WINDOWS_EVENT_COMPUTER, "C"}, {WINDOWS_EVENT_TIME, "T"},
	        {WINDOWS_EVENT_UTC_TIME, "U"}, {WINDOWS_EVENT_QUERY_NAME, "q"},
	};

	struct log_scratch scratch = {.used = 0};

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct json_value values[WINDOWS_EVENT_VALUES];

		assert_null(windows_event_read(span_of(shapes[i]), &scratch, values));
		for (size_t j = 0; j < sizeof(wanted) / sizeof(wanted[0]); j++) {
			if (!span_equal(values[wanted[j].value].raw,
			                span_of(wanted[j].want)))
				fail_msg("\"%s\" is not in %s", wanted[j].want, shapes[i]);
		}
	}
}

static void
programs_are_told(void **state)
{
	struct json_value values[WINDOWS_EVENT_VALUES];
	struct log_scratch scratch = {.used = 0};

	(void)state;
	assert_null(windows_event_read(span_of("{\"Channel\":\"M-Sysmon/Operational\"}"),
	                               &scratch, values));
	assert_true(windows_event_is_of(values, "Sysmon"));
	assert_false(windows_event_is_of(values, "DNSServer"));
	assert_null(windows_event_read(
	        span_of("{\"event\":{\"provider\":\"M-DNSServer\"}}"), &scratch, values));
	assert_true(windows_event_is_of(values, "DNSServer"));
	assert_false(windows_event_is_of(values, "Sysmon"));
	assert_null(windows_event_read(span_of("{}"), &scratch, values));
	assert_false(windows_event_is_of(values, "Sysmon"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_shape_says_the_same),
	        cmocka_unit_test(programs_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
