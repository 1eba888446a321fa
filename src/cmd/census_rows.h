/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_rows.h: sightings that were exported, read again: what `foresink store export'
 * and `foresink scan --sightings' write, JSON Lines or CSV, compressed or not. Beside
 * their keys two more are read, if they are there: country ("DE") and network (the number
 * of an autonomous system). All of it is foreign text.
 */
#ifndef CMD_CENSUS_ROWS_H
#define CMD_CENSUS_ROWS_H

#include "base/fault.h"
#include "cmd/command.h"
#include "watch/sighting.h"

struct census_rows;

struct census_row {
	struct sighting sighting;
	struct span generator; /* "conficker/b", also of one that this version does not
	                        * have; "conficker": of the family that sends such requests;
	                        * empty: of none */
	struct span country;
	uint32_t network; /* 0: not known */
	bool counts;      /* it speaks of a host (store_speaks_of_host()) */
};

/* Opens the file at ${path}. FSK_SYNTAX with ${fault}: it is of neither form; FSK_IO with
 * errno, FSK_CORRUPT, FSK_NOMEM, FSK_STOPPED. An empty file is one of no sightings. */
FSK_MUST_USE enum fsk_err census_rows_open(const char *path, struct census_rows **rows,
                                           struct fault *fault);
void census_rows_close(struct census_rows *rows);

/* Reads the next one into ${row}, valid until the next call. FSK_END; FSK_SYNTAX with
 * ${fault}: this line is none, and the next may be; FSK_CORRUPT with ${fault}: the rest
 * cannot be read; FSK_IO, FSK_STOPPED. */
FSK_MUST_USE enum fsk_err census_rows_next(struct census_rows *rows, struct census_row *row,
                                           struct fault *fault);

/* Octets of the file on the disk that were read, and all of them; for progress. */
uint64_t census_rows_done(const struct census_rows *rows);

#endif
