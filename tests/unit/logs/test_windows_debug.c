/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The debug log of Windows' DNS server: the order of its dates, what the user
 * says about it, the names in its notation, and its lines that are no packets.
 */
#include "logs/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

extern const struct log_format log_format_windows_debug;

#define QUESTION                                                                           \
	" 0E70 PACKET  00000000033397A0 UDP Rcv 10.161.60.71    5b47   Q [0001   D   "     \
	"NOERROR] A      "

struct reading {
	struct log_scratch scratch;
	struct log_entry entry;
	char line[256];
};

/* Reads a question of the time ${time} for ${name}. */
static enum log_kind
read_question(const struct log_dialect *dialect, const char *time, const char *name,
              struct reading *reading)
{
	snprintf(reading->line, sizeof(reading->line), "%s%s%s", time, QUESTION, name);
	reading->entry = (struct log_entry){.why = NULL};
	reading->scratch.used = 0;
	return log_format_windows_debug.read(dialect, span_of(reading->line),
	                                     &reading->scratch, &reading->entry);
}

static void
learn(struct log_dialect *dialect, const char *time)
{
	char line[256];

	snprintf(line, sizeof(line), "%s%s(3)com(0)", time, QUESTION);
	assert_false(log_format_windows_debug.learn(span_of(line), dialect));
}

static void
the_order_that_was_learnt_is_used(void **state)
{
	struct log_dialect dialect = {.variant = 0};
	struct reading reading;

	(void)state;
	learn(&dialect, "03/04/2019 16:05:31");
	assert_int_equal(dialect.order, LOG_ORDER_DMY);
	assert_false(dialect.order_seen);
	learn(&dialect, "03/13/2019 16:05:31");
	assert_int_equal(dialect.order, LOG_ORDER_MDY);
	assert_true(dialect.order_seen);
	assert_int_equal(
	        read_question(&dialect, "03/04/2019 16:05:31", "(3)com(0)", &reading),
	        LOG_ASKED);
	assert_int_equal(reading.entry.us, INT64_C(1551715531000000)); /* 4 March */
	assert_int_equal(
	        read_question(&dialect, "13/04/2019 16:05:31", "(3)com(0)", &reading),
	        LOG_FOREIGN);
	assert_non_null(strstr(reading.entry.why, "order"));
}

static void
the_order_that_was_said_wins(void **state)
{
	struct log_dialect dialect = {.order = LOG_ORDER_DMY, .order_said = true};
	struct reading reading;

	(void)state;
	learn(&dialect, "4/21/2017 7:52:03 AM");
	assert_int_equal(dialect.order, LOG_ORDER_DMY);
	assert_int_equal(
	        read_question(&dialect, "3/4/2019 4:05:31 PM", "(3)com(0)", &reading),
	        LOG_ASKED);
	assert_int_equal(reading.entry.us, INT64_C(1554307531000000)); /* 3 April */
}

static void
dates_of_iso_8601_have_no_order(void **state)
{
	struct log_dialect dialect = {.variant = 0};
	struct reading reading;

	(void)state;
	learn(&dialect, "2019-04-03 16:05:31");
	assert_int_equal(dialect.order, LOG_ORDER_UNKNOWN);
	assert_int_equal(
	        read_question(&dialect, "2019-04-03 16:05:31", "(3)com(0)", &reading),
	        LOG_ASKED);
	assert_int_equal(reading.entry.us, INT64_C(1554307531000000));
}

static void
names_are_decoded(void **state)
{
	static const struct {
		const char *text, *name; /* no name: it cannot be read */
	} names[] = {
	        {"(7)example(3)com(0)", "example.com"},
	        {"(1)A(0)", "A"},
	        {"(0)", "."},
	        {"(3)a(b(3)com(0)", "a(b.com"},
	        {"(11)blahblah(3)com(0)", "blahblah.com"}, /* made anonymous */
	        {"(3)a b(3)com(0)", "a b.com"},
	        {".ns1.example.com.", "ns1.example.com."},
	        {"example.com", "example.com"},
	        {".", "."},
	        {"(7)example(3)com", NULL},
	        {"(7)example(3)com(", NULL},
	        {"(7)exam", NULL},
	        {"(7)", NULL},
	        {"(64)example(0)", NULL},
	        {"(x)example(0)", NULL},
	        {"(7)example)(0)", "example)"},
	        {"", NULL},
	};
	struct log_dialect dialect = {.variant = 0};
	struct reading reading;

	(void)state;
	for (size_t i = 0; i < LOG_COUNT(names); i++) {
		enum log_kind kind = read_question(&dialect, "6/5/2013 10:00:32 AM",
		                                   names[i].text, &reading);

		if (kind != (names[i].name == NULL ? LOG_FOREIGN : LOG_ASKED))
			fail_msg("\"%s\" is of another kind", names[i].text);
		if (names[i].name != NULL &&
		    !span_equal(reading.entry.name, span_of(names[i].name)))
			fail_msg("\"%.*s\" of \"%s\"", (int)reading.entry.name.len,
			         reading.entry.name.text, names[i].text);
	}
}

/* Reads a name of ${labels} labels of one octet. */
static enum log_kind
read_labels(size_t labels)
{
	static const char head[] = "6/5/2013 10:00:32 AM" QUESTION;
	struct log_dialect dialect = {.variant = 0};
	struct log_scratch scratch = {.used = 0};
	struct log_entry entry = {.why = NULL};
	char line[8192];
	size_t len = strlen(head);

	memcpy(line, head, len);
	for (size_t i = 0; i < labels; i++, len += 4)
		memcpy(line + len, "(1)a", 4);
	memcpy(line + len, "(0)", 3);
	return log_format_windows_debug.read(&dialect, (struct span){line, len + 3},
	                                     &scratch, &entry);
}

static void
a_name_that_is_too_long_to_keep_is_refused(void **state)
{
	(void)state;
	assert_int_equal(read_labels(1024), LOG_ASKED); /* 2047 octets */
	assert_int_equal(read_labels(1025), LOG_FOREIGN);
}

static void
what_the_server_sends_is_aside(void **state)
{
	static const char *const lines[] = {
	        "4/15/2014 3:16:00 PM 0710 PACKET  0000000028FB94C0 UDP Snd 192.0.2.53     "
	        " "
	        "8857   Q [0001   D   NOERROR] A      (7)example(3)com(0)",
	        "4/15/2014 3:16:00 PM 0710 PACKET  0000000028FB94C0 UDP  Rcv 192.0.2.53    "
	        "  "
	        "8857 R Q [8081   DR  NOERROR] A      (7)example(3)com(0)",
	        "4/15/2014 3:16:00 PM 0710 PACKET  0000000028FB94C0 UDP Rcv 192.0.2.53     "
	        " "
	        "8857   N [2400       NOERROR] SOA    (7)example(3)com(0)",
	        "4/15/2014 3:16:00 PM 0710 EVENT   The DNS server has started.",
	};
	struct log_dialect dialect = {.variant = 0};
	struct log_scratch scratch = {.used = 0};
	struct log_entry entry = {.why = NULL};

	(void)state;
	for (size_t i = 0; i < LOG_COUNT(lines); i++)
		assert_int_equal(log_format_windows_debug.read(&dialect, span_of(lines[i]),
		                                               &scratch, &entry),
		                 LOG_ASIDE);
}

static void
other_lines_are_its_own_once_it_is_known(void **state)
{
	static const char *const lines[] = {
	        "", "Message logging key:", "\tField #  Information",
	        "UDP question info at 00000000033397A0", "    QUESTION SECTION:"};
	struct log_dialect dialect = {.variant = 0};
	struct log_scratch scratch = {.used = 0};
	struct log_entry entry = {.why = NULL};

	(void)state;
	for (size_t i = 0; i < LOG_COUNT(lines); i++)
		assert_int_equal(log_format_windows_debug.read(&dialect, span_of(lines[i]),
		                                               &scratch, &entry),
		                 LOG_FOREIGN);
	log_format_windows_debug.learn(
	        span_of("DNS Server log file creation at 6/5/2013 9:00:32 AM"), &dialect);
	for (size_t i = 0; i < LOG_COUNT(lines); i++)
		assert_int_equal(log_format_windows_debug.read(&dialect, span_of(lines[i]),
		                                               &scratch, &entry),
		                 LOG_ASIDE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_order_that_was_learnt_is_used),
	        cmocka_unit_test(the_order_that_was_said_wins),
	        cmocka_unit_test(dates_of_iso_8601_have_no_order),
	        cmocka_unit_test(names_are_decoded),
	        cmocka_unit_test(a_name_that_is_too_long_to_keep_is_refused),
	        cmocka_unit_test(what_the_server_sends_is_aside),
	        cmocka_unit_test(other_lines_are_its_own_once_it_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
