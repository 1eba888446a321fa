/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Unbound: the lines of log-queries, log-replies, log-local-actions and of RPZ
 * zones with rpz-log, written to a file or through syslog.
 */
#include "logs/format.h"
#include "logs/unbound_line.h"

static const struct log_sample samples[] = {
        {.line = "[1795290133] unbound[21300:0] query: 127.0.0.1 blrsxvu.com. A IN",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:13.000000Z",
         .client = "127.0.0.1",
         .name = "blrsxvu.com.",
         .source = "Unbound 1.17.1"},
        {.line = "[1795290133] unbound[21300:0] info: rpz: applied [dga-conficker] "
                 "*.blrsxvu.com. rpz-nxdomain 127.0.0.1@56761 www.blrsxvu.com. A IN",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:13.000000Z",
         .client = "127.0.0.1",
         .port = 56761,
         .name = "www.blrsxvu.com.",
         .source = "Unbound 1.17.1"},
        {.line = "Nov 21 19:43:33 unbound[23137:0] reply: 127.0.0.1 good.example. AAAA IN "
                 "NOERROR 0.000230 0 85",
         .kind = LOG_ASKED,
         .time = "11-21T19:43:33.000000",
         .client = "127.0.0.1",
         .name = "good.example.",
         .source = "Unbound 1.17.1, log-time-ascii"},
        {.line = "[1795290133] unbound[21300:0] reply: 127.0.0.1 blrsxvu.com. A IN "
                 "NXDOMAIN 0.000230 0 85",
         .before = "[1795290133] unbound[21300:0] query: 127.0.0.1 blrsxvu.com. A IN\n",
         .kind = LOG_ASIDE,
         .source = "made: the answer to a question that was logged too"},
        {.line = "[1795290133] unbound[21300:0] info: 127.0.0.1 blrsxvu.com. A IN "
                 "NXDOMAIN 0.000230 0 85",
         .before = "[1795290133] unbound[21300:0] info: 127.0.0.1 blrsxvu.com. A IN\n",
         .kind = LOG_ASIDE,
         .source = "made: the same with log-tag-queryreply no"},
        {.line = "2026-11-21T20:43:33.066+01:00 unbound[23137:0] info: 2001:db8::7 "
                 "blrsxvu.com. A IN",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:43:33.066000Z",
         .client = "2001:db8::7",
         .name = "blrsxvu.com.",
         .source = "made: log-time-iso with log-tag-queryreply no"},
        {.line = "Nov 21 19:43:33 ns1 unbound[812]: [812:0] info: 192.0.2.7 blrsxvu.com. A "
                 "IN",
         .kind = LOG_ASKED,
         .time = "11-21T19:43:33.000000",
         .client = "192.0.2.7",
         .name = "blrsxvu.com.",
         .source = "made: through syslog"},
        {.line = "<30>1 2026-11-21T19:43:33+00:00 gw.example unbound 812 - "
                 "[meta sequenceId=\"4\"] [812:2] query: 192.0.2.7 blrsxvu.com. A IN",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:43:33.000000Z",
         .client = "192.0.2.7",
         .name = "blrsxvu.com.",
         .source = "made: through syslog after RFC 5424"},
        {.line = "[1795290130] unbound[21300:0] info: start of service (unbound 1.17.1).",
         .kind = LOG_ASIDE,
         .source = "Unbound 1.17.1"},
        {.line = "[1795290134] unbound[21300:0] reply: 192.0.2.7 - - - FORMERR - - -",
         .kind = LOG_ASIDE,
         .source = "made: an answer to a packet without a question"},
        {.line = "[1795290133] unbound[21300:0] query: 127.0.0.1 blrsxv",
         .kind = LOG_FOREIGN,
         .source = "made: cut"},
};

static const char *const sources[] = {
        "unbound.conf(5): log-queries, log-replies, log-local-actions, rpz-log",
        "lines of Unbound 1.17.1 on loopback; NLnetLabs/unbound#1144 for log-time-iso",
        NULL,
};

const struct log_format log_format_unbound = {
        .name = "unbound",
        .title = "Unbound query log",
        .text = "Lines of log-queries, log-replies, log-local-actions and rpz-log, with "
                "each kind of time, from a file or through syslog. Queries, and what a "
                "policy did to a question, count as asked. Replies do not, but in a file "
                "whose first lines have no query: then log-replies was switched on alone, "
                "and each reply stands for its question.\n\n"
                "Only the lines of policies tell the client's port. The default time is "
                "UTC, that of log-time-ascii is local and has no year.",
        .sources = sources,
        .read = unbound_line_read,
        .learn = unbound_line_learn,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
