/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/shadowserver_row.h: the columns of Shadowserver's reports on sinkholes, found by
 * the names in their header: columns were added in the middle and at the end over the
 * years. What a log entry has no member for is read here, for those who want it.
 */
#ifndef LOGS_SHADOWSERVER_ROW_H
#define LOGS_SHADOWSERVER_ROW_H

#include "logs/entry.h"

/* What a line says beside its entry; empty, and 0: it does not say. */
enum shadowserver_cell {
	SHADOWSERVER_TO,        /* address that was called */
	SHADOWSERVER_TO_PORT,   /* and its port */
	SHADOWSERVER_INFECTION, /* what Shadowserver takes the caller to be infected with */
	SHADOWSERVER_CIPHER,    /* of TLS */
	SHADOWSERVER_SNI,       /* server name of the ClientHello */
	SHADOWSERVER_COUNT,     /* questions for which the line stands */
	SHADOWSERVER_MACHINE,   /* the name that the caller says is its machine's */
	SHADOWSERVER_CELLS
};

/* In which column each of them is, from 1; 0: in none. */
struct shadowserver_columns {
	uint16_t place[SHADOWSERVER_CELLS];
};

/* Whether ${line} is the header of a report: the time first, who called, and with what that
 * one is infected. If so, separator, place and width of ${dialect} are set after it, and
 * ${columns} (may be NULL). */
bool shadowserver_row_header(struct span line, struct log_dialect *dialect,
                             struct shadowserver_columns *columns);

/* Takes the cells of ${columns} out of ${line}, as they stand between their quotes. */
void shadowserver_row_read(const struct shadowserver_columns *columns, struct span line,
                           struct span cells[SHADOWSERVER_CELLS]);

#endif
