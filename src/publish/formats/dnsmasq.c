/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dnsmasq: servers for domains, of which there are none.
 */
#include "publish/head.h"
#include "publish/lines.h"

static enum fsk_err
write_names(const struct publish_list *list, struct publish_file *file)
{
	static const struct publish_lines lines = {.before = "server=/", .after = "/"};

	publish_head_write(list, file, "# ", false);
	publish_lines_write(list, file, &lines);
	return FSK_OK;
}

static const char sample[] = "# foresink 0.1.0\n"
                             "# serial 2026112900\n"
                             "# window 2026-11-29T00:00:00Z 2026-11-29T23:59:59Z\n"
                             "# made 2026-11-29T00:00:05Z\n"
                             "# block 3\n"
                             "server=/s2026112900.foresink.internal/\n"
                             "server=/ccxrugtwplml.nl/\n"
                             "server=/toarkxuwbhl.de/\n";

static const char *const sources[] = {
        "dnsmasq(8), --server and --servers-file",
        "dnsmasq 2.90 on loopback",
        NULL,
};

const struct publish_format publish_format_dnsmasq = {
        .name = "dnsmasq",
        .title = "dnsmasq servers file",
        .text = "One \"server=/NAME/\" a blocked name: a domain that no server knows, so "
                "that the name and all below it get NXDOMAIN at once. (\"address=/NAME/\" "
                "says the same, but stands in the configuration, which dnsmasq reads only "
                "when it starts.)\n\n"
                "Load it with \"servers-file=DIR/current/dnsmasq.servers\" in "
                "dnsmasq.conf; \"kill -HUP $(cat /run/dnsmasq/dnsmasq.pid)\" reads it "
                "again, without a restart.",
        .sources = sources,
        .kind = PUBLISH_BLOCKS,
        .covers_below = true,
        .parts = {{.file = "dnsmasq.servers", .write = write_names, .sample = sample}},
};
