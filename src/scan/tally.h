/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/tally.h: clean names that matched placebo lists, each pair of host and
 * name counted once a generator, and once in all; and days, each once.
 */
#ifndef SCAN_TALLY_H
#define SCAN_TALLY_H

#include <foresink/err.h>

#include <stddef.h>
#include <stdint.h>

struct tally {
	uint64_t *counts; /* of each generator */
	size_t generators;
	uint64_t days;   /* on which something was asked */
	uint64_t pairs;  /* that matched any list */
	uint64_t *slots; /* digests of what was counted; 0: free */
	size_t mask;     /* slots - 1 */
	size_t used;
};

/* Makes ${tally}, empty, for generators below ${generators}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err tally_init(struct tally *tally, size_t generators);

/* Counts that ${name} which ${host} asked for (hashes) matched a placebo list of
 * ${generator}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err tally_add(struct tally *tally, uint64_t host, uint64_t name,
                                    uint32_t generator);

/* Counts ${day} (since 1970), once. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err tally_add_day(struct tally *tally, int64_t day);

void tally_fini(struct tally *tally);

#endif
