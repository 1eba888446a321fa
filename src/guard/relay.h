/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/relay.h: what is no bot's goes to the resolvers that exist, and their answers come
 * back, octet for octet but for the id and the case of the question. One relay a worker, in
 * its thread and loop.
 *
 * Datagrams leave from one of GUARD_PORTS random ports for each upstream, with a random id
 * and random case (0x20); what comes back must be from that upstream, at that port, with
 * that id and the very question, and be whole enough to be read: anything else is counted
 * and passed over, and the wait goes on (an upstream that gives the question back in
 * another case, for all of it, is noticed and asked without 0x20). Of one question there is
 * one request under way: who asks the same meanwhile waits for its answer. What came by TCP
 * is asked by TCP: connections to upstreams are kept, several requests on each. An answer
 * that says "truncated" goes to the client as it is, who comes back by TCP.
 *
 * What is not answered in time is asked again, of the next upstream; one that does not
 * answer is asked rarely until it does, unless none does; where all say that nobody is
 * there it is given up at once. Upstreams are asked in the order of the setting, not the
 * fastest first: who names a resolver first wants its views and its log. All memory has a
 * bound: that of "most", 8 MiB of requests longer than others are, and of connections.
 */
#ifndef GUARD_RELAY_H
#define GUARD_RELAY_H

#include "guard/policy.h"
#include "net/loop.h"
#include "net/socket.h"
#include "wire/query.h"

#include <stdatomic.h>

#define GUARD_PORTS 64
#define GUARD_UPSTREAMS 8

/* To whom an answer goes: a value, the front's own. */
#define GUARD_ASKER_OCTETS 64
struct guard_asker {
	_Alignas(8) uint8_t octets[GUARD_ASKER_OCTETS];
};

struct guard_relay_setting {
	const struct net_endpoint *upstreams; /* copied */
	size_t upstream_count;                /* 1..GUARD_UPSTREAMS */
	enum guard_tell tell;
	size_t most;         /* requests under way, at most; beyond it: no more are taken */
	unsigned attempt_ms; /* until it is asked again */
	unsigned total_ms;   /* until it is given up */
	bool mixed_case;     /* 0x20 */

	/* The answer of ${len} octets to ${asker}, with its id and its question's letters
	 * as they came; ${octets} may be changed, has ${room}, and stays until done() is
	 * called. ${octets} is NULL: there was none in time (SERVFAIL is the front's to
	 * make). */
	void (*answer)(void *context, const struct guard_asker *asker, uint8_t *octets,
	               size_t len, size_t room);
	/* A burst of answers is over: send them. */
	void (*done)(void *context);
	void *context;
};

/* Each request that was taken (asked) is answered, given up, or under way; "joined" are
 * those of them that waited for the answer to another's. "again": sent once more;
 * "strange": datagrams and messages that answered nothing. */
struct guard_relay_counts {
	_Atomic uint64_t asked, answered, again, given_up, joined, refused, strange;
};

struct guard_upstream_facts {
	struct net_endpoint endpoint;
	bool up;   /* to one worker at least */
	bool down; /* to one worker at least */
	uint64_t asked, answered;
	double rtt_ms; /* smoothed */
};

struct guard_relay;

/* Opens what it needs in ${loop}: GUARD_PORTS descriptors for each upstream. An upstream to
 * which there is no way yet (ENETUNREACH and its like) is no failure: it is down. FSK_IO
 * with errno, FSK_NOMEM, FSK_RANGE (too few or too many upstreams). */
FSK_MUST_USE enum fsk_err guard_relay_new(const struct guard_relay_setting *setting,
                                          struct net_loop *loop,
                                          struct guard_relay **relay);

/* What is asked: the ${len} octets at ${octets} as they came from the client, read into
 * ${query}; both are copied. */
struct guard_request {
	const uint8_t *octets;
	size_t len;
	const struct wire_query *query;
	struct address client; /* who asked: told to the upstream if so set */
	uint16_t port;
	struct address local; /* and where he asked */
	uint16_t local_port;
	bool stream; /* by TCP */
};

/* Asks for ${asker}; when too many are under way the one that waits for longest gives way,
 * if it is slow, and its askers are answered now. False: none is, or it cannot be asked (a
 * transfer, which is more than one message; more than 4096 octets by UDP), counted as
 * refused; the front answers SERVFAIL. Requests leave at the latest in guard_relay_flush(),
 * which ends a batch of them. */
bool guard_relay_ask(struct guard_relay *relay, const struct guard_asker *asker,
                     const struct guard_request *request);
void guard_relay_flush(struct guard_relay *relay);

/* Other upstreams, other times, told otherwise: what is under way goes on; "most" and the
 * calls stay. FSK_IO, FSK_NOMEM, FSK_RANGE: nothing changed. */
FSK_MUST_USE enum fsk_err guard_relay_change(struct guard_relay *relay,
                                             const struct guard_relay_setting *setting);

const struct guard_relay_counts *guard_relay_counts(const struct guard_relay *relay);

/* Facts of upstream ${n}; false behind the last. From any thread: values may be a moment
 * old, and not of one moment. */
bool guard_relay_facts(const struct guard_relay *relay, size_t n,
                       struct guard_upstream_facts *facts);

/* Closes all; askers that wait get no answer. NULL is allowed. */
void guard_relay_free(struct guard_relay *relay);

#endif
