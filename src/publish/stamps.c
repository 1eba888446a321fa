/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/stamps.h"

/* Spreads instants over the places: periods begin and end at round seconds, whose
 * low bits are alike. An odd number near 2^64 divided by the golden ratio. */
#define SPREAD UINT64_C(0x9e3779b97f4a7c15)

const char *
publish_stamp(struct publish_stamps *stamps, int64_t instant)
{
	size_t at = (size_t)((uint64_t)instant * SPREAD >> 58) % PUBLISH_STAMPS;

	if (!stamps->place[at].known || stamps->place[at].instant != instant) {
		stamps->place[at].known = true;
		stamps->place[at].instant = instant;
		date_write_instant(instant, stamps->place[at].text);
	}
	return stamps->place[at].text;
}
