/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/live.h: the verdict of verdict/verdict.h while the sightings come in: after each
 * of them, what is known of its client and generator. The same test (weigh_names()), with
 * what a live observer has: how many clean names the client asked for so far, and the
 * stated prior of verdict/null.h unless a rate is given. A sighting of a name that is known
 * costs one look-up. A new one is weighed with the others of its client and generator; of
 * more than 64 names only each time that a sixteenth more have come, and of who is infected
 * when half as many more have: in between new names are counted. Who is infected stays so
 * while his names are kept. Of one thread.
 *
 * Memory is bounded: of one client and generator as many names as a bot tries in one period
 * and one more, at least 64, and 1,024 where it is not known how many; then the one that
 * came first is forgotten. Of all together a number that the owner sets; then that which
 * was not seen for longest is, to the minute. What is forgotten is counted.
 *
 * Collisions: a name that three clients or more asked for, at least half of which asked
 * for no other name of that generator, is no evidence (struct verdict_collision).
 */
#ifndef VERDICT_LIVE_H
#define VERDICT_LIVE_H

#include "verdict/verdict.h"

struct verdict_live;

struct verdict_live_setting {
	const struct verdict_setting *verdict; /* must outlive it */
	size_t most_names; /* kept at a time, of all clients; a name takes some 200 bytes */
	unsigned keep_days; /* a name that was not asked for so long is forgotten, at least
	                       1 */
};

/* Against what a sighting is weighed. */
struct verdict_live_ground {
	double clean;      /* different clean names of the client so far, a day */
	double clients;    /* different clients that asked anything, at least 1 */
	double generators; /* that are looked for, at least 1 */
	const struct null_rate *rate; /* NULL: the prior */
};

/* What is known of a client and a generator. */
struct verdict_live_state {
	enum verdict_word word;
	double posterior;
	uint32_t found;     /* different names that count */
	uint64_t sightings; /* of all its names of the generator */
	int64_t first_us, last_us;
	bool fresh; /* the name of this sighting was new for this client */
	bool relay; /* it asks for more than one host can: at least one infected behind it
	             */

	/* A word of the owner's own, kept with the client and generator, 0 at first. Valid
	 * until the next call that changes something. */
	uint32_t *mark;
};

/* Makes ${live}, empty; the caller frees it. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err verdict_live_new(const struct verdict_live_setting *setting,
                                           struct verdict_live **live);
/* Frees ${live}; NULL is allowed. */
void verdict_live_free(struct verdict_live *live);

/* Where a sighting is looked for: tags (verdict/tags.h) of its name, of its client and
 * generator, and of who asks for the name. */
struct verdict_live_place {
	uint32_t name, pair, crowd;
};

/* That of a sighting of ${forecast} of ${client} and ${generator}. What
 * verdict_live_add() will read there of memory is fetched, for sightings that come many at
 * a time; verdict_live_fetch() fetches more, for which it needs what this one fetches, so
 * that others come between. */
struct verdict_live_place verdict_live_find(const struct verdict_live *live,
                                            const struct sighting_client *client,
                                            uint32_t generator, struct span forecast);
void verdict_live_fetch(const struct verdict_live *live,
                        const struct verdict_live_place *place);

/* Adds ${sighting}, which has a forecast, at its ${place}, and stores what is known then in
 * ${state}. FSK_NOMEM, FSK_RANGE as verdict_add(); it does not count then. */
FSK_MUST_USE enum fsk_err verdict_live_add(struct verdict_live *live,
                                           const struct sighting *sighting,
                                           const struct verdict_live_place *place,
                                           const struct verdict_live_ground *ground,
                                           struct verdict_live_state *state);

/* Stores in ${state} what is known of ${client} and ${generator}, weighed anew, which may
 * be less than was known before: others may have asked for its names since. False: nothing
 * is. */
bool verdict_live_know(struct verdict_live *live, const struct sighting_client *client,
                       uint32_t generator, const struct verdict_live_ground *ground,
                       struct verdict_live_state *state);

/* Calls ${take} with each name of ${client} and ${generator}, by the time at which it was
 * first asked for, until it returns false. */
void verdict_live_names(const struct verdict_live *live,
                        const struct sighting_client *client, uint32_t generator,
                        bool (*take)(const struct verdict_name *name, void *context),
                        void *context);

/* Forgets what was last seen before ${us}: to be called now and then, for what keep_days
 * says is done only as new names come. */
void verdict_live_forget(struct verdict_live *live, int64_t us);

/* For metrics. */
struct verdict_live_facts {
	size_t names, clients, bytes;
	uint64_t forgotten; /* names, for want of room, since the start */
};
struct verdict_live_facts verdict_live_facts(const struct verdict_live *live);

#endif
