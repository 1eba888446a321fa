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
	uint64_t contacts; /* with what they stand for */
	uint32_t hours;    /* bit h: it was seen between h:00 and h:59:59; 0: not
	                    * known, and nor are names, outside, alien */
	uint64_t names[HOSTDAY_NAMES]; /* hostday_names(): of its lists, or as it said them
	                                */
	uint64_t outside; /* contacts for a name of a list whose period lay more than
	                   * HOSTDAY_NEAR away: no bot with a right clock asks for it */
	uint64_t alien;   /* requests, whose headers are no bot's: hostday_is_alien() */
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

/* Adds ${sighting}, which is of the same host, generator and day; the same of one of which
 * it is known already whether it is outside and alien, so that its generator, period, kind
 * and fingerprint are not read; and another sum. */
void hostday_marks_add(struct hostday_marks *marks, const struct sighting *sighting);
void hostday_marks_add_as(struct hostday_marks *marks, const struct sighting *sighting,
                          bool outside, bool alien);
void hostday_marks_merge(struct hostday_marks *marks, const struct hostday_marks *more);

/* Adds ${name}, lower case, to ${names}; an empty one is none. */
void hostday_names_add(uint64_t names[HOSTDAY_NAMES], struct span name);

/* How many different names were added. Its error (root mean square of 3,000 draws each): 9
 * % of 20 names, 12 % of 100, 16 % of 200, 22 % of 400, 17 % of 1,000 and more; none of one
 * name, and over many hosts it is neither too high nor too low by more than 4 %. So many as
 * HOSTDAY_NAMES_MOST stand for those and more. */
#define HOSTDAY_NAMES_MOST 3000
double hostday_names(const uint64_t names[HOSTDAY_NAMES]);

/* Whether ${sighting} lies more than HOSTDAY_NEAR outside the period of its list. What has
 * no list never does. */
bool hostday_is_outside(const struct sighting *sighting);

/* Whether ${sighting} is a request that no bot sends: its fingerprint is a visitor's, or it
 * has none of a bot although it is known what those of its generator's family send. Of a
 * family of which that is not known, no request is. */
bool hostday_is_alien(const struct sighting *sighting);

#endif
