/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Names, one a line: what nearly every program reads.
 */
#include "publish/head.h"
#include "publish/lines.h"

static enum fsk_err
write_names(const struct publish_list *list, struct publish_file *file)
{
	static const struct publish_lines lines = {.before = "", .after = ""};

	publish_head_write(list, file, "# ", false);
	publish_lines_write(list, file, &lines);
	return FSK_OK;
}

static const char sample[] = "# foresink 0.1.0\n"
                             "# serial 2026112900\n"
                             "# window 2026-11-29T00:00:00Z 2026-11-29T23:59:59Z\n"
                             "# made 2026-11-29T00:00:05Z\n"
                             "# block 3\n"
                             "s2026112900.foresink.internal\n"
                             "ccxrugtwplml.nl\n"
                             "toarkxuwbhl.de\n";

static const char *const sources[] = {
        "the plain lists of the Conficker Working Group and F-Secure, 2009",
        NULL,
};

const struct publish_format publish_format_plain = {
        .name = "plain",
        .title = "names, one a line",
        .text = "The blocked names in lower case, without a final dot, in ASCII order; "
                "comments begin with '#'. Whether the names below a name are covered is "
                "the reader's to say.\n\n"
                "Load it with whatever reads names: \"grep -v '^#' plain.txt\" is the "
                "bare list, \"blocky\", \"dnscrypt-proxy\" and most firewalls take it as "
                "it is. Read the file again when current/manifest.json changes.",
        .sources = sources,
        .kind = PUBLISH_BLOCKS,
        .covers_below = false,
        .parts = {{.file = "plain.txt", .write = write_names, .sample = sample}},
};
