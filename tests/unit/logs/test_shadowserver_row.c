/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The header of a Shadowserver report is known wherever its columns stand, and nothing
 * else is taken for one; cells come out of lines that are cut anywhere.
 */
#include "logs/shadowserver_row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define HEADER                                                                             \
	"\"timestamp\",\"protocol\",\"src_ip\",\"src_port\",\"severity\",\"dst_ip\","      \
	"\"dst_port\",\"infection\",\"http_url\",\"ssl_cipher\",\"ssl_servername\","       \
	"\"machine_name\",\"count\""

static void
test_headers(void **state)
{
	static const struct {
		const char *line;
		bool known;
	} heads[] = {
	        {HEADER, true},
	        {"timestamp,src_ip,infection", true},
	        {"timestamp,infection,src_ip", true},
	        {"\"timestamp\",\"ip\",\"asn\",\"geo\",\"url\",\"type\"", true},
	        {"", false},
	        {"timestamp", false},
	        {"timestamp,src_ip", false},
	        {"timestamp,infection", false},
	        {"src_ip,timestamp,infection", false},
	        {" timestamp,src_ip,infection", false},
	        {"timestamps,src_ip,infection", false},
	        {"timestamp,\"src_ip,infection", false},
	        {"timestamp;src_ip;infection", false},
	        {"2026-03-21 00:00:34,src_ip,infection", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct log_dialect dialect = {.why = NULL};
		struct log_dialect before = dialect;
		struct shadowserver_columns columns = {{7}};

		assert_int_equal(
		        shadowserver_row_header(span_of(heads[i].line), &dialect, &columns),
		        heads[i].known);
		assert_int_equal(log_dialect_equal(&dialect, &before), !heads[i].known);
		if (!heads[i].known)
			assert_int_equal(columns.place[SHADOWSERVER_TO], 7);
		assert_int_equal(
		        shadowserver_row_header(span_of(heads[i].line), &dialect, NULL),
		        heads[i].known);
	}
}

static void
test_places(void **state)
{
	struct log_dialect dialect = {.why = NULL};
	struct shadowserver_columns columns;

	(void)state;
	assert_true(shadowserver_row_header(span_of(HEADER), &dialect, &columns));
	assert_int_equal(dialect.separator, ',');
	assert_int_equal(dialect.width, 13);
	assert_int_equal(dialect.place[LOG_ROLE_TIME], 1);
	assert_int_equal(dialect.place[LOG_ROLE_TRANSPORT], 2);
	assert_int_equal(dialect.place[LOG_ROLE_CLIENT], 3);
	assert_int_equal(dialect.place[LOG_ROLE_PORT], 4);
	assert_int_equal(dialect.place[LOG_ROLE_TARGET], 9);
	assert_int_equal(dialect.place[LOG_ROLE_NAME], 0);
	assert_int_equal(columns.place[SHADOWSERVER_TO], 6);
	assert_int_equal(columns.place[SHADOWSERVER_INFECTION], 8);
	assert_int_equal(columns.place[SHADOWSERVER_COUNT], 13);
	/* Another header in the same file: nothing of the first one stays. */
	assert_true(shadowserver_row_header(span_of("timestamp,infection,src_ip"), &dialect,
	                                    &columns));
	assert_int_equal(dialect.place[LOG_ROLE_PORT], 0);
	assert_int_equal(columns.place[SHADOWSERVER_TO], 0);
	assert_int_equal(columns.place[SHADOWSERVER_INFECTION], 2);
}

/* The first of two columns of one name counts; a header of too many columns is none. */
static void
test_many(void **state)
{
	static const char front[] = "timestamp,src_ip,infection,src_ip";
	char line[2048];
	size_t len = sizeof(front) - 1;
	struct log_dialect dialect = {.why = NULL};

	(void)state;
	memcpy(line, front, sizeof(front));
	assert_true(shadowserver_row_header(span_of(line), &dialect, NULL));
	assert_int_equal(dialect.place[LOG_ROLE_CLIENT], 2);
	for (size_t width = 5; width < 300; width++) {
		memcpy(line + len, ",x", 3);
		len += 2;
		assert_int_equal(shadowserver_row_header(span_of(line), &dialect, NULL),
		                 width <= UINT8_MAX);
	}
}

static void
test_cells(void **state)
{
	static const char text[] = "\"t\",\"tcp\",\"::1\",1,\"x\",\"192.0.2.1\",80,"
	                           "\"b \"\"54\"\"\",\"/a,b\",,\"a.example\",pc,5";
	struct log_dialect dialect = {.why = NULL};
	struct shadowserver_columns columns;
	struct span cells[SHADOWSERVER_CELLS];

	(void)state;
	assert_true(shadowserver_row_header(span_of(HEADER), &dialect, &columns));
	shadowserver_row_read(&columns, span_of(text), cells);
	assert_true(span_equal(cells[SHADOWSERVER_TO], span_of("192.0.2.1")));
	assert_true(span_equal(cells[SHADOWSERVER_TO_PORT], span_of("80")));
	assert_true(span_equal(cells[SHADOWSERVER_INFECTION], span_of("b \"\"54\"\"")));
	assert_int_equal(cells[SHADOWSERVER_CIPHER].len, 0);
	assert_true(span_equal(cells[SHADOWSERVER_SNI], span_of("a.example")));
	assert_true(span_equal(cells[SHADOWSERVER_MACHINE], span_of("pc")));
	assert_true(span_equal(cells[SHADOWSERVER_COUNT], span_of("5")));
	for (size_t len = 0; len < sizeof(text); len++) {
		char *cut = malloc(len + 1);

		assert_non_null(cut);
		memcpy(cut + 1, text, len);
		shadowserver_row_read(&columns, (struct span){cut + 1, len}, cells);
		for (size_t i = 0; i < SHADOWSERVER_CELLS; i++)
			assert_true(cells[i].len == 0 ||
			            (cells[i].text > cut &&
			             cells[i].text + cells[i].len <= cut + 1 + len));
		(void)shadowserver_row_header((struct span){cut + 1, len}, &dialect, NULL);
		free(cut);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_headers),
	        cmocka_unit_test(test_places),
	        cmocka_unit_test(test_many),
	        cmocka_unit_test(test_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
