/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A file of lines that are whole, in their order, whatever the disk does: it is full in
 * the middle of a line (a limit of the process stands for it), for long, moved away, cut.
 */
#include "scene.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void
open_file(struct scene *scene)
{
	scene_init(scene);
	scene_open(scene,
	           &(struct alert_sink_setting){.way = ALERT_FILE, .target = scene->path});
}

/* From now on files may have ${octets}; RLIM_INFINITY: as many as they like. */
static void
limit(rlim_t octets)
{
	struct rlimit limits;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limits), 0);
	limits.rlim_cur = octets < limits.rlim_max ? octets : limits.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limits), 0);
}

/* Whether ${text} is whole lines, of the hosts from ${first} to ${last}. */
static void
assert_hosts(const char *text, unsigned first, unsigned last)
{
	for (unsigned host = first; host <= last; host++) {
		const char *end = strchr(text, '\n');
		char client[64];

		snprintf(client, sizeof(client), "\"client\":\"192.0.%u.%u\"", host >> 8,
		         host & 255);
		assert_non_null(end);
		assert_int_equal(memcmp(text, "{\"kind\":\"alert\"", 15), 0);
		assert_int_equal(end[-1], '}');
		assert_true(strstr(text, client) != NULL && strstr(text, client) < end);
		text = end + 1;
	}
	assert_string_equal(text, "");
}

static void
assert_file(const char *path, unsigned first, unsigned last)
{
	size_t len;
	char *text = scene_read(path, &len);

	assert_int_equal(strlen(text), len);
	assert_hosts(text, first, last);
	free(text);
}

static void
test_append(void **state)
{
	struct stat facts;
	struct scene scene;
	mode_t before = umask(0);

	(void)state;
	open_file(&scene);
	umask(before);
	assert_int_equal(stat(scene.path, &facts), 0);
	assert_int_equal(facts.st_mode & 07777, 0640);
	scene_tell(&scene, 1);
	scene_tell(&scene, 2);
	assert_int_equal(scene_counts(&scene)->queued, 2);
	alert_hub_tick(scene.hub, NOW);
	assert_file(scene.path, 1, 2);
	assert_int_equal(scene_counts(&scene)->queued, 0);
	assert_int_equal(scene_counts(&scene)->told, 2);
	scene_tell(&scene, 3);
	scene_close(&scene, 0);
	assert_file(scene.path, 1, 3);
	scene_open(&scene,
	           &(struct alert_sink_setting){.way = ALERT_FILE, .target = scene.path});
	scene_tell(&scene, 4);
	scene_close(&scene, 0);
	assert_file(scene.path, 1, 4);
	assert_int_equal(scene.times, 0);
	scene_fini(&scene);
}

/* Without a tick, 64 KiB are written at once. */
static void
test_buffer(void **state)
{
	struct stat facts;
	struct scene scene;

	(void)state;
	open_file(&scene);
	for (unsigned host = 0; host < 400; host++)
		scene_tell(&scene, host);
	assert_int_equal(stat(scene.path, &facts), 0);
	assert_true(facts.st_size >= 64 << 10);
	assert_int_equal(scene_counts(&scene)->told + scene_counts(&scene)->queued, 400);
	scene_close(&scene, 0);
	assert_file(scene.path, 0, 399);
	scene_fini(&scene);
}

/* The disk is full at each octet of a line in turn: what is in the file is whole lines, and
 * when there is room the others follow. */
static void
test_full(void **state)
{
	struct scene scene;
	struct stat facts;

	(void)state;
	for (unsigned octet = 0; octet < 1000; octet += 37) {
		open_file(&scene);
		limit(octet);
		for (unsigned host = 1; host <= 3; host++)
			scene_tell(&scene, host);
		alert_hub_tick(scene.hub, NOW);
		alert_hub_tick(scene.hub, NOW);
		assert_int_equal(scene_counts(&scene)->failed, 2);
		assert_file(scene.path, 1, (unsigned)scene_counts(&scene)->told);
		assert_int_equal(scene.times, 1);
		assert_non_null(strstr(scene.said, "cannot be written"));
		assert_non_null(strstr(scene.said, strerror(EFBIG)));
		limit(RLIM_INFINITY);
		scene_tell(&scene, 4);
		alert_hub_tick(scene.hub, NOW);
		assert_int_equal(scene.times, 2);
		assert_non_null(strstr(scene.said, "is written again; lines lost: 0"));
		assert_file(scene.path, 1, 4);
		assert_int_equal(stat(scene.path, &facts), 0);
		assert_int_equal(scene_counts(&scene)->told, 4);
		scene_close(&scene, 0);
		scene_fini(&scene);
	}
}

/* Full for long: 1 MiB is kept, the rest is lost and counted, all of it said once. */
static void
test_full_for_long(void **state)
{
	struct scene scene;
	uint64_t lost;

	(void)state;
	open_file(&scene);
	limit(0);
	for (unsigned host = 0; host < 4000; host++) {
		scene_tell(&scene, host);
		if (host % 100 == 0)
			alert_hub_tick(scene.hub, NOW);
	}
	lost = scene_counts(&scene)->lost;
	assert_true(lost > 0);
	assert_int_equal(scene_counts(&scene)->queued + lost, 4000);
	assert_int_equal(scene.times, 1);
	limit(RLIM_INFINITY);
	alert_hub_tick(scene.hub, NOW);
	assert_int_equal(scene.times, 2);
	assert_file(scene.path, 0, (unsigned)(4000 - lost) - 1);
	scene_close(&scene, 0);
	scene_fini(&scene);
}

/* At the end nothing more can be done than to count, and to leave no piece. */
static void
test_full_at_end(void **state)
{
	struct alert_sink_setting sinks[2] = {{.way = ALERT_FILE}, {.way = ALERT_FILE}};
	struct scene scene;
	size_t which;

	(void)state;
	scene_init(&scene);
	sinks[0].target = sinks[1].target = scene.path;
	assert_int_equal(scene_try(&scene, sinks, 1, &which), FSK_OK);
	limit(700);
	scene_tell(&scene, 1);
	scene_tell(&scene, 2);
	scene_close(&scene, 1000);
	limit(RLIM_INFINITY);
	assert_file(scene.path, 1, 1);
	scene_fini(&scene);
}

static void
test_rotation(void **state)
{
	struct scene scene;
	struct stat facts;
	char old[160];

	(void)state;
	open_file(&scene);
	snprintf(old, sizeof(old), "%s.1", scene.path);
	scene_tell(&scene, 1);
	assert_int_equal(rename(scene.path, old), 0);
	scene_tell(&scene, 2);
	alert_hub_reopen(scene.hub);
	scene_tell(&scene, 3);
	alert_hub_tick(scene.hub, NOW);
	assert_file(old, 1, 2);
	assert_file(scene.path, 3, 3);

	/* With a full disk the line that was begun goes to the new file. */
	assert_int_equal(rename(scene.path, old), 0);
	assert_int_equal(stat(old, &facts), 0);
	limit((rlim_t)facts.st_size * 5 / 2);
	scene_tell(&scene, 4);
	scene_tell(&scene, 5);
	alert_hub_reopen(scene.hub);
	limit(RLIM_INFINITY);
	alert_hub_tick(scene.hub, NOW);
	assert_file(old, 3, 4);
	assert_file(scene.path, 5, 5);
	scene_close(&scene, 0);
	scene_fini(&scene);
}

/* A file that cannot be opened anew is written on. */
static void
test_reopen_refused(void **state)
{
	struct scene scene;
	char old[160];

	(void)state;
	open_file(&scene);
	snprintf(old, sizeof(old), "%s.1", scene.path);
	assert_int_equal(rename(scene.path, old), 0);
	assert_int_equal(mkdir(scene.path, 0700), 0);
	scene_tell(&scene, 1);
	alert_hub_reopen(scene.hub);
	assert_int_equal(scene.times, 1);
	assert_non_null(strstr(scene.said, "the old file is written on"));
	scene_tell(&scene, 2);
	alert_hub_tick(scene.hub, NOW);
	assert_file(old, 1, 2);
	assert_int_equal(rmdir(scene.path), 0);
	scene_close(&scene, 0);
	scene_fini(&scene);
}

/* A file that somebody left within a line: ours begin on the next. */
static void
test_torn(void **state)
{
	struct scene scene;
	FILE *file;
	size_t len;
	char *text;

	(void)state;
	scene_init(&scene);
	file = fopen(scene.path, "w");
	assert_non_null(file);
	fputs("{\"kind\":\"al", file);
	fclose(file);
	scene_open(&scene,
	           &(struct alert_sink_setting){.way = ALERT_FILE, .target = scene.path});
	scene_tell(&scene, 1);
	scene_close(&scene, 0);
	text = scene_read(scene.path, &len);
	assert_memory_equal(text, "{\"kind\":\"al\n", 12);
	assert_hosts(text + 12, 1, 1);
	free(text);
	scene_fini(&scene);
}

/* A pipe takes pieces of lines, which cannot be taken back: they are finished. Nobody waits
 * for who reads it. */
static void
test_pipe(void **state)
{
	static char text[2 << 20];
	struct scene scene;
	size_t len = 0;
	ssize_t got;
	int reader;

	(void)state;
	scene_init(&scene);
	assert_int_equal(mkfifo(scene.path, 0600), 0);
	reader = open(scene.path, O_RDONLY | O_NONBLOCK);
	assert_true(reader >= 0);
	scene_open(&scene,
	           &(struct alert_sink_setting){.way = ALERT_FILE, .target = scene.path});
	for (unsigned host = 0; host < 1000; host++)
		scene_tell(&scene, host);
	assert_int_equal(scene.times, 1);
	for (int round = 0; round < 20; round++) {
		while ((got = read(reader, text + len, 1000)) > 0)
			len += (size_t)got;
		alert_hub_tick(scene.hub, NOW);
	}
	text[len] = '\0';
	assert_hosts(text, 0, 999);
	assert_int_equal(scene.times, 2);
	scene_close(&scene, 0);
	close(reader);
	scene_fini(&scene);
}

static void
test_refused(void **state)
{
	struct alert_sink_setting sink = {.way = ALERT_FILE, .target = ""};
	struct scene scene;
	size_t which = 7;

	(void)state;
	scene_init(&scene);
	assert_int_equal(scene_try(&scene, &sink, 1, &which), FSK_SYNTAX);
	assert_int_equal(which, 0);
	sink.target = scene.folder;
	assert_int_equal(scene_try(&scene, &sink, 1, &which), FSK_IO);
	assert_int_equal(errno, EISDIR);
	sink.target = "/dev/null/none";
	assert_int_equal(scene_try(&scene, &sink, 1, &which), FSK_IO);
	assert_int_equal(errno, ENOTDIR);
	scene_fini(&scene);
}

/* A file that is made is of who the daemon becomes; what was there is not given away, and
 * neither is what a link leads to. */
static void
test_owner(void **state)
{
	const struct alert_owner owner = {65534, 65533};
	const struct alert_sink_setting sink = {.way = ALERT_FILE, .target = NULL};
	struct alert_sink_setting sinks[2] = {sink, sink};
	struct alert_setting setting = {.sinks = sinks, .sink_count = 2, .owner = &owner};
	char link[160], old[160];
	struct stat facts;
	struct scene scene;
	size_t which;

	(void)state;
	if (geteuid() != 0)
		skip();
	scene_init(&scene);
	snprintf(old, sizeof(old), "%s.1", scene.path);
	snprintf(link, sizeof(link), "%s.link", scene.path);
	assert_int_equal(close(open(old, O_CREAT | O_WRONLY, 0600)), 0);
	assert_int_equal(symlink(old, link), 0);
	sinks[0].target = scene.path;
	sinks[1].target = link;
	assert_int_equal(alert_hub_new(&setting, &scene.hub, &which), FSK_OK);
	assert_int_equal(stat(scene.path, &facts), 0);
	assert_int_equal(facts.st_uid, 65534);
	assert_int_equal(facts.st_gid, 65533);
	assert_int_equal(facts.st_mode & 0777, 0640);
	assert_int_equal(stat(old, &facts), 0);
	assert_int_equal(facts.st_uid, 0);
	/* What is made later is the daemon's own, as itself. */
	assert_int_equal(unlink(scene.path), 0);
	alert_hub_reopen(scene.hub);
	assert_int_equal(stat(scene.path, &facts), 0);
	assert_int_equal(facts.st_uid, 0);
	alert_hub_free(scene.hub, 0);
	assert_int_equal(unlink(link), 0);
	scene_fini(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_append),         cmocka_unit_test(test_buffer),
	        cmocka_unit_test(test_full),           cmocka_unit_test(test_full_for_long),
	        cmocka_unit_test(test_full_at_end),    cmocka_unit_test(test_rotation),
	        cmocka_unit_test(test_reopen_refused), cmocka_unit_test(test_torn),
	        cmocka_unit_test(test_pipe),           cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_owner),
	};

	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
