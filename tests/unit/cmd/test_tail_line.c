/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Lines of `foresink tail': nothing that a client sent steers the terminal, none is wider
 * than it; and the last ones of many, by time.
 */
#include "cmd/tail_recent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct store_said nothing;

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

static char *
write_line(const struct tail_look *look, const struct sighting *sighting,
           const struct store_said *said)
{
	char *text = NULL;
	size_t len = 0;
	struct output output = {.file = open_memstream(&text, &len)};

	assert_non_null(output.file);
	tail_line_write(&output, look, sighting, said);
	assert_int_equal(fclose(output.file), 0);
	assert_int_equal(strlen(text), len);
	assert_int_equal(text[len - 1], '\n');
	return text;
}

/* Checks that ${text} is printable, but for the colours that we make; its columns. */
static size_t
columns_of(const char *text, bool colour)
{
	size_t columns = 0;

	for (; *text != '\n'; text++) {
		if (*text == '\033') {
			assert_true(colour);
			assert_int_equal(*++text, '[');
			do
				text++;
			while (*text >= '0' && *text <= '9');
			assert_int_equal(*text, 'm');
			continue;
		}
		assert_in_range((unsigned char)*text, 0x20, 0x7e);
		columns++;
	}
	assert_int_equal(text[1], '\0');
	return columns;
}

/* Fills all texts of ${sighting} and ${said} with ${octets}. */
static void
fill(struct sighting *sighting, struct store_said *said, struct span octets)
{
	sighting->name = sighting->forecast = octets;
	sighting->method = sighting->target = sighting->agent = octets;
	sighting->machine = sighting->host = sighting->version = octets;
	sighting->referrer = sighting->via = sighting->forwarded = octets;
	sighting->sni = sighting->first = sighting->shape = sighting->sensor = octets;
	said->generator = said->fingerprint = octets;
}

static void
each_octet_at_each_width(void **state)
{
	(void)state;
	for (unsigned octet = 0; octet < 256; octet++) {
		char octets[3] = {'a', (char)octet, 'c'};
		struct span span = {octets, sizeof(octets)};

		for (size_t width = 0; width < 200; width += 1 + width / 8) {
			struct tail_look look = {
			        .colour = (octet & 1) != 0, .shape = true, .width = width};
			struct sighting sighting = plain();
			struct store_said said = nothing;
			char *text;
			size_t columns;

			fill(&sighting, &said, span);
			sighting.kind = (enum sighting_kind)(octet % SIGHTING_KINDS);
			text = write_line(&look, &sighting, &said);
			columns = columns_of(text, look.colour);
			assert_true(width == 0 || columns <= width);
			free(text);
			sighting.client = sighting_named(octet);
			sighting.address = sighting.client.address;
			sighting.target.len = 0;
			text = write_line(&look, &sighting, &said);
			columns_of(text, look.colour);
			free(text);
		}
	}
}

static void
what_it_says(void **state)
{
	const struct tail_look look = {.width = 0};
	struct sighting sighting = plain();
	char *text;

	(void)state;
	sighting.name = span_of("jogli.com");
	sighting.method = span_of("GET");
	sighting.target = span_of("/search?q=3\x1b[2J");
	sighting.version = span_of("HTTP/1.0");
	sighting.fingerprint = "conficker-ab";
	sighting.counter = 3;
	sighting.more = 4;
	text = write_line(&look, &sighting,
	                  &(struct store_said){.generator = span_of("later/x")});
	assert_string_equal(text, "2009-02-13T23:31:30.000001Z 192.0.2.7:4711        http "
	                          "later/x 1970-01-01      jogli.com            "
	                          "conficker-ab counter=3 GET /search?q=3\\x1b[2J HTTP/1.0 "
	                          "(and 4 more)\n");
	free(text);

	sighting = plain();
	sighting.kind = SIGHTING_DNS;
	sighting.qtype = 28;
	sighting.port = 0;
	text = write_line(&look, &sighting, &nothing);
	assert_string_equal(text, "2009-02-13T23:31:30.000001Z 192.0.2.7             dns  "
	                          "-                       -                    AAAA\n");
	free(text);
}

/* In 80 columns the name, how it is known and the fingerprint stand there; a day once. */
static void
in_eighty_columns(void **state)
{
	static const uint8_t wide[16] = {0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 0xff, 0xff,
	                                 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct tail_look look = {.width = 80};
	struct sighting sighting = plain();
	struct tail_recent recent;
	char *text;
	size_t len = 0;
	struct output output;

	(void)state;
	sighting.name = span_of("zbjeqrjdfqr.cn");
	sighting.by = SIGHTING_BY_RECENT;
	sighting.fingerprint = "conficker-ab";
	sighting.method = span_of("GET");
	sighting.target = span_of("/search?q=3");
	text = write_line(&look, &sighting,
	                  &(struct store_said){.generator = span_of("later/x")});
	assert_string_equal(text,
	                    "23:31:30.000 192.0.2.7       http zbjeqrjdfqr.cn (recent) "
	                    "conficker-ab later/x G\n");
	free(text);
	sighting.by = SIGHTING_BY_NAME;
	text = write_line(&look, &sighting, &nothing);
	assert_string_equal(text, "23:31:30.000 192.0.2.7       http zbjeqrjdfqr.cn       "
	                          "conficker-ab GET /search?\n");
	free(text);
	sighting.by = SIGHTING_BY_GUESS;
	sighting.name = span_of("a.long.name.of.many.labels.that.ends.in.zbjeqrjdfqr.cn");
	text = write_line(&look, &sighting, &nothing);
	assert_string_equal(text, "23:31:30.000 192.0.2.7       http "
	                          "...ends.in.zbjeqrjdfqr.cn (guess) conficker-ab\n");
	free(text);
	sighting.client.address = sighting.address = address_of_v6(wide);
	sighting.client.prefix = 128;
	text = write_line(&look, &sighting, &nothing);
	assert_non_null(strstr(text, " (guess) conficker-ab\n"));
	free(text);
	look.width = 200;
	text = write_line(&look, &sighting, &nothing);
	assert_non_null(strstr(text, "many.labels.that.ends.in.zbjeqrjdfqr.cn (guess)"));
	free(text);

	look.width = 80;
	assert_int_equal(tail_recent_init(&recent, 3), FSK_OK);
	for (int i = 0; i < 3; i++) {
		sighting.us += i == 2 ? INT64_C(86400000000) : 1;
		assert_int_equal(tail_recent_add(&recent, &look, &sighting, &nothing),
		                 FSK_OK);
	}
	output = (struct output){.file = open_memstream(&text, &len)};
	tail_recent_write(&recent, &look, &output);
	tail_line_day(&output, &look, sighting.us);
	assert_int_equal(fclose(output.file), 0);
	assert_memory_equal(text, "2009-02-13\n23:31:30.000 ", 24);
	assert_non_null(strstr(text, "\n2009-02-14\n23:31:30.000 "));
	assert_int_equal(len, 2 * 11 + recent.kept[0].len * 3);
	free(text);
	tail_recent_fini(&recent);
}

static void
the_last_by_time(void **state)
{
	static const int64_t times[] = {5, 1, 9, 3, 9, 7, 2};
	struct tail_look look = {.json = true, .width = 80};
	struct tail_recent recent;
	char *text = NULL;
	size_t len = 0;
	struct output output = {.file = open_memstream(&text, &len)};

	(void)state;
	assert_int_equal(tail_recent_init(&recent, 3), FSK_OK);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct sighting sighting = plain();

		sighting.us = times[i];
		sighting.more = (uint32_t)i;
		assert_int_equal(tail_recent_add(&recent, &look, &sighting, &nothing),
		                 FSK_OK);
	}
	assert_int_equal(recent.count, 3);
	assert_int_equal(recent.kept[0].us, 7);
	assert_non_null(strstr(recent.kept[1].line, "\"more\":2,"));
	assert_non_null(strstr(recent.kept[2].line, "\"more\":4,"));
	tail_recent_write(&recent, &look, &output);
	assert_int_equal(fclose(output.file), 0);
	assert_int_equal(len, recent.kept[0].len + recent.kept[1].len + recent.kept[2].len);
	free(text);
	tail_recent_fini(&recent);

	assert_int_equal(tail_recent_init(&recent, 0), FSK_OK);
	assert_int_equal(
	        tail_recent_add(&recent, &look, &(struct sighting){.us = 1}, &nothing),
	        FSK_OK);
	assert_int_equal(recent.count, 0);
	tail_recent_fini(&recent);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_octet_at_each_width),
	        cmocka_unit_test(what_it_says),
	        cmocka_unit_test(in_eighty_columns),
	        cmocka_unit_test(the_last_by_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
