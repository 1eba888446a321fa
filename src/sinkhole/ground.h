/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/ground.h: which names are held here, and where they lead: one thing, made beside
 * what is served and swapped as a whole (watch/swap.h); it never changes once it is made.
 * A held name is a zone of its own: it, and all below it, has the addresses of its set.
 *
 * Names belong to sets, each with addresses of its own, so that which address was called
 * says which names could have been meant: Conficker puts the address into Host, not the
 * name (reference: Porras et al., 2009). A bot also passes over a name whose address it
 * has met already: a set with several addresses can give each name its own part of them.
 */
#ifndef SINKHOLE_GROUND_H
#define SINKHOLE_GROUND_H

#include "base/fault.h"
#include "sinkhole/answer.h"
#include "watch/look.h"
#include "watch/plan.h"
#include "watch/sighting.h"

/* Sets, and addresses of one, at most. */
#define SINKHOLE_SETS 64
#define SINKHOLE_ADDRESSES 256

struct sinkhole_set_setting {
	const char *title; /* a word; that of the rest is "" */

	/* Which names: those of the list, those of the generators' forecast, or (both
	 * NULL; one set at most, the last) all others that are held. */
	const struct fsk_name *names; /* lower case, no final dot; copied */
	size_t name_count;
	const bool *generators; /* by number; copied */

	const struct address *addresses; /* copied; none: the name exists, without any */
	size_t address_count;
	unsigned per_name; /* so many of each kind are answered for a name, always the same;
	                    * 0: all, up to WIRE_REPLY_ADDRESSES, in turn */
};

struct sinkhole_ground_setting {
	const struct sinkhole_set_setting *sets;
	size_t set_count;
	const struct watch_plan *plan;  /* the forecast that is held; NULL: lists alone */
	const struct watch_plan *known; /* a forecast by which names of lists are known for
	                                 * a bot's though it is not held as a whole; NULL */
	const struct fsk_name *servers; /* names of name servers; copied; one at least */
	size_t server_count;
	const struct fsk_name *mailbox; /* of the SOA: "hostmaster.example" */
	uint32_t serial;
	uint32_t ttl;  /* seconds, of addresses; a bot is seen as often as this allows */
	unsigned rate; /* UDP answers a second to one neighbourhood; 0: any number */
	struct span answer; /* to an HTTP request: header and body, constant; copied */
};

struct sinkhole_ground;

/* FSK_RANGE for a name that two lists have, sets, addresses or servers beyond their number,
 * servers whose names do not fit into one answer, more than one set for the rest or one
 * that is not the last, or a ttl beyond 2^31 - 1; FSK_NOMEM, FSK_STOPPED, FSK_UNKNOWN for a
 * generator of a plan that there is not. Names of the plan whose generator is in no set are
 * not held. */
FSK_MUST_USE enum fsk_err sinkhole_ground_new(const struct sinkhole_ground_setting *setting,
                                              struct sinkhole_ground **ground);
void sinkhole_ground_free(struct sinkhole_ground *ground);

/* A name that is held. */
struct sinkhole_held {
	uint32_t set;
	uint32_t offset; /* octets of the asked name in front of the held one */
	uint64_t id;     /* of the held name, the same in every ground: a hash */
	struct fsk_match
	        match; /* generator SIGHTING_NO_GENERATOR: held, and no bot's now */
};

/* Whether ${name} (lower case, no final dot) or one above it is held at ${now} (seconds
 * since 1970): the longest one. */
bool sinkhole_ground_find(const struct sinkhole_ground *ground, const struct fsk_name *name,
                          int64_t now, struct sinkhole_held *held);

/* Up to WIRE_REPLY_ADDRESSES addresses of ${qtype} (A or AAAA) of ${held}, in the order of
 * this ${turn}; how many. */
size_t sinkhole_ground_addresses(const struct sinkhole_ground *ground,
                                 const struct sinkhole_held *held, uint16_t qtype,
                                 uint32_t turn, struct address *out);

/* What ${address} says of who calls it: the only name that has it, if so (false: none or
 * several), from the sets' lists. */
bool sinkhole_ground_place(const struct sinkhole_ground *ground,
                           const struct address *address, struct fsk_name *name);

/* What is known of how to fetch for a name, between two steps. */
struct sinkhole_sought {
	struct watch_look look;
};

/* Fetches what sinkhole_ground_find() will read for the ${len} octets at ${name}, in any
 * case, in two steps: others' first steps come between. Hints, of which no answer depends.
 */
void sinkhole_ground_fetch(const struct sinkhole_ground *ground, const char *name,
                           size_t len, struct sinkhole_sought *sought);
void sinkhole_ground_fetch_more(const struct sinkhole_ground *ground,
                                const struct sinkhole_sought *sought);

/* Serial, ttl and servers, as answers need them. */
const struct sinkhole_zone *sinkhole_ground_zone(const struct sinkhole_ground *ground);

/* As it was given, but for the names of lists and the plans, which are not kept: NULL. */
const struct sinkhole_ground_setting *
sinkhole_ground_setting(const struct sinkhole_ground *ground);

/* Gives ${ground} another serial, before it is served. */
void sinkhole_ground_number(struct sinkhole_ground *ground, uint32_t serial);

struct sinkhole_ground_facts {
	size_t names; /* held now: of lists and of the forecast */
	size_t bytes;
	uint32_t serial;
};
struct sinkhole_ground_facts sinkhole_ground_facts(const struct sinkhole_ground *ground);

/* Names of a file, one a line, "#" begins a comment: lower-cased, without final dot.
 * What is made is the caller's to free, and not NULL, also of none. FSK_SYNTAX with
 * ${fault} (may be NULL), FSK_NOMEM. */
FSK_MUST_USE enum fsk_err sinkhole_names_read(struct span text, struct fsk_name **names,
                                              size_t *count, struct fault *fault);

#endif
