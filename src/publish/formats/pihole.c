/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Pi-hole: a list for its gravity, which reads AdBlock's "||name^" since FTL 5.22.
 */
#include "publish/head.h"
#include "publish/lines.h"

static enum fsk_err
write_names(const struct publish_list *list, struct publish_file *file)
{
	static const struct publish_lines lines = {.before = "||", .after = "^"};

	publish_head_write(list, file, "# ", false);
	publish_lines_write(list, file, &lines);
	return FSK_OK;
}

static const char sample[] = "# foresink 0.1.0\n"
                             "# serial 2026112900\n"
                             "# window 2026-11-29T00:00:00Z 2026-11-29T23:59:59Z\n"
                             "# made 2026-11-29T00:00:05Z\n"
                             "# block 3\n"
                             "||s2026112900.foresink.internal^\n"
                             "||ccxrugtwplml.nl^\n"
                             "||toarkxuwbhl.de^\n";

static const char *const sources[] = {
        "pi-hole/pi-hole#5179 (AdBlock rules in lists, FTL 5.22)",
        "pi-hole/FTL, src/tools/gravity-parseList.c",
        NULL,
};

const struct publish_format publish_format_pihole = {
        .name = "pihole",
        .title = "Pi-hole list",
        .text = "One \"||NAME^\" a blocked name, which blocks it and all below it, with "
                "comments as gravity knows them. Pi-hole before FTL 5.22 reads plain "
                "instead.\n\n"
                "Add file:///DIR/current/pihole.txt (or the URL under which you serve it) "
                "as a list on the page Lists; \"pihole -g\" loads it, now and again, and "
                "Pi-hole does so by itself once a week: too seldom for names that live a "
                "day, so run it after each publish.",
        .sources = sources,
        .kind = PUBLISH_BLOCKS,
        .covers_below = true,
        .parts = {{.file = "pihole.txt", .write = write_names, .sample = sample}},
};
