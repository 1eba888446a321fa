/* SPDX-License-Identifier: BSD-2-Clause
 *
 * BIND without RPZ: a zone for each name, all of one empty zone file.
 */
#include "publish/head.h"
#include "publish/lines.h"

/* In the folder of the server's own files, so that its name says whose it is. */
#define EMPTY_ZONE "foresink.empty.zone"

static enum fsk_err
write_zones(const struct publish_list *list, struct publish_file *file)
{
	static const struct publish_lines lines = {
	        .before = "zone \"",
	        .after = "\" { type primary; file \"" EMPTY_ZONE "\"; };",
	};

	publish_head_write(list, file, "// ", false);
	publish_lines_write(list, file, &lines);
	return FSK_OK;
}

/* The same for ever: it is copied once. */
static const char empty_zone[] = "; foresink: the zone of every name in bind.conf\n"
                                 "$TTL 60\n"
                                 "@ SOA localhost. hostmaster.localhost. 1 3600 600 "
                                 "604800 60\n"
                                 "@ NS localhost.\n";

static enum fsk_err
write_empty(const struct publish_list *list, struct publish_file *file)
{
	(void)list;
	publish_put_text(file, empty_zone);
	return FSK_OK;
}

static const char sample[] =
        "// foresink 0.1.0\n"
        "// serial 2026112900\n"
        "// window 2026-11-29T00:00:00Z 2026-11-29T23:59:59Z\n"
        "// made 2026-11-29T00:00:05Z\n"
        "// block 3\n"
        "zone \"s2026112900.foresink.internal\" { type primary; file "
        "\"foresink.empty.zone\"; };\n"
        "zone \"ccxrugtwplml.nl\" { type primary; file \"foresink.empty.zone\"; };\n"
        "zone \"toarkxuwbhl.de\" { type primary; file \"foresink.empty.zone\"; };\n";

static const char *const sources[] = {
        "BIND 9 Administrator Reference Manual, include and zone statements",
        "BIND 9.18.49 on loopback: 7 KB of memory a zone",
        NULL,
};

const struct publish_format publish_format_bind = {
        .name = "bind",
        .title = "BIND include file",
        .text = "One zone statement a blocked name; all share one empty zone, so that the "
                "name has no address and what lies below it is NXDOMAIN. It is meant for "
                "servers that cannot use RPZ: a zone takes BIND some 7 KB, so more than "
                "some ten thousand names belong into rpz, which loads faster, passes names "
                "that are to be logged only, and is the better choice in every other "
                "case.\n\n"
                "Copy " EMPTY_ZONE " once into the directory of named's options, write "
                "include \"DIR/current/bind.conf\"; into named.conf; \"rndc reconfig\" "
                "reads it again.",
        .sources = sources,
        .kind = PUBLISH_BLOCKS,
        .covers_below = true,
        .parts = {{.file = "bind.conf", .write = write_zones, .sample = sample},
                  {.file = EMPTY_ZONE, .write = write_empty, .sample = empty_zone}},
};
