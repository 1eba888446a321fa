/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/client.h: who asked, from the texts of a log entry: the client itself, or
 * the one behind it if the log says so; IPv6 hosts by their network.
 */
#ifndef SCAN_CLIENT_H
#define SCAN_CLIENT_H

#include "logs/entry.h"
#include "watch/sighting.h"

/* Stores in ${client} and ${address} who asked in ${entry}; IPv6 addresses are
 * cut to ${v6_bits}. A host that has a name only is one of SIGHTING_NAMED. False
 * when the entry does not say. */
bool client_read(const struct log_entry *entry, unsigned v6_bits,
                 struct sighting_client *client, struct address *address);

/* A hash of who asked in ${entry}: client_hash() of what
 * client_read() stores. 0 when the entry does not say. */
uint64_t client_hash_entry(const struct log_entry *entry, unsigned v6_bits);
uint64_t client_hash(const struct sighting_client *client);

/* Through what ${transport} carries a question. */
enum sighting_transport client_transport(enum log_transport transport);

#endif
