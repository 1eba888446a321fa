/* SPDX-License-Identifier: BSD-2-Clause
 *
 * drill/ask.h: one question to one resolver, and its answer: over UDP with retries, over
 * TCP when the answer is truncated. Slow enough that no rate limit is met. Blocks its
 * thread, which it gives back when the answer, the deadline or a stop comes.
 */
#ifndef DRILL_ASK_H
#define DRILL_ASK_H

#include "drill/answer.h"
#include "net/socket.h"

/* Octets of an answer over UDP that are offered (RFC 6891): what crosses every network in
 * one piece, by DNS Flag Day 2020. */
#define DRILL_UDP_SIZE 1232

/* How to ask. What it has learnt stays in it from one question to the next. */
struct drill_asker {
	struct net_endpoint resolver;
	bool tcp;         /* always */
	int stop;         /* a descriptor that can be read when all is to end; -1: none */
	int64_t until_us; /* of net_monotonic_us(): nobody waits beyond it */
	unsigned tries;   /* over UDP, at least 1 */
	int64_t wait_ms;  /* for each of them; over TCP as long as for all together */
	int64_t pace_ms;  /* from the begin of one question to that of the next */

	bool plain;      /* it knows no EDNS: found out */
	int64_t last_us; /* when the last question began; 0: none did */
	unsigned sent;   /* messages, for the curious */
};

/* Asks for ${name} and ${type}, class IN, recursion desired, EDNS without DO (a resolver
 * that knows none is asked without), and stores the ${answer}. What comes and is no answer
 * to it is passed over. FSK_END: none came in time; FSK_STOPPED: the stop came; FSK_IO
 * with errno: it cannot be reached, or there is no socket to be had; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err drill_ask(struct drill_asker *asker, const struct fsk_name *name,
                                    uint16_t type, struct drill_answer *answer);

/* Whether the deadline of ${asker} has passed. */
bool drill_ask_late(const struct drill_asker *asker);

#endif
