/* SPDX-License-Identifier: BSD-2-Clause
 *
 * net/limiter.h: how many answers go by UDP to one neighbourhood (a /24 or /56) in a
 * second, when the address that asks may be a lie: response rate limiting, so that nobody
 * is flooded by our answers. A table of fixed size, of one worker. Who fills it with
 * addresses that he invents pushes out those of which least was seen.
 */
#ifndef NET_LIMITER_H
#define NET_LIMITER_H

#include "base/address.h"

struct net_limits;

/* The neighbourhood of ${address}, which one who lies about his address may share: its
 * /24, or of IPv6 its /56. */
struct address net_neighbourhood(const struct address *address);

/* What to do with an answer. */
enum net_limit {
	NET_LIMIT_NONE,  /* send it */
	NET_LIMIT_SHORT, /* send one that says "truncated": who is there comes by TCP */
	NET_LIMIT_DROP   /* send nothing */
};

/* Makes a table, its places chosen by ${key}, a secret. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err net_limits_new(uint64_t key, struct net_limits **limits);
void net_limits_free(struct net_limits *limits);

/* Counts an answer to ${client} at ${now} (seconds since 1970), of which there may be
 * ${rate} in a second (0: any number). Beyond it every second one is short. */
enum net_limit net_limits_take(struct net_limits *limits, const struct address *client,
                               unsigned rate, int64_t now);

#endif
