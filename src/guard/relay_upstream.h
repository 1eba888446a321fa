/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/relay_upstream.h: an upstream, whether it is well, and which one is asked next.
 * They are asked in the order in which the user gave them: the first that is up. An
 * upstream is down when several attempts in a row failed, with no answer from it since the
 * first of these was sent: so a name that nobody can resolve takes none down that answers
 * others. It is up again with its next answer, to which a copy of a real request moves it
 * once a second: no client waits for that. UDP and TCP are judged apart: a server may be
 * deaf to one of them.
 */
#ifndef GUARD_RELAY_UPSTREAM_H
#define GUARD_RELAY_UPSTREAM_H

#include "guard/relay_table.h"

#define RELAY_PROBE_MS 1000 /* between two probes of an upstream that is down */

struct guard_relay;

/* A socket that is bound to a random port. */
struct relay_port {
	struct relay_lane lane;
	struct net_watch watch; /* fd -1: it could not be opened yet */
	unsigned uses;          /* until another takes its place */
	int64_t until_ms;       /* the same by time */
};

/* A copy of a request, to see whether an upstream that is down answers. */
struct relay_probe {
	struct relay_port *port; /* NULL: none is under way */
	int64_t sent_us;
	size_t question_end;
	uint16_t id;
	uint8_t question[WIRE_HEADER + FSK_NAME_MAX + 6];
};

enum relay_kind { RELAY_DATAGRAM, RELAY_STREAM, RELAY_KINDS };

struct relay_health {
	bool down;
	unsigned failures; /* in a row */
	int64_t answered_us;
	int64_t probe_ms; /* when it may be asked next, if it is down */
};

/* What other threads may read. */
struct relay_facts {
	_Atomic uint64_t address[2];
	_Atomic uint16_t port;
	_Atomic bool up;
	_Atomic uint64_t asked, answered;
	_Atomic uint64_t rtt_us8; /* smoothed, in eighths of a microsecond */
};

struct relay_upstream {
	struct guard_relay *relay;
	struct relay_upstream *next; /* of those that are retired */
	struct net_endpoint endpoint;
	unsigned bit; /* of relay_entry.tried; 0: it is retired */
	struct relay_health health[RELAY_KINDS];
	unsigned folded; /* answers in a row whose letters were others */
	unsigned mixed;  /* requests since it was asked with 0x20 */
	struct relay_list queue;
	struct relay_link *links;
	size_t link_count;
	struct relay_probe probe;
	struct relay_facts *facts;
	struct relay_facts own_facts; /* while it is in nobody's list */
	struct relay_port ports[GUARD_PORTS];
};

/* Makes an upstream, up, without sockets. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err relay_upstream_new(struct guard_relay *relay,
                                             const struct net_endpoint *endpoint,
                                             struct relay_upstream **upstream);

/* Closes what it has, and frees it; nothing is under way by UDP. NULL is allowed. */
void relay_upstream_free(struct relay_upstream *upstream);

/* Lets it write its facts at ${facts}, or where nobody reads them (NULL). */
void relay_upstream_show(struct relay_upstream *upstream, struct relay_facts *facts);

/* Says who is asked next by ${kind}, of those that are not in ${tried}; NULL: nobody is
 * left. Those that are down are only asked when all are. */
struct relay_upstream *relay_upstream_choose(struct guard_relay *relay,
                                             enum relay_kind kind, unsigned tried);

/* What was asked at ${sent_us} has failed, or was answered. */
void relay_upstream_failed(struct relay_upstream *upstream, enum relay_kind kind,
                           int64_t sent_us);
void relay_upstream_answered(struct relay_upstream *upstream, enum relay_kind kind,
                             int64_t sent_us);

/* Whether the next request goes there with 0x20. */
bool relay_upstream_mixes(struct relay_upstream *upstream);

/* An answer to one that went so came with the letters that were sent, or with others. */
void relay_upstream_kept_case(struct relay_upstream *upstream);
void relay_upstream_folded(struct relay_upstream *upstream);

/* Frees those that are retired and have nothing under way. */
void relay_upstream_reap(struct guard_relay *relay);

#endif
