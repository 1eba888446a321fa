/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/places.h: that a scan writes over nothing which somebody needs: neither over
 * what it reads, nor twice into one file, nor over a file that no scan has written.
 * A value that was forgotten behind an option makes the next word, often a log, the
 * file to write.
 */
#ifndef CMD_PLACES_H
#define CMD_PLACES_H

#include "cmd/review.h"
#include "scan/scan.h"

/* Looks at the outputs of ${ask} (-o, --html, --state) beside its inputs and what was
 * added to ${scan}. STATUS_DONE, or STATUS_USAGE, and said. */
enum status places_check(const struct review_ask *ask, const struct scan *scan);

#endif
