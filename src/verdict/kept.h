/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/kept.h: what verdict/live.h remembers: as verdict/evidence.h, but of bounded
 * size, so that names leave it again, and with what is asked of each at once: how many
 * clients asked for a name, and whether one asked for that alone. It keeps and does not
 * judge. A "pair" is a client and a generator.
 *
 * Things lie in pools and know one another by their numbers, which may move in memory but
 * keep their number: 32 bits in place of 64. Names stand in the order in which they were
 * seen last, by the minute: to be exact would cost each repeated sighting two more misses
 * of the cache, for a choice of what to forget after days.
 */
#ifndef VERDICT_KEPT_H
#define VERDICT_KEPT_H

#include "verdict/pool.h"
#include "verdict/tags.h"
#include "verdict/live.h"

#define KEPT_NONE POOL_NONE

/* Of one pair at least so many names are kept, and as many where it is not known how many
 * its bots try. */
#define KEPT_LEAST 64
#define KEPT_UNKNOWN 1024

/* A name of a pair, in one period. */
struct kept_name {
	struct fsk_period period;
	int64_t first_us, last_us;
	uint64_t line; /* of the first sighting */
	const char *text;
	uint32_t file, index, times;
	uint32_t tag;
	uint32_t pair, crowd;
	uint32_t next, last;   /* of the pair, by the time at which they came */
	uint32_t newer, older; /* of all */
	uint32_t minute;       /* in which it came to its place among all */
};

struct kept_pair {
	struct sighting_client client;
	uint32_t generator;
	uint32_t tag;
	uint32_t host;
	uint32_t next;         /* of the host */
	uint32_t first, final; /* names */
	uint32_t most;         /* names that are kept */
	uint32_t count, texts; /* names, and how many differ not only in their period */
	bool few;              /* its bots try VERDICT_FEW_TRIES names or fewer */
	bool alone;            /* counted as such in the crowd of its one text */
	/* What is known of it, for the owner. */
	bool relay;
	enum verdict_word word;
	double posterior;
	uint64_t sightings;
	int64_t first_us, last_us;
	uint32_t found;
	uint32_t since; /* names that came since it was weighed */
	uint32_t mark;  /* of the owner's owner */
};

struct kept_host {
	struct sighting_client client;
	uint32_t tag;
	uint32_t pairs; /* the first, or KEPT_NONE */
	bool many;      /* for the owner: of many families */
};

/* A name of a generator and who asked for it. */
struct kept_crowd {
	char *text;
	uint32_t generator;
	uint32_t tag;
	uint32_t hosts, alone; /* as in struct verdict_collision */
};

struct kept {
	uint64_t key; /* of the hashes */
	const struct verdict_setting *setting;
	size_t most;
	struct pool names, pairs, hosts, crowds;
	struct tags name_tags, pair_tags, host_tags, crowd_tags;
	uint32_t newest, oldest;
	size_t text_bytes;
	struct verdict_name *list; /* room for all names of any pair */
	size_t list_room;
	uint64_t forgotten; /* for want of room */
};

static inline struct kept_name *
kept_name_at(const struct kept *kept, uint32_t number)
{
	return (struct kept_name *)kept->names.things + number;
}

static inline struct kept_pair *
kept_pair_at(const struct kept *kept, uint32_t number)
{
	return (struct kept_pair *)kept->pairs.things + number;
}

static inline struct kept_host *
kept_host_at(const struct kept *kept, uint32_t number)
{
	return (struct kept_host *)kept->hosts.things + number;
}

static inline struct kept_crowd *
kept_crowd_at(const struct kept *kept, uint32_t number)
{
	return (struct kept_crowd *)kept->crowds.things + number;
}

/* Makes ${kept}, empty, of at most ${most} names; ${setting} must outlive it. */
void kept_init(struct kept *kept, const struct verdict_setting *setting, size_t most);
void kept_fini(struct kept *kept);

/* What a name is looked up by. */
struct kept_key {
	const struct sighting *sighting;
	struct verdict_live_place tags;
};

/* Notes that ${name}, which ${key} is about, was sighted once more. */
void kept_repeat(struct kept *kept, const struct kept_key *key, uint32_t name);

/* Adds the name that ${key} is about, which is not in it, stores its number in ${name},
 * and in ${fresh} whether its pair did not ask for it in another period either. Forgets
 * what it must for that: of the same pair the one that came first when it has more than
 * its bots try; of all the one that was not seen for longest. FSK_NOMEM; nothing is added
 * then. */
FSK_MUST_USE enum fsk_err kept_add(struct kept *kept, const struct kept_key *key,
                                   uint32_t *name, bool *fresh);

/* Puts the names of ${pair} in the list, marked as verdict/judge.h does, and returns how
 * many there are. */
size_t kept_list(const struct kept *kept, const struct kept_pair *pair);

/* Whether ${name} is a collision, as things stand. */
bool kept_collides(const struct kept *kept, const struct kept_name *name);

/* Forgets at most ${most} names that were last seen before ${us}. */
void kept_forget(struct kept *kept, int64_t us, size_t most);

size_t kept_bytes(const struct kept *kept);

#endif
