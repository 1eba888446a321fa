/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/verdict.h: from the sightings of hosts to "infected", with a
 * probability. Evidence is different forecast names of one generator that one
 * host asked for, in the periods in which they hold; the same name twice is one.
 * Against it stands how many names would match by chance: the null rate times the
 * clean names that the host asked for, once for each day, which has other lists.
 *
 * The test is Wald's: with k different names and a mean of m by chance, the
 * evidence is ln(P(k names | infected) / P(k or more | chance)), Poisson for
 * chance, VERDICT_POWER for infected. It convicts above ln((1 - b)/a), with
 * a = 0.1 / (hosts * generators), so that one innocent host in ten logs is convicted,
 * and b = 1 - VERDICT_POWER; see verdict_limit(). The posterior, with a prior of one
 * infected host in 10,000, must be VERDICT_SURE. One name is never "infected".
 */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include "verdict/clean.h"
#include "verdict/null.h"
#include "watch/sighting.h"

enum verdict_word {
	VERDICT_CHANCE,  /* what innocent machines ask for too */
	VERDICT_LIKELY,  /* more probable than not; or a strong request alone */
	VERDICT_INFECTED /* proven, in the sense above */
};

#define VERDICT_PRIOR 1e-4 /* share of infected hosts before anything is seen */
#define VERDICT_POWER 0.95 /* chance that an infected host shows what it did */
#define VERDICT_FALSE 0.1  /* innocent hosts convicted in a whole log */
#define VERDICT_SURE 0.99  /* posterior of "infected" */

/* Names by chance that a host is reckoned with at least, so that two do not convict one
 * of which little was seen: with a measured rate, with the prior. */
#define VERDICT_MEAN_LEAST 1e-3
#define VERDICT_MEAN_LEAST_PRIOR 1e-2

/* Different clean names a day that are more than one user asks for. */
#define VERDICT_RELAY_NAMES 10000

/* Sightings of a name in a round that are one host's: A and AAAA, each once more. */
#define VERDICT_RELAY_ASKS 4

/* Families that are more than one host has. */
#define VERDICT_RELAY_MANY 4

/* Lists of which a bot tries so few names that one name is all that it shows. */
#define VERDICT_FEW_TRIES 3

/* A different forecast name that a host asked for, in one period. Of a name that stands
 * in the lists of several periods that counts which holds nearest to the time. */
struct verdict_name {
	struct fsk_match match; /* offset is 0; a name that stands more than once in
	                         * the list has the index of its first sighting */
	int64_t first_us;       /* first time that it was asked for, UTC */
	int64_t last_us;
	uint64_t line; /* where: of the first sighting */
	uint32_t file;
	uint32_t times;   /* sightings of it */
	const char *text; /* the forecast name, NUL at its end */
	uint32_t host;    /* of no use to the reader */
	bool again;       /* does not count: it does so with another period */
	bool collision;   /* does not count, see verdict_collision */
};

/* What makes a host more than one host. */
enum verdict_relay {
	VERDICT_RELAY_LIST = 1,    /* more different names of a period than a bot tries */
	VERDICT_RELAY_SWEEPS = 2,  /* more rounds through a list than a bot makes */
	VERDICT_RELAY_CLEAN = 4,   /* many users' worth of clean names */
	VERDICT_RELAY_FAMILIES = 8 /* names of more families than a host has */
};

/* What one host has to do with one generator. */
struct verdict_finding {
	uint32_t generator;
	enum verdict_word word;
	double posterior;   /* that the host is infected with it */
	double evidence;    /* nats; against verdict_limit() */
	double chance;      /* names that would match by chance */
	double expected;    /* names that one infected host would ask for in the
	                     * periods of those that count; 0: not known, or none does */
	uint32_t found;     /* different names that count */
	uint64_t sightings; /* of all names below */
	int64_t first_us;   /* UTC */
	int64_t last_us;
	unsigned relay;  /* VERDICT_RELAY_LIST, VERDICT_RELAY_SWEEPS */
	bool offset;     /* three names or more count, none of them holds when it was
	                  * asked for, nine of ten hold the same number of days away: */
	int offset_days; /* the clock of the machine is so many days ahead (> 0) or
	                  * behind (< 0) */
	const struct verdict_name *names; /* by time */
	size_t name_count;                /* those too that do not count */
};

/* A fingerprint of requests that a host sent. */
struct verdict_request {
	const char *fingerprint;
	uint64_t requests;
	int64_t counter_least; /* SIGHTING_NO_COUNTER: none was sent */
	int64_t counter_most;
	int64_t first_us;
	int64_t last_us;
	uint32_t file; /* where the first of them is */
	uint64_t line;
};

struct verdict_host {
	struct sighting_client client;
	enum verdict_word word; /* the worst of the findings and requests */
	unsigned relay;         /* of enum verdict_relay */
	double clean;           /* different clean names a day that it asked for, summed */
	int64_t first_us;
	int64_t last_us;
	const struct verdict_finding *findings; /* worst first */
	size_t finding_count;
	const struct verdict_request *requests; /* most first */
	size_t request_count;
	const char *machine; /* name that it had last; "" when there is none */
};

/* A forecast name that three hosts or more asked for, at least half of which asked
 * for no other name of that generator: an innocent site that the generator
 * happens to make, or a new domain of the botnet, but no evidence against a host.
 *
 * A bot that tries VERDICT_FEW_TRIES names of a list or fewer shows one name
 * anyway when the first answers, and a whole botnet shows the same. It takes
 * another name when the period is over; who visits a site does not. So of these
 * generators a host only counts as alone if it asked for its one name in more
 * than one period, not only in the one in which the name holds. Names are not
 * weighed anew after one is found to be a collision: bots that go through a list
 * in order would lose one name after the other. */
struct verdict_collision {
	const char *text;
	uint32_t generator;
	uint32_t hosts; /* that asked for it */
	uint32_t alone; /* of them with no other name of the generator */
};

struct verdict;

struct verdict_setting {
	size_t generator_count; /* numbers of generators are below this */

	/* Names that a bot tries of one period's list at most (0: not known; never
	 * more than the list has), and rounds through it in one period at most (0:
	 * not known) of ${generator}. */
	uint32_t (*tries)(uint32_t generator);
	uint32_t (*rounds)(uint32_t generator);
	uint32_t (*ahead)(uint32_t generator);  /* seconds that a bot may ask early */
	uint32_t (*family)(uint32_t generator); /* number of its family */
};

/* What was asked beside the forecasts. */
struct verdict_ground {
	const struct clean *clean;
	const struct null_rate *rates; /* of each generator */
	double days;                   /* on which something was asked, at least 1 */
	size_t generators;             /* that were looked for */
	uint64_t (*host_hash)(const struct sighting_client *client); /* as in clean */
};

/* Makes ${verdict} without evidence; the caller frees it. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err verdict_new(const struct verdict_setting *setting,
                                      struct verdict **verdict);

/* Takes ${sighting}, or all of ${cursor}; the order does not matter. Memory grows
 * with different names of different hosts, not with sightings. A line that matches
 * one list twice is one sighting. FSK_NOMEM, or FSK_RANGE for a generator or a
 * forecast that cannot be; then the sighting does not count. verdict_take() ends
 * with the first error, its own or that of ${cursor}. */
FSK_MUST_USE enum fsk_err verdict_add(struct verdict *verdict,
                                      const struct sighting *sighting);
FSK_MUST_USE enum fsk_err verdict_take(struct verdict *verdict,
                                       const struct sighting_cursor *cursor);

/* Judges what was taken so far; more may be taken later and judged again. What
 * the functions below give is valid until more is taken or judged; after taking,
 * or a failure here, they give nothing. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err verdict_judge(struct verdict *verdict,
                                        const struct verdict_ground *ground);

/* The evidence above which a host is convicted in ${tests} tests, of a host with a
 * generator each; and that of the last judgement. */
double verdict_limit(double tests);
double verdict_judged_limit(const struct verdict *verdict);

/* The hosts that were judged, the worst first; and the collisions, that of most hosts
 * first; NULL behind the last. The same evidence gives the same order. */
size_t verdict_host_count(const struct verdict *verdict);
const struct verdict_host *verdict_host_at(const struct verdict *verdict, size_t n);
size_t verdict_collision_count(const struct verdict *verdict);
const struct verdict_collision *verdict_collision_at(const struct verdict *verdict,
                                                     size_t n);

/* Frees ${verdict}; NULL is allowed. */
void verdict_free(struct verdict *verdict);

#endif
