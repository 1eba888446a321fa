/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A hosts file: the names lead to 0.0.0.0.
 */
#include "publish/head.h"
#include "publish/lines.h"

static enum fsk_err
write_names(const struct publish_list *list, struct publish_file *file)
{
	static const struct publish_lines lines = {.before = "0.0.0.0 ", .after = ""};

	publish_head_write(list, file, "# ", false);
	publish_lines_write(list, file, &lines);
	return FSK_OK;
}

static const char sample[] = "# foresink 0.1.0\n"
                             "# serial 2026112900\n"
                             "# window 2026-11-29T00:00:00Z 2026-11-29T23:59:59Z\n"
                             "# made 2026-11-29T00:00:05Z\n"
                             "# block 3\n"
                             "0.0.0.0 s2026112900.foresink.internal\n"
                             "0.0.0.0 ccxrugtwplml.nl\n"
                             "0.0.0.0 toarkxuwbhl.de\n";

static const char *const sources[] = {
        "hosts(5)",
        "dnsmasq(8), --addn-hosts and --hostsdir",
        NULL,
};

const struct publish_format publish_format_hosts = {
        .name = "hosts",
        .title = "hosts file",
        .text = "One line a blocked name, with the address 0.0.0.0, for programs that read "
                "hosts files. It holds for exactly these names, not for those below them, "
                "and only for addresses: where another format can be read, take that.\n\n"
                "dnsmasq: \"addn-hosts=DIR/current/hosts\", and \"kill -HUP\" reads it "
                "again. As /etc/hosts itself only behind the machine's own entries.",
        .sources = sources,
        .kind = PUBLISH_BLOCKS,
        .covers_below = false,
        .parts = {{.file = "hosts", .write = write_names, .sample = sample}},
};
