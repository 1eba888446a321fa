/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The columns of Bambenek Consulting's DGA feed, which IntelMQ, maltrail and others read.
 */
#include "publish/head.h"
#include "publish/makers.h"
#include "publish/octets.h"
#include "publish/stamps.h"
#include "publish/walk.h"

#include <stdlib.h>

/* Bytes of the longest line without its name and reference. */
#define ROOM 256

/* Writes the day of ${stamp}, "2026-11-22T00:00:00Z", as "22 Nov 2026". */
static char *
put_date(char *at, const char *stamp)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	size_t month = (size_t)(stamp[5] - '0') * 10 + (size_t)(stamp[6] - '0') - 1;

	at = octets_put(at, (struct span){stamp + 8, 2});
	*at++ = ' ';
	at = octets_put(at, (struct span){months + 3 * month, 3});
	*at++ = ' ';
	return octets_put(at, (struct span){stamp, 4});
}

static void
put_line(struct publish_file *file, struct span name, const struct publish_maker *maker,
         const char *stamp)
{
	char *room = publish_room(file, name.len + maker->reference.len + ROOM);
	char *at = octets_put(room, name);

	at = OCTETS_LITERAL(at, ",Domain used by ");
	at = octets_put(at, maker->family);
	at = OCTETS_LITERAL(at, " - ");
	at = octets_put(at, maker->variant);
	at = OCTETS_LITERAL(at, " DGA for ");
	at = put_date(at, stamp);
	*at++ = ',';
	at = octets_put(at, (struct span){stamp, PUBLISH_DAY});
	*at++ = ',';
	/* "-" is no value to IntelMQ; an empty one neither. */
	at = maker->reference.len > 0 ? octets_put(at, maker->reference)
	                              : OCTETS_LITERAL(at, "-");
	*at++ = '\n';
	publish_took(file, (size_t)(at - room));
}

static enum fsk_err
write_feed(const struct publish_list *list, struct publish_file *file)
{
	struct publish_walk walk = {.list = list, .file = file, .logged = true};
	struct publish_stamps stamps = {0};
	struct publish_maker *makers;

	if (publish_makers_new(&makers) != FSK_OK)
		return FSK_NOMEM;
	publish_head_write(list, file, "## ", true);
	while (publish_walk_next(&walk)) {
		struct fsk_match before = {.generator = UINT32_MAX};

		for (size_t i = 0; i < walk.entry.forecasts; i++) {
			struct fsk_match match =
			        watch_roster_forecast(list->roster, &walk.entry, i);
			int64_t first = match.period.first;

			/* A list may have a name twice. */
			if (match.generator == before.generator &&
			    first == before.period.first)
				continue;
			before = match;
			if (first == INT64_MIN)
				first = list->window.first;
			put_line(file, walk.entry.name, &makers[match.generator],
			         publish_stamp(&stamps, first));
		}
	}
	free(makers);
	return FSK_OK;
}

static const char sample[] =
        "## foresink 0.1.0\n"
        "## serial 2026112900\n"
        "## window 2026-11-29T00:00:00Z 2026-11-29T23:59:59Z\n"
        "## made 2026-11-29T00:00:05Z\n"
        "## block 3\n"
        "## log-only 2\n"
        "aymlgpgl.yt,Domain used by locky - v2-cfg5 DGA for 28 Nov 2026,2026-11-28,-\n"
        "ccxrugtwplml.nl,Domain used by locky - v2-cfg5 DGA for 28 Nov "
        "2026,2026-11-28,-\n"
        "mjpyj.pm,Domain used by locky - v2-cfg5 DGA for 28 Nov 2026,2026-11-28,-\n"
        "toarkxuwbhl.de,Domain used by locky - v2-cfg5 DGA for 28 Nov "
        "2026,2026-11-28,-\n";

static const char *const sources[] = {
        "certtools/intelmq, intelmq/tests/bots/parsers/bambenek/dga-feed.txt",
        "stamparm/maltrail, its reader of the feed",
        NULL,
};

const struct publish_format publish_format_bambenek = {
        .name = "bambenek",
        .title = "CSV like Bambenek's DGA feed",
        .text = "One line a name and list: the name, the family and variant with the "
                "first day of the list, that day again, and a reference. A list that holds "
                "for ever "
                "has the first day of the window. Blocked and log-only names are not told "
                "apart: look for them, do not block by this file. Names that no site could "
                "have are left out, since these readers stop at them.\n\n"
                "Programs that read the feed fetch it over HTTP: serve DIR/current/"
                "bambenek.csv in its place. IntelMQ's parser bambenek compares feed.url "
                "with that of the original, so there it must be served under that URL. "
                "It is read again with each fetch.",
        .sources = sources,
        .kind = PUBLISH_DETECTS,
        .covers_below = false,
        .parts = {{.file = "bambenek.csv", .write = write_feed, .sample = sample}},
};
