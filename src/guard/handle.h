/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/handle.h: what is done with one message: it is answered here, relayed, or thrown
 * away. No socket and no clock: the same octets from the same client at the same moment
 * give the same answer, but for what was counted and noted before. Nothing that comes is
 * trusted: any octets of any length may come.
 *
 * In this order: what cannot be answered is dropped; who may not ask is REFUSED; what is
 * malformed is told so; zone transfers are REFUSED, since they are many answers to one
 * question (RFC 5936), which nothing here could check, and the resolver behind is no server
 * of zones; then names are looked at, of the Internet's class alone (of any, too); all else
 * is relayed.
 */
#ifndef GUARD_HANDLE_H
#define GUARD_HANDLE_H

#include "guard/ground.h"
#include "guard/habits.h"
#include "guard/hits.h"
#include "net/limiter.h"
#include "guard/passes.h"
#include "guard/suspects.h"
#include "guard/tally.h"
#include "wire/cookie.h"

/* By what it is decided; all but the ground, the tally and the secret may be NULL. */
struct guard_desk {
	const struct guard_ground *ground;
	const struct guard_passes *passes;
	const struct guard_suspects *suspects;
	struct net_limits *limits;
	struct guard_habits *habits;
	struct guard_hits *hits;
	struct guard_tally *tally;
	const uint8_t *secret; /* WIRE_COOKIE_SECRET octets */
	unsigned workers; /* that share the rate: of one client's ports the kernel deals
	                   * each to one of them */
	int64_t us;       /* of the calendar */
};

/* What came. */
struct guard_call {
	const uint8_t *octets;
	size_t len;
	bool cut;    /* there was more of it */
	bool stream; /* by TCP, without the length in front */
	struct address peer;
	uint16_t port;
	const struct wire_proxy *proxy; /* of a stream: what stood at its begin; NULL:
	                                 * nothing. A datagram has its own */
};

enum guard_step { GUARD_DROP, GUARD_ANSWER, GUARD_RELAY };

/* What an answer must be like that comes from elsewhere. */
struct guard_back {
	bool stream;
	bool has_cookie;
	uint16_t most; /* octets that the client takes */
	uint8_t cookie[WIRE_COOKIE_SIZE];
};

/* Octets in which each answer fits that is made here. */
#define GUARD_ANSWER_MOST 1232

struct guard_outcome {
	size_t len;   /* of GUARD_ANSWER */
	bool refused; /* because of who it is */
	bool hit;     /* one was put for the ledger */

	/* Of GUARD_RELAY: the message, a part of what came. */
	const uint8_t *message;
	size_t message_len;
	struct wire_query query;
	struct guard_client client;
	struct guard_back back;
};

/* Decides on ${call}; an answer is written into ${out}, GUARD_ANSWER_MOST octets apart from
 * what came. A forecast name is put into the ring of hits in any case. */
enum guard_step guard_handle(const struct guard_desk *desk, const struct guard_call *call,
                             uint8_t *out, struct guard_outcome *outcome);

/* Octets of the part of a message that its failure is answered by, and of that answer. */
#define GUARD_GIST 288
#define GUARD_FAILED (GUARD_GIST + 40)

/* Writes that part of what is relayed into ${out}; its length. */
size_t guard_gist(const struct guard_outcome *outcome, uint8_t out[GUARD_GIST]);

/* Writes SERVFAIL into ${out}, of GUARD_FAILED octets: nobody answered the message of
 * which the ${len} octets at ${gist} are the part (${out} may be the same). The length; 0:
 * it is none. */
size_t guard_failed(const uint8_t *gist, size_t len, const struct guard_back *back,
                    uint8_t *out);

/* Makes the answer of ${len} octets at ${octets}, which has ${room}, fit for ${back}: puts
 * the cookie into it, says "truncated" where it is longer than the client takes. The
 * length; 0: it is none. */
size_t guard_fit(const struct guard_back *back, uint8_t *octets, size_t len, size_t room);

#endif
