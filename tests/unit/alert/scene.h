/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/alert/scene.h: a folder, and a hub whose sinks' words are written down.
 */
#ifndef TESTS_UNIT_ALERT_SCENE_H
#define TESTS_UNIT_ALERT_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "news.h"

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct scene {
	struct alert_hub *hub;
	pthread_mutex_t mutex; /* of what was said */
	unsigned times;        /* that something was said */
	char said[4096];       /* all of it, a line each */
	char folder[64];
	char path[128]; /* a file in it */
};

static inline void
scene_log(const char *words, void *context)
{
	struct scene *scene = context;
	size_t len;

	pthread_mutex_lock(&scene->mutex);
	len = strlen(scene->said);
	snprintf(scene->said + len, sizeof(scene->said) - len, "%s\n", words);
	scene->times++;
	pthread_mutex_unlock(&scene->mutex);
}

static inline unsigned
scene_times(struct scene *scene)
{
	unsigned times;

	pthread_mutex_lock(&scene->mutex);
	times = scene->times;
	pthread_mutex_unlock(&scene->mutex);
	return times;
}

static inline void
scene_init(struct scene *scene)
{
	const char *where = getenv("TMPDIR");

	*scene = (struct scene){.mutex = PTHREAD_MUTEX_INITIALIZER};
	snprintf(scene->folder, sizeof(scene->folder), "%.40s/alert.XXXXXX",
	         where != NULL ? where : "/tmp");
	assert_non_null(mkdtemp(scene->folder));
	snprintf(scene->path, sizeof(scene->path), "%s/out", scene->folder);
}

static inline void
scene_fini(struct scene *scene)
{
	char old[160];

	snprintf(old, sizeof(old), "%s.1", scene->path);
	unlink(old);
	unlink(scene->path);
	assert_int_equal(rmdir(scene->folder), 0);
}

static inline enum fsk_err
scene_try(struct scene *scene, const struct alert_sink_setting *sinks, size_t count,
          size_t *which)
{
	const struct alert_setting setting = {
	        .sinks = sinks,
	        .sink_count = count,
	        .host = "guard1",
	        .version = "0.1.0",
	        .log = scene_log,
	        .context = scene,
	};

	return alert_hub_new(&setting, &scene->hub, which);
}

static inline void
scene_open(struct scene *scene, const struct alert_sink_setting *sink)
{
	size_t which;

	assert_int_equal(scene_try(scene, sink, 1, &which), FSK_OK);
	assert_int_equal(alert_hub_start(scene->hub), FSK_OK);
}

static inline void
scene_close(struct scene *scene, unsigned wait_ms)
{
	alert_hub_free(scene->hub, wait_ms);
	scene->hub = NULL;
}

static inline const struct alert_counts *
scene_counts(const struct scene *scene)
{
	return alert_counts(scene->hub, 0);
}

static inline void
scene_tell(struct scene *scene, unsigned host)
{
	struct alert alert = scene_alert(host);

	alert_tell(scene->hub, &alert);
}

/* Waits until ${counter} is ${value} or more. */
static inline void
scene_await(const _Atomic uint64_t *counter, uint64_t value)
{
	while (atomic_load(counter) < value)
		usleep(1000);
}

/* All of the file at ${path}, with a NUL behind it, for the caller to free. */
static inline char *
scene_read(const char *path, size_t *len)
{
	FILE *in = fopen(path, "rb");
	size_t room;
	char *octets;

	assert_non_null(in);
	assert_int_equal(fseek(in, 0, SEEK_END), 0);
	room = (size_t)ftell(in);
	rewind(in);
	octets = malloc(room + 1);
	assert_non_null(octets);
	*len = fread(octets, 1, room, in);
	octets[*len] = '\0';
	fclose(in);
	return octets;
}

#endif
