/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/dotted.h: lines "192.0.2.1\n" (or "\r\n"), many of them, read at once. What it
 * reads, base/address.h's address_read() reads alike; what it does not read may be an
 * address all the same. Where the processor has no long vectors it reads nothing.
 */
#ifndef CENSUS_DOTTED_H
#define CENSUS_DOTTED_H

#include "base/span.h"

#include <stdint.h>

/* Values that are read at once. */
#define CENSUS_DOTTED_MOST 1024

/* By how long the four numbers are: what stands where in a line. */
struct census_dotted {
	struct {
		uint8_t order[16];  /* which octet of the line comes where */
		uint32_t least[4];  /* that a number of so many digits can be */
		uint32_t places[4]; /* all four: bits of the dots and of the LF */
	} shapes[256];
	bool able;
};

void census_dotted_init(struct census_dotted *dotted);

/* Reads lines from the beginning of ${text}, until one is of another form, too near to its
 * end, or ${values} are CENSUS_DOTTED_MOST; tells how many octets they were. */
size_t census_dotted_read(const struct census_dotted *dotted, struct span text,
                          uint32_t values[CENSUS_DOTTED_MOST], size_t *count);

#endif
