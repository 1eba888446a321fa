/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/table.h"

#include "logs/cell.h"
#include "logs/guess.h"

#define MOST_COLUMNS 256 /* that are looked at */

/* A line that is taken apart. */
struct table {
	const struct log_dialect *dialect;
	struct span cells[MOST_COLUMNS];
	uint16_t width;
};

/* Takes ${line} apart. Between blanks the time may be of several words: it is taken
 * as one column, into ${entry}. */
static bool
split(struct span line, struct table *table, struct log_entry *entry)
{
	const struct log_dialect *dialect = table->dialect;
	struct cells row = cells_of(line, dialect->separator);
	bool words = dialect->separator == ' ' && dialect->place[LOG_ROLE_DATE] == 0;

	for (table->width = 0; row.more; table->width++) {
		struct span *cell = &table->cells[table->width];

		if (table->width == MOST_COLUMNS)
			return false;
		*cell = row.rest;
		if (words && table->width + 1 == dialect->place[LOG_ROLE_TIME] &&
		    guess_time(&row.rest, dialect->order, entry)) {
			cell->len -= row.rest.len;
			if (!cell_end(&row))
				return false;
		} else if (!cell_next(&row, cell)) {
			return false;
		}
	}
	return true;
}

/* The cell of ${role}; empty when there is none. */
static struct span
cell_of(const struct table *table, enum log_role role)
{
	uint16_t place = table->dialect->place[role];

	return place == 0 || place > table->width ? (struct span){"", 0}
	                                          : table->cells[place - 1];
}

/* Reads the time, which may be in two columns. */
static bool
read_time(const struct table *table, struct log_scratch *scratch, struct log_entry *entry)
{
	struct span time = cell_of(table, LOG_ROLE_TIME);
	struct span date = cell_of(table, LOG_ROLE_DATE);
	size_t start = scratch->used;
	struct span part;

	if (entry->time != LOG_TIME_NONE || table->dialect->place[LOG_ROLE_TIME] == 0)
		return true;
	if (date.len > 0) {
		if (!text_keep(scratch, date.text, date.len, &part) ||
		    !text_keep(scratch, " ", 1, &part) ||
		    !text_keep(scratch, time.text, time.len, &part))
			return false;
		time = (struct span){scratch->text + start, scratch->used - start};
	}
	return guess_time(&time, table->dialect->order, entry) && time.len == 0;
}

/* Fills what need not be there. */
static void
read_rest(const struct table *table, struct log_entry *entry)
{
	struct span port = cell_of(table, LOG_ROLE_PORT);
	struct span type = cell_of(table, LOG_ROLE_TYPE);
	struct span transport = cell_of(table, LOG_ROLE_TRANSPORT);
	struct span behind = cell_of(table, LOG_ROLE_BEHIND);

	if (port.len > 0)
		entry->port = text_port(port);
	if (type.len > 0)
		entry->type = text_type(type);
	if (transport.len > 0)
		entry->transport = text_transport(transport);
	if (text_looks_like_address(behind))
		entry->behind = behind;
	if (table->dialect->place[LOG_ROLE_TARGET] == 0)
		return;
	entry->transport = LOG_TRANSPORT_HTTP;
	entry->request = (struct log_request){
	        .method = cell_of(table, LOG_ROLE_METHOD),
	        .target = cell_of(table, LOG_ROLE_TARGET),
	        .version = cell_of(table, LOG_ROLE_VERSION),
	        .agent = cell_of(table, LOG_ROLE_AGENT),
	        .referrer = cell_of(table, LOG_ROLE_REFERRER),
	};
}

/* Finds the name, for a web log also in a URL; empty when there is none. */
static bool
read_name(const struct table *table, struct log_scratch *scratch, struct log_entry *entry)
{
	const struct log_request *request = &entry->request;

	entry->name = cell_of(table, LOG_ROLE_NAME);
	if (entry->name.len == 0 && request->target.len > 0)
		entry->name = text_url_host(
		        request->target, span_equal(request->method, span_of("CONNECT")));
	return cell_solve(&entry->name, scratch);
}

enum log_kind
table_read(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
           struct log_entry *entry)
{
	struct log_dialect header;
	struct table table;

	table.dialect = dialect;
	if (dialect->separator == '\0') {
		entry->why = dialect->columns_said
		                     ? "neither tabs, commas, semicolons nor blanks part "
		                       "it into the columns that were said"
		                     : "it is not known which column holds what: say it "
		                       "with --columns";
		return LOG_FOREIGN;
	}
	if (line.len == 0 || *line.text == '#')
		return LOG_ASIDE;
	entry->why = "not as many columns as the table has, or quotes that do not close";
	if (!split(line, &table, entry) ||
	    (dialect->width > 0 && table.width != dialect->width))
		return LOG_FOREIGN;
	if (!read_time(&table, scratch, entry)) {
		entry->why = "a time that cannot be read";
		header = *dialect;
		return guess_header(line, &header) ? LOG_ASIDE : LOG_FOREIGN;
	}
	entry->why = "a client that is no address";
	if (dialect->place[LOG_ROLE_CLIENT] > 0 &&
	    !text_client(cell_of(&table, LOG_ROLE_CLIENT), ':', entry))
		return LOG_FOREIGN;
	read_rest(&table, entry);
	entry->why = "a name in quotes that is too long";
	if (!read_name(&table, scratch, entry))
		return LOG_FOREIGN;
	return entry->name.len > 0 || entry->request.target.len > 0 ? LOG_ASKED : LOG_ASIDE;
}
