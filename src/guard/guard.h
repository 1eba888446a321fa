/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/guard.h: the front of a resolver: DNS over UDP and TCP; forecast names are answered
 * here, all else is relayed. Workers that share nothing, one a core, each with its own loop
 * and sockets, read one ground (guard/ground.h) that is swapped as a whole. This is the
 * face to the daemon: made and bound by its thread, started when there is something to
 * serve and privileges are gone.
 */
#ifndef GUARD_GUARD_H
#define GUARD_GUARD_H

#include "guard/ground.h"
#include "guard/ledger.h"
#include "guard/passes.h"
#include "guard/relay.h"

#define GUARD_LISTENS 16
#define GUARD_WORKERS 64

struct guard_setting {
	const struct net_endpoint *listen; /* at most GUARD_LISTENS; copied */
	size_t listen_count;
	unsigned workers;                     /* 1..GUARD_WORKERS */
	const struct net_endpoint *upstreams; /* copied */
	size_t upstream_count;
	enum guard_tell tell;
	unsigned clients;           /* TCP connections at a time, of all workers; each has
	                             * its part, one at least */
	unsigned clients_of_prefix; /* of one /24 or /56, likewise */
	int64_t idle_ms;            /* of a TCP connection on which nothing is asked */
	struct guard_policy_setting policy; /* copied */
	const uint8_t *cookie_secret; /* WIRE_COOKIE_SECRET octets; NULL: a random one */

	struct alert_hub *hub; /* owned by the caller, outlives it; NULL */
	unsigned settle_s;
	bool tell_chance;
	size_t most_names;
	size_t generators;

	int64_t shift_us; /* what is added to the machine's calendar, for tests */
	void (*log)(const char *words, void *context); /* from any thread */
	/* Keeps each question for a name of the lists; from one thread that serves nobody,
	 * and, at the end, from that of guard_free(). NULL: nobody. */
	void (*keep)(const struct sighting *sighting, void *context);
	void *context;
};

struct guard;

/* Binds all sockets of all workers; nothing is served, no thread begun. FSK_IO with errno
 * and the number of the endpoint in ${which}; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err guard_new(const struct guard_setting *setting, size_t *which,
                                    struct guard **guard);

/* The endpoint that listener ${n} got. */
struct net_endpoint guard_endpoint(const struct guard *guard, size_t n);

/* Takes another policy, other upstreams, limits, when to tell, how many generators are
 * looked for, and (if there is one) another cookie secret from ${setting}; the hub, how
 * many names are remembered, workers and endpoints stay as they are: FSK_RANGE when hub,
 * workers or endpoints differ. FSK_NOMEM, FSK_IO: all stays as it was. */
FSK_MUST_USE enum fsk_err guard_change(struct guard *guard,
                                       const struct guard_setting *setting);

/* Serves ${lists} from now on and owns them in any case; the first time it begins the
 * threads. FSK_NOMEM, FSK_IO with errno: what was served stays. */
FSK_MUST_USE enum fsk_err guard_swap(struct guard *guard, struct guard_lists *lists);

/* Adds a pass (of the same name and client the newer one counts), or ends those of
 * ${name} and ${client} (NULL: all of that name, whoever they are for) and says how many.
 * Live. FSK_NOMEM, FSK_RANGE: too many. */
FSK_MUST_USE enum fsk_err guard_allow(struct guard *guard, const struct guard_pass *pass);
FSK_MUST_USE enum fsk_err guard_end_pass(struct guard *guard, const struct fsk_name *name,
                                         const struct guard_prefix *client, size_t *ended);
/* Those in force, as a set that is valid until the next change. */
const struct guard_passes *guard_passes(const struct guard *guard);
/* Whether a list has ${name}, or one above it, now, so that a pass for it changes what is
 * done: also one whose names are only logged. */
bool guard_has(const struct guard *guard, const struct fsk_name *name);
/* Puts a set that was kept in force and owns it. */
void guard_set_passes(struct guard *guard, struct guard_passes *set);

/* Opens the files of alerts anew. */
void guard_reopen(struct guard *guard);

/* Sums over the workers. */
struct guard_counts {
	uint64_t udp, tcp;       /* questions */
	uint64_t answered[4];    /* blocked ones by enum guard_action */
	uint64_t logged, passed; /* hits that were relayed: log-only; by a pass or the
	                          * allow list */
	uint64_t relayed, refused, malformed, limited, dropped;
	uint64_t connections, connections_dropped;
	uint64_t hits_lost;
	struct { /* struct guard_relay_counts */
		uint64_t asked, answered, again, given_up, joined, refused, strange;
	} relay;
};
void guard_count(const struct guard *guard, struct guard_counts *counts);
const struct guard_ledger_counts *guard_told(const struct guard *guard);
bool guard_upstream(const struct guard *guard, size_t n,
                    struct guard_upstream_facts *facts);
struct guard_lists_facts guard_facts(const struct guard *guard);

/* Ends the threads and closes all; NULL is allowed. */
void guard_free(struct guard *guard);

#endif
