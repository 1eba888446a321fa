/* SPDX-License-Identifier: BSD-2-Clause
 *
 * blocky: the query log of type csv or csv-client, columns between tabs.
 */
#include "logs/cell.h"
#include "logs/format.h"
#include "logs/lane.h"
#include "logs/stamp.h"

/* The columns behind the time, as querylog/file_writer.go writes them. */
enum {
	CLIENT,
	CLIENT_NAMES,
	DURATION, /* milliseconds */
	REASON,
	QUESTION,
	ANSWER,
	RCODE,
	RESPONSE_TYPE,
	QUESTION_TYPE,
	INSTANCE,
	COLUMNS
};

static inline lane
is_tab(lane octets)
{
	return (lane)(octets == '\t');
}

/* Whether all of ${text} is a number. */
static bool
is_number(struct span text)
{
	uint64_t number;

	return text_number(&text, UINT64_MAX, &number) && text.len == 0;
}

/* Takes the columns of ${line} if they need no more than to be cut at the tabs, which is
 * usual: none begins with a quote or a blank. */
static bool
split_usual(struct span line, struct span column[COLUMNS])
{
	struct lanes seen = lanes_look(line, line.text, is_tab);
	const char *end = line.text + line.len;
	const char *at = line.text;

	for (size_t i = 0; i < COLUMNS; i++) {
		const char *tab = lanes_next(line, &seen, at, is_tab);

		if ((tab == end) != (i == COLUMNS - 1) ||
		    (at < tab && (*at == '"' || *at == ' ')))
			return false;
		column[i] = (struct span){at, (size_t)(tab - at)};
		at = tab + 1;
	}
	return true;
}

/* Takes the columns of ${line}, which must have no others. */
static bool
split(struct span line, struct span column[COLUMNS])
{
	struct cells row = cells_of(line, '\t');

	for (size_t i = 0; i < COLUMNS; i++)
		if (!cell_next(&row, &column[i]))
			return false;
	return !row.more;
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct span column[COLUMNS];

	(void)dialect;
	entry->why = "no line of blocky's query log";
	if (!stamp_iso_next(&line, scratch, entry) || entry->time != LOG_TIME_LOCAL ||
	    !text_word(&line, "\t"))
		return LOG_FOREIGN;
	if ((!split_usual(line, column) && !split(line, column)) ||
	    !is_number(column[DURATION]) ||
	    (column[CLIENT].len > 0 && !text_looks_like_address(column[CLIENT])))
		return LOG_FOREIGN;
	entry->client = column[CLIENT];
	entry->machine = column[CLIENT_NAMES];
	entry->name = column[QUESTION];
	entry->type = text_type(column[QUESTION_TYPE]);
	if (!cell_solve(&entry->name, scratch) || !cell_solve(&entry->machine, scratch))
		return LOG_FOREIGN;
	return entry->name.len > 0 ? LOG_ASKED : LOG_ASIDE;
}

static const struct log_sample samples[] = {
        {.line = "2026-11-21 19:42:18\t192.0.2.7\tlaptop; laptop.lan\t3\tRESOLVED "
                 "(tcp+udp:127.0.0.1)\tblrsxvu.com\t\tNXDOMAIN\tRESOLVED\tA\tgw",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:18.000000",
         .client = "192.0.2.7",
         .name = "blrsxvu.com",
         .source = "made: from createQueryLogRow() in querylog/file_writer.go"},
        {.line = "2026-11-21 19:42:18\t2001:db8::7\t\"a \"\"quoted\"\" name\"\t0\tBLOCKED "
                 "(ads)\tgood.example\t\"TXT (\"\"v=1\t2\"\")\"\tNOERROR\tBLOCKED\tTXT\t",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:18.000000",
         .client = "2001:db8::7",
         .name = "good.example",
         .source = "made: quotes after Go's encoding/csv"},
        {.line = "2026-11-21 19:42:18\t\tlaptop\t0\tCACHED\tgood.example\tA "
                 "(192.0.2.1)\tNOERROR\tCACHED\tA\tgw",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:42:18.000000",
         .name = "good.example",
         .source = "made: the field clientIP switched off"},
        {.line = "2026-11-21 19:42:18\t192.0.2.7\tlaptop\t0\tCACHED\t\t\tNOERROR\tCACHED\tA"
                 "\tgw",
         .kind = LOG_ASIDE,
         .source = "made: the field question switched off"},
        {.line = "2026-11-21 19:42:18\t192.0.2.7\tlaptop\t3\tRESOLVED\tblrsxv",
         .kind = LOG_FOREIGN,
         .source = "made: cut"},
};

static const char *const sources[] = {
        "0xERR0R/blocky, querylog/file_writer.go",
        "0xerr0r.github.io/blocky: queryLog, types csv and csv-client",
        NULL,
};

const struct log_format log_format_blocky = {
        .name = "blocky",
        .title = "blocky query log",
        .text = "The files of queryLog with type csv or csv-client: eleven columns "
                "between tabs, each line a question that was answered. Each counts as "
                "asked. The names that blocky has for the client are kept.\n\n"
                "The time is local and has no zone. The log has no port. Without the "
                "fields clientIP and clientName it does not say who asked, without "
                "question not what.",
        .sources = sources,
        .read = read_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
