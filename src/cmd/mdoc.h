/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/mdoc.h: text of the descriptors in a manual page, mdoc(7).
 */
#ifndef CMD_MDOC_H
#define CMD_MDOC_H

#include "base/span.h"

#include <stdio.h>

/* Writes ${text} to be filled: a line begins with neither a dot nor an apostrophe,
 * a backslash is \e, "\n\n" is a paragraph, and lines break behind sentences and
 * at 70 columns. */
void mdoc_text(FILE *out, const char *text);

/* Writes one line that stays as it is, between .Bd -literal and .Ed: what would
 * be made pretty is escaped; what is not printable ASCII shows as \xHH. Long
 * lines of the page go on in the next, that of the reader does not. */
void mdoc_literal(FILE *out, struct span line);

#endif
