/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Tables of Zeek: columns are found by their names, wherever they stand.
 */
#include "logs/text.h"
#include "logs/zeek_row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void
learn(struct log_dialect *dialect, const char *header)
{
	struct span rest = span_of(header);
	struct span line;

	while (text_until(&rest, '\n', &line))
		assert_true(zeek_table_learn(line, dialect));
}

/* Cuts ${text} from memory of exactly its size; the columns point into ${text}. */
static bool
cut(const struct log_dialect *dialect, const char *text, struct span columns[LOG_ROLES])
{
	size_t len = strlen(text);
	char *copy = malloc(len > 0 ? len : 1);
	bool whole;

	assert_non_null(copy);
	memcpy(copy, text, len);
	memset(columns, 0, LOG_ROLES * sizeof(columns[0]));
	whole = zeek_table_cut(dialect, (struct span){copy, len}, false, columns);
	for (unsigned i = 0; whole && i < LOG_ROLES; i++) {
		if (columns[i].text != NULL)
			columns[i].text = text + (columns[i].text - copy);
	}
	free(copy);
	return whole;
}

static void
assert_column(struct span column, const char *want)
{
	if (!span_equal(column, span_of(want)))
		fail_msg("\"%.*s\" instead of \"%s\"", (int)column.len, column.text, want);
}

static void
columns_are_found_by_name(void **state)
{
	struct log_dialect dialect = {.why = NULL};
	struct span columns[LOG_ROLES];

	(void)state;
	learn(&dialect, "#separator \\x09\n#path\tdns\n"
	                "#fields\tquery\tx\tid.orig_h\tts\tAA\n#types\tstring\n");
	assert_null(dialect.why);
	assert_int_equal(dialect.variant, ZEEK_TABLE_DNS);
	assert_true(cut(&dialect, "a.example\t\t192.0.2.1\t1.5\tF", columns));
	assert_column(columns[LOG_ROLE_NAME], "a.example");
	assert_column(columns[LOG_ROLE_CLIENT], "192.0.2.1");
	assert_column(columns[LOG_ROLE_TIME], "1.5");
	assert_column(columns[LOG_ROLE_PORT], "");
	assert_true(cut(&dialect, "-\t-\t--\t", columns)); /* AA is not wanted */
	assert_column(columns[LOG_ROLE_NAME], "");
	assert_column(columns[LOG_ROLE_CLIENT], "--");
	assert_column(columns[LOG_ROLE_TIME], "");
	assert_false(cut(&dialect, "a.example\t\t192.0.2.1", columns));
	assert_false(cut(&dialect, "", columns));
}

static void
a_later_header_counts(void **state)
{
	struct log_dialect dialect = {.why = NULL};
	struct span columns[LOG_ROLES];

	(void)state;
	learn(&dialect, "#separator \\x09\n#path\tdns\n#fields\tts\tid.orig_h\tquery\n");
	learn(&dialect, "#close\t2026\n#separator \\x09\n#path\thttp\n"
	                "#fields\turi\thost\tid_orig_h\tts\n");
	assert_int_equal(dialect.variant, ZEEK_TABLE_HTTP);
	assert_true(cut(&dialect, "/x\ta.example\t192.0.2.1\t1", columns));
	assert_column(columns[LOG_ROLE_NAME], "a.example");
	assert_column(columns[LOG_ROLE_TARGET], "/x");
	learn(&dialect, "#separator \\x09\n#path\tconn\n#fields\tts\tid.orig_h\n");
	assert_int_equal(dialect.variant, ZEEK_TABLE_OTHER);
	assert_null(dialect.why);
}

static void
a_header_that_lacks_a_field_is_told(void **state)
{
	static const struct {
		const char *header;
		const char *field;
	} headers[] = {
	        {"#path\tdns\n#fields\tid.orig_h\tquery\n", "ts"},
	        {"#path\tdns\n#fields\tts\tquery\n", "id.orig_h"},
	        {"#path\tdns\n#fields\tts\tid.orig_h\n", "query"},
	        {"#path\thttp\n#fields\tts\tid.orig_h\turi\n", "host"},
	        {"#path\thttp.2\n#fields\tts\tid.orig_h\thost\n", "uri"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct log_dialect dialect = {.why = NULL};

		learn(&dialect, headers[i].header);
		assert_non_null(dialect.why);
		assert_non_null(strstr(dialect.why, headers[i].field));
	}
}

static void
logs_are_told_by_columns_and_path(void **state)
{
	struct log_dialect dialect = {.why = NULL};

	(void)state;
	learn(&dialect, "#path\tinside\n#fields\tts\tid.orig_h\ttrans_id\tquery\n");
	assert_int_equal(dialect.variant, ZEEK_TABLE_DNS);
	learn(&dialect, "#path\thttpheader_recon\n#fields\tts\torigin\n");
	assert_int_equal(dialect.variant, ZEEK_TABLE_OTHER);
	assert_false(zeek_table_learn(span_of("#comment"), &dialect));
	assert_false(zeek_table_learn(span_of("#fields"), &dialect));
	assert_false(zeek_table_learn(span_of("ts\tuid"), &dialect));
}

static void
any_separator_does(void **state)
{
	struct log_dialect dialect = {.why = NULL};
	struct span columns[LOG_ROLES];

	(void)state;
	learn(&dialect, "#separator \\x7c\n#path|dns\n#fields|ts|id.orig_h|query\n");
	assert_true(cut(&dialect, "1|192.0.2.1|a\tb", columns));
	assert_column(columns[LOG_ROLE_NAME], "a\tb");
	assert_false(cut(&dialect, "1|192.0.2.1", columns));
}

static void
in_brief_only_time_client_and_name_are_cut(void **state)
{
	struct log_dialect dialect = {.why = NULL};
	struct span columns[LOG_ROLES] = {[LOG_ROLE_PORT] = {"unset", 5}};
	struct span line = span_of("1.5\t192.0.2.1\t53\ta.example");

	(void)state;
	learn(&dialect, "#path\tdns\n#fields\tts\tid.orig_h\tid.orig_p\tquery\n");
	assert_true(zeek_table_cut(&dialect, line, true, columns));
	assert_column(columns[LOG_ROLE_TIME], "1.5");
	assert_column(columns[LOG_ROLE_CLIENT], "192.0.2.1");
	assert_column(columns[LOG_ROLE_NAME], "a.example");
	assert_column(columns[LOG_ROLE_PORT], "unset");
}

/* Cuts the ${len} octets at ${text}, from memory of that size, in full and in brief. */
static void
assert_brief_is_the_same(const struct log_dialect *dialect, const char *text, size_t len)
{
	static const enum log_role roles[] = {LOG_ROLE_TIME, LOG_ROLE_CLIENT,
	                                      LOG_ROLE_NAME};
	struct span full[LOG_ROLES], brief[LOG_ROLES];
	char *copy = malloc(len > 0 ? len : 1);
	struct span line = {copy, len};
	bool whole;

	assert_non_null(copy);
	memcpy(copy, text, len);
	whole = zeek_table_cut(dialect, line, false, full);
	assert_int_equal(zeek_table_cut(dialect, line, true, brief), whole);
	for (size_t i = 0; whole && i < sizeof(roles) / sizeof(roles[0]); i++) {
		assert_int_equal(brief[roles[i]].len, full[roles[i]].len);
		assert_ptr_equal(brief[roles[i]].text, full[roles[i]].text);
	}
	free(copy);
}

/* Whatever order the columns have, and wherever the line ends. */
static void
in_brief_columns_are_the_same(void **state)
{
	static const char *const headers[] = {
	        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tx\tquery\tqclass\tqtype\tAA\n",
	        "#fields\tts\tid.orig_h\tquery\tqtype\n",
	        "#fields\tx\tts\tid.orig_h\ty\tquery\n",
	        "#fields\tquery\tx\tid.orig_h\tts\n",
	        "#fields\tx\tid.orig_h\tquery\ty\tts\tqtype\n",
	};
	static const char *const lines[] = {
	        "1591367999.306059\tCazOhH2qDUiJTWMCY\t192.168.4.76\t36844\t-\ta."
	        "example\t1\t"
	        "28\tF\tx",
	        "\t\t\t\t\t\t\t\t",
	        "-\t-\t-\t-\t-\t-\t-\t-\t-",
	        "1.5\ta-long-label-and-a-long-label-and-a-long-label.and-so-on.and-so-on-"
	        "and-so-"
	        "on.and-so-on.example\t192.0.2.1\t192.0.2.1\t192.0.2.1\ta.example\t1\t1\t1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct log_dialect dialect = {.why = NULL};

		learn(&dialect, "#path\tdns\n");
		learn(&dialect, headers[i]);
		for (size_t k = 0; k < sizeof(lines) / sizeof(lines[0]); k++) {
			for (size_t len = 0; len <= strlen(lines[k]); len++)
				assert_brief_is_the_same(&dialect, lines[k], len);
		}
	}
}

/* Columns that end on each side of the 64 octets that are looked at in one step. */
static void
lengths_do_not_matter(void **state)
{
	struct log_dialect dialect = {.why = NULL};
	struct span columns[LOG_ROLES];
	char line[512];

	(void)state;
	learn(&dialect, "#path\tdns\n#fields\tts\tx\tid.orig_h\ty\tquery\n");
	for (int len = 0; len < 150; len++) {
		snprintf(line, sizeof(line), "%.*s\t\t192.0.2.1\t%0*d\tq", len > 0 ? 3 : 0,
		         "1.5", len, 0);
		assert_true(cut(&dialect, line, columns));
		assert_column(columns[LOG_ROLE_CLIENT], "192.0.2.1");
		assert_column(columns[LOG_ROLE_NAME], "q");
	}
}

static enum log_kind
read_dns(const char *time, const char *client, struct log_entry *entry)
{
	struct span columns[LOG_ROLES] = {[LOG_ROLE_TIME] = span_of(time),
	                                  [LOG_ROLE_CLIENT] = span_of(client),
	                                  [LOG_ROLE_NAME] = span_of("a.example")};

	struct log_scratch scratch = {.used = 0};

	*entry = (struct log_entry){.why = NULL};
	return zeek_row_read(columns, ZEEK_TABLE_DNS, &scratch, entry);
}

static void
times_are_read_quickly_and_right(void **state)
{
	static const char digits[] = "1591367999.306059";
	struct log_entry entry;

	(void)state;
	assert_int_equal(read_dns(digits, "192.0.2.1", &entry), LOG_ASKED);
	assert_int_equal(entry.time, LOG_TIME_UTC);
	assert_true(entry.us == INT64_C(1591367999306059));
	assert_int_equal(read_dns("9876543210.012345", "192.0.2.1", &entry), LOG_ASKED);
	assert_true(entry.us == INT64_C(9876543210012345));
	assert_int_equal(read_dns("12.5", "192.0.2.1", &entry), LOG_ASKED);
	assert_true(entry.us == 12500000);
	assert_int_equal(read_dns("2021-11-17T13:32:43.249475Z", "::1", &entry), LOG_ASKED);
	assert_true(entry.us == INT64_C(1637155963249475));
	assert_int_equal(read_dns("2021-11-17T13:32:43Zx", "::1", &entry), LOG_FOREIGN);
	for (size_t i = 0; i < strlen(digits); i++) {
		char text[sizeof(digits)];

		memcpy(text, digits, sizeof(digits));
		for (int c = 1; c < 256; c++) {
			text[i] = (char)c;
			if (!ascii_digit(text[i]) && text[i] != '.' && text[i] != ',')
				assert_int_equal(read_dns(text, "192.0.2.1", &entry),
				                 LOG_FOREIGN);
		}
	}
}

static void
clients_are_addresses(void **state)
{
	struct log_entry entry;

	(void)state;
	assert_int_equal(read_dns("1", "2001:db8::1", &entry), LOG_ASKED);
	assert_int_equal(read_dns("1", "1.1.1.1", &entry), LOG_ASKED);
	assert_int_equal(read_dns("1", "100.100.100.100", &entry), LOG_ASKED);
	assert_int_equal(read_dns("1", "host.exam", &entry), LOG_FOREIGN);
	assert_int_equal(read_dns("1", "100.100.1z0.100", &entry), LOG_FOREIGN);
	assert_int_equal(read_dns("1",
	                          "100.100\x80"
	                          "100.100",
	                          &entry),
	                 LOG_FOREIGN);
	assert_int_equal(read_dns("1", "", &entry), LOG_FOREIGN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(columns_are_found_by_name),
	        cmocka_unit_test(a_later_header_counts),
	        cmocka_unit_test(a_header_that_lacks_a_field_is_told),
	        cmocka_unit_test(logs_are_told_by_columns_and_path),
	        cmocka_unit_test(any_separator_does),
	        cmocka_unit_test(in_brief_only_time_client_and_name_are_cut),
	        cmocka_unit_test(in_brief_columns_are_the_same),
	        cmocka_unit_test(lengths_do_not_matter),
	        cmocka_unit_test(times_are_read_quickly_and_right),
	        cmocka_unit_test(clients_are_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
