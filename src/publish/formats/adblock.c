/* SPDX-License-Identifier: BSD-2-Clause
 *
 * AdBlock's network rules, in the part that resolvers understand: AdGuard Home,
 * AdGuard DNS, blocky and others.
 */
#include "publish/head.h"
#include "publish/lines.h"

static enum fsk_err
write_names(const struct publish_list *list, struct publish_file *file)
{
	static const struct publish_lines lines = {.before = "||", .after = "^"};

	publish_put_text(file, "! Title: foresink\n");
	publish_head_write(list, file, "! ", false);
	publish_lines_write(list, file, &lines);
	return FSK_OK;
}

static const char sample[] = "! Title: foresink\n"
                             "! foresink 0.1.0\n"
                             "! serial 2026112900\n"
                             "! window 2026-11-29T00:00:00Z 2026-11-29T23:59:59Z\n"
                             "! made 2026-11-29T00:00:05Z\n"
                             "! block 3\n"
                             "||s2026112900.foresink.internal^\n"
                             "||ccxrugtwplml.nl^\n"
                             "||toarkxuwbhl.de^\n";

static const char *const sources[] = {
        "AdGuard DNS filtering rules syntax, "
        "https://adguard-dns.io/kb/general/dns-filtering-syntax/",
        NULL,
};

const struct publish_format publish_format_adblock = {
        .name = "adblock",
        .title = "AdBlock and AdGuard rules",
        .text = "One \"||NAME^\" a blocked name, which blocks it and all below it; "
                "comments begin with '!'.\n\n"
                "AdGuard Home: add DIR/current/adblock.txt, or the URL under which you "
                "serve it, as a DNS blocklist; it reads it again by itself, or with "
                "\"curl -X POST http://HOST/control/filtering/refresh -d '{}' -H "
                "'Content-Type: application/json'\". A file must lie in a folder that its "
                "safe_fs_patterns allow.",
        .sources = sources,
        .kind = PUBLISH_BLOCKS,
        .covers_below = true,
        .parts = {{.file = "adblock.txt", .write = write_names, .sample = sample}},
};
