/* SPDX-License-Identifier: BSD-2-Clause
 *
 * BIND 9: the log categories queries and rpz (and refused questions of the
 * category security), written to a file or through syslog.
 */
#include "logs/bind_line.h"
#include "logs/format.h"

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	(void)dialect;
	return bind_line_read(line, scratch, entry);
}

static const struct log_sample samples[] = {
        {.line = "21-Nov-2026 19:41:34.066 queries: info: client @0x7f24caf0c098 "
                 "127.0.0.1#42392 (blrsxvu.com): query: blrsxvu.com IN A +E(0)K "
                 "(127.0.0.1)",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:41:34.066000",
         .client = "127.0.0.1",
         .port = 42392,
         .name = "blrsxvu.com",
         .source = "BIND 9.18.49"},
        {.line = "2026-11-21T19:41:36.758 queries: info: client @0x7f24cd68b098 "
                 "127.0.0.1#40637 (nx.example): query: nx.example IN A +E(0)K (127.0.0.1)",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:41:36.758000",
         .client = "127.0.0.1",
         .port = 40637,
         .name = "nx.example",
         .source = "BIND 9.18.49, print-time iso8601"},
        {.line = "2026-11-21T19:41:36.758Z queries: info: client @0x7f24cd68b098 "
                 "127.0.0.1#40637 (nx.example): query: nx.example IN A +E(0)K (127.0.0.1)",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:41:36.758000Z",
         .client = "127.0.0.1",
         .port = 40637,
         .name = "nx.example",
         .source = "made: as above with print-time iso8601-utc"},
        {.line = "21-Nov-2026 19:41:36.934 queries: info: client @0x7f24cd68b098 "
                 "127.0.0.1#42955 (good.example): query: good.example IN AAAA +E(0)DK "
                 "(127.0.0.1) [ECS 203.0.113.0/24/0]",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:41:36.934000",
         .client = "127.0.0.1",
         .port = 42955,
         .name = "good.example",
         .behind = "203.0.113.0",
         .source = "BIND 9.18.49"},
        {.line = "client 10.0.0.1#1234 (name.example): view internal: query: name.example "
                 "IN A + (10.0.0.53)",
         .kind = LOG_ASKED,
         .client = "10.0.0.1",
         .port = 1234,
         .name = "name.example",
         .source = "made: BIND 9.9 with a view, print-time and print-category no"},
        {.line = "Nov 21 19:41:34 ns1 named[812]: client @0x7f24caf0c098 "
                 "2001:db8::53#42392 (blrsxvu.com): query: blrsxvu.com IN A +T "
                 "(2001:db8::1)",
         .kind = LOG_ASKED,
         .time = "11-21T19:41:34.000000",
         .client = "2001:db8::53",
         .port = 42392,
         .name = "blrsxvu.com",
         .source = "made: BIND 9.18 through syslog"},
        {.line = "21-Nov-2026 19:41:34.066 rpz: info: client @0x7f24caf0c098 "
                 "127.0.0.1#42392 (blrsxvu.com): rpz QNAME NXDOMAIN rewrite "
                 "blrsxvu.com/A/IN via blrsxvu.com.rpz.dga.example",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:41:34.066000",
         .client = "127.0.0.1",
         .port = 42392,
         .name = "blrsxvu.com",
         .source = "BIND 9.18.49"},
        {.line = "21-Nov-2026 19:41:34.066 security: info: client @0x7f24caf0c098 "
                 "192.0.2.7#42392 (blrsxvu.com): query (cache) 'blrsxvu.com/A/IN' denied",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:41:34.066000",
         .client = "192.0.2.7",
         .port = 42392,
         .name = "blrsxvu.com",
         .source = "made: BIND 9.18"},
};

static const char *const sources[] = {
        "BIND 9 Administrator Reference Manual, section 8.2.10 (logging)",
        "lines of BIND 9.18.49 on loopback; PowerDNS/pdns#9058 for older rpz lines",
        NULL,
};

const struct log_format log_format_bind = {
        .name = "bind",
        .title = "BIND 9 query and rpz log",
        .text = "Lines of the categories queries and rpz, and of refused queries, with "
                "each print-time, with or without category, severity, view and client "
                "object, from a file or through syslog. Each of them counts as asked. Of "
                "a client behind a forwarder only ECS tells.\n\n"
                "The time is local and has no zone, but for print-time iso8601-utc. "
                "Switch it on with \"rndc querylog on\", or a channel for \"category "
                "queries\".",
        .sources = sources,
        .read = read_line,
        .usual = log_usual_bind,
        .usual_time = LOG_TIME_LOCAL,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
