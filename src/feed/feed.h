/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/feed.h: a primary server of response policy zones (draft-vixie-dnsop-dns-rpz-00):
 * SOA, AXFR (RFC 5936), IXFR (RFC 1995) with history, NOTIFY (RFC 1996), TSIG hmac-sha256
 * (RFC 8945), over UDP and TCP. It serves only what it is given: rosters (watch/roster.h),
 * each swapped as a whole. All calls but feed_zone_build() belong to the thread of the
 * loop. No other resolver's question is answered: REFUSED.
 */
#ifndef FEED_FEED_H
#define FEED_FEED_H

#include "base/span.h"
#include "net/loop.h"
#include "net/socket.h"
#include "watch/roster.h"
#include "wire/rpz.h"

#include <stdatomic.h>

/* Octets of the shortest secret, and of the longest. RFC 8945 section 8 wants as many as
 * the digest has, 32: fewer are told, fewer than these are refused. */
#define FEED_KEY_LEAST 16
#define FEED_KEY_MOST 128

struct feed_key {
	struct span name; /* domain name in text form */
	uint8_t secret[FEED_KEY_MOST];
	size_t secret_len;
};

/* Who may transfer a zone: an address prefix, a key, or both together. */
struct feed_allow {
	bool any_address;
	struct address address;
	unsigned prefix;            /* of its own kind: 0..32, 0..128 */
	const struct feed_key *key; /* NULL: unsigned */
};

/* Who is told of a new serial. */
struct feed_notify {
	struct net_endpoint to;
	const struct feed_key *key; /* NULL: unsigned */
};

struct feed_zone_setting {
	struct wire_zone zone;   /* name, ttl, SOA times */
	struct span name;        /* as text, for logs */
	enum wire_action action; /* of blocked names; log-only ones pass (WIRE_PASSTHRU) */
	struct span canary;      /* as in publish/format.h; empty: none */
	const struct feed_allow *allow;
	size_t allow_count;
	const struct feed_notify *notify;
	size_t notify_count;
	unsigned history; /* deltas that are kept, 1..365; those from which on more would be
	                   * sent than the whole zone has are not */
	bool may_shrink;  /* to less than half of the serial before */
};

struct feed_setting {
	const struct net_endpoint *listen;
	size_t listen_count;
	const struct feed_zone_setting *zones;
	size_t zone_count;
	const struct feed_key *keys; /* all that are known: a key that no rule names is
	                              * still verified, and then refused */
	size_t key_count;
	const char *state;       /* folder of the zones' states; NULL: none is kept */
	unsigned most_clients;   /* TCP connections at a time */
	unsigned most_of_prefix; /* of one IPv4 address or IPv6 /64 */
	int64_t idle_ms;         /* a connection that neither reads nor asks for so long is
	                          * closed */
	int64_t transfer_ms;     /* and so is one on which a transfer takes longer */
	void (*log)(const char *words,
	            void *context); /* one event, without LF, printable */
	void *context;
};

/* Counters for metrics; only grow. */
struct feed_counters {
	_Atomic uint64_t questions, refused, failed_signatures, malformed;
	_Atomic uint64_t axfr, ixfr, unchanged;   /* transfers begun, and "you have it" */
	_Atomic uint64_t transferred;             /* octets */
	_Atomic uint64_t notified, notify_failed; /* given up */
	_Atomic uint64_t clients, clients_dropped;
};

struct feed_zone_facts {
	struct span name;
	uint32_t serial;
	uint64_t names;  /* blocked and log-only */
	uint64_t bytes;  /* of memory: image and history */
	int64_t since;   /* second of the last swap */
	unsigned deltas; /* serials that an IXFR may begin from */
};

struct feed;
struct feed_image; /* of one zone, made beside the running one */

/* Opens the sockets of ${setting}; what it points to must outlive the feed, or stay until
 * feed_change() has taken another. FSK_IO with errno, ${which} (may be NULL) is the number
 * of the endpoint that could not be bound; FSK_SYNTAX, a key's name is none; FSK_RANGE, a
 * secret is too short or too long; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_new(const struct feed_setting *setting,
                                   struct net_loop *loop, size_t *which,
                                   struct feed **feed);

/* The endpoints that it got, when the system chose ports. */
struct net_endpoint feed_endpoint(const struct feed *feed, size_t n);

/* Makes the image of zone number ${zone} from ${roster}, from any thread; the roster may be
 * freed after that. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_image_new(const struct feed_zone_setting *zone,
                                         const struct watch_roster *roster,
                                         struct feed_image **image);
void feed_image_free(struct feed_image *image);

/* Puts ${image} in the place of what zone ${zone} serves and owns it from now on, also on
 * failure: computes the delta, chooses the serial (${now} as YYYYMMDD00, or one more
 * than the last), keeps the state on the disk, then swaps and notifies. The same content
 * changes nothing. FSK_RANGE: it would shrink to less than half, or to nothing (or there is
 * no such zone, or the image was made for another), and what is served stays; FSK_IO: the
 * state could not be written (told; the zone is swapped all the same); FSK_NOMEM: what is
 * served stays. */
FSK_MUST_USE enum fsk_err feed_swap(struct feed *feed, size_t zone,
                                    struct feed_image *image, int64_t now);

/* Takes ${setting} in place of the present one: keys, rules, notify, limits and zones
 * (those of the same name keep image and history; new ones are served once they have an
 * image). A zone whose records change by it (TTL, SOA, action, canary) gets a new serial
 * without history. The endpoints must be the same: FSK_RANGE, and nothing is changed.
 * FSK_NOMEM, FSK_SYNTAX and FSK_RANGE for keys as feed_new() likewise. */
FSK_MUST_USE enum fsk_err feed_change(struct feed *feed,
                                      const struct feed_setting *setting);

const struct feed_counters *feed_counters(const struct feed *feed);
/* False: there is no such zone, or it has no image yet. */
bool feed_zone_facts(const struct feed *feed, size_t zone, struct feed_zone_facts *facts);

/* Closes all; NULL is allowed. */
void feed_free(struct feed *feed);

#endif
