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
	struct store_where_files *where; /* NULL: countries are not told */
};

/* Writes the line of ${sighting} and ${said} to ${output}. */
void tail_line_write(struct output *output, const struct tail_look *look,
                     const struct sighting *sighting, const struct store_said *said);

#endif
