/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/guard/relay_scene.h: a relay between a test that asks and upstreams on
 * loopback that answer, all in one loop.
 */
#ifndef TEST_GUARD_RELAY_SCENE_H
#define TEST_GUARD_RELAY_SCENE_H

#include "relay_fake.h"

#define ASKERS 700
#define PATIENCE_MS 20000 /* until a test that waits for what never comes fails */

struct got {
	unsigned times;
	bool none; /* it was given up */
	uint8_t octets[1300];
	size_t len;
};

struct scene {
	struct net_loop *loop;
	struct guard_relay *relay;
	struct fake *fakes[3];
	struct got got[ASKERS];
	size_t got_count, wanted;
	size_t longest; /* answer */
	unsigned done;
	bool late;
	struct net_timer timer;
};

static inline void
take_answer(void *context, const struct guard_asker *asker, uint8_t *octets, size_t len,
            size_t room)
{
	struct scene *scene = context;
	unsigned n;

	memcpy(&n, asker->octets, sizeof(n));
	assert_true(n < ASKERS);
	scene->got[n].times++;
	scene->got[n].none = octets == NULL;
	scene->got[n].len = len;
	scene->got_count++;
	if (len > scene->longest)
		scene->longest = len;
	if (octets != NULL) {
		assert_true(room >= len + 64); /* the front adds a cookie */
		memcpy(scene->got[n].octets, octets, len < 1300 ? len : 1300);
		memset(octets, 0xee, room);
	}
	if (scene->got_count >= scene->wanted)
		net_loop_stop(scene->loop);
}

static inline void
take_done(void *context)
{
	struct scene *scene = context;

	scene->done++;
}

static inline void
too_late(struct net_timer *timer)
{
	struct scene *scene = timer->context;

	scene->late = true;
	net_loop_stop(scene->loop);
}

/* Runs until ${count} answers came in all, or for ${ms}. */
static inline void
run(struct scene *scene, size_t count, int64_t ms)
{
	scene->late = false;
	scene->wanted = ms != 0 ? SIZE_MAX : count;
	if (ms == 0 && scene->got_count >= count)
		return;
	assert_int_equal(
	        net_timer_set(scene->loop, &scene->timer, ms != 0 ? ms : PATIENCE_MS),
	        FSK_OK);
	assert_int_equal(net_loop_run(scene->loop), FSK_OK);
	net_timer_end(scene->loop, &scene->timer);
	if (ms == 0)
		assert_false(scene->late);
}

static inline struct net_endpoint
endpoint(const char *text)
{
	struct net_endpoint got;

	assert_int_equal(net_endpoint_read(span_of(text), 0, &got), FSK_OK);
	return got;
}

/* What a test begins with: ${count} upstreams that answer. */
static inline struct guard_relay_setting
begin(struct scene *scene, struct net_endpoint *upstreams, size_t count)
{
	struct net_endpoint any = endpoint("127.0.0.1:0");

	memset(scene, 0, sizeof(*scene));
	scene->timer = (struct net_timer){.due = too_late, .context = scene};
	assert_int_equal(net_loop_new(&scene->loop), FSK_OK);
	for (size_t i = 0; i < count; i++) {
		scene->fakes[i] = calloc(1, sizeof(struct fake));
		assert_non_null(scene->fakes[i]);
		scene->fakes[i]->loop = scene->loop;
		scene->fakes[i]->script = answer_it;
		fake_open(scene->fakes[i], &any);
		upstreams[i] = scene->fakes[i]->at;
	}
	return (struct guard_relay_setting){.upstreams = upstreams,
	                                    .upstream_count = count,
	                                    .most = 600,
	                                    .attempt_ms = 5000,
	                                    .total_ms = 15000,
	                                    .mixed_case = true,
	                                    .answer = take_answer,
	                                    .done = take_done,
	                                    .context = scene};
}

static inline void
begin_relay(struct scene *scene, const struct guard_relay_setting *setting)
{
	assert_int_equal(guard_relay_new(setting, scene->loop, &scene->relay), FSK_OK);
}

static inline void
finish(struct scene *scene)
{
	guard_relay_free(scene->relay);
	for (size_t i = 0; i < 3; i++) {
		if (scene->fakes[i] != NULL)
			fake_close(scene->fakes[i]);
		free(scene->fakes[i]);
	}
	net_loop_free(scene->loop);
}

/* Asks what is at ${octets} for asker number ${n}, from 198.51.100.77 or as ${from} says.
 */
static inline bool
ask_octets(struct scene *scene, unsigned n, const uint8_t *octets, size_t len,
           const struct guard_request *from)
{
	struct wire_query query;
	struct guard_asker asker = {{0}};
	struct guard_request request = {.client = endpoint("198.51.100.77").address,
	                                .port = 4711,
	                                .local = endpoint("198.51.100.1").address,
	                                .local_port = 53};

	if (from != NULL)
		request = *from;
	request.octets = octets;
	request.len = len;
	request.query = &query;
	memcpy(asker.octets, &n, sizeof(n));
	assert_int_equal(wire_query_read(octets, len, &query), WIRE_ANSWER);
	return guard_relay_ask(scene->relay, &asker, &request);
}

static inline bool
ask(struct scene *scene, unsigned n, uint16_t id, const char *name, bool stream)
{
	struct guard_request from = {.client = endpoint("198.51.100.77").address,
	                             .port = 4711,
	                             .local = endpoint("198.51.100.1").address,
	                             .local_port = 53,
	                             .stream = stream};
	uint8_t octets[300];

	return ask_octets(scene, n, octets, write_query(octets, id, name), &from);
}

/* Asker ${n} got the answer to the request ${id} for ${name}, letter for letter. */
static inline void
assert_answered(const struct scene *scene, unsigned n, uint16_t id, const char *name)
{
	struct heard as_asked = {.fd = -1};
	uint8_t wanted[700];
	size_t len;

	as_asked.len = write_query(as_asked.octets, id, name);
	len = write_answer(&as_asked, wanted);
	assert_int_equal(scene->got[n].times, 1);
	assert_false(scene->got[n].none);
	assert_int_equal(scene->got[n].len, len);
	assert_memory_equal(scene->got[n].octets, wanted, len);
}

#define COUNT(scene, what) (guard_relay_counts((scene)->relay)->what)

#endif
