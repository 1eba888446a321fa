/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/history.h"

#include "base/size.h"
#include "wire/name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define TELLS "serial." /* in front of the canary domain: the TXT */

/* The longest number with the NUL, and the letter in front of it. */
#define BLOCKED_SIZE sizeof("s4294967295.")

void
feed_render_of(const struct feed_zone_setting *setting, struct feed_render *render)
{
	char longest[FSK_NAME_MAX + BLOCKED_SIZE];
	struct fsk_name canary;
	int len;

	memset(render, 0, sizeof(*render));
	render->zone = setting->zone;
	render->action = setting->action;
	if (wire_name_read(setting->canary, &canary, NULL) != FSK_OK)
		return;
	len = snprintf(longest, sizeof(longest), "s%" PRIu32 ".%s", UINT32_MAX,
	               canary.text);
	if (wire_zone_holds(&render->zone, (struct span){longest, (size_t)len}))
		render->canary = canary;
}

uint64_t
feed_render_digest(const struct feed_render *render)
{
	const struct wire_zone *zone = &render->zone;
	uint32_t numbers[] = {zone->len,
	                      zone->ttl,
	                      zone->refresh,
	                      zone->retry,
	                      zone->expire,
	                      zone->minimum,
	                      (uint32_t)render->action,
	                      render->canary.len};
	uint64_t digest = XXH3_64bits(numbers, sizeof(numbers));

	digest = XXH3_64bits_withSeed(zone->name, zone->len, digest);
	return XXH3_64bits_withSeed(render->canary.text, render->canary.len, digest);
}

bool
feed_canaries_of(const struct feed_render *render, uint32_t serial,
                 struct feed_canaries *canaries)
{
	int len;

	if (render->canary.len == 0)
		return false;
	/* feed_render_of() has seen that they fit. */
	len = snprintf(canaries->told.text, sizeof(canaries->told.text), TELLS "%.*s",
	               render->canary.len, render->canary.text);
	canaries->told.len = (uint8_t)len;
	len = snprintf(canaries->blocked.text, sizeof(canaries->blocked.text),
	               "s%" PRIu32 ".%.*s", serial, render->canary.len,
	               render->canary.text);
	canaries->blocked.len = (uint8_t)len;
	snprintf(canaries->text, sizeof(canaries->text), "foresink serial=%" PRIu32,
	         serial);
	return true;
}

bool
feed_list_same(const struct feed_list *a, const struct feed_list *b)
{
	/* The packing is a function of the names and states. */
	return a->count == b->count && a->len == b->len &&
	       (a->len == 0 || memcmp(a->octets, b->octets, a->len) == 0);
}

/* Walks both lists at once. */
static enum fsk_err
merge(const struct feed_list *old, const struct feed_list *new,
      struct feed_list_writer *removed, struct feed_list_writer *added)
{
	struct feed_cursor a, b;
	enum fsk_err err = FSK_OK;
	bool has_a, has_b;

	feed_list_begin(old, &a);
	feed_list_begin(new, &b);
	has_a = feed_list_next(&a);
	has_b = feed_list_next(&b);
	while (err == FSK_OK && (has_a || has_b)) {
		int order = !has_a ? 1 : -1;

		if (has_a && has_b)
			order = feed_name_compare(feed_cursor_name(&a),
			                          feed_cursor_name(&b));
		if (order < 0 || (order == 0 && a.log_only != b.log_only))
			err = feed_list_add(removed, feed_cursor_name(&a), a.log_only);
		if (err == FSK_OK &&
		    (order > 0 || (order == 0 && a.log_only != b.log_only)))
			err = feed_list_add(added, feed_cursor_name(&b), b.log_only);
		if (order <= 0)
			has_a = feed_list_next(&a);
		if (order >= 0)
			has_b = feed_list_next(&b);
	}
	return err;
}

enum fsk_err
feed_delta_new(const struct feed_list *old, const struct feed_list *new, uint32_t from,
               uint32_t to, struct feed_delta **delta)
{
	struct feed_list_writer removed = {.room = 0};
	struct feed_list_writer added = {.room = 0};
	struct feed_delta *made = calloc(1, sizeof(*made));
	enum fsk_err err = FSK_NOMEM;

	if (made != NULL)
		err = merge(old, new, &removed, &added);
	if (err != FSK_OK) {
		feed_list_writer_fini(&removed);
		feed_list_writer_fini(&added);
		free(made);
		return err;
	}
	made->holders = 1;
	made->from = from;
	made->to = to;
	feed_list_end(&removed, &made->removed);
	feed_list_end(&added, &made->added);
	*delta = made;
	return FSK_OK;
}

void
feed_delta_free(struct feed_delta *delta)
{
	if (delta == NULL || --delta->holders > 0)
		return;
	feed_list_fini(&delta->removed);
	feed_list_fini(&delta->added);
	free(delta);
}

enum fsk_err
feed_version_new(const struct feed_render *render, struct feed_image *image,
                 uint32_t serial, size_t most_deltas, struct feed_version **version)
{
	size_t bytes = size_mul(most_deltas, sizeof(struct feed_delta *));
	struct feed_version *made = calloc(1, size_add(sizeof(*made), bytes));

	if (made == NULL)
		return FSK_NOMEM;
	made->holders = 1;
	made->serial = serial;
	made->render = *render;
	made->image = feed_image_hold(image);
	*version = made;
	return FSK_OK;
}

static size_t
delta_names(const struct feed_delta *delta)
{
	return delta->removed.count + delta->added.count;
}

enum fsk_err
feed_version_after(const struct feed_version *old, struct feed_image *image,
                   uint32_t serial, size_t history, struct feed_version **version)
{
	struct feed_version *made;
	struct feed_delta *last;
	size_t first = old->delta_count, names;
	enum fsk_err err =
	        feed_delta_new(&old->image->list, &image->list, old->serial, serial, &last);

	if (err != FSK_OK)
		return err;
	/* From the newest back: a delta behind which more is to be sent than the
	 * whole zone has will never be asked for. */
	for (names = delta_names(last); first > 0; first--) {
		names += delta_names(old->deltas[first - 1]);
		if (names > image->list.count || old->delta_count - first + 2 > history)
			break;
	}
	err = feed_version_new(&old->render, image, serial, old->delta_count - first + 1,
	                       &made);
	if (err == FSK_OK && delta_names(last) <= image->list.count) {
		for (size_t i = first; i < old->delta_count; i++) {
			made->deltas[made->delta_count++] = old->deltas[i];
			old->deltas[i]->holders++;
		}
		made->deltas[made->delta_count++] = last;
		last = NULL;
	}
	feed_delta_free(last);
	if (err == FSK_OK)
		*version = made;
	return err;
}

struct feed_version *
feed_version_hold(struct feed_version *version)
{
	version->holders++;
	return version;
}

void
feed_version_free(struct feed_version *version)
{
	if (version == NULL || --version->holders > 0)
		return;
	for (size_t i = 0; i < version->delta_count; i++)
		feed_delta_free(version->deltas[i]);
	feed_image_free(version->image);
	free(version);
}

bool
feed_version_find(const struct feed_version *version, uint32_t serial, size_t *delta)
{
	size_t names = 0;

	for (size_t i = version->delta_count; i > 0; i--) {
		names += delta_names(version->deltas[i - 1]);
		if (names > version->image->list.count)
			return false;
		if (version->deltas[i - 1]->from == serial) {
			*delta = i - 1;
			return true;
		}
	}
	return false;
}

uint64_t
feed_version_bytes(const struct feed_version *version)
{
	uint64_t bytes = feed_list_bytes(&version->image->list);

	for (size_t i = 0; i < version->delta_count; i++) {
		bytes += feed_list_bytes(&version->deltas[i]->removed);
		bytes += feed_list_bytes(&version->deltas[i]->added);
	}
	return bytes;
}
