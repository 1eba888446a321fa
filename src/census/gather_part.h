/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/gather_part.h: what the parts of census/gather.h share: gather.c keeps what comes,
 * settle.c counts it, peak.c does the second walk, facts.c and tables.c tell.
 */
#ifndef CENSUS_GATHER_PART_H
#define CENSUS_GATHER_PART_H

#include "census/array.h"
#include "census/chains.h"
#include "census/gather.h"
#include "census/roll.h"
#include "census/sums.h"

#define CENSUS_DAY INT64_C(86400) /* seconds */
#define CENSUS_HOUR INT64_C(3600)
#define CENSUS_GROUP_BITS 5
_Static_assert(CENSUS_GROUPS == 1 << CENSUS_GROUP_BITS, "parts are bits of a hash");

/* Generators of a family that are told apart; number 0 is the family itself, which stands
 * for all that are too many. Sensors whose addresses are compared. */
#define CENSUS_GENERATORS 256
#define CENSUS_SENSORS 64

/* A day of a host and generator; those of one host hang together. There are millions: 32
 * octets. */
struct census_visit {
	uint64_t names[HOSTDAY_NAMES];
	uint32_t contacts; /* UINT32_MAX: so many or more */
	uint32_t hours;
	uint32_t next; /* number + 1 of another one of the same host; 0: none */
	uint16_t day;  /* of the span, from 0 */
	uint16_t generator;
};

/* A host; enrolled.more is the number + 1 of one of its visits. 20 octets. */
struct census_caller {
	struct census_enrolled enrolled;
	uint32_t network;
	uint32_t counter;      /* the greatest + 1; 0: none */
	uint32_t country : 16; /* two octets, the first one higher; 0: not known */
	uint32_t latest : 10;  /* day + 1 of whence network and country are */
	uint32_t outside : 1, alien : 1, canary : 1;
	uint32_t gone : 1; /* it is chaff: known after census_gather_settle() */
};
_Static_assert(CENSUS_DAYS < 1 << 10, "a day and one more are a number of ten bits");

/* A row that was taken and not yet kept: meanwhile the memory that it needs is fetched. */
struct census_pending {
	struct sighting_client client;
	struct census_visit visit;
	struct census_caller caller; /* of this row alone */
};
#define CENSUS_PENDING 16

struct census_generator {
	char *text;
	size_t len;
};

/* What census_gather_settle() counted. Arrays by day, or by hour. */
struct census_tally {
	uint64_t *hours, *daily, *contacts;
	uint64_t *held; /* of all generators */
	double *hits;
	uint64_t *held_by; /* [generator * days + day] */
	double *hits_by;
	uint64_t *again;
	uint64_t footprint, all_contacts, unmarked, with_counter;
	uint64_t chaff[CENSUS_CHAFFS];
	double counter_sum;
	bool pseudonyms;
	struct census_sums countries, networks, generators;
};
void census_tally_fini(struct census_tally *tally);

struct census_sensor {
	char *name; /* with a NUL behind it */
	size_t len;
	uint64_t count;              /* addresses in the peak hour */
	uint64_t *seen[CENSUS_LAGS]; /* bits by number of a host; NULL: none */
	uint64_t *often;             /* in the peak hour more than once; as seen */
};

/* The second walk: of the seconds from..to, the peak hour is in the middle. */
struct census_peak {
	int64_t from, to; /* the same: there is no peak hour */
	struct census_chains *chains;
	struct census_sensor sensors[CENSUS_SENSORS];
	size_t sensor_count;
	bool any; /* a sighting counted, of whatever sensor */

	/* The last answers: of which generator or fingerprint the sightings are of the
	 * family. */
	uint32_t generator;
	const char *fingerprint;
	bool any_generator, generator_is, fingerprint_is;
};
void census_peak_fini(struct census_peak *peak);

struct census_gather {
	struct census_plan plan;
	struct span family;
	size_t days;
	struct census_array visits;
	struct census_roll callers;
	struct census_generator generators[CENSUS_GENERATORS];
	uint16_t generator_count, generator_last;
	uint64_t forgotten;
	struct census_pending pending[CENSUS_PENDING]; /* a ring */
	size_t taken, kept;                            /* rows */

	bool settled;
	struct census_tally tally;
	struct census_peak peak;
	struct census_facts facts;
	struct census_pair pair;
};

/* The two sensors with most addresses in the peak hour; NULL: there are fewer. */
const struct census_pair *census_peak_pair(struct census_gather *gather);

/* Whether ${generator} is one of the family, or the family itself. */
bool census_gather_is_of(const struct census_gather *gather, struct span generator);

/* Keeps the rows that were taken, but for the last ${rest}. FSK_NOMEM, FSK_RANGE. */
FSK_MUST_USE enum fsk_err census_gather_keep(struct census_gather *gather, size_t rest);

/* Adds what ${more}, of the same host, day and generator, says. */
void census_visit_merge(struct census_visit *visit, const struct census_visit *more);

static inline struct census_visit *
census_visit_at(const struct census_gather *gather, uint32_t number)
{
	return census_array_at(&gather->visits, number);
}

#endif
