/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/stamps.h: the instants of a list as text. A list has a million forecasts
 * and a handful of periods, so each text is made once and remembered.
 */
#ifndef PUBLISH_STAMPS_H
#define PUBLISH_STAMPS_H

#include "base/date.h"

#define PUBLISH_STAMP 20 /* octets of "2026-11-22T00:00:00Z" */
#define PUBLISH_DAY 10   /* of these, "2026-11-22" */
#define PUBLISH_STAMPS 64

/* Zeroed by the caller. */
struct publish_stamps {
	struct {
		bool known;
		int64_t instant;
		char text[DATE_INSTANT_SIZE];
	} place[PUBLISH_STAMPS];
};

/* The ${instant} as text of PUBLISH_STAMP octets and a NUL, valid until the next call.
 * It must lie in the calendar of base/date.h. */
const char *publish_stamp(struct publish_stamps *stamps, int64_t instant);

#endif
