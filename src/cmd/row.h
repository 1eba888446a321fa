/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/row.h: one forecast as a line of output, in the formats that
 * `foresink forecast --format` offers. The keys of CSV and JSON are an
 * interface: family, variant, index, name, suffix, start, end.
 */
#ifndef CMD_ROW_H
#define CMD_ROW_H

#include "cmd/output.h"
#include "dga/catalog.h"

/* A forecast that is to be written. */
struct row {
	const struct dga_generator *generator;
	struct fsk_period period;
	uint32_t index; /* from 1 */
	struct span name;
};

struct row_format {
	const char *name;
	const char *header; /* written first; may be empty */
	bool plain;         /* a line is the name alone, as in struct dga_list */
	void (*write)(struct output *output, const struct row *row);
};

/* The format called ${name}, or NULL. */
const struct row_format *row_format_find(const char *name);

/* Longest text that row_period() writes, with its NUL. */
#define ROW_PERIOD_SIZE 48

/* Writes ${period} for people: "2009-03-08" for a day, "2016-02-28 to
 * 2016-02-29" for whole days, two instants for less, or "for ever". */
void row_period(struct fsk_period period, char text[ROW_PERIOD_SIZE]);

#endif
