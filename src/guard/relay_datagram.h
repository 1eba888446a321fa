/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/relay_datagram.h: requests and answers by UDP.
 *
 * The requests to an upstream that leave together leave by one port, drawn for them: so
 * they take one system call, and their answers one or two. It costs nothing in what must be
 * guessed: each request's port is one of the ports by random, and its id is its own, so a
 * forged answer to it has the same chance as if each had drawn. What is lost is that who
 * knows the port of one knows that of its neighbours; but who can learn a port knows all
 * that use it in its life anyhow (RFC 5452 section 10 wants ids and ports unpredictable,
 * not ports different).
 */
#ifndef GUARD_RELAY_DATAGRAM_H
#define GUARD_RELAY_DATAGRAM_H

#include "guard/relay_upstream.h"

void relay_datagram_queue(struct relay_upstream *upstream, struct relay_entry *entry);

/* Sends what is queued for ${upstream}; whether there was something. */
bool relay_datagram_flush(struct relay_upstream *upstream);

/* Sends copies of ${entry} to upstreams that are down and not asked for it, if it is
 * time. */
void relay_datagram_probe(struct guard_relay *relay, const struct relay_entry *entry);

/* Whether ${upstream} answers is of no interest any more. */
void relay_datagram_forget_probe(struct relay_upstream *upstream);

/* Of a port's watch: receives. */
void relay_datagram_ready(struct net_watch *watch, unsigned what);

#endif
