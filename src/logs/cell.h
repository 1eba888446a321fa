/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/cell.h: taking a line of a table apart, cell by cell: columns between
 * tabs, commas or semicolons, also in quotes (RFC 4180, and with blanks in front
 * of the quotes, as Cisco Umbrella writes them), or between blanks. No
 * allocation, nothing outside the line is read.
 */
#ifndef LOGS_CELL_H
#define LOGS_CELL_H

#include "logs/text.h"

struct cells {
	struct span rest;
	char separator; /* ' ' is any run of blanks */
	bool more;      /* a cell is left; it may be empty */
};

/* The cells of ${line}. Between blanks, those at both ends do not count. */
static inline struct cells
cells_of(struct span line, char separator)
{
	if (separator == ' ')
		text_blanks(&line);
	return (struct cells){line, separator, separator != ' ' || line.len > 0};
}

/* Takes the separator at the front of what is left; false when something else
 * stands there. */
static inline bool
cell_end(struct cells *row)
{
	size_t len = row->rest.len;

	if (row->separator == ' ')
		text_blanks(&row->rest);
	else if (len > 0 && *row->rest.text == row->separator)
		row->rest = span_from(row->rest, 1);
	row->more = row->separator == ' ' ? row->rest.len > 0 : row->rest.len < len;
	return row->rest.len < len || len == 0;
}

/* Takes a cell in quotes; doubled quotes within stay as they are. */
static inline bool
cell_quoted(struct cells *row, struct span *cell)
{
	struct span rest = span_from(row->rest, 1);
	struct span part;
	const char *start = rest.text;

	do {
		if (!text_until(&rest, '"', &part))
			return false;
	} while (text_word(&rest, "\""));
	*cell = (struct span){start, (size_t)(part.text + part.len - start)};
	row->rest = rest;
	if (row->separator != ' ')
		while (text_word(&row->rest, " "))
			continue;
	return cell_end(row);
}

/* Octets in front of the next separator. */
static inline size_t
cell_length(const struct cells *row)
{
	const struct span rest = row->rest;
	const char *at;
	size_t len = 0;

	if (row->separator == ' ') {
		while (len < rest.len && rest.text[len] != ' ' && rest.text[len] != '\t')
			len++;
		return len;
	}
	at = rest.len > 0 ? memchr(rest.text, row->separator, rest.len) : NULL;
	return at == NULL ? rest.len : (size_t)(at - rest.text);
}

/* Takes the next cell, without quotes and the blanks in front of it. False when
 * none is left, or when its quotes do not close where the cell ends. */
static inline bool
cell_next(struct cells *row, struct span *cell)
{
	if (!row->more)
		return false;
	while (row->rest.len > 0 && *row->rest.text == ' ')
		row->rest = span_from(row->rest, 1);
	if (row->rest.len > 0 && *row->rest.text == '"')
		return cell_quoted(row, cell);
	*cell = (struct span){row->rest.text, cell_length(row)};
	row->rest = span_from(row->rest, cell->len);
	return cell_end(row);
}

/* Makes one quote of each doubled one in ${cell}, which moves into ${scratch} if
 * there is any; false when there is no room. */
static inline bool
cell_solve(struct span *cell, struct log_scratch *scratch)
{
	size_t start = scratch->used;
	struct span rest = *cell;
	struct span part;

	if (cell->len == 0 || memchr(cell->text, '"', cell->len) == NULL)
		return true;
	while (text_until(&rest, '"', &part)) {
		if (!text_keep(scratch, part.text, part.len + 1, &part))
			return false;
		text_word(&rest, "\"");
	}
	if (!text_keep(scratch, rest.text, rest.len, &part))
		return false;
	*cell = (struct span){scratch->text + start, scratch->used - start};
	return true;
}

#endif
