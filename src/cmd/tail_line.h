/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/tail_line.h: one contact as one line for people. All that it says, of whomever, goes
 * through one function, which lets nothing steer the terminal.
 */
#ifndef CMD_TAIL_LINE_H
#define CMD_TAIL_LINE_H

#include "cmd/output.h"
#include "store/record.h"
#include "store/where.h"

struct tail_look {
	bool json;    /* as foresink-store(1) has it, for programs */
	bool colour;  /* by ECMA-48 */
	bool shape;   /* tell that, too */
	size_t width; /* columns: what has no room is left out; 0: no bound */
	int64_t day;  /* since 1970, that tail_line_day() wrote last; 0: none */
	struct store_where_files *where; /* NULL: countries are not told */
};

/* Of lines that have no room for it writes the day of ${us}, if it is another than before,
 * as a line of its own: to be called before each. */
void tail_line_day(struct output *output, struct tail_look *look, int64_t us);

/* Writes the line of ${sighting} and ${said} to ${output}: all columns, or where they have
 * no room the short form, which has the name and who sends such first. A name that was
 * not said has behind it how it is known. */
void tail_line_write(struct output *output, const struct tail_look *look,
                     const struct sighting *sighting, const struct store_said *said);

#endif
