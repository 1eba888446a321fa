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
	SIGHTING_DNS,   /* somebody asked for the name */
	SIGHTING_HTTP,  /* somebody sent a request to the host of that name, or a
	                 * request that a bot sends */
	SIGHTING_HELLO, /* somebody began TLS, and no request could be read */
	SIGHTING_RAW    /* somebody connected, and sent what is neither, or nothing */
};
#define SIGHTING_KINDS 4

/* "dns", "http", "tls", "raw"; and which of them ${word} is, false: none. */
const char *sighting_kind_name(enum sighting_kind kind);
bool sighting_kind_find(struct span word, enum sighting_kind *kind);

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
bool sighting_transport_find(struct span word, enum sighting_transport *transport);

/* How it is known which name was meant, the surest first. */
enum sighting_by {
	SIGHTING_BY_NAME,   /* it was said: asked for, in Host, in a URL */
	SIGHTING_BY_SNI,    /* said in the ClientHello */
	SIGHTING_BY_PLACE,  /* the only name that has the address which was called */
	SIGHTING_BY_CLIENT, /* the same client had asked for it just before */
	SIGHTING_BY_RECENT, /* the only name that was just before answered with that address
	                     */
	SIGHTING_BY_GUESS   /* the last of several such names */
};
#define SIGHTING_BYS 6

/* "name", "sni", "place", "client", "recent", "guess"; and which of them ${word} is. */
const char *sighting_by_name(enum sighting_by by);
bool sighting_by_find(struct span word, enum sighting_by *by);

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

	enum sighting_by by; /* how the name is known; of no name: SIGHTING_BY_NAME */

	const char *fingerprint; /* name of the request's fingerprint
	                          * (watch/fingerprint.h), static; NULL: none */
	int64_t counter;         /* that the bot sent, or SIGHTING_NO_COUNTER */
	struct span method;      /* of a request, as the log wrote it; may be empty */
	struct span target;
	struct span agent;
	struct span machine; /* name of the machine that the observer knows; may be empty */

	/* What a sinkhole knows besides; all may be empty, and 0. */
	struct address to; /* which address was called, and at which port */
	uint16_t to_port;
	uint16_t qtype;      /* of DNS */
	struct span host;    /* of a request, as it was sent, with its port */
	struct span version; /* "HTTP/1.0" */
	struct span referrer;
	struct span via;
	struct span forwarded; /* X-Forwarded-For */
	struct span sni;       /* server name of the ClientHello */
	struct span first;     /* octets that were sent first, any octets */
	struct span shape;  /* of what no fingerprint of a bot knows (watch/likeness.h) */
	struct span sensor; /* the name of who saw it */
	uint32_t more;      /* contacts for which this one stands, besides itself */

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
