/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/who.h: who asked: the peer, or the one behind it if the peer is a carrier whose
 * word the policy takes.
 */
#ifndef GUARD_WHO_H
#define GUARD_WHO_H

#include "guard/policy.h"
#include "net/socket.h"
#include "watch/sighting.h"
#include "wire/proxy.h"
#include "wire/query.h"

struct guard_client {
	struct sighting_client client; /* IPv6 hosts by their /64; a MAC is a named one */
	struct address address;
	uint16_t port;    /* 0: not known */
	char machine[24]; /* "52:54:00:12:34:56", with its NUL; empty: not known */
};

/* Says who asked ${query}, which came from ${peer}, with ${proxy} (NULL: none), by
 * ${policy}. A PROXY header with addresses counts alone; else a subnet gives the network
 * (and no port), a MAC the machine. */
void guard_who(const struct guard_policy_setting *policy, const struct net_endpoint *peer,
               const struct wire_proxy *proxy, const struct wire_query *query,
               struct guard_client *client);

/* A hash of ${client}, with a constant key: of verdict/clean.h, of guard/suspects.h. */
uint64_t guard_client_hash(const struct sighting_client *client);

#endif
