/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/load.h"

#include "base/size.h"
#include "feed/state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define BAD ".bad" /* behind the name of a state file that cannot be read */

/* The count in the day's serial when nobody knows which were used before: above those that
 * a day has, so that secondaries take it for new. */
#define COUNT_UNKNOWN 50

/* Puts the state file at ${path}, which cannot be read, aside. */
static void
put_aside(const struct feed_desk *desk, const struct feed_zone *zone, const char *path,
          enum fsk_err why)
{
	char *bad = malloc(size_add(strlen(path), sizeof(BAD)));
	bool moved = false;

	if (bad != NULL) {
		memcpy(bad, path, strlen(path));
		memcpy(bad + strlen(path), BAD, sizeof(BAD));
		moved = rename(path, bad) == 0;
		free(bad);
	}
	feed_tell(desk,
	          "zone %s: state file refused (%s)%s; history is lost and the serial "
	          "jumps",
	          zone->name.text, fsk_strerror(why), moved ? ", kept as *" BAD : "");
}

/* Takes up the version that an earlier run has left, once. FSK_NOMEM. */
static enum fsk_err
take_up(struct feed_desk *desk, struct feed_zone *zone)
{
	struct feed_version *version = NULL;
	bool same = true;
	char *path;
	enum fsk_err err;

	if (zone->read || zone->version != NULL || desk->setting.state == NULL)
		return FSK_OK;
	path = feed_state_path(desk->setting.state, &zone->name);
	if (path == NULL)
		return FSK_NOMEM;
	err = feed_state_read(path, &zone->render, zone->setting->history, &version, &same);
	if (version != NULL) {
		zone->version = version;
		zone->stale = !same;
		feed_tell(desk, "zone %s: goes on from serial %" PRIu32, zone->name.text,
		          version->serial);
	} else if (err == FSK_IO) {
		zone->unknown = true;
		feed_tell(desk, "zone %s: state file: %s", zone->name.text,
		          strerror(errno));
	} else if (err == FSK_CORRUPT || err == FSK_VERSION) {
		zone->unknown = true;
		put_aside(desk, zone, path, err);
	}
	free(path);
	zone->read = err != FSK_NOMEM;
	return err == FSK_NOMEM ? FSK_NOMEM : FSK_OK;
}

/* Keeps ${version} on the disk. FSK_NOMEM; FSK_IO is told. */
static enum fsk_err
keep(const struct feed_desk *desk, const struct feed_zone *zone,
     const struct feed_version *version)
{
	char *path;
	enum fsk_err err;

	if (desk->setting.state == NULL)
		return FSK_OK;
	path = feed_state_path(desk->setting.state, &zone->name);
	if (path == NULL)
		return FSK_NOMEM;
	err = feed_state_write(path, version);
	if (err == FSK_IO)
		feed_tell(desk, "zone %s: serial %" PRIu32 " was not kept: %s",
		          zone->name.text, version->serial, strerror(errno));
	free(path);
	return err;
}

/* Makes the version that serves ${image} after what ${zone} serves now. */
static enum fsk_err
make_version(const struct feed_zone *zone, struct feed_image *image, int64_t now,
             struct feed_version **version)
{
	const struct feed_version *old = zone->version;
	uint32_t serial = feed_serial_of(now, zone->unknown ? COUNT_UNKNOWN : 0);

	if (old != NULL)
		serial = feed_serial_after(old->serial, now);
	if (old == NULL || zone->stale)
		return feed_version_new(&zone->render, image, serial, 0, version);
	return feed_version_after(old, image, serial, zone->setting->history, version);
}

/* Serves ${image} by a new serial. */
static enum fsk_err
turn(struct feed_desk *desk, struct feed_zone *zone, struct feed_image *image, int64_t now)
{
	struct feed_version *version;
	enum fsk_err err = make_version(zone, image, now, &version);

	if (err != FSK_OK)
		return err;
	err = keep(desk, zone, version);
	if (err != FSK_OK && err != FSK_IO) {
		feed_version_free(version);
		return err;
	}
	feed_version_free(zone->version);
	zone->version = version;
	zone->since = now;
	zone->stale = false;
	zone->unknown = false;
	feed_tell(desk, "zone %s: serial %" PRIu32 " with %zu names, %zu deltas",
	          zone->name.text, version->serial, image->list.count,
	          version->delta_count);
	if (image->left_out > 0)
		feed_tell(desk, "zone %s: %zu names are too long to stand in it",
		          zone->name.text, image->left_out);
	return err;
}

/* Whether ${image} may take the place of what ${zone} serves: a list that has lost most of
 * its names is rather broken than true. */
static bool
is_believed(const struct feed_desk *desk, const struct feed_zone *zone,
            const struct feed_image *image)
{
	size_t old = zone->version == NULL ? 0 : zone->version->image->list.count;

	if (!span_equal((struct span){image->zone.text, image->zone.len},
	                (struct span){zone->name.text, zone->name.len})) {
		feed_tell(desk, "zone %s: an image of %s is not taken", zone->name.text,
		          image->zone.text);
		return false;
	}
	if (zone->setting->may_shrink || image->list.count >= old - old / 2)
		return true;
	feed_tell(desk, "zone %s: refused to shrink from %zu to %zu names", zone->name.text,
	          old, image->list.count);
	return false;
}

/* Serves ${image}, which is believed, unless that is what ${zone} serves. */
static enum fsk_err
replace(struct feed_desk *desk, struct feed_zone *zone, struct feed_image *image,
        int64_t now, bool *changed)
{
	enum fsk_err err;

	if (zone->version != NULL && !zone->stale &&
	    feed_list_same(&zone->version->image->list, &image->list)) {
		zone->since = zone->since == 0 ? now : zone->since;
		return FSK_OK;
	}
	err = turn(desk, zone, image, now);
	*changed = err == FSK_OK || err == FSK_IO;
	return err;
}

enum fsk_err
feed_load_again(struct feed_desk *desk, struct feed_zone *zone, int64_t now, bool *changed)
{
	enum fsk_err err;

	*changed = false;
	if (zone->version == NULL || !zone->stale)
		return FSK_OK;
	err = turn(desk, zone, zone->version->image, now);
	*changed = err == FSK_OK || err == FSK_IO;
	return err;
}

enum fsk_err
feed_load(struct feed_desk *desk, struct feed_zone *zone, struct feed_image *image,
          int64_t now, bool *changed)
{
	enum fsk_err err = take_up(desk, zone);

	*changed = false;
	if (err == FSK_OK && is_believed(desk, zone, image)) {
		err = replace(desk, zone, image, now, changed);
	} else if (err == FSK_OK) {
		/* The names stay, but what was taken up from the disk may be served as
		 * other records than its serial stood for. Told where it fails. */
		(void)!feed_load_again(desk, zone, now, changed);
		err = FSK_RANGE;
	}
	feed_image_free(image);
	return err;
}
