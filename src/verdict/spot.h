/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/spot.h: when and where something was said, as values in one order, so
 * that "the first" is the same in whatever order sightings come.
 */
#ifndef VERDICT_SPOT_H
#define VERDICT_SPOT_H

#include "watch/sighting.h"

struct spot {
	int64_t us;
	uint32_t file;
	uint64_t line;
};

/* <0, 0, >0: ${a} lies before, at, behind ${b}. */
static inline int
spot_compare(struct spot a, struct spot b)
{
	if (a.us != b.us)
		return a.us < b.us ? -1 : 1;
	if (a.file != b.file)
		return a.file < b.file ? -1 : 1;
	return (a.line > b.line) - (a.line < b.line);
}

static inline struct spot
spot_of(const struct sighting *sighting)
{
	return (struct spot){sighting->us, sighting->file, sighting->line};
}

#endif
