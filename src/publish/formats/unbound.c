/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Unbound: a local zone for each name.
 */
#include "publish/canary.h"
#include "publish/head.h"
#include "publish/octets.h"
#include "publish/walk.h"

#define ROOM 1200 /* bytes of the longest line: each octet may become four */

static void
put_zone(struct publish_file *file, struct span name, bool odd)
{
	char *room = publish_room(file, ROOM);
	char *at = OCTETS_LITERAL(room, "local-zone: \"");

	at = odd ? octets_put_escaped(at, name) : octets_put(at, name);
	at = OCTETS_LITERAL(at, ".\" always_nxdomain\n");
	publish_took(file, (size_t)(at - room));
}

static enum fsk_err
write_zones(const struct publish_list *list, struct publish_file *file)
{
	struct publish_walk walk = {.list = list, .file = file, .octets = PUBLISH_ANY};
	struct fsk_name canary;

	publish_head_write(list, file, "# ", false);
	publish_put_text(file, "server:\n");
	if (publish_canary_blocked(list, &canary))
		put_zone(file, publish_canary_span(&canary), false);
	while (publish_walk_next(&walk))
		put_zone(file, walk.entry.name, walk.odd);
	return FSK_OK;
}

static const char sample[] =
        "# foresink 0.1.0\n"
        "# serial 2026112900\n"
        "# window 2026-11-29T00:00:00Z 2026-11-29T23:59:59Z\n"
        "# made 2026-11-29T00:00:05Z\n"
        "# block 3\n"
        "server:\n"
        "local-zone: \"s2026112900.foresink.internal.\" always_nxdomain\n"
        "local-zone: \"ccxrugtwplml.nl.\" always_nxdomain\n"
        "local-zone: \"lhewx\\058onv.biz.\" always_nxdomain\n"
        "local-zone: \"toarkxuwbhl.de.\" always_nxdomain\n";

static const char *const sources[] = {
        "unbound.conf(5), local-zone",
        "Unbound 1.17.1 on loopback",
        NULL,
};

const struct publish_format publish_format_unbound = {
        .name = "unbound",
        .title = "Unbound local zones",
        .text = "One local-zone of the type always_nxdomain a blocked name, which holds "
                "for all names below it. A local zone takes Unbound 430 bytes, an RPZ 600; "
                "but only rpz passes names that are to be logged only, and is renewed by a "
                "transfer.\n\n"
                "Load it with include: \"DIR/current/unbound.conf\" in unbound.conf; "
                "\"unbound-control reload_keep_cache\" reads it again. With a million "
                "names Unbound does not answer for some seconds then.",
        .sources = sources,
        .kind = PUBLISH_BLOCKS,
        .covers_below = true,
        .parts = {{.file = "unbound.conf", .write = write_zones, .sample = sample}},
};
