/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The columns of 360 Netlab's dga.txt, which IntelMQ and others read.
 */
#include "publish/head.h"
#include "publish/makers.h"
#include "publish/octets.h"
#include "publish/stamps.h"
#include "publish/walk.h"

#include <stdlib.h>

#define ROOM 512 /* bytes of the longest line */

/* Writes ${instant} as "2026-11-22 00:00:00". */
static char *
put_time(char *at, struct publish_stamps *stamps, int64_t instant)
{
	const char *stamp = publish_stamp(stamps, instant);

	at = octets_put(at, (struct span){stamp, PUBLISH_DAY});
	*at++ = ' ';
	return octets_put(at, (struct span){stamp + PUBLISH_DAY + 1, 8});
}

static void
put_line(struct publish_file *file, struct span name, const struct publish_maker *maker,
         const struct fsk_period *period, struct publish_stamps *stamps)
{
	char *room = publish_room(file, ROOM);
	char *at = octets_put(room, maker->family);

	*at++ = '\t';
	at = octets_put(at, name);
	*at++ = '\t';
	at = put_time(at, stamps, period->first);
	*at++ = '\t';
	at = put_time(at, stamps, period->last);
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
	publish_head_write(list, file, "# ", true);
	while (publish_walk_next(&walk)) {
		const char *family = ""; /* of the forecast before */
		struct fsk_period period = {0, 0};

		for (size_t i = 0; i < walk.entry.forecasts; i++) {
			struct fsk_match match =
			        watch_roster_forecast(list->roster, &walk.entry, i);
			const struct publish_maker *maker = &makers[match.generator];

			/* Lists of several variants are one to this feed, and a list may
			 * have a name twice. */
			if (maker->family.text == family &&
			    match.period.first == period.first &&
			    match.period.last == period.last)
				continue;
			family = maker->family.text;
			period = match.period;
			if (match.period.first == INT64_MIN)
				match.period.first = list->window.first;
			if (match.period.last == INT64_MAX)
				match.period.last = list->window.last;
			put_line(file, walk.entry.name, maker, &match.period, &stamps);
		}
	}
	free(makers);
	return FSK_OK;
}

static const char sample[] =
        "# foresink 0.1.0\n"
        "# serial 2026112900\n"
        "# window 2026-11-29T00:00:00Z 2026-11-29T23:59:59Z\n"
        "# made 2026-11-29T00:00:05Z\n"
        "# block 3\n"
        "# log-only 2\n"
        "locky\taymlgpgl.yt\t2026-11-28 00:00:00\t2026-11-29 23:59:59\n"
        "locky\tccxrugtwplml.nl\t2026-11-28 00:00:00\t2026-11-29 23:59:59\n"
        "locky\tmjpyj.pm\t2026-11-28 00:00:00\t2026-11-29 23:59:59\n"
        "locky\ttoarkxuwbhl.de\t2026-11-28 00:00:00\t2026-11-29 23:59:59\n";

static const char *const sources[] = {
        "certtools/intelmq, intelmq/tests/bots/parsers/netlab_360/dga.txt",
        "certtools/intelmq, intelmq/bots/parsers/netlab_360/parser.py",
        NULL,
};

const struct publish_format publish_format_netlab = {
        .name = "netlab",
        .title = "TSV like 360 Netlab's dga.txt",
        .text = "One line a name and period: family, name, first and last second of "
                "validity in "
                "UTC, parted by tabs. A list that holds for ever has the ends of the "
                "window. Blocked and log-only names are not told apart: look for them, do "
                "not block by this file. Names that no site could have are left out, since "
                "these readers stop at them.\n\n"
                "Programs that read the feed, which ended in 2023, fetch it over HTTP: "
                "serve DIR/current/netlab.tsv in its place. IntelMQ's parser netlab_360 "
                "compares feed.url with that of the original, so there it must be served "
                "under that URL. It is read again with each fetch.",
        .sources = sources,
        .kind = PUBLISH_DETECTS,
        .covers_below = false,
        .parts = {{.file = "netlab.tsv", .write = write_feed, .sample = sample}},
};
