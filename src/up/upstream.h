/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/upstream.h: which resolvers the role guard asks: those of its configuration, or else
 * those that this machine asks, resolv.conf(5); never itself.
 */
#ifndef UP_UPSTREAM_H
#define UP_UPSTREAM_H

#include "up/config.h"
#include "up/trouble.h"

/* Resolvers of resolv.conf(5) that count (MAXNS of the C library). */
#define UP_UPSTREAM_NAMESERVERS 3

/* Stores the endpoints of the lines "nameserver ADDRESS" of ${text} in ${found}, and
 * returns how many there are. One with a zone ("fe80::1%eth0") is passed over: it says
 * nothing to whom the interface is not told. */
size_t up_upstream_read(struct span text,
                        struct net_endpoint found[UP_UPSTREAM_NAMESERVERS]);

/* Completes the upstreams of ${config}. FSK_SYNTAX with ${trouble} when there is none, or
 * one is an endpoint that guard listens on: it would ask itself for ever; FSK_IO with
 * ${trouble}, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_upstream_find(struct up_config *config,
                                           struct up_trouble *trouble);

#endif
