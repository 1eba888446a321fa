/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/load.h"

#include "base/size.h"
#include "feed/mark.h"
#include "feed/state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define BAD ".bad" /* behind the name of a state file that cannot be read */

/* The count in the day's serial when nobody knows which were used before: above those that
 * a day has, so that secondaries take it for new. */
#define COUNT_UNKNOWN 50

/* Without a state nobody knows them after any restart: the count is the time of the day
 * then, in steps of which a day has a hundred. */
#define COUNT_STEP (DATE_DAY / 100)

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

/* Looks at the mark beside the state file ${path}: was something served that was not kept?
 * Who got that holds a serial newer than the state's, so that the names of the state need
 * a newer one too. FSK_NOMEM. */
static enum fsk_err
take_mark(const struct feed_desk *desk, struct feed_zone *zone, const char *path)
{
	char *mark = feed_mark_path(path);
	uint32_t serial;

	if (mark == NULL)
		return FSK_NOMEM;
	serial = feed_mark_read(mark);
	/* It is made now, while the folder can be written: later there may be no room. */
	(void)!feed_mark_make(mark);
	free(mark);
	if (serial == 0 ||
	    (zone->version != NULL && !feed_serial_newer(serial, zone->version->serial)))
		return FSK_OK;
	zone->mark = serial;
	zone->stale = zone->version != NULL;
	feed_tell(desk, "zone %s: serial %" PRIu32 " was served and not kept",
	          zone->name.text, serial);
	return FSK_OK;
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
	if (err != FSK_NOMEM)
		err = take_mark(desk, zone, path) == FSK_OK ? err : FSK_NOMEM;
	free(path);
	zone->read = err != FSK_NOMEM;
	return err == FSK_NOMEM ? FSK_NOMEM : FSK_OK;
}

/* Writes that ${serial} is served though it was not kept; keeps errno. */
static void
mark(const struct feed_desk *desk, const struct feed_zone *zone, const char *path,
     uint32_t serial)
{
	int error = errno;
	char *place = feed_mark_path(path);

	if (place == NULL || feed_mark_write(place, serial) != FSK_OK)
		feed_tell(desk,
		          "zone %s: nor could it be noted: a restart may use serial "
		          "%" PRIu32 " again",
		          zone->name.text, serial);
	free(place);
	errno = error;
}

/* Keeps ${version} on the disk, or at least its serial. FSK_NOMEM; FSK_IO is told. */
static enum fsk_err
keep(const struct feed_desk *desk, struct feed_zone *zone,
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
	if (err == FSK_IO) {
		feed_tell(desk, "zone %s: serial %" PRIu32 " was not kept: %s",
		          zone->name.text, version->serial, strerror(errno));
		mark(desk, zone, path, version->serial);
	}
	free(path);
	if (err != FSK_NOMEM)
		zone->unkept = err != FSK_OK;
	return err;
}

bool
feed_load_keep(struct feed_desk *desk, struct feed_zone *zone)
{
	char *path;

	if (!zone->unkept || zone->version == NULL || desk->setting.state == NULL)
		return true;
	path = feed_state_path(desk->setting.state, &zone->name);
	if (path == NULL)
		return false;
	zone->unkept = feed_state_write(path, zone->version) != FSK_OK;
	free(path);
	/* It was told that it failed, and is not told every time. */
	if (!zone->unkept)
		feed_tell(desk, "zone %s: serial %" PRIu32 " is kept now", zone->name.text,
		          zone->version->serial);
	return !zone->unkept;
}

/* The serial for what comes after what ${zone} serves now. */
static uint32_t
next_serial(const struct feed_desk *desk, const struct feed_zone *zone, int64_t now)
{
	unsigned count = zone->unknown ? COUNT_UNKNOWN : 0;
	uint32_t serial;

	if (desk->setting.state == NULL)
		count = (unsigned)((now % DATE_DAY + DATE_DAY) % DATE_DAY / COUNT_STEP);
	serial = zone->version != NULL ? feed_serial_after(zone->version->serial, now)
	                               : feed_serial_of(now, count);
	return zone->mark != 0 && !feed_serial_newer(serial, zone->mark) ? zone->mark + 1
	                                                                 : serial;
}

/* Makes the version that serves ${image} after what ${zone} serves now. */
static enum fsk_err
make_version(const struct feed_desk *desk, const struct feed_zone *zone,
             struct feed_image *image, int64_t now, struct feed_version **version)
{
	const struct feed_version *old = zone->version;
	uint32_t serial = next_serial(desk, zone, now);

	if (old == NULL || zone->stale)
		return feed_version_new(&zone->render, image, serial, 0, version);
	return feed_version_after(old, image, serial, zone->setting->history, version);
}

/* Serves ${image} by a new serial. */
static enum fsk_err
turn(struct feed_desk *desk, struct feed_zone *zone, struct feed_image *image, int64_t now)
{
	struct feed_version *version;
	enum fsk_err err = make_version(desk, zone, image, now, &version);

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
