/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Zeek: a file for its Intelligence Framework.
 */
#include "publish/head.h"
#include "publish/makers.h"
#include "publish/octets.h"
#include "publish/stamps.h"
#include "publish/walk.h"

#include <stdlib.h>

#define ROOM 1300 /* bytes of the longest line: each octet of the name may become four */

/* What Zeek's reader takes for something else is written as \xHH, which it undoes. */
static char *
put_indicator(char *at, struct span name)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.text[i];

		if (c != '\\' && c != '#' && c != ',') {
			*at++ = (char)c;
			continue;
		}
		at = OCTETS_LITERAL(at, "\\x");
		*at++ = hex[c >> 4];
		*at++ = hex[c & 15];
	}
	return at;
}

/* Who makes the name and when, of its first forecast, and what is to be done. */
static char *
put_meaning(char *at, const struct publish_walk *walk, const struct publish_maker *makers,
            struct publish_stamps *stamps)
{
	struct fsk_match match = watch_roster_forecast(walk->list->roster, &walk->entry, 0);
	bool logged = walk->entry.ruling->state == WATCH_LOG_ONLY;

	at = octets_put(at, makers[match.generator].family);
	*at++ = '/';
	at = octets_put(at, makers[match.generator].variant);
	if (match.period.first != INT64_MIN) {
		*at++ = ' ';
		memcpy(at, publish_stamp(stamps, match.period.first), PUBLISH_DAY);
		at += PUBLISH_DAY;
	}
	if (logged)
		return OCTETS_LITERAL(at, " (log only)\tF\n");
	return OCTETS_LITERAL(at, "\tT\n");
}

static enum fsk_err
write_intel(const struct publish_list *list, struct publish_file *file)
{
	struct publish_walk walk = {
	        .list = list, .file = file, .logged = true, .octets = PUBLISH_ANY};
	struct publish_stamps stamps = {0};
	struct publish_maker *makers;

	if (publish_makers_new(&makers) != FSK_OK)
		return FSK_NOMEM;
	publish_head_write(list, file, "# ", true);
	publish_put_text(file,
	                 "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\t"
	                 "meta.do_notice\n");
	while (publish_walk_next(&walk)) {
		char *room = publish_room(file, ROOM);
		char *at = walk.odd ? put_indicator(room, walk.entry.name)
		                    : octets_put(room, walk.entry.name);

		at = OCTETS_LITERAL(at, "\tIntel::DOMAIN\tforesink\t");
		at = put_meaning(at, &walk, makers, &stamps);
		publish_took(file, (size_t)(at - room));
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
        "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.do_notice\n"
        "aymlgpgl.yt\tIntel::DOMAIN\tforesink\tlocky/v2-cfg5 2026-11-28 (log only)\tF\n"
        "ccxrugtwplml.nl\tIntel::DOMAIN\tforesink\tlocky/v2-cfg5 2026-11-28\tT\n"
        "lhewx:onv.biz\tIntel::DOMAIN\tforesink\ttorpig/daily 2026-11-29\tT\n"
        "mjpyj.pm\tIntel::DOMAIN\tforesink\tlocky/v2-cfg5 2026-11-28 (log only)\tF\n"
        "toarkxuwbhl.de\tIntel::DOMAIN\tforesink\tlocky/v2-cfg5 2026-11-28\tT\n";

static const char *const sources[] = {
        "Zeek documentation, Intelligence Framework, "
        "https://docs.zeek.org/en/master/frameworks/intel.html",
        "zeek/zeek, src/input/readers/ascii/Ascii.cc (comments, \\xHH); #4457 (load)",
        NULL,
};

const struct publish_format publish_format_zeek = {
        .name = "zeek",
        .title = "Zeek Intelligence Framework",
        .text = "One Intel::DOMAIN a line, of blocked and log-only names: who makes it, "
                "and "
                "the day; do_notice is F for those that are to be logged only. Zeek finds "
                "exactly these names. Each worker keeps the list, so publish few days.\n\n"
                "Load it with redef Intel::read_files += {\"DIR/current/intel.zeek\"}; "
                "and, "
                "for notices, @load frameworks/intel/do_notice in local.zeek. Zeek looks "
                "for changes by itself; entries that are gone stay until a restart "
                "(zeekctl deploy), or until Intel::item_expiration if that is set.",
        .sources = sources,
        .kind = PUBLISH_DETECTS,
        .covers_below = false,
        .parts = {{.file = "intel.zeek", .write = write_intel, .sample = sample}},
};
