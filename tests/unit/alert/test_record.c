/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What comes out is one object of JSON a line, in printable ASCII, and says what was put
 * in, whatever octets a client chose.
 */
#include "alert/record.h"

#include "scene.h"

#include <jansson.h>
#include <math.h>

#define REPLACED "\xef\xbf\xbd" /* U+FFFD */

static struct alert_record record;

/* Reads ${line}, which must be printable ASCII and one LF, for the caller to free. */
static json_t *
decode(struct span line)
{
	json_error_t error;
	json_t *object;

	assert_true(line.len > 2 && line.len < ALERT_RECORD_ROOM);
	assert_int_equal(line.text[line.len - 1], '\n');
	for (size_t i = 0; i < line.len - 1; i++)
		assert_in_range(line.text[i], 0x20, 0x7e);
	object = json_loadb(line.text, line.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
	                    &error);
	assert_non_null(object);
	return object;
}

static void
assert_value(const json_t *value, struct span want)
{
	assert_true(json_is_string(value));
	assert_int_equal(json_string_length(value), want.len);
	assert_memory_equal(json_string_value(value), want.text, want.len);
}

static const char *const spans[] = {"machine", "name",   "forecast",
                                    "method",  "target", "agent"};

/* The place in ${sighting} of foreign text ${n}. */
static struct span *
span_at(struct sighting *sighting, size_t n)
{
	struct span *const places[] = {&sighting->machine,  &sighting->name,
	                               &sighting->forecast, &sighting->method,
	                               &sighting->target,   &sighting->agent};

	return places[n];
}

#define SPANS (sizeof(spans) / sizeof(spans[0]))

/* Says ${text} in each field of a sighting and of an alert that is foreign, and wants
 * ${want} to be read of it. */
static void
assert_told(struct span text, struct span want)
{
	struct alert_sighting news = scene_sighting(1);
	struct alert_name name = scene_name;
	struct alert alert = scene_alert(1);
	json_t *object;

	for (size_t i = 0; i < SPANS; i++)
		*span_at(&news.sighting, i) = text;
	object = decode(alert_record_sighting(&record, &news));
	for (size_t i = 0; i < SPANS; i++)
		assert_value(json_object_get(object, spans[i]), want);
	json_decref(object);

	name.name = alert.machine = text;
	alert.names = &name;
	object = decode(alert_record_alert(&record, &alert));
	assert_value(json_object_get(object, "machine"), want);
	assert_value(json_object_get(json_array_get(json_object_get(object, "names"), 0),
	                             "name"),
	             want);
	json_decref(object);
}

/* Words of observers are no foreign text, and escaped all the same. */
static void
assert_words(const char *text, const char *want)
{
	static const char *const keys[] = {"role", "action", "reason"};
	struct alert_sighting news = scene_sighting(1);
	json_t *object;

	news.role = news.action = news.reason = text;
	object = decode(alert_record_sighting(&record, &news));
	for (size_t i = 0; i < 3; i++)
		assert_value(json_object_get(object, keys[i]), span_of(want));
	json_decref(object);
}

static void
test_octets(void **state)
{
	char all[256], want[1024], text[3] = "a?b", words[4] = "a?b";
	size_t len = 0;

	(void)state;
	for (unsigned octet = 0; octet < 256; octet++) {
		char shown[8];
		int shown_len;

		all[octet] = text[1] = words[1] = (char)octet;
		shown_len = octet < 0x80
		                    ? snprintf(shown, sizeof(shown), "a%cb", (char)octet)
		                    : snprintf(shown, sizeof(shown), "a" REPLACED "b");
		assert_told((struct span){text, 3},
		            (struct span){shown, (size_t)shown_len});
		if (octet > 0)
			assert_words(words, shown);
		memcpy(want + len, shown + 1, (size_t)shown_len - 2);
		len += (size_t)shown_len - 2;
	}
	/* Octets above 0x7f in their order are no UTF-8, each for itself. */
	assert_told((struct span){all, 256}, (struct span){want, 128 + 3 * 128});
	assert_int_equal(len, 128 + 3 * 128);
}

static void
test_characters(void **state)
{
	static const char *const texts[] = {
	        "b\xc3\xbc-cher",
	        "\xe2\x82\xac",
	        "\xf0\x9f\x90\x9b\xf4\x8f\xbf\xbf",
	        "\xed\x9f\xbf\xee\x80\x80",
	        "\"\\/\x7f\x1b[31m\r\n",
	};
	static const char *const wrong[] = {"\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_told(span_of(texts[i]), span_of(texts[i]));
	assert_told(span_of(wrong[0]), span_of(REPLACED REPLACED));
	assert_told(span_of(wrong[1]), span_of(REPLACED REPLACED REPLACED));
	assert_told(span_of(wrong[2]), span_of(REPLACED REPLACED REPLACED REPLACED));
}

/* A text is cut at the limit, and at no place in a character. */
static void
test_long(void **state)
{
	struct alert_sighting news = scene_sighting(1);
	char text[ALERT_TEXT_MOST + 100];
	json_t *object;

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'x', sizeof(text));
		memcpy(text + ALERT_TEXT_MOST - 4 + shift, "\xf0\x9f\x90\x9b", 4);
		news.sighting.target = (struct span){text, sizeof(text)};
		object = decode(alert_record_sighting(&record, &news));
		assert_value(json_object_get(object, "target"),
		             (struct span){text, shift == 0 ? ALERT_TEXT_MOST
		                                            : ALERT_TEXT_MOST - 4 + shift});
		json_decref(object);
	}
}

/* The longest of all that can be said has room. */
static void
test_longest(void **state)
{
	static char text[ALERT_TEXT_MOST + 1], words[ALERT_NAME_MOST + 1];
	struct alert_name names[ALERT_NAMES + 1];
	struct alert_sighting news = scene_sighting(1);
	struct alert alert = scene_alert(1);
	json_t *object;

	(void)state;
	memset(text, 0xff, sizeof(text));
	memset(words, 1, sizeof(words) - 1);
	for (size_t i = 0; i < SPANS; i++)
		*span_at(&news.sighting, i) = (struct span){text, sizeof(text)};
	news.role = news.action = news.reason = news.sighting.fingerprint = words;
	news.sighting.counter = INT64_MAX;
	object = decode(alert_record_sighting(&record, &news));
	assert_int_equal(json_string_length(json_object_get(object, "agent")),
	                 3 * ALERT_TEXT_MOST);
	json_decref(object);

	for (size_t i = 0; i < ALERT_NAMES + 1; i++)
		names[i] = (struct alert_name){.name = {text, sizeof(text)},
		                               .reason = words,
		                               .first_us = NOW,
		                               .last_us = NOW,
		                               .times = UINT32_MAX};
	alert.names = names;
	alert.name_count = ALERT_NAMES + 1;
	alert.machine = (struct span){text, sizeof(text)};
	alert.role = alert.family = alert.generator = alert.verdict = alert.action = words;
	alert.sightings = alert.found = INT64_MAX;
	object = decode(alert_record_alert(&record, &alert));
	assert_int_equal(json_array_size(json_object_get(object, "names")), ALERT_NAMES);
	json_decref(object);
}

static void
test_sighting(void **state)
{
	struct alert_sighting news = scene_sighting(1);
	struct span line;

	(void)state;
	line = alert_record_sighting(&record, &news);
	record.text[line.len] = '\0';
	assert_string_equal(
	        record.text,
	        "{\"time\":\"2015-08-03T01:02:03.000004Z\",\"address\":\"192.0.0.1\","
	        "\"prefix\":32,\"seen_address\":\"192.0.0.1\",\"port\":4000,\"machine\":"
	        "null,"
	        "\"kind\":\"dns\",\"transport\":\"udp\",\"name\":\"www.jogli.com\","
	        "\"forecast\":\"jogli.com\",\"generator\":\"conficker/b\","
	        "\"family\":\"conficker\",\"index\":17,\"start\":\"2015-08-03T00:00:00Z\","
	        "\"end\":\"2015-08-03T23:59:59Z\",\"fingerprint\":null,\"counter\":null,"
	        "\"method\":null,\"target\":null,\"agent\":null,\"file\":null,\"line\":"
	        "null,"
	        "\"role\":\"guard\",\"action\":\"nxdomain\",\"state\":\"block\","
	        "\"reason\":\"" REASON "\",\"qtype\":1}\n");
}

/* What is not known is null, and so is what no calendar has. */
static void
test_unknown(void **state)
{
	struct alert_sighting news = scene_sighting(1);
	struct alert alert = scene_alert(1);
	static const char *const keys[] = {"time",      "address", "seen_address", "port",
	                                   "transport", "name",    "generator",    "family",
	                                   "index",     "start",   "end",          "role",
	                                   "reason"};
	json_t *object;

	(void)state;
	news.sighting.us = INT64_MIN;
	news.sighting.client = sighting_named(7);
	news.sighting.address = news.sighting.client.address;
	news.sighting.port = 0;
	news.sighting.kind = SIGHTING_HTTP;
	news.sighting.transport = SIGHTING_TRANSPORT_UNKNOWN;
	news.sighting.name = (struct span){NULL, 0};
	news.sighting.match.generator = SIGHTING_NO_GENERATOR;
	news.role = news.reason = NULL;
	object = decode(alert_record_sighting(&record, &news));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_true(json_is_null(json_object_get(object, keys[i])));
	assert_string_equal(json_string_value(json_object_get(object, "kind")), "http");
	json_decref(object);

	news = scene_sighting(1);
	news.sighting.match.period = (struct fsk_period){INT64_MIN, INT64_MAX};
	news.sighting.match.generator = UINT32_MAX - 1;
	object = decode(alert_record_sighting(&record, &news));
	assert_true(json_is_null(json_object_get(object, "start")));
	assert_true(json_is_null(json_object_get(object, "generator")));
	json_decref(object);

	alert.us = INT64_MAX;
	alert.posterior = NAN;
	alert.client = sighting_named(7);
	alert.name_count = 0;
	object = decode(alert_record_alert(&record, &alert));
	assert_true(json_is_null(json_object_get(object, "time")));
	assert_true(json_is_null(json_object_get(object, "client")));
	assert_true(json_is_null(json_object_get(object, "posterior")));
	assert_int_equal(json_array_size(json_object_get(object, "names")), 0);
	json_decref(object);
}

static void
test_alert(void **state)
{
	struct alert_name names[2] = {scene_name, scene_name};
	struct alert alert = scene_alert(1);
	struct span line;

	(void)state;
	names[1].name = span_of("b.example");
	alert.names = names;
	alert.name_count = 2;
	alert.relay = true;
	alert.client.address = scene_address(0);
	alert.client.prefix = 24;
	line = alert_record_alert(&record, &alert);
	json_decref(decode(line));
	record.text[line.len] = '\0';
	assert_string_equal(
	        record.text,
	        "{\"kind\":\"alert\",\"time\":\"2015-08-03T01:02:03.000004Z\","
	        "\"role\":\"guard\",\"client\":\"192.0.0.0/24\",\"address\":\"192.0.0.1\","
	        "\"machine\":\"desk-7\",\"family\":\"conficker\","
	        "\"generator\":\"conficker/b\",\"verdict\":\"infected\","
	        "\"posterior\":0.9999,\"relay\":true,\"sightings\":40,\"found\":12,"
	        "\"first\":\"2015-08-03T01:01:03.000004Z\","
	        "\"last\":\"2015-08-03T01:02:03.000004Z\",\"action\":\"nxdomain\","
	        "\"names\":[{\"name\":\"jogli.com\",\"reason\":\"" REASON "\","
	        "\"first\":\"2015-08-03T01:01:03.000004Z\","
	        "\"last\":\"2015-08-03T01:02:03.000004Z\",\"times\":3},"
	        "{\"name\":\"b.example\",\"reason\":\"" REASON "\","
	        "\"first\":\"2015-08-03T01:01:03.000004Z\","
	        "\"last\":\"2015-08-03T01:02:03.000004Z\",\"times\":3}]}\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_octets),   cmocka_unit_test(test_characters),
	        cmocka_unit_test(test_long),     cmocka_unit_test(test_longest),
	        cmocka_unit_test(test_sighting), cmocka_unit_test(test_unknown),
	        cmocka_unit_test(test_alert),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
