/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/clean.h: how many different names did hosts ask for, of those that are
 * no forecast? For all hosts together, for one host, and how many hosts there
 * are, in a fixed amount of memory whatever the size of the logs: registers of
 * HyperLogLog (Flajolet et al., 2007). Those of single hosts are shared, so that
 * each host has a virtual sketch of its own (vHLL: Xiao, Chen, Chen, Ling,
 * "Hyper-Compact Virtual Estimators for Big Network Data", SIGMETRICS 2015); the
 * pairs of all hosts have registers besides, since a log of few hosts fills only
 * theirs of the shared ones, and those do not tell how much was put in.
 *
 * Estimates: pairs are 0.8 % off and hosts 1.6 %; the names of one host are off by
 * 9 % of themselves and of its share of all pairs, which is pairs times
 * 2^(CLEAN_OWN_BITS - CLEAN_BITS): of a host with few names that noise is the
 * greater part. Where the shared registers are filled unevenly, by few hosts, it is
 * some percent too high. Two sketches of two parts of a log merge into that of the
 * whole.
 */
#ifndef VERDICT_CLEAN_H
#define VERDICT_CLEAN_H

#include <foresink/err.h>

#include "base/fetch.h"

#include <stddef.h>
#include <stdint.h>

/* Registers that hosts share: 1 MiB; of one host; of the count of hosts; of that
 * of pairs. Powers of two. */
#define CLEAN_BITS 20
#define CLEAN_OWN_BITS 7
#define CLEAN_HOST_BITS 12
#define CLEAN_PAIR_BITS 14

/* Where those of hosts and of pairs begin, and where all end. */
#define CLEAN_HOSTS ((size_t)1 << CLEAN_BITS)
#define CLEAN_PAIRS (CLEAN_HOSTS + ((size_t)1 << CLEAN_HOST_BITS))
#define CLEAN_SIZE (CLEAN_PAIRS + ((size_t)1 << CLEAN_PAIR_BITS))

struct clean {
	uint8_t *registers; /* CLEAN_SIZE */
};

/* Makes ${clean}, empty. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err clean_init(struct clean *clean);
void clean_fini(struct clean *clean);

/* A number of 64 bits, each of which depends on each of ${word} (the finaliser
 * of MurmurHash3, a bijection). */
static inline uint64_t
clean_mix(uint64_t word)
{
	word = (word ^ word >> 33) * UINT64_C(0xff51afd7ed558ccd);
	word = (word ^ word >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return word ^ word >> 33;
}

/* The larger of what stands in ${place} and the number of zero bits at the end
 * of ${bits}, plus 1. */
static inline void
clean_raise(uint8_t *place, uint64_t bits)
{
	uint8_t rank = (uint8_t)(__builtin_ctzll(bits | UINT64_C(1) << 63) + 1);

	*place = rank > *place ? rank : *place; /* nobody foresees which: no branch */
}

/* The register that is ${own} (below 1 << CLEAN_OWN_BITS) of ${host}. */
static inline uint32_t
clean_register(uint64_t host, uint32_t own)
{
	return (uint32_t)(clean_mix(host + own * UINT64_C(0x9e3779b97f4a7c15)) >>
	                  (64 - CLEAN_BITS));
}

/* That a host asked for a name on a day, on its way into the registers. */
struct clean_note {
	uint64_t host;
	uint64_t pair; /* bits of host and name */
	uint64_t bits; /* of these and the day */
	uint32_t place;
};

/* Makes the note that ${host} asked for ${name}, hashes of 64 good bits each, on ${day},
 * and fetches its register, which lies somewhere in a megabyte. The bits are not those
 * of the name alone: else the few hundred names that all hosts ask for would decide how
 * many there seem to be. */
static inline struct clean_note
clean_begin(const struct clean *clean, uint64_t host, uint64_t name, int64_t day)
{
	uint64_t pair = clean_mix(name ^ host);
	uint64_t bits = clean_mix(pair + (uint64_t)day * UINT64_C(0xd6e8feb86659fd93));
	uint32_t place = clean_register(host, (uint32_t)(bits >> (64 - CLEAN_OWN_BITS)));

	fetch_write(clean->registers + place);
	return (struct clean_note){host, pair, bits, place};
}

/* Puts ${note} into ${clean}. */
static inline void
clean_end(struct clean *clean, const struct clean_note *note)
{
	clean_raise(clean->registers + note->place, note->bits);
	clean_raise(clean->registers + CLEAN_HOSTS + (note->host >> (64 - CLEAN_HOST_BITS)),
	            note->host);
	clean_raise(clean->registers + CLEAN_PAIRS + (note->pair >> (64 - CLEAN_PAIR_BITS)),
	            note->pair);
}

/* Notes that ${host} asked for ${name} on ${day}. */
static inline void
clean_add(struct clean *clean, uint64_t host, uint64_t name, int64_t day)
{
	struct clean_note note = clean_begin(clean, host, name, day);

	clean_end(clean, &note);
}

/* Makes ${clean} that of its own log and of the log of ${other}. */
void clean_merge(struct clean *clean, const struct clean *other);

/* Different pairs of host and name, on whatever day; different pairs of name and day of
 * ${host}, not below 0; different hosts. */
double clean_pairs(const struct clean *clean);
double clean_names(const struct clean *clean, uint64_t host);
double clean_hosts(const struct clean *clean);

/* How much the shared registers hold of all hosts; and the same as clean_names()
 * when that was found to be ${noise}: it reads the registers of ${host} alone. */
double clean_noise(const struct clean *clean);
double clean_names_among(const struct clean *clean, uint64_t host, double noise);

#endif
