/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Cisco Umbrella: the DNS logs that it keeps in a bucket, as CSV.
 */
#include "logs/cell.h"
#include "logs/format.h"
#include "logs/lane.h"
#include "logs/stamp.h"

/* The columns that each version of the log has. */
enum {
	TIME,
	IDENTITY,   /* the most granular one */
	IDENTITIES, /* all, between commas */
	INTERNAL,
	EXTERNAL,
	ACTION,
	TYPE, /* "1 (A)" */
	RCODE,
	DOMAIN,
	CATEGORIES,
	COLUMNS
};

static bool
is_address_or_empty(struct span text)
{
	return text.len == 0 || text_looks_like_address(text);
}

/* Reads "1 (A)". */
static bool
read_type(struct span text, struct log_entry *entry)
{
	uint64_t type;

	if (!text_number(&text, UINT16_MAX, &type) || !text_word(&text, " ("))
		return false;
	entry->type = (uint16_t)type;
	return true;
}

/* Reads the time, which is UTC and does not say so. */
static bool
read_time(struct span text, struct log_scratch *scratch, struct log_entry *entry)
{
	if (!stamp_iso_next(&text, scratch, entry) || text.len > 0)
		return false;
	entry->time = LOG_TIME_UTC;
	return true;
}

static inline lane
is_quote(lane octets)
{
	return (lane)(octets == '"');
}

/* Takes the columns of ${line} if each is in quotes and has none within, with a comma
 * and no blank between them, which is usual. */
static bool
split_usual(struct span line, struct span column[COLUMNS])
{
	struct lanes seen = lanes_look(line, line.text, is_quote);
	const char *end = line.text + line.len;
	const char *at = line.text;

	for (size_t i = 0; i < COLUMNS; i++) {
		const char *quote;

		if (at >= end || *at != '"')
			return false;
		quote = lanes_next(line, &seen, ++at, is_quote);
		if (quote == end || (end - quote > 1 && quote[1] != ','))
			return false;
		column[i] = (struct span){at, (size_t)(quote - at)};
		at = quote + 2;
	}
	return true;
}

static bool
split(struct span line, struct span column[COLUMNS])
{
	struct cells row = cells_of(line, ',');

	for (size_t i = 0; i < COLUMNS; i++) {
		if (!cell_next(&row, &column[i]))
			return false;
	}
	return true;
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct span column[COLUMNS];

	(void)dialect;
	entry->why = "no line of Umbrella's DNS log";
	if (!split_usual(line, column) && !split(line, column))
		return LOG_FOREIGN;
	if (!read_time(column[TIME], scratch, entry) ||
	    !is_address_or_empty(column[INTERNAL]) ||
	    !is_address_or_empty(column[EXTERNAL]) || !read_type(column[TYPE], entry))
		return LOG_FOREIGN;
	/* Without a connector inside the network there is only its outer address. */
	entry->client = column[INTERNAL].len > 0 ? column[INTERNAL] : column[EXTERNAL];
	entry->machine = column[IDENTITY];
	entry->name = column[DOMAIN];
	if (!cell_solve(&entry->name, scratch) || !cell_solve(&entry->machine, scratch))
		return LOG_FOREIGN;
	return entry->name.len > 0 ? LOG_ASKED : LOG_ASIDE;
}

static const struct log_sample samples[] = {
        {.line = "\"2020-07-23 23:50:25\",\"elasticuser\",\"elasticuser,Elastic "
                 "Machine\",\"192.168.1.1\",\"67.43.156.12\",\"Blocked\",\"1 "
                 "(A)\",\"NOERROR\",\"elastic.co.\",\"Chat,Instant Messaging,Block "
                 "List,Application\",\"Test Policy Name\",\"AD Users, Roaming "
                 "Computers\",\"BlockedCategories\"",
         .kind = LOG_ASKED,
         .time = "2020-07-23T23:50:25.000000Z",
         .client = "192.168.1.1",
         .name = "elastic.co.",
         .source = "elastic/integrations, test-umbrella-dnslogs.log"},
        {.line = "\"2015-01-16 17:48:41\",\"ActiveDirectoryUserName\", "
                 "\"ActiveDirectoryUserName,ADSite,Network\", "
                 "\"10.10.1.100\",\"81.2.69.144\",\"Allowed\",\"1 (A)\", "
                 "\"NOERROR\",\"domain-visited.com.\", \"Chat,Photo Sharing,Social "
                 "Networking,Allow List\"",
         .kind = LOG_ASKED,
         .time = "2015-01-16T17:48:41.000000Z",
         .client = "10.10.1.100",
         .name = "domain-visited.com.",
         .source = "elastic/integrations, test-umbrella-dnslogs.log"},
        {.line = "\"2026-11-21 19:42:18\",\"Site \"\"A\"\"\",\"Site "
                 "\"\"A\"\"\",\"\",\"198.51.100.7\",\"Allowed\",\"28 "
                 "(AAAA)\",\"NXDOMAIN\",\"blrsxvu.com.\",\"\"",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:18.000000Z",
         .client = "198.51.100.7",
         .name = "blrsxvu.com.",
         .source = "made: a network without internal addresses"},
        {.line = "\"2026-11-21 19:42:18\",\"Site\",\"Site\",\"\",\"198.51.100.7\",\"Allow",
         .kind = LOG_FOREIGN,
         .source = "made: cut"},
        {.line = "\"2026-11-21 "
                 "19:42:18\",\"Site\",\"Site\",\"fe80::1\",\"198.51.100.7\",\"Allowed\","
                 "\"1 "
                 "(A)\",\"NOERROR\",\"\",\"\"",
         .kind = LOG_ASIDE,
         .source = "made: no domain"},
};

static const char *const sources[] = {
        "docs.umbrella.com, Log Formats and Versioning: DNS logs",
        "elastic/integrations, packages/cisco_umbrella",
        NULL,
};

const struct log_format log_format_umbrella = {
        .name = "umbrella",
        .title = "Cisco Umbrella DNS log",
        .text = "CSV of ten or more columns, without a header, as Umbrella puts it in a "
                "bucket; blanks in front of quotes and commas within them are read. Each "
                "line counts as asked. The most granular identity is kept as the name of "
                "the machine; it may be that of a user or a network.\n\n"
                "The time is UTC. The client is the internal address; where Umbrella does "
                "not know it, the external one, which many machines may share. There is "
                "no port.",
        .sources = sources,
        .read = read_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
