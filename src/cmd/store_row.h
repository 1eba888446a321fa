/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/store_row.h: one sighting of a store for other programs: its cells, each under its
 * key, as JSON or CSV. The keys are an interface: foresink-store(1) lists them; they are
 * those of `foresink scan --sightings' and more. What comes out is printable ASCII and the
 * LF at the end, whatever a client said.
 */
#ifndef CMD_STORE_ROW_H
#define CMD_STORE_ROW_H

#include "cmd/output.h"
#include "cmd/words.h"
#include "store/record.h"

#define STORE_ROW_CELLS 37
#define STORE_ROW_WORDS 8

struct store_cell {
	enum store_cell_kind {
		STORE_CELL_NONE,
		STORE_CELL_TEXT,   /* in JSON as all texts: what is no UTF-8 is U+FFFD */
		STORE_CELL_OCTETS, /* each octet counts: others than printable are \xHH */
		STORE_CELL_NUMBER,
		STORE_CELL_TRUTH
	} kind;
	struct span text;
	uint64_t number; /* or truth */
};

struct store_row {
	struct store_cell cells[STORE_ROW_CELLS];
	struct words words[STORE_ROW_WORDS]; /* of which cells are texts */
	size_t word_count;
};

/* Fills ${row}, which is good as long as ${sighting} and ${said} are. */
void store_row_fill(struct store_row *row, const struct sighting *sighting,
                    const struct store_said *said);

/* Writes ${row} as a JSON object and LF. */
void store_row_json(struct output *output, const struct store_row *row);

/* Writes the keys as a line of CSV. */
void store_row_csv_head(struct output *output);

/* Writes ${row} as a line of CSV (RFC 4180, ends in LF). Of texts octets that are not
 * printable ASCII, and the backslash, are \xHH: nothing is lost. For a ${spreadsheet} a
 * text that it could take for a formula has ' before it (OWASP, "CSV Injection"), and a
 * semicolon, which separates cells in the spreadsheets of some countries, is \x3b. */
void store_row_csv(struct output *output, const struct store_row *row, bool spreadsheet);

/* The name of the generator of ${sighting}, whichever version knows it; empty: none. The
 * words are kept in ${words}. */
struct span store_row_generator(const struct sighting *sighting,
                                const struct store_said *said, struct words *words);

#endif
