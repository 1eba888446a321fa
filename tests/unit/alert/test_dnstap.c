/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dnstap as others read it: each field by its number, and the questions by our own reader
 * of logs.
 */
#include "../logs/records.h"
#include "logs/frames.h"
#include "tap.h"

extern const struct log_format log_format_dnstap;

#define ASKED "asked 2015-08-03T01:02:03.000004 2001:db8::7#4000 5 www.jogli.com 1\n"

static const char answer[] = "\x12\x34\x81\x83\0\1\0\0\0\0\0\0\3www\5jogli\3com\0\0\1\0\1";

/* Adds each frame of the file to ${fields}, a line each, and how it ended. */
static void
show_file(struct fields *fields, const char *path)
{
	struct log_source *source;
	struct frames *frames;
	const char *why = "";
	struct span octets;
	enum fsk_err err;

	fields->len = 0;
	fields->text[0] = '\0';
	assert_int_equal(log_source_open(path, &source), FSK_OK);
	assert_int_equal(frames_open(source, CONTENT, &frames, &why), FSK_OK);
	while ((err = frames_next(frames, &octets, &why)) == FSK_OK) {
		show_fields(fields, (const unsigned char *)octets.text, octets.len, 14);
		show(fields, "\n");
	}
	show(fields, err == FSK_END ? "end" : "%s", why);
	frames_close(frames);
	log_source_close(source);
}

static void
test_fields(void **state)
{
	struct alert_sighting news = scene_sighting(1);
	static const char *const actions[] = {"nodata", "sinkhole", "log", "allow",
	                                      "other"};
	struct scene scene;
	struct fields fields;
	static struct records records;
	size_t len;
	char *file;

	(void)state;
	scene_init(&scene);
	open_tap(&scene, scene.path);
	news.message = (struct span){question, sizeof(question) - 1};
	news.answer = (struct span){answer, sizeof(answer) - 1};
	alert_sight(scene.hub, &news);
	news.answer.len = 0;
	assert_int_equal(address_read(span_of("2001:db8::7"), &news.sighting.address),
	                 FSK_OK);
	news.sighting.transport = SIGHTING_QUIC;
	news.action = NULL;
	news.reason = NULL;
	alert_sight(scene.hub, &news);
	/* Nothing but the name is known. */
	news = (struct alert_sighting){.sighting = {.us = -1, .client = sighting_named(7)}};
	news.sighting.address = news.sighting.client.address;
	news.sighting.forecast = span_of("a.example");
	for (size_t i = 0; i < 5; i++) {
		news.action = actions[i];
		alert_sight(scene.hub, &news);
	}
	scene_close(&scene, 5000);

	show_file(&fields, scene.path);
	assert_string_equal(
	        fields.text,
	        "1=guard1 2=foresink 0.1.0 3=" REASON
	        " 14={ 1=6 2=1 3=1 4=c0000001 6=4000 8=1438563723 "
	        "9=4000 10=12340100000100000000000003777777056a6f676c6903636f6d0000010001 "
	        "12=1438563723 13=4000 "
	        "14=12348183000100000000000003777777056a6f676c6903636f6d"
	        "0000010001 15={ 1=foresink 2=jogli.com 3=1 4=1 5=www.jogli.com } } 15=1\n"
	        "1=guard1 2=foresink 0.1.0 14={ 1=5 2=2 3=7 "
	        "4=20010db8000000000000000000000007 6=4000 8=1438563723 9=4000 "
	        "10=12340100000100000000000003777777056a6f676c6903636f6d0000010001 "
	        "15={ 1=foresink 2=jogli.com 4=1 5=www.jogli.com } } 15=1\n"
	        "1=guard1 2=foresink 0.1.0 14={ 1=5 15={ 1=foresink 2=a.example 3=2 4=1 } "
	        "} "
	        "15=1\n"
	        "1=guard1 2=foresink 0.1.0 14={ 1=5 15={ 1=foresink 2=a.example 3=6 4=1 } "
	        "} "
	        "15=1\n"
	        "1=guard1 2=foresink 0.1.0 14={ 1=5 15={ 1=foresink 2=a.example 3=3 4=1 } "
	        "} "
	        "15=1\n"
	        "1=guard1 2=foresink 0.1.0 14={ 1=5 15={ 1=foresink 2=a.example 3=3 4=1 } "
	        "} "
	        "15=1\n"
	        "1=guard1 2=foresink 0.1.0 14={ 1=5 15={ 1=foresink 2=a.example 4=1 } } "
	        "15=1\n"
	        "end");

	/* The review of logs reads what was asked. */
	file = scene_read(scene.path, &len);
	say_octets(&records, &log_format_dnstap, file, len, false);
	assert_memory_equal(records.text, ASKED, sizeof(ASKED) - 1);
	free(file);
	scene_fini(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
