/* SPDX-License-Identifier: BSD-2-Clause
 *
 * AdGuard Home: querylog.json, one JSON object a question.
 */
#include "logs/format.h"
#include "logs/json.h"
#include "logs/stamp.h"
#include "logs/text.h"

enum { TIME, NAME, TYPE, CLIENT, PROTOCOL, MACHINE, VALUES };

#define RECORD(KEY)                                                                        \
	KEY("T", TIME, NULL), KEY("QH", NAME, NULL), KEY("QT", TYPE, NULL),                \
	        KEY("IP", CLIENT, NULL), KEY("CP", PROTOCOL, NULL),                        \
	        KEY("CID", MACHINE, NULL)
JSON_TABLE(record, RECORD);

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct json_value values[VALUES];

	(void)dialect;
	entry->why = json_read_next(line, &record, scratch, values, VALUES);
	if (entry->why != NULL)
		return LOG_FOREIGN;
	entry->why = "no JSON of AdGuard Home";
	if (values[TIME].kind != JSON_STRING || values[NAME].kind != JSON_STRING ||
	    values[CLIENT].kind != JSON_STRING)
		return LOG_FOREIGN;
	entry->why = "a time, name or address that cannot be read";
	if (!stamp_iso_next(&values[TIME].raw, scratch, entry) ||
	    !text_looks_like_address(values[CLIENT].raw) ||
	    !json_text(&values[NAME], scratch, &entry->name) ||
	    !json_text(&values[MACHINE], scratch, &entry->machine))
		return LOG_FOREIGN;
	entry->client = values[CLIENT].raw;
	if (!scratch->brief) {
		entry->type = text_type(values[TYPE].raw);
		entry->transport = text_transport(values[PROTOCOL].raw);
	}
	return entry->name.len > 0 ? LOG_ASKED : LOG_ASIDE; /* the root has no name */
}

static const struct log_sample samples[] = {
        {.line = "{\"T\":\"2026-09-14T17:41:53.850502+07:00\",\"QH\":\"doubleclick.net\","
                 "\"QT\":\"A\",\"QC\":\"IN\",\"CP\":\"\",\"Answer\":\"EyOBgAABAAEAAAABC2Rvd"
                 "WJsZWNsaWNrA25ldAAAAQABwAwAAQABAAAACgAEAAAAAAAAKRAAAAAAAAAA\",\"IP\":"
                 "\"127.0.0.1\",\"Result\":{\"Rules\":[{\"Text\":\"||doubleclick.net^\","
                 "\"FilterListID\":1}],\"Reason\":3,\"IsFiltered\":true},"
                 "\"Elapsed\":267375}",
         .kind = LOG_ASKED,
         .time = "2026-09-14T10:41:53.850502Z",
         .client = "127.0.0.1",
         .name = "doubleclick.net",
         .source = "AdGuard Home, published in tests of AdguardTeam/AdGuardHome"},
        {.line = "{\"IP\":\"2001:db8::1\",\"T\":\"2026-11-21T20:09:57.868203123Z\",\"QH\":"
                 "\"qxjvw.net\",\"QT\":\"AAAA\",\"QC\":\"IN\",\"CP\":\"doh\",\"CID\":"
                 "\"laptop\",\"Answer\":\"\",\"Result\":{},\"Elapsed\":11}",
         .kind = LOG_ASKED,
         .time = "2026-11-21T20:09:57.868203Z",
         .client = "2001:db8::1",
         .name = "qxjvw.net",
         .source = "made: as above, a client with an identifier over HTTPS"},
        {.line = "{\"T\":\"2026-11-21T20:09:57Z\",\"QH\":\"\",\"QT\":\"NS\",\"QC\":\"IN\","
                 "\"CP\":\"\",\"IP\":\"127.0.0.1\",\"Result\":{},\"Elapsed\":11}",
         .kind = LOG_ASIDE,
         .source = "made: as above, the root asked for"},
        {.line = "{\"T\":\"2026-11-21T20:09:57Z\",\"QH\":\"qxjvw.net\",\"QT\":\"A\",\"IP\":"
                 "\"127.0.0.1\",\"Result\":{},\"Elap",
         .kind = LOG_FOREIGN,
         .source = "made: as above, cut"},
};

static const char *const sources[] = {
        "AdguardTeam/AdGuardHome, internal/querylog",
        NULL,
};

const struct log_format log_format_adguard = {
        .name = "adguard",
        .title = "AdGuard Home query log",
        .text = "The file querylog.json: one JSON object a question with the time and its "
                "zone (T), the name (QH), the type (QT), the client (IP), its protocol "
                "(CP) "
                "and its identifier (CID). Each of them counts as asked, blocked or not; "
                "the "
                "root, which has no name, does not.\n\n"
                "The client's port is not in the log, and the identifier of a client only "
                "where one was set up. The log is on by default; \"querylog: "
                "file_enabled\" "
                "in AdGuardHome.yaml.",
        .sources = sources,
        .read = read_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
