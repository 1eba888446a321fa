/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The hub: which sink is told what, which settings are refused, and memory that runs out.
 * Linked with --wrap for malloc, calloc and strdup, which then fail on the n-th call.
 */
#include "alert/sink.h"
#include "../memory.h"
#include "scene.h"

#include <errno.h>

static void
test_none(void **state)
{
	struct alert_sighting news = scene_sighting(1);
	struct scene scene;
	size_t which = 7;

	(void)state;
	scene_init(&scene);
	assert_int_equal(scene_try(&scene, NULL, 0, &which), FSK_OK);
	assert_int_equal(alert_hub_start(scene.hub), FSK_OK);
	assert_false(alert_wants_sightings(scene.hub));
	scene_tell(&scene, 1);
	alert_sight(scene.hub, &news);
	alert_hub_tick(scene.hub, NOW);
	alert_hub_reopen(scene.hub);
	assert_null(alert_counts(scene.hub, 0));
	scene_close(&scene, 1000);
	scene_close(&scene, 1000);
	assert_int_equal(which, 7);
	scene_fini(&scene);
}

/* Sightings go where sightings are wanted, alerts where alerts are. */
static void
test_kinds(void **state)
{
	struct alert_sighting news = scene_sighting(1);
	struct alert_sink_setting sinks[3] = {
	        {.way = ALERT_FILE},
	        {.way = ALERT_FILE, .sightings = true},
	        {.way = ALERT_SYSLOG, .target = "127.0.0.1:9"},
	};
	struct scene scene;
	char path[160];
	size_t which, len;
	char *text;

	(void)state;
	scene_init(&scene);
	snprintf(path, sizeof(path), "%s.1", scene.path);
	sinks[0].target = scene.path;
	sinks[1].target = path;
	assert_int_equal(scene_try(&scene, sinks, 3, &which), FSK_OK);
	memset(sinks, 0xff, sizeof(sinks)); /* it has a copy of its own */
	assert_true(alert_wants_sightings(scene.hub));
	scene_tell(&scene, 1);
	scene_tell(&scene, 2);
	alert_sight(scene.hub, &news);
	assert_int_equal(alert_counts(scene.hub, 0)->queued, 2);
	assert_int_equal(alert_counts(scene.hub, 1)->queued, 1);
	assert_null(alert_counts(scene.hub, 3));
	scene_close(&scene, 0);
	text = scene_read(scene.path, &len);
	assert_memory_equal(text, "{\"kind\":\"alert\"", 15);
	assert_non_null(strstr(text, "}\n{\"kind\":\"alert\""));
	free(text);
	text = scene_read(path, &len);
	assert_memory_equal(text, "{\"time\":", 8);
	assert_int_equal(strchr(text, '\n') - text, len - 1);
	free(text);
	scene_fini(&scene);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(alert_way_name(ALERT_FILE), "file");
	assert_string_equal(alert_way_name(ALERT_SYSLOG), "syslog");
	assert_string_equal(alert_way_name(ALERT_DNSTAP), "dnstap");
	assert_string_equal(alert_way_name(ALERT_WEBHOOK), "webhook");
	assert_int_equal(alert_sink_count(), 4);
	assert_null(alert_sink_at(4));
	for (size_t i = 1; i < 4; i++)
		assert_true(strcmp(alert_sink_at(i - 1)->name, alert_sink_at(i)->name) < 0);
}

static void
test_refused(void **state)
{
	struct alert_sink_setting sinks[2] = {
	        {.way = ALERT_SYSLOG, .target = "/dev/null/x"}, {.way = ALERT_DNSTAP}};
	struct scene scene;
	size_t which = 7;

	(void)state;
	scene_init(&scene);
	/* An alert is no DNS message. */
	sinks[1].target = scene.path;
	assert_int_equal(scene_try(&scene, sinks, 2, &which), FSK_SYNTAX);
	assert_int_equal(which, 1);
	assert_int_equal(access(scene.path, F_OK), -1);
	sinks[1].target = NULL;
	sinks[1].sightings = true;
	assert_int_equal(scene_try(&scene, sinks, 2, &which), FSK_SYNTAX);
	sinks[1].target = "/dev/null/none";
	assert_int_equal(scene_try(&scene, sinks, 2, &which), FSK_IO);
	assert_int_equal(errno, ENOTDIR);
	sinks[1].way = (enum alert_way)17;
	assert_int_equal(scene_try(&scene, sinks, 2, &which), FSK_SYNTAX);
	assert_string_equal(alert_way_name((enum alert_way)17), "unknown");
	scene_fini(&scene);
}

/* Whatever is not granted, nothing is left behind, and the next try succeeds. */
static void
test_memory(void **state)
{
	struct alert_sink_setting sinks[4] = {
	        {.way = ALERT_FILE},
	        {.way = ALERT_SYSLOG, .target = "127.0.0.1:9"},
	        {.way = ALERT_DNSTAP, .sightings = true},
	        {.way = ALERT_WEBHOOK,
	         .target = "http://127.0.0.1:9/",
	         .secret = {"secret", 6},
	         .authorities = "/dev/null"},
	};
	enum fsk_err err = FSK_NOMEM;
	struct scene scene;
	char path[160];
	size_t which;

	(void)state;
	scene_init(&scene);
	snprintf(path, sizeof(path), "%s.1", scene.path);
	sinks[0].target = scene.path;
	sinks[2].target = path;
	for (int n = 0; err != FSK_OK; n++) {
		assert_in_range(n, 0, 100);
		memory_left = n;
		err = scene_try(&scene, sinks, 4, &which);
		memory_left = -1;
		assert_true(err == FSK_OK || err == FSK_NOMEM);
		assert_true(err == FSK_OK || scene.hub == NULL);
	}
	scene_close(&scene, 0);
	scene_fini(&scene);
}

/* What cannot be kept for want of memory is lost, and counted. */
static void
test_memory_of_news(void **state)
{
	struct alert_sink_setting sink = {.way = ALERT_DNSTAP, .sightings = true};
	struct alert_sighting news = scene_sighting(1);
	struct scene scene;
	size_t which;

	(void)state;
	scene_init(&scene);
	sink.target = scene.path;
	assert_int_equal(scene_try(&scene, &sink, 1, &which), FSK_OK);
	memory_left = 0;
	alert_sight(scene.hub, &news);
	memory_left = -1;
	assert_int_equal(scene_counts(&scene)->lost, 1);
	assert_int_equal(scene_counts(&scene)->queued, 0);
	alert_sight(scene.hub, &news);
	assert_int_equal(scene_counts(&scene)->queued, 1);
	scene_close(&scene, 0);
	scene_fini(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_none),   cmocka_unit_test(test_kinds),
	        cmocka_unit_test(test_names),  cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_memory), cmocka_unit_test(test_memory_of_news),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
