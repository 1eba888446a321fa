/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What lines tell of how to read them: the order of dates over several lines,
 * header lines, and columns told by their content; and what must not be guessed.
 */
#include "logs/guess.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Learns from ${lines}, each of which ends in LF. */
static struct log_dialect
order_of(const char *lines, struct log_dialect dialect)
{
	uint16_t before[3] = {0, 0, 0};

	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");

		guess_order((struct span){lines, len}, &dialect, before);
		lines += len + 1;
	}
	return dialect;
}

static void
assert_order(const char *lines, enum log_order order, bool seen)
{
	struct log_dialect dialect =
	        order_of(lines, (struct log_dialect){.order_seen = false});

	assert_int_equal(dialect.order, order);
	assert_int_equal(dialect.order_seen, seen);
}

static void
a_number_above_12_proves_the_order(void **state)
{
	(void)state;
	assert_order("1/12/2017 7:52:03 AM x\n1/13/2017 7:52:03 AM x\n", LOG_ORDER_MDY,
	             true);
	assert_order("05/03/2019 16:05:31 x\n13/03/2019 16:05:31 x\n", LOG_ORDER_DMY, true);
	assert_order("31/12/2019 16:05:31 x\n", LOG_ORDER_DMY, true);
	assert_order("2019/12/5 13:03:50 x\n", LOG_ORDER_YMD, true);
	/* day first, with AM: no assumption stands against a proof */
	assert_order("3/4/2017 7:52:03 AM x\n21/4/2017 7:52:03 AM x\n", LOG_ORDER_DMY,
	             true);
	/* the first proof stays */
	assert_order("13/3/2019 16:05:31 x\n3/13/2019 16:05:31 x\n", LOG_ORDER_DMY, true);
}

static void
without_a_proof_the_order_is_assumed(void **state)
{
	(void)state;
	assert_order("1/12/2017 7:52:03 AM x\n", LOG_ORDER_MDY, false);
	assert_order("1/12/2017 7:52:03 PM\n", LOG_ORDER_MDY, false);
	assert_order("05/03/2019 16:05:31 x\n05/03/2019 16:05:32 x\n", LOG_ORDER_DMY,
	             false);
	assert_order("12/12/2019 16:05:31 x\n", LOG_ORDER_DMY, false);
}

static void
the_order_that_would_run_backwards_is_out(void **state)
{
	(void)state;
	assert_order("1/12/2019 16:05:31 x\n2/1/2019 16:05:31 x\n", LOG_ORDER_MDY, true);
	assert_order("12/1/2019 16:05:31 x\n1/2/2019 16:05:31 x\n", LOG_ORDER_DMY, true);
	/* both run forward, or both back: no proof */
	assert_order("1/1/2019 16:05:31 x\n1/2/2019 16:05:31 x\n", LOG_ORDER_DMY, false);
	assert_order("3/3/2019 16:05:31 x\n2/2/2019 16:05:31 x\n", LOG_ORDER_DMY, false);
	/* another year */
	assert_order("1/12/2019 16:05:31 x\n2/1/2020 16:05:31 x\n", LOG_ORDER_DMY, false);
}

static void
what_the_user_said_stays(void **state)
{
	struct log_dialect said = {.order = LOG_ORDER_MDY, .order_said = true};

	(void)state;
	said = order_of("31/12/2019 16:05:31 x\n", said);
	assert_int_equal(said.order, LOG_ORDER_MDY);
	assert_false(said.order_seen);
}

static void
what_is_no_date_says_nothing(void **state)
{
	(void)state;
	assert_order("\n1/2\n1/2/2019\n1/2/2019x 3\nx13/3/2019 16:05:31\n",
	             LOG_ORDER_UNKNOWN, false);
}

static void
assert_table(const struct log_dialect *dialect, char separator, const uint16_t want[5])
{
	static const enum log_role roles[] = {LOG_ROLE_TIME, LOG_ROLE_DATE, LOG_ROLE_CLIENT,
	                                      LOG_ROLE_PORT, LOG_ROLE_NAME};

	assert_int_equal(dialect->separator, separator);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(dialect->place[roles[i]], want[i]);
}

static void
headers_name_columns(void **state)
{
	struct log_dialect dialect = {.width = 0};

	(void)state;
	assert_true(guess_header(span_of("time client name"), &dialect));
	assert_table(&dialect, ' ', (const uint16_t[]){1, 0, 2, 0, 3});
	assert_true(guess_header(span_of("#Date\tTime\tHost\tSrc_IP\tsrcport\tQuery"),
	                         &dialect));
	assert_table(&dialect, '\t', (const uint16_t[]){2, 1, 4, 5, 6});
	assert_int_equal(dialect.width, 6);
	assert_true(guess_header(span_of("\"src\",\"date\",\"what else\",\"qname\""),
	                         &dialect));
	assert_table(&dialect, ',', (const uint16_t[]){2, 0, 1, 0, 4});
}

static void
other_lines_are_no_headers(void **state)
{
	struct log_dialect dialect = {.width = 7};

	(void)state;
	assert_false(
	        guess_header(span_of("the time at which a client asked a name"), &dialect));
	assert_false(guess_header(span_of("time,client,answer"), &dialect));
	assert_false(guess_header(
	        span_of("#fields\tts\tuid\tid.orig_h\tid.orig_p\tproto\tquery"), &dialect));
	assert_false(guess_header(span_of(""), &dialect));
	assert_false(guess_header(span_of("time,client,\"name"), &dialect));
	assert_int_equal(dialect.width, 7); /* untouched */
}

static void
columns_are_told_by_content(void **state)
{
	struct log_dialect dialect = {.width = 0};

	(void)state;
	assert_true(
	        guess_columns(span_of("1795290133 192.0.2.7 53 blrsxvu.com A"), &dialect));
	assert_table(&dialect, ' ', (const uint16_t[]){1, 0, 2, 3, 4});
	assert_int_equal(dialect.width, 5);
	assert_true(guess_columns(span_of("2026-11-21,19:42:13,2001:db8::7,blrsxvu.com"),
	                          &dialect));
	assert_table(&dialect, ',', (const uint16_t[]){2, 1, 3, 0, 4});
	assert_true(guess_columns(span_of("blrsxvu.com;192.0.2.7;4/21/2017 7:52:03 AM"),
	                          &dialect));
	assert_table(&dialect, ';', (const uint16_t[]){3, 0, 2, 0, 1});
	assert_true(guess_columns(
	        span_of("[21/Nov/2026:19:43:45 +0000] 192.0.2.7 blrsxvu.com udp"),
	        &dialect));
	assert_table(&dialect, ' ', (const uint16_t[]){1, 0, 2, 0, 3});
}

static void
what_can_be_read_in_two_ways_is_not_guessed(void **state)
{
	static const char *const lines[] = {
	        "1795290133 192.0.2.7 192.0.2.8 blrsxvu.com",
	        "1795290133 192.0.2.7 blrsxvu.com good.example",
	        "1795290133 192.0.2.7 blrsxvu.com 17",
	        "1795290133 192.0.2.7 blrsxvu",
	        "192.0.2.7 blrsxvu.com 12",
	        "1795290133 aa:bb:cc:dd:ee:ff blrsxvu.com",
	        "1795290133,192.0.2.7,blrsxvu.com,",
	        "1795290229.802      1 127.0.0.1 TCP_MISS/200 232 GET http://good.example/ "
	        "- "
	        "HIER_DIRECT/127.0.0.1 text/plain",
	        "2026-11-21T19:43:33Z unbound[23137:0] query: 127.0.0.1 blrsxvu.com. A IN",
	        "",
	        " ",
	};
	struct log_dialect dialect = {.width = 7};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (guess_columns(span_of(lines[i]), &dialect))
			fail_msg("guessed: \"%s\"", lines[i]);
	assert_int_equal(dialect.width, 7); /* untouched */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_number_above_12_proves_the_order),
	        cmocka_unit_test(without_a_proof_the_order_is_assumed),
	        cmocka_unit_test(the_order_that_would_run_backwards_is_out),
	        cmocka_unit_test(what_the_user_said_stays),
	        cmocka_unit_test(what_is_no_date_says_nothing),
	        cmocka_unit_test(headers_name_columns),
	        cmocka_unit_test(other_lines_are_no_headers),
	        cmocka_unit_test(columns_are_told_by_content),
	        cmocka_unit_test(what_can_be_read_in_two_ways_is_not_guessed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
