/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Rows of a store for other programs: whatever octets a client sent, in whichever field,
 * a line of printable ASCII comes out, from which they can be had again.
 */
#include "cmd/store_row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define FIELDS 14

/* The texts of a sighting that strangers fill. */
static struct span *
field(struct sighting *sighting, size_t n)
{
	struct span *const fields[FIELDS] = {
	        &sighting->name,   &sighting->forecast,  &sighting->method,
	        &sighting->target, &sighting->agent,     &sighting->machine,
	        &sighting->host,   &sighting->version,   &sighting->referrer,
	        &sighting->via,    &sighting->forwarded, &sighting->sni,
	        &sighting->first,  &sighting->shape};

	return fields[n];
}

static const char *const keys[FIELDS] = {
        "name",    "forecast", "method", "target",    "agent", "machine", "host",
        "version", "referrer", "via",    "forwarded", "sni",   "first",   "shape"};

static struct sighting
plain(void)
{
	static const uint8_t client[4] = {192, 0, 2, 7};

	return (struct sighting){.us = INT64_C(1234567890000001),
	                         .client = {address_of_v4(client), 32},
	                         .address = address_of_v4(client),
	                         .port = 4711,
	                         .kind = SIGHTING_HTTP,
	                         .match = {.generator = SIGHTING_NO_GENERATOR},
	                         .counter = SIGHTING_NO_COUNTER};
}

enum form { JSON, CSV, SPREADSHEET };

/* The line of ${sighting}, which the caller frees. */
static char *
write_row(const struct sighting *sighting, const struct store_said *said, enum form form)
{
	char *text = NULL;
	size_t len = 0;
	struct output output = {.file = open_memstream(&text, &len)};
	struct store_row row;

	assert_non_null(output.file);
	store_row_fill(&row, sighting, said);
	if (form == JSON)
		store_row_json(&output, &row);
	else
		store_row_csv(&output, &row, form == SPREADSHEET);
	assert_int_equal(fclose(output.file), 0);
	assert_int_equal(strlen(text), len);
	return text;
}

static void
check_line(const char *text)
{
	size_t len = strlen(text);

	assert_true(len > 0);
	assert_int_equal(text[len - 1], '\n');
	for (size_t i = 0; i + 1 < len; i++)
		assert_in_range((unsigned char)text[i], 0x20, 0x7e);
}

/* Cell ${n} of the line of CSV ${text}, unquoted, into ${cell}. How many there are. */
static size_t
read_csv(const char *text, size_t n, char *cell)
{
	size_t count = 1;
	size_t len = 0;
	bool quoted = false;

	for (; *text != '\n'; text++) {
		if (*text == '"' && quoted && text[1] == '"')
			text++;
		else if (*text == '"') {
			quoted = !quoted;
			continue;
		} else if (*text == ',' && !quoted) {
			count++;
			continue;
		}
		if (count == n + 1)
			cell[len++] = *text;
	}
	cell[len] = '\0';
	return count;
}

/* Turns each \xHH of ${text} into its octet; how many octets. */
static size_t
unescape(char *text)
{
	size_t len = 0;

	for (size_t i = 0; text[i] != '\0'; i++) {
		if (text[i] == '\\') {
			char digits[3] = {text[i + 2], text[i + 3], '\0'};

			assert_int_equal(text[i + 1], 'x');
			text[len++] = (char)strtol(digits, NULL, 16);
			i += 3;
		} else {
			text[len++] = text[i];
		}
	}
	return len;
}

/* Which column ${key} is. */
static size_t
column_of(const char *key)
{
	char *text = NULL;
	size_t len = 0;
	struct output output = {.file = open_memstream(&text, &len)};
	char cell[64];
	size_t n = 0;

	store_row_csv_head(&output);
	assert_int_equal(fclose(output.file), 0);
	assert_int_equal(read_csv(text, 0, cell), STORE_ROW_CELLS);
	assert_string_equal(cell, "time");
	do
		read_csv(text, n, cell);
	while (strcmp(cell, key) != 0 && ++n < STORE_ROW_CELLS);
	free(text);
	assert_true(n < STORE_ROW_CELLS);
	return n;
}

static void
each_octet_in_each_field(void **state)
{
	static const struct store_said said = {.cut = false};

	(void)state;
	for (size_t n = 0; n < FIELDS; n++) {
		size_t column = column_of(keys[n]);

		for (unsigned octet = 0; octet < 256; octet++) {
			for (size_t place = 0; place < 3; place++) {
				char octets[3] = {'a', 'b', 'c'};
				struct sighting sighting = plain();
				char cell[4096];
				char *text;

				octets[place] = (char)octet;
				*field(&sighting, n) = (struct span){octets, 3};
				text = write_row(&sighting, &said, JSON);
				check_line(text);
				free(text);
				text = write_row(&sighting, &said, SPREADSHEET);
				check_line(text);
				free(text);
				text = write_row(&sighting, &said, CSV);
				check_line(text);
				assert_int_equal(read_csv(text, column, cell),
				                 STORE_ROW_CELLS);
				assert_int_equal(unescape(cell), 3);
				assert_memory_equal(cell, octets, 3);
				free(text);
			}
		}
	}
}

static void
no_formula_for_a_spreadsheet(void **state)
{
	static const char *const formulas[] = {"=1+1",     "+1",   "-1",   "@SUM(A1)",
	                                       "=\"a\",b", "\t=1", "\r=1", "\n=1"};
	static const struct store_said said = {.cut = false};
	size_t column = column_of("agent");

	(void)state;
	for (size_t i = 0; i < sizeof(formulas) / sizeof(formulas[0]); i++) {
		struct sighting sighting = plain();
		char cell[4096];
		char *text;

		sighting.agent = span_of(formulas[i]);
		text = write_row(&sighting, &said, SPREADSHEET);
		assert_int_equal(read_csv(text, column, cell), STORE_ROW_CELLS);
		assert_null(strchr("=+-@\t\r\n", cell[0]));
		free(text);
		text = write_row(&sighting, &said, CSV);
		read_csv(text, column, cell);
		assert_int_equal(unescape(cell), strlen(formulas[i]));
		assert_memory_equal(cell, formulas[i], strlen(formulas[i]));
		free(text);
	}
}

static void
a_semicolon_parts_no_cells(void **state)
{
	static const struct store_said said = {.cut = false};
	struct sighting sighting = plain();
	char *text;

	(void)state;
	sighting.target = span_of("/a;=1+1");
	text = write_row(&sighting, &said, SPREADSHEET);
	assert_null(strchr(text, ';'));
	assert_non_null(strstr(text, "/a\\x3b=1+1"));
	free(text);
}

static void
first_octets_are_not_lost_in_json(void **state)
{
	static const struct store_said said = {.cut = true};
	struct sighting sighting = plain();
	char *text;

	(void)state;
	sighting.first = (struct span){"\x16\x03\\\"\0z\xff", 7};
	text = write_row(&sighting, &said, JSON);
	assert_non_null(
	        strstr(text, "\"first\":\"\\\\x16\\\\x03\\\\x5c\\\"\\\\x00z\\\\xff\""));
	assert_non_null(strstr(text, "\"cut\":true}\n"));
	free(text);
}

static void
what_is_not_known_is_null(void **state)
{
	static const struct store_said said = {.cut = false};
	struct sighting sighting = plain();
	char *text;

	(void)state;
	sighting.match.period.first = INT64_MIN;
	sighting.port = 0;
	sighting.client = sighting_named(7);
	sighting.address = sighting.client.address;
	sighting.us = INT64_MAX;
	text = write_row(&sighting, &said, JSON);
	assert_string_equal(
	        text,
	        "{\"time\":null,\"address\":null,\"prefix\":128,\"seen_address\":null,"
	        "\"port\":null,\"machine\":null,\"kind\":\"http\",\"transport\":null,"
	        "\"name\":null,\"forecast\":null,\"generator\":null,\"family\":null,"
	        "\"index\":null,\"start\":null,\"end\":null,\"fingerprint\":null,"
	        "\"counter\":null,\"method\":null,\"target\":null,\"agent\":null,"
	        "\"file\":null,\"line\":null,\"by\":null,\"to\":null,\"to_port\":null,"
	        "\"qtype\":null,\"host\":null,\"version\":null,\"referrer\":null,"
	        "\"via\":null,\"forwarded\":null,\"sni\":null,\"first\":null,"
	        "\"shape\":null,\"sensor\":null,\"more\":0,\"cut\":false}\n");
	free(text);
}

static void
families_of_other_versions_have_their_names(void **state)
{
	const struct store_said said = {.generator = span_of("later/x\x1b"),
	                                .fingerprint = span_of("newer")};
	struct sighting sighting = plain();
	char *text;

	(void)state;
	sighting.match.period = (struct fsk_period){INT64_MIN, INT64_MAX};
	sighting.match.index = 7;
	text = write_row(&sighting, &said, JSON);
	assert_non_null(strstr(text,
	                       "\"generator\":\"later/x\\u001b\",\"family\":\"later\","
	                       "\"index\":7,\"start\":null,\"end\":null,"
	                       "\"fingerprint\":\"newer\""));
	free(text);
}

static void
a_whole_contact(void **state)
{
	static const struct store_said said = {.cut = false};
	static const uint8_t to[4] = {198, 51, 100, 9};
	struct sighting sighting = plain();
	char *text;

	(void)state;
	sighting.match.generator = 0;
	sighting.match.index = 12;
	sighting.match.period = (struct fsk_period){1234483200, 1234569599};
	sighting.name = span_of("jogli.com");
	sighting.by = SIGHTING_BY_PLACE;
	sighting.to = address_of_v4(to);
	sighting.to_port = 80;
	sighting.counter = 3;
	sighting.fingerprint = "conficker-ab";
	text = write_row(&sighting, &said, JSON);
	assert_non_null(strstr(text, "{\"time\":\"2009-02-13T23:31:30.000001Z\","
	                             "\"address\":\"192.0.2.7\",\"prefix\":32,"
	                             "\"seen_address\":\"192.0.2.7\",\"port\":4711,"));
	assert_non_null(strstr(text, "\"index\":12,\"start\":\"2009-02-13T00:00:00Z\","
	                             "\"end\":\"2009-02-13T23:59:59Z\","
	                             "\"fingerprint\":\"conficker-ab\",\"counter\":3,"));
	assert_non_null(strstr(text, "\"by\":\"place\",\"to\":\"198.51.100.9\","
	                             "\"to_port\":80,"));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_octet_in_each_field),
	        cmocka_unit_test(no_formula_for_a_spreadsheet),
	        cmocka_unit_test(a_semicolon_parts_no_cells),
	        cmocka_unit_test(first_octets_are_not_lost_in_json),
	        cmocka_unit_test(what_is_not_known_is_null),
	        cmocka_unit_test(families_of_other_versions_have_their_names),
	        cmocka_unit_test(a_whole_contact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
