/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/hostday.h: what remains of the sightings of one host, one generator and one day
 * (UTC), for whoever counts hosts. The store keeps it beside the sightings, the census
 * makes it of sightings itself: here is what it holds, and how a sighting adds to it. The
 * order in which sightings come does not change it.
 */
#ifndef WATCH_HOSTDAY_H
#define WATCH_HOSTDAY_H

#include "watch/sighting.h"

/* How many different names a host tried, in 128 bits: a bitmap of all of them, and one of
 * those whose hash is a sixteenth of all (a bitmap of two resolutions: Estan, Varghese,
 * Fisk, "Bitmap Algorithms for Counting Active Flows", IMC 2003). Two such of parts of a
 * day merge by "or". */
#define HOSTDAY_NAMES 2

/* What is summed. A zeroed one with hostday_marks_init() is that of no sighting. */
struct hostday_marks {
	uint64_t contacts;             /* with what they stand for */
	uint32_t hours;                /* bit h: it was seen between h:00 and h:59:59 */
	uint64_t names[HOSTDAY_NAMES]; /* hostday_names() */
	uint64_t outside; /* contacts for a name of a list whose period lay more than
	                   * HOSTDAY_NEAR away: no bot with a right clock asks for it */
	uint64_t alien;   /* requests, whose headers are no bot's (watch/fingerprint.h) */
	int64_t first_us, last_us;
	int64_t counter; /* the greatest; SIGHTING_NO_COUNTER: none */
};
#define HOSTDAY_NEAR INT64_C(86400) /* seconds: a sweep goes on past the end of its day */

struct hostday {
	int64_t day; /* its first second, since 1970 */
	struct sighting_client client;
	struct span generator; /* "conficker/b"; "conficker": of the family that sends such
	                        * requests, no more is known; empty: of none */
	struct span country;   /* "DE"; empty: not known */
	uint32_t network;      /* number of the autonomous system; 0: not known */
	struct hostday_marks marks;
};

void hostday_marks_init(struct hostday_marks *marks);

/* Adds ${sighting}, which is of the same host, generator and day; and another sum. */
void hostday_marks_add(struct hostday_marks *marks, const struct sighting *sighting);
void hostday_marks_merge(struct hostday_marks *marks, const struct hostday_marks *more);

/* Adds ${name}, lower case, to ${names}; an empty one is none. */
void hostday_names_add(uint64_t names[HOSTDAY_NAMES], struct span name);

/* How many different names were added: right to some percent as long as they are fewer than
 * 150, to 15 % below HOSTDAY_NAMES_MOST, which stands for so many or more. */
#define HOSTDAY_NAMES_MOST 3000
double hostday_names(const uint64_t names[HOSTDAY_NAMES]);

/* Whether ${sighting} lies more than HOSTDAY_NEAR outside the period of its list. What has
 * no list never does. */
bool hostday_is_outside(const struct sighting *sighting);

#endif
