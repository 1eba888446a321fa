/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/recent.h: which names were answered with which address just before: by that it
 * is known which name a caller meant who does not say it, and how sure that is. Of a fixed
 * size; shared by all workers, without a lock (each place is one atomic word or is
 * checked by one): what is overwritten meanwhile is not found.
 */
#ifndef SINKHOLE_RECENT_H
#define SINKHOLE_RECENT_H

#include "sinkhole/ground.h"

struct sinkhole_recent;

FSK_MUST_USE enum fsk_err sinkhole_recent_new(struct sinkhole_recent **recent);
void sinkhole_recent_free(struct sinkhole_recent *recent);

/* ${client} (a resolver, usually) was answered ${name} with ${addresses} at ${ms} of the
 * monotonic clock, for ${ttl} seconds. */
struct sinkhole_answered {
	struct address client;
	const struct fsk_name *name; /* the held one, or below it, as asked */
	const struct address *addresses;
	size_t address_count;
	int64_t ms;
	uint32_t ttl;
};
void sinkhole_recent_note(struct sinkhole_recent *recent,
                          const struct sinkhole_answered *answered);

/* Fetches what noting ${client} and the ${len} octets at ${name} will write, while others
 * of the same batch are looked at. A hint: a name in other letters than it is noted in is
 * only not fetched. */
void sinkhole_recent_fetch(const struct sinkhole_recent *recent,
                           const struct address *client, const char *name, size_t len);

/* Who calls which address of ours, and when (of the monotonic clock). */
struct sinkhole_called {
	struct address client, address;
	int64_t ms;
};

/* Which name is meant by ${called}: in ${by} SIGHTING_BY_CLIENT when the client was
 * answered that one name alone, _RECENT when it is the only one with the address, else
 * _GUESS, of the last one. False: none was answered with it while its time lasts. Whoever
 * forges a question by UDP makes such a note of another: it is a conclusion, never a proof.
 */
bool sinkhole_recent_find(const struct sinkhole_recent *recent,
                          const struct sinkhole_called *called, struct fsk_name *name,
                          enum sighting_by *by);

#endif
