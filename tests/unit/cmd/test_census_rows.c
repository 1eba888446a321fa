/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sightings that were exported are read again as they were, out of both forms; a line that
 * is cut anywhere is a sighting with less in it or none, and the next one is read. And the
 * days of hosts that they make.
 */
#include "cmd/census_hosts.h"
#include "cmd/census_rows.h"
#include "cmd/store_row.h"
#include "dga/catalog.h"
#include "watch/fingerprint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "../memory.h"

static struct sighting
plain(void)
{
	static const uint8_t client[4] = {192, 0, 2, 7};
	struct dga_generator generator;

	assert_int_equal(dga_generator_find(span_of("conficker/b"), &generator), FSK_OK);
	return (struct sighting){
	        .us = INT64_C(1236081600000001), /* 2009-03-03T12:00:00.000001Z */
	        .client = {address_of_v4(client), 32},
	        .address = address_of_v4(client),
	        .kind = SIGHTING_HTTP,
	        .match = {.generator = (uint32_t)generator.number,
	                  .index = 17,
	                  .period = {1236038400, 1236124799}},
	        .name = span_of("www.example.com"),
	        .forecast = span_of("example.com"),
	        .fingerprint = watch_fingerprint_find(span_of("conficker-ab"))->name,
	        .counter = 345,
	        .method = span_of("GET"),
	        .target = span_of("/search?q=345&a=\",\"\\"),
	        .agent = span_of("Mozilla/4.0 (compatible; \"a,b\" \\x)"),
	        .sensor = span_of("isc"),
	        .more = 3};
}

/* A file that holds ${text}, and its path in ${path}. */
#define PATH_SIZE 64
static void
write_file(const char *text, size_t len, char path[PATH_SIZE])
{
	static const char pattern[] = "/tmp/test_census_rows.XXXXXX";
	int fd;

	memcpy(path, pattern, sizeof(pattern));
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	assert_int_equal(close(fd), 0);
}

/* What an export writes of ${sighting}, which the caller frees. */
static char *
export_row(const struct sighting *sighting, bool csv, size_t *len)
{
	static const struct store_said said;
	char *text = NULL;
	struct output output = {.file = open_memstream(&text, len)};
	struct store_row row;

	assert_non_null(output.file);
	store_row_fill(&row, sighting, &said);
	if (csv) {
		store_row_csv_head(&output);
		store_row_csv(&output, &row, false);
	} else {
		store_row_json(&output, &row);
	}
	assert_int_equal(fclose(output.file), 0);
	return text;
}

static void
assert_span(struct span got, struct span wanted)
{
	assert_int_equal(got.len, wanted.len);
	assert_memory_equal(got.text, wanted.text, wanted.len);
}

static void
check_row(const struct census_row *row, const struct sighting *wanted)
{
	const struct sighting *got = &row->sighting;

	assert_int_equal(got->us, wanted->us);
	assert_true(address_equal(&got->client.address, &wanted->client.address));
	assert_int_equal(got->client.prefix, wanted->client.prefix);
	assert_int_equal(got->kind, wanted->kind);
	assert_int_equal(got->match.generator, wanted->match.generator);
	assert_int_equal(got->match.index, wanted->match.index);
	assert_int_equal(got->match.period.first, wanted->match.period.first);
	assert_int_equal(got->match.period.last, wanted->match.period.last);
	assert_ptr_equal(got->fingerprint, wanted->fingerprint);
	assert_int_equal(got->counter, wanted->counter);
	assert_int_equal(got->more, wanted->more);
	assert_span(got->name, wanted->name);
	assert_span(got->forecast, wanted->forecast);
	assert_span(got->target, wanted->target);
	assert_span(got->agent, wanted->agent);
	assert_span(got->sensor, wanted->sensor);
	assert_span(row->generator, span_of("conficker/b"));
	assert_true(row->counts);
}

static void
test_round_trip(void **state)
{
	struct sighting wanted = plain();

	(void)state;
	for (int csv = 0; csv < 2; csv++) {
		struct census_rows *rows = NULL;
		struct census_row row;
		struct fault fault;
		char path[PATH_SIZE];
		size_t len = 0;
		char *text = export_row(&wanted, csv != 0, &len);

		write_file(text, len, path);
		assert_int_equal(census_rows_open(path, &rows, &fault), FSK_OK);
		assert_int_equal(census_rows_next(rows, &row, &fault), FSK_OK);
		check_row(&row, &wanted);
		assert_int_equal(census_rows_next(rows, &row, &fault), FSK_END);
		assert_int_equal(census_rows_done(rows), len);
		census_rows_close(rows);
		unlink(path);
		free(text);
	}
}

/* A line of CSV says each octet of a text; but blanks in front of a cell are none of it. */
static void
test_octets(void **state)
{
	(void)state;
	for (unsigned octet = 1; octet < 256; octet++) {
		char text[2] = {(char)octet, (char)octet};
		struct sighting wanted = plain();
		struct census_rows *rows = NULL;
		struct census_row row;
		struct fault fault;
		char path[PATH_SIZE];
		size_t len = 0;
		char *line;

		if (octet == ' ')
			continue;
		wanted.agent = wanted.target = (struct span){text, 2};
		line = export_row(&wanted, true, &len);
		write_file(line, len, path);
		assert_int_equal(census_rows_open(path, &rows, &fault), FSK_OK);
		assert_int_equal(census_rows_next(rows, &row, &fault), FSK_OK);
		check_row(&row, &wanted);
		census_rows_close(rows);
		unlink(path);
		free(line);
	}
}

/* Reads all of ${path}: how many sightings, and how many lines that are none. */
static enum fsk_err
read_all(const char *path, size_t *good, size_t *bad)
{
	struct census_rows *rows = NULL;
	struct census_row row;
	struct fault fault = {.why = NULL};
	enum fsk_err err = census_rows_open(path, &rows, &fault);

	*good = *bad = 0;
	if (err != FSK_OK)
		return err;
	while ((err = census_rows_next(rows, &row, &fault)) != FSK_END) {
		assert_true(err == FSK_OK || err == FSK_SYNTAX);
		assert_true(err == FSK_OK || fault.why != NULL);
		*good += err == FSK_OK;
		*bad += err == FSK_SYNTAX;
	}
	census_rows_close(rows);
	return FSK_OK;
}

/* Cut at each octet, with a whole line behind it. */
static void
test_cut(void **state)
{
	struct sighting wanted = plain();

	(void)state;
	for (int csv = 0; csv < 2; csv++) {
		size_t len = 0, good, bad;
		char *text = export_row(&wanted, csv != 0, &len);
		char *body = csv != 0 ? strchr(text, '\n') + 1 : text;
		size_t head = (size_t)(body - text), line = len - head;
		char *both = malloc(len + line);

		assert_non_null(both);
		for (size_t cut = 1; cut < line; cut += 3) {
			char path[PATH_SIZE];

			memcpy(both, text, head + cut);
			both[head + cut - 1] = '\n';
			memcpy(both + head + cut, body, line);
			write_file(both, head + cut + line, path);
			assert_int_equal(read_all(path, &good, &bad), FSK_OK);
			assert_true(good >= 1);
			assert_int_equal(good + bad, cut > 1 ? 2 : 1);
			unlink(path);
		}
		free(both);
		free(text);
	}
}

static void
test_forms(void **state)
{
	static const struct {
		const char *text;
		enum fsk_err err;
		size_t good, bad;
	} cases[] = {
	        {"", FSK_OK, 0, 0},
	        {"\n \n", FSK_SYNTAX, 0, 0},
	        {"\n\n", FSK_OK, 0, 0},
	        {"time,address\n", FSK_OK, 0, 0},
	        {"\xef\xbb\xbftime,machine,kind\r\n2009-03-03T12:00:00Z,PC,dns\r\n", FSK_OK,
	         1, 0},
	        {"time,kind\n2009-03-03T12:00:00Z,dns\n", FSK_SYNTAX, 0, 0},
	        {"address,kind\n", FSK_SYNTAX, 0, 0},
	        {"time,address,kind\n2009-03-03T12:00:00Z,192.0.2.1,dns,1\n", FSK_OK, 0, 1},
	        {"time,address,kind\n2009-03-03T12:00:00Z,\"192.0.2.1,dns\n", FSK_OK, 0, 1},
	        {"time,address,kind\n2009-03-03T12:00:00+01:00,192.0.2.1,dns\n", FSK_OK, 1,
	         0},
	        {"{}\n", FSK_OK, 0, 1},
	        {"{\"time\":\"2009-03-03T12:00:00Z\",\"address\":\"192.0.2.1\",\"kind\":"
	         "\"dns\"}",
	         FSK_OK, 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[PATH_SIZE];
		size_t good, bad;

		write_file(cases[i].text, strlen(cases[i].text), path);
		assert_int_equal(read_all(path, &good, &bad), cases[i].err);
		assert_int_equal(good, cases[i].good);
		assert_int_equal(bad, cases[i].bad);
		unlink(path);
	}
}

/* A row of ${address}, ${hours} after the first of March 2009. */
static struct census_row
row_at(uint8_t address, int64_t hours)
{
	const uint8_t octets[4] = {192, 0, 2, address};
	struct sighting sighting = plain();

	sighting.us = (INT64_C(1235865600) + hours * 3600) * 1000000;
	sighting.client.address = address_of_v4(octets);
	return (struct census_row){.sighting = sighting,
	                           .generator = span_of("conficker/b"),
	                           .country = span_of(address % 2 != 0 ? "DE" : "")};
}

static void
test_hosts(void **state)
{
	struct census_hosts hosts = {.count = 0};

	(void)state;
	for (int64_t hour = 0; hour < 48; hour++) {
		for (unsigned address = 0; address < 200; address++) {
			struct census_row row = row_at((uint8_t)address, hour);

			assert_int_equal(census_hosts_add(&hosts, &row), FSK_OK);
		}
	}
	assert_int_equal(hosts.count, 400);
	for (size_t i = 0; i < hosts.count; i++) {
		const struct hostday *host = &hosts.hosts[i];

		assert_int_equal(host->day, 1235865600 + (i < 200 ? 0 : 86400));
		assert_int_equal(host->client.address.octets[15], i % 200);
		assert_int_equal(host->marks.hours, 0xffffff);
		assert_int_equal(host->marks.contacts, 24 * 4);
		assert_int_equal(host->marks.counter, 345);
		assert_span(host->country, span_of(i % 2 != 0 ? "DE" : ""));
	}
	census_hosts_fini(&hosts);
}

/* Without memory what was added stays, and no other is harmed. */
static void
test_memory(void **state)
{
	(void)state;
	for (long left = 0; left < 12; left++) {
		struct census_hosts hosts = {.count = 0};
		size_t added = 0;

		for (unsigned address = 0; address < 200; address++) {
			struct census_row row = row_at((uint8_t)address, 0);
			enum fsk_err err;

			atomic_store(&memory_left, address == 100 ? 0 : left);
			err = census_hosts_add(&hosts, &row);
			atomic_store(&memory_left, -1);
			assert_true(err == FSK_OK || err == FSK_NOMEM);
			added += err == FSK_OK;
		}
		assert_int_equal(hosts.count, added);
		census_hosts_fini(&hosts);
	}
}

/* More texts than are told apart are refused, and those before stay. */
static void
test_texts(void **state)
{
	struct census_texts texts = {.count = 0};
	struct span kept, first;
	char text[16];

	(void)state;
	assert_int_equal(census_texts_keep(&texts, span_of("a"), &first), FSK_OK);
	for (int i = 1; i < CENSUS_TEXTS_MOST; i++) {
		(void)snprintf(text, sizeof(text), "%d", i);
		assert_int_equal(census_texts_keep(&texts, span_of(text), &kept), FSK_OK);
		assert_ptr_not_equal(kept.text, text);
	}
	assert_int_equal(census_texts_keep(&texts, span_of("one more"), &kept), FSK_RANGE);
	assert_int_equal(census_texts_keep(&texts, span_of("a"), &kept), FSK_OK);
	assert_ptr_equal(kept.text, first.text);
	assert_int_equal(census_texts_keep(&texts, span_of(""), &kept), FSK_OK);
	assert_null(kept.text);
	assert_string_equal(texts.texts[0], "a");
	assert_null(texts.texts[CENSUS_TEXTS_MOST]);
	census_texts_fini(&texts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_octets),
	        cmocka_unit_test(test_cut),        cmocka_unit_test(test_forms),
	        cmocka_unit_test(test_hosts),      cmocka_unit_test(test_memory),
	        cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
