/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/sighting.h: a name that someone did try: when, who, through what, which
 * forecast it matches, what else was said. The three observers (scan, guard,
 * sinkhole) write this record, the store keeps it, every report reads it. It
 * owns nothing: its spans are valid until whoever gave it gives the next.
 */
#ifndef WATCH_SIGHTING_H
#define WATCH_SIGHTING_H

#include <foresink/watch.h>

#include "base/address.h"
#include "base/span.h"

/* Through what the name was tried. */
enum sighting_kind {
	SIGHTING_DNS, /* somebody asked for the name */
	SIGHTING_HTTP /* somebody sent a request to the host of that name, or a
	               * request that a bot sends */
};

enum sighting_transport {
	SIGHTING_TRANSPORT_UNKNOWN,
	SIGHTING_UDP,
	SIGHTING_TCP,
	SIGHTING_TLS,
	SIGHTING_HTTPS,
	SIGHTING_QUIC
};

/* "udp", "tcp", "tls", "https", "quic"; NULL: not known. */
const char *sighting_transport_name(enum sighting_transport transport);

/* In place of a generator: no forecast matches (the request alone speaks). */
#define SIGHTING_NO_GENERATOR UINT32_MAX

/* In place of a counter. */
#define SIGHTING_NO_COUNTER INT64_C(-1)

/* Who tried: a host, or all hosts of a network when no more is known. */
struct sighting_client {
	struct address address; /* bits behind prefix are 0 */
	uint8_t prefix;         /* 32 for an IPv4 host, 64 for an IPv6 host if those are
	                         * grouped, 128 if not; less: a network */
};

/* A host that the observer knows by its name only (the machine of a Sysmon event)
 * has an address of the discard prefix 100::/64 (RFC 6666), which no host can
 * have, with the hash of its name; the name stands in machine. */
static inline struct sighting_client
sighting_named(uint64_t name)
{
	struct sighting_client client = {.address = {{0x01}}, .prefix = 128};

	memcpy(client.address.octets + 8, &name, sizeof(name));
	return client;
}

static inline bool
sighting_is_named(const struct sighting_client *client)
{
	static const uint8_t prefix[8] = {0x01};

	return memcmp(client->address.octets, prefix, sizeof(prefix)) == 0;
}

struct sighting {
	int64_t us; /* microseconds since 1970, UTC */
	struct sighting_client client;
	struct address address; /* as seen, before it was grouped */
	uint16_t port;          /* 0: not known */
	enum sighting_kind kind;
	enum sighting_transport transport;

	struct fsk_match match; /* generator may be SIGHTING_NO_GENERATOR */
	struct span name;       /* as it was asked, lower case, no final dot; may lie below
	                         * the forecast (match.offset); empty: not known */
	struct span forecast;   /* the forecast name itself: a part of name */

	const char *fingerprint; /* name of the request's fingerprint
	                          * (watch/fingerprint.h), static; NULL: none */
	int64_t counter;         /* that the bot sent, or SIGHTING_NO_COUNTER */
	struct span method;      /* of a request, as the log wrote it; may be empty */
	struct span target;
	struct span agent;
	struct span machine; /* name of the machine that the observer knows; may be empty */

	uint32_t file; /* number of the source in the observer's own table */
	uint64_t line; /* line or record in it, from 1 */
};

/* Sightings one after the other, in the order of whoever keeps them. */
struct sighting_cursor {
	/* Fills ${sighting}. FSK_END behind the last. */
	enum fsk_err (*next)(void *context, struct sighting *sighting);
	void *context;
};

#endif
