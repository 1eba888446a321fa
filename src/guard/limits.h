/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/limits.h: how many answers go by UDP to one neighbourhood (a /24 or /56) in a
 * second, when the address that asks may be a lie: response rate limiting, so that nobody
 * is flooded by our answers. A table of fixed size, of one worker. Who fills it with
 * addresses that he invents pushes out those of which least was seen.
 */
#ifndef GUARD_LIMITS_H
#define GUARD_LIMITS_H

#include "base/address.h"

struct guard_limits;

/* What to do with an answer. */
enum guard_limit {
	GUARD_LIMIT_NONE,  /* send it */
	GUARD_LIMIT_SHORT, /* send one that says "truncated": who is there comes by TCP */
	GUARD_LIMIT_DROP   /* send nothing */
};

/* Makes a table, its places chosen by ${key}, a secret. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err guard_limits_new(uint64_t key, struct guard_limits **limits);
void guard_limits_free(struct guard_limits *limits);

/* Counts an answer to ${client} at ${now} (seconds since 1970), of which there may be
 * ${rate} in a second (0: any number). Beyond it every second one is short. */
enum guard_limit guard_limits_take(struct guard_limits *limits,
                                   const struct address *client, unsigned rate,
                                   int64_t now);

#endif
