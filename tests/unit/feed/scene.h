/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/feed/scene.h: lists of names by chance, and a desk that serves them.
 */
#ifndef TEST_FEED_SCENE_H
#define TEST_FEED_SCENE_H

#include "feed/load.h"
#include "feed/serve.h"
#include "feed/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define ZONE "rpz.test"
#define NOW INT64_C(1795305600) /* 2026-11-22T00:00:00Z */
#define TODAY UINT32_C(2026112200)
#define UNIVERSE 400 /* names to choose from */

static inline uint32_t
chance(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

/* Name number ${n}; they rise with their numbers, and some share long beginnings. */
static inline struct span
name_of(unsigned n, char room[64])
{
	int len = snprintf(room, 64, "%c%s%03u.%s", 'a' + (int)(n / 50),
	                   n % 3 == 0 ? "" : "bcdefgh", n, n % 2 == 0 ? "com" : "co.uk");

	return (struct span){room, (size_t)len};
}

static inline int
compare_numbers(const void *a, const void *b)
{
	char room_a[64], room_b[64];

	return feed_name_compare(name_of(*(const unsigned *)a, room_a),
	                         name_of(*(const unsigned *)b, room_b));
}

/* A list of the names n for which states[n] is 1 (blocked) or 2 (log-only). */
static inline void
make_list(const uint8_t states[UNIVERSE], struct feed_list *list)
{
	struct feed_list_writer writer = {.room = 0};
	unsigned order[UNIVERSE];
	char room[64];

	for (unsigned i = 0; i < UNIVERSE; i++)
		order[i] = i;
	qsort(order, UNIVERSE, sizeof(order[0]), compare_numbers);
	for (unsigned i = 0; i < UNIVERSE; i++)
		if (states[order[i]] != 0)
			assert_int_equal(feed_list_add(&writer, name_of(order[i], room),
			                               states[order[i]] == 2),
			                 FSK_OK);
	feed_list_end(&writer, list);
}

/* Changes about one state in ${often}. */
static inline void
change_states(uint8_t states[UNIVERSE], uint64_t *state, unsigned often)
{
	for (unsigned i = 0; i < UNIVERSE; i++)
		if (chance(state) % often == 0)
			states[i] = (uint8_t)(chance(state) % 3);
}

static inline struct feed_image *
make_image(const char *zone, const uint8_t states[UNIVERSE])
{
	struct feed_image *image = NULL;
	struct feed_list list;
	struct fsk_name name = {.len = (uint8_t)strlen(zone)};

	memcpy(name.text, zone, strlen(zone) + 1);
	make_list(states, &list);
	assert_int_equal(feed_image_of(&name, &list, &image), FSK_OK);
	return image;
}

/* A desk of one zone; what it points to is the scene's. */
struct scene {
	struct feed_desk desk;
	struct feed_setting setting;
	struct feed_zone_setting zone;
	struct feed_allow allow[2];
	struct feed_key keys[2]; /* "key." may ask, "other." is known only */
	char said[4096];
};

static inline void
hear(const char *words, void *context)
{
	struct scene *scene = context;
	size_t len = strlen(scene->said);

	snprintf(scene->said + len, sizeof(scene->said) - len, "%s\n", words);
}

static inline void
scene_init(struct scene *scene, const char *state)
{
	memset(scene, 0, sizeof(*scene));
	for (size_t i = 0; i < 2; i++) {
		scene->keys[i].name = span_of(i == 0 ? "Key.Example" : "other.example");
		memset(scene->keys[i].secret, i == 0 ? 'k' : 'o', 32);
		scene->keys[i].secret_len = 32;
	}
	assert_int_equal(address_read(span_of("192.0.2.0"), &scene->allow[0].address),
	                 FSK_OK);
	scene->allow[0].prefix = 24;
	scene->allow[1].any_address = true;
	scene->allow[1].key = &scene->keys[0];
	scene->zone = (struct feed_zone_setting){
	        .zone = {.ttl = 60,
	                 .refresh = 300,
	                 .retry = 60,
	                 .expire = 86400,
	                 .minimum = 30},
	        .name = span_of(ZONE),
	        .canary = span_of("foresink.internal"),
	        .allow = scene->allow,
	        .allow_count = 2,
	        .history = 10,
	};
	assert_int_equal(wire_zone_name(&scene->zone.zone, span_of(ZONE)), FSK_OK);
	scene->setting = (struct feed_setting){.zones = &scene->zone,
	                                       .zone_count = 1,
	                                       .keys = scene->keys,
	                                       .key_count = 2,
	                                       .state = state,
	                                       .log = hear,
	                                       .context = scene};
	scene->desk.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	assert_non_null(scene->desk.hmac);
	assert_int_equal(feed_desk_set(&scene->desk, &scene->setting), FSK_OK);
}

static inline void
scene_fini(struct scene *scene)
{
	feed_desk_fini(&scene->desk);
	EVP_MAC_free(scene->desk.hmac);
}

static inline enum fsk_err
scene_swap(struct scene *scene, const uint8_t states[UNIVERSE], int64_t now)
{
	bool changed;

	return feed_load(&scene->desk, &scene->desk.zones[0], make_image(ZONE, states), now,
	                 &changed);
}

#endif
