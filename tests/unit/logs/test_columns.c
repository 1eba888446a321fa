/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The format of plain columns: columns that the user named, in any order and with
 * any separator, and what is in them.
 */
#include "logs/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

extern const struct log_format log_format_columns;

static enum log_kind
read_with(const struct log_dialect *dialect, const char *line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	*entry = (struct log_entry){.why = NULL};
	scratch->used = 0;
	return log_format_columns.read(dialect, span_of(line), scratch, entry);
}

static void
assert_text(struct span got, const char *want)
{
	if (!span_equal(got, span_of(want)))
		fail_msg("\"%.*s\" instead of \"%s\"", (int)got.len, got.text, want);
}

static void
said_columns_find_their_separator(void **state)
{
	static const struct {
		const char *line;
		char separator;
	} lines[] = {
	        {"blrsxvu\t192.0.2.7\t2026-11-21T19:42:13Z\tx", '\t'},
	        {"blrsxvu,192.0.2.7,\"2026-11-21 19:42:13\"", ','},
	        {"blrsxvu;192.0.2.7;21-Nov-2026 19:42:13", ';'},
	        {"blrsxvu 192.0.2.7 Nov 21 19:42:13", ' '},
	        {"blrsxvu 192.0.2.7 [21/Nov/2026:19:42:13 +0000] more", ' '},
	};

	(void)state;
	for (size_t i = 0; i < LOG_COUNT(lines); i++) {
		struct log_dialect dialect = {.columns_said = true};
		struct log_scratch scratch;
		struct log_entry entry;

		dialect.place[LOG_ROLE_NAME] = 1;
		dialect.place[LOG_ROLE_CLIENT] = 2;
		dialect.place[LOG_ROLE_TIME] = 3;
		assert_int_equal(read_with(&dialect, lines[i].line, &scratch, &entry),
		                 LOG_FOREIGN);
		log_format_columns.learn(span_of("no table"), &dialect);
		assert_int_equal(dialect.separator, 0);
		log_format_columns.learn(span_of(lines[i].line), &dialect);
		assert_int_equal(dialect.separator, lines[i].separator);
		assert_int_equal(read_with(&dialect, lines[i].line, &scratch, &entry),
		                 LOG_ASKED);
		assert_text(entry.name, "blrsxvu");
		assert_text(entry.client, "192.0.2.7");
		assert_int_not_equal(entry.time, LOG_TIME_NONE);
	}
}

static void
each_role_is_read(void **state)
{
	struct log_dialect dialect = {.columns_said = true, .separator = ';', .width = 8};
	struct log_scratch scratch;
	struct log_entry entry;

	(void)state;
	dialect.place[LOG_ROLE_DATE] = 1;
	dialect.place[LOG_ROLE_TIME] = 2;
	dialect.place[LOG_ROLE_CLIENT] = 3;
	dialect.place[LOG_ROLE_PORT] = 4;
	dialect.place[LOG_ROLE_TYPE] = 5;
	dialect.place[LOG_ROLE_TRANSPORT] = 6;
	dialect.place[LOG_ROLE_BEHIND] = 7;
	dialect.place[LOG_ROLE_NAME] = 8;
	assert_int_equal(read_with(&dialect,
	                           "4/21/2017;7:52:03 PM;[2001:db8::7]:9;4242;AAAA;tcp;"
	                           "203.0.113.9;\"a\"\"b.example\"",
	                           &scratch, &entry),
	                 LOG_ASKED);
	assert_int_equal(entry.us, INT64_C(1492804323000000));
	assert_int_equal(entry.time, LOG_TIME_LOCAL);
	assert_text(entry.client, "2001:db8::7");
	assert_int_equal(entry.port, 4242);
	assert_int_equal(entry.type, 28);
	assert_int_equal(entry.transport, LOG_TRANSPORT_TCP);
	assert_text(entry.behind, "203.0.113.9");
	assert_text(entry.name, "a\"b.example");
}

static void
a_web_table_has_the_name_in_its_url(void **state)
{
	struct log_dialect dialect = {.columns_said = true, .separator = ' '};
	struct log_scratch scratch;
	struct log_entry entry;

	(void)state;
	dialect.place[LOG_ROLE_TIME] = 1;
	dialect.place[LOG_ROLE_CLIENT] = 2;
	dialect.place[LOG_ROLE_METHOD] = 3;
	dialect.place[LOG_ROLE_TARGET] = 4;
	assert_int_equal(
	        read_with(&dialect,
	                  "1795290133 192.0.2.7 GET http://qxjvw.net:80/search?q=1",
	                  &scratch, &entry),
	        LOG_ASKED);
	assert_text(entry.name, "qxjvw.net");
	assert_text(entry.request.target, "http://qxjvw.net:80/search?q=1");
	assert_int_equal(entry.transport, LOG_TRANSPORT_HTTP);
	assert_int_equal(read_with(&dialect, "1795290133 192.0.2.7 CONNECT qxjvw.net:443",
	                           &scratch, &entry),
	                 LOG_ASKED);
	assert_text(entry.name, "qxjvw.net");
}

static void
broken_lines_say_why(void **state)
{
	struct log_dialect dialect = {.columns_said = true, .separator = ',', .width = 3};
	struct log_scratch scratch;
	struct log_entry entry;

	(void)state;
	dialect.place[LOG_ROLE_TIME] = 1;
	dialect.place[LOG_ROLE_CLIENT] = 2;
	dialect.place[LOG_ROLE_NAME] = 3;
	assert_int_equal(read_with(&dialect, "1795290133,192.0.2.7", &scratch, &entry),
	                 LOG_FOREIGN);
	assert_non_null(strstr(entry.why, "as many columns"));
	assert_int_equal(read_with(&dialect, "1795290133,192.0.2.7,a,b", &scratch, &entry),
	                 LOG_FOREIGN);
	assert_non_null(strstr(entry.why, "as many columns"));
	assert_int_equal(
	        read_with(&dialect, "31/02/2017 1:02:03,192.0.2.7,a", &scratch, &entry),
	        LOG_FOREIGN);
	assert_non_null(strstr(entry.why, "time"));
	assert_int_equal(read_with(&dialect, "1795290133,laptop,a", &scratch, &entry),
	                 LOG_FOREIGN);
	assert_non_null(strstr(entry.why, "client"));
	assert_int_equal(read_with(&dialect, "1795290133,192.0.2.7,", &scratch, &entry),
	                 LOG_ASIDE);
	assert_int_equal(read_with(&dialect, "", &scratch, &entry), LOG_ASIDE);
	assert_int_equal(read_with(&dialect, "# a note", &scratch, &entry), LOG_ASIDE);
}

static void
dates_of_a_column_say_their_order(void **state)
{
	struct log_dialect dialect = {.columns_said = true, .separator = ','};

	(void)state;
	dialect.place[LOG_ROLE_TIME] = 2;
	log_format_columns.learn(span_of("a,\"3/4/2017 1:02:03\",192.0.2.7"), &dialect);
	assert_int_equal(dialect.order, LOG_ORDER_DMY);
	assert_false(dialect.order_seen);
	log_format_columns.learn(span_of("a,4/13/2017 1:02:03,192.0.2.7"), &dialect);
	assert_int_equal(dialect.order, LOG_ORDER_MDY);
	assert_true(dialect.order_seen);
}

static void
a_header_is_learnt_and_is_no_question(void **state)
{
	struct log_dialect dialect = {.width = 0};
	struct log_scratch scratch;
	struct log_entry entry;

	(void)state;
	assert_true(log_format_columns.learn(span_of("time client name"), &dialect));
	assert_false(log_format_columns.learn(span_of("1795290133 192.0.2.7 blrsxvu"),
	                                      &dialect));
	assert_int_equal(
	        read_with(&dialect, "1795290133 192.0.2.7 blrsxvu", &scratch, &entry),
	        LOG_ASKED);
	assert_text(entry.name, "blrsxvu");
	assert_int_equal(read_with(&dialect, "time client name", &scratch, &entry),
	                 LOG_ASIDE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(said_columns_find_their_separator),
	        cmocka_unit_test(each_role_is_read),
	        cmocka_unit_test(a_web_table_has_the_name_in_its_url),
	        cmocka_unit_test(broken_lines_say_why),
	        cmocka_unit_test(dates_of_a_column_say_their_order),
	        cmocka_unit_test(a_header_is_learnt_and_is_no_question),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
