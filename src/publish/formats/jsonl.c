/* SPDX-License-Identifier: BSD-2-Clause
 *
 * JSON Lines: all that is known of each name, for programs.
 */
#include "publish/makers.h"
#include "publish/octets.h"
#include "publish/stamps.h"
#include "publish/walk.h"

#include <stdlib.h>

#define ROOM 1024 /* bytes of one forecast, and of a line's start */

#define DIGITS 10 /* of the largest number of 32 bits */

static char *
put_number(char *at, uint32_t number)
{
	char digits[DIGITS];
	size_t first = DIGITS;

	do {
		digits[--first] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	return octets_put(at, (struct span){digits + first, DIGITS - first});
}

static char *
put_time(char *at, struct publish_stamps *stamps, int64_t instant)
{
	if (instant == INT64_MIN || instant == INT64_MAX)
		return OCTETS_LITERAL(at, "null");
	*at++ = '"';
	at = octets_put(at, (struct span){publish_stamp(stamps, instant), PUBLISH_STAMP});
	*at++ = '"';
	return at;
}

static void
put_forecast(struct publish_file *file, const struct fsk_match *match,
             const struct publish_maker *maker, struct publish_stamps *stamps)
{
	char *room = publish_room(file, ROOM);
	char *at = OCTETS_LITERAL(room, "{\"family\":\"");

	at = octets_put(at, maker->family);
	at = OCTETS_LITERAL(at, "\",\"variant\":\"");
	at = octets_put(at, maker->variant);
	at = OCTETS_LITERAL(at, "\",\"first\":");
	at = put_time(at, stamps, match->period.first);
	at = OCTETS_LITERAL(at, ",\"last\":");
	at = put_time(at, stamps, match->period.last);
	at = OCTETS_LITERAL(at, ",\"index\":");
	at = put_number(at, match->index);
	*at++ = '}';
	publish_took(file, (size_t)(at - room));
}

/* The name, and what is ruled on it. */
static void
put_start(struct publish_file *file, const struct publish_walk *walk)
{
	const struct watch_ruling *ruling = walk->entry.ruling;
	char why[WATCH_RULING_SIZE];

	publish_put_text(file, "{\"name\":");
	publish_put_json(file, walk->entry.name);
	publish_put_text(file, ",\"state\":\"");
	publish_put_text(file, watch_state_name(ruling->state));
	publish_put_text(file, "\",\"ground\":\"");
	publish_put_text(file, watch_ground_name(ruling->ground));
	publish_put_text(file, "\",\"why\":");
	watch_ruling_write(ruling, why);
	if (why[0] == '\0')
		publish_put_text(file, "null");
	else
		publish_put_json(file, span_of(why));
	publish_put_text(file, ",\"forecasts\":[");
}

/* The same for a name that needs no escapes and is simply blocked, as nearly all. */
static void
put_plain_start(struct publish_file *file, struct span name)
{
	char *room = publish_room(file, ROOM);
	char *at = OCTETS_LITERAL(room, "{\"name\":\"");

	at = octets_put(at, name);
	at = OCTETS_LITERAL(at, "\",\"state\":\"block\",\"ground\":\"none\","
	                        "\"why\":null,\"forecasts\":[");
	publish_took(file, (size_t)(at - room));
}

static enum fsk_err
write_lines(const struct publish_list *list, struct publish_file *file)
{
	struct publish_walk walk = {
	        .list = list, .file = file, .logged = true, .octets = PUBLISH_ANY};
	struct publish_stamps stamps = {0};
	struct publish_maker *makers;

	if (publish_makers_new(&makers) != FSK_OK)
		return FSK_NOMEM;
	while (publish_walk_next(&walk)) {
		if (walk.odd || walk.entry.ruling->ground != WATCH_GROUND_NONE)
			put_start(file, &walk);
		else
			put_plain_start(file, walk.entry.name);
		for (size_t i = 0; i < walk.entry.forecasts; i++) {
			struct fsk_match match =
			        watch_roster_forecast(list->roster, &walk.entry, i);

			if (i > 0)
				publish_put_text(file, ",");
			put_forecast(file, &match, &makers[match.generator], &stamps);
		}
		publish_put_text(file, "]}\n");
	}
	free(makers);
	return FSK_OK;
}

static const char sample[] =
        "{\"name\":\"aymlgpgl.yt\",\"state\":\"log-only\",\"ground\":\"popular\","
        "\"why\":\"popular on 2026-11-21, before a bot could ask for it: aymlgpgl.yt "
        "has rank 2 in tranco.csv\",\"forecasts\":[{\"family\":\"locky\","
        "\"variant\":\"v2-cfg5\",\"first\":\"2026-11-28T00:00:00Z\","
        "\"last\":\"2026-11-29T23:59:59Z\",\"index\":6}]}\n"
        "{\"name\":\"ccxrugtwplml.nl\",\"state\":\"block\",\"ground\":\"none\","
        "\"why\":null,\"forecasts\":[{\"family\":\"locky\",\"variant\":\"v2-cfg5\","
        "\"first\":\"2026-11-28T00:00:00Z\",\"last\":\"2026-11-29T23:59:59Z\","
        "\"index\":1},{\"family\":\"locky\",\"variant\":\"v2-cfg5\","
        "\"first\":\"2026-11-28T00:00:00Z\",\"last\":\"2026-11-29T23:59:59Z\","
        "\"index\":7}]}\n"
        "{\"name\":\"lhewx:onv.biz\",\"state\":\"block\",\"ground\":\"none\","
        "\"why\":null,\"forecasts\":[{\"family\":\"torpig\",\"variant\":\"daily\","
        "\"first\":\"2026-11-29T00:00:00Z\",\"last\":\"2026-11-29T23:59:59Z\","
        "\"index\":3}]}\n"
        "{\"name\":\"mjpyj.pm\",\"state\":\"log-only\",\"ground\":\"registered\","
        "\"why\":\"registered on 2003-05-17, before the family's names could be known "
        "(list registered.csv of "
        "2026-11-21)\",\"forecasts\":[{\"family\":\"locky\",\"variant\":\"v2-cfg5\","
        "\"first\":\"2026-11-28T00:00:00Z\",\"last\":\"2026-11-29T23:59:59Z\","
        "\"index\":5}]}\n"
        "{\"name\":\"toarkxuwbhl.de\",\"state\":\"block\",\"ground\":\"suspicious\","
        "\"why\":\"registered on 2026-11-20, when the family's names could be known: "
        "whoever did it may have known them (list registered.csv of "
        "2026-11-21)\",\"forecasts\":[{\"family\":\"locky\",\"variant\":\"v2-cfg5\","
        "\"first\":\"2026-11-28T00:00:00Z\",\"last\":\"2026-11-29T23:59:59Z\","
        "\"index\":2},{\"family\":\"locky\",\"variant\":\"v2-cfg5\","
        "\"first\":\"2026-11-28T00:00:00Z\",\"last\":\"2026-11-29T23:59:59Z\","
        "\"index\":8}]}\n";

static const char *const sources[] = {
        "RFC 8259 (JSON), https://jsonlines.org",
        NULL,
};

const struct publish_format publish_format_jsonl = {
        .name = "jsonl",
        .title = "JSON Lines",
        .text = "One object a line and a name, in ASCII. Keys: name; state, block or "
                "log-only; ground, none, suspicious (registered since the family's names "
                "can be known: blocked), registered or popular (log only); why, the same "
                "in "
                "words, or null; forecasts, an array of objects with family, variant, "
                "first and last, the ends of the list's validity in UTC (null: holds for "
                "ever), and index, the place in that list from 1.\n\n"
                "Read it with jq, DuckDB, or a line at a time; jq -r "
                "'select(.state == \"block\").name' is the bare list.",
        .sources = sources,
        .kind = PUBLISH_TELLS,
        .covers_below = false,
        .parts = {{.file = "names.jsonl", .write = write_lines, .sample = sample}},
};
