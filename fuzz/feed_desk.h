/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fuzz/feed_desk.h: two zones, of which one has names and history, and a key; anybody may
 * ask. Made once: what is served never changes.
 */
#ifndef FUZZ_FEED_DESK_H
#define FUZZ_FEED_DESK_H

#include "fuzz.h"

#include "feed/serve.h"

#include <stdio.h>

#define FUZZ_NOW 1795305600 /* 2026-11-22T00:00:00Z */
#define FUZZ_NAMES 1000

/* Makes a version of some names; their numbers begin at ${from}. */
static inline struct feed_version *
fuzz_version(const struct feed_zone *zone, const struct feed_version *old, unsigned from)
{
	struct feed_list_writer writer = {.room = 0};
	struct feed_version *version;
	struct feed_image *image;
	struct feed_list list;
	enum fsk_err err = FSK_OK;

	for (unsigned i = from; i < from + FUZZ_NAMES && err == FSK_OK; i++) {
		char name[16];

		snprintf(name, sizeof(name), "n%05u.com", i);
		err = feed_list_add(&writer, span_of(name), i % 7 == 0);
	}
	feed_list_end(&writer, &list);
	FUZZ_CLAIM(err == FSK_OK && feed_image_of(&zone->name, &list, &image) == FSK_OK);
	err = old == NULL ? feed_version_new(&zone->render, image, 2026112200, 0, &version)
	                  : feed_version_after(old, image, old->serial + 1, 9, &version);
	FUZZ_CLAIM(err == FSK_OK);
	feed_image_free(image);
	return version;
}

static inline struct feed_desk *
fuzz_desk(void)
{
	static const struct feed_allow anybody = {.any_address = true};
	static struct feed_zone_setting zones[2];
	static struct feed_key key = {.secret_len = 32};
	static struct feed_desk desk;
	struct feed_setting setting = {
	        .zones = zones, .zone_count = 2, .keys = &key, .key_count = 1};
	struct feed_version *first;

	if (desk.zone_count > 0)
		return &desk;
	key.name = span_of("key");
	zones[0].canary = zones[1].canary = span_of("foresink.internal");
	zones[0].allow = zones[1].allow = &anybody;
	zones[0].allow_count = zones[1].allow_count = 1;
	FUZZ_CLAIM(wire_zone_name(&zones[0].zone, span_of("rpz")) == FSK_OK);
	FUZZ_CLAIM(wire_zone_name(&zones[1].zone, span_of("b.rpz")) == FSK_OK);
	desk.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	FUZZ_CLAIM(desk.hmac != NULL && feed_desk_set(&desk, &setting) == FSK_OK);
	first = fuzz_version(&desk.zones[0], NULL, 0);
	desk.zones[0].version = fuzz_version(&desk.zones[0], first, 10);
	feed_version_free(first);
	return &desk;
}

#endif
