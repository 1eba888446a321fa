/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Plain columns: time, client, name and what else the user or the first lines say
 * is there, between tabs, commas, semicolons or blanks.
 */
#include "logs/cell.h"
#include "logs/format.h"
#include "logs/guess.h"
#include "logs/shadowserver_row.h"
#include "logs/table.h"

/* Learns the order of the numbers of dates with slashes. */
static void
learn_dates(struct span line, struct log_dialect *dialect)
{
	enum log_role role =
	        dialect->place[LOG_ROLE_DATE] > 0 ? LOG_ROLE_DATE : LOG_ROLE_TIME;
	struct cells row = cells_of(line, dialect->separator);
	struct span cell = line;

	if (dialect->separator == '\0')
		return;
	for (uint16_t n = 1; n < dialect->place[role]; n++)
		if (!cell_next(&row, &cell))
			return;
	if (row.rest.len > 0 && *row.rest.text == '"')
		row.rest = span_from(row.rest, 1);
	guess_order(row.rest, dialect, NULL);
}

/* Of columns that the user named without a separator: learns it from a line that
 * can be read with one. */
static void
learn_separator(struct span line, struct log_dialect *dialect)
{
	static const char separators[] = {'\t', ',', ';', ' '};

	for (size_t i = 0; i < sizeof(separators); i++) {
		struct log_dialect tried = *dialect;
		struct log_entry entry = {.why = NULL};
		struct log_scratch scratch;

		tried.separator = separators[i];
		scratch.used = 0;
		if (table_read(&tried, line, &scratch, &entry) == LOG_ASKED) {
			dialect->separator = tried.separator;
			return;
		}
	}
}

static bool
learn_line(struct span line, struct log_dialect *dialect)
{
	struct log_dialect other = *dialect;
	bool header = false;

	/* Its names are known here too, but not what stands below them. */
	if (!dialect->columns_said && shadowserver_row_header(line, &other, NULL))
		return false;
	if (dialect->columns_said) {
		if (dialect->separator == '\0')
			learn_separator(line, dialect);
	} else if (dialect->separator == '\0') {
		header = guess_header(line, dialect);
		if (!header)
			guess_columns(line, dialect);
	}
	learn_dates(line, dialect);
	return header;
}

static const struct log_sample samples[] = {
        {.line = "1795290133.066 192.0.2.7 blrsxvu.com",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:13.066000Z",
         .client = "192.0.2.7",
         .name = "blrsxvu.com",
         .source = "made"},
        {.line = "2026-11-21 19:42:13\t2001:db8::7\t4242\tBlrsxvu.com.\tAAAA\tudp",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:13.000000",
         .client = "2001:db8::7",
         .port = 4242,
         .name = "Blrsxvu.com.",
         .source = "made"},
        {.line = "Nov 21 19:42:13   blrsxvu.com  192.0.2.7",
         .kind = LOG_ASKED,
         .time = "11-21T19:42:13.000000",
         .client = "192.0.2.7",
         .name = "blrsxvu.com",
         .source = "made"},
        {.line = "\"2026-11-21T19:42:13Z\",\"a, b\",192.0.2.7,\"blrsxvu.com\"",
         .before = "Timestamp,Note,src_ip,query\n",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:13.000000Z",
         .client = "192.0.2.7",
         .name = "blrsxvu.com",
         .source = "made"},
        {.line = "Timestamp,Note,src_ip,query",
         .before = "Timestamp,Note,src_ip,query\n",
         .kind = LOG_ASIDE,
         .source = "made: the header again, as in joined files"},
        {.line = "1795290133 192.0.2.7 TCP_MISS/200 blrsxvu.com",
         .kind = LOG_FOREIGN,
         .source = "made: a column that says nothing"},
};

static const char *const sources[] = {
        "RFC 4180 for commas and quotes",
        NULL,
};

const struct log_format log_format_columns = {
        .name = "columns",
        .title = "plain columns (time, client, name)",
        .text = "Tables of one question a line, between tabs, commas, semicolons or "
                "blanks, with quotes as in CSV. Which column holds what the option "
                "--columns says; else a header line with words like time, client and "
                "query; else the first line in which each column is what only one can be: "
                "a time, an address, its port, a name with a dot, a type, a transport. "
                "Each line counts as asked.\n\n"
                "The time may be in seconds since 1970, of ISO 8601, or as BIND, syslog, "
                "web servers and Windows write it; between blanks its words are one "
                "column, unless date and time are named as two.",
        .sources = sources,
        .read = table_read,
        .learn = learn_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
