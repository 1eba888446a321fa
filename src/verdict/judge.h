/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/judge.h: weighs the evidence as verdict/verdict.h says. What it finds
 * points into the evidence and holds until more is added there.
 */
#ifndef VERDICT_JUDGE_H
#define VERDICT_JUDGE_H

#include "verdict/evidence.h"

struct judgement {
	struct verdict_host *hosts;
	size_t host_count;
	struct verdict_finding *findings;
	struct verdict_request *requests;
	struct verdict_collision *collisions;
	size_t collision_count;
	double limit; /* of verdict_judged_limit() */
};

/* Weighs ${evidence} against ${ground}, of generators that ${setting} knows, and
 * stores what it finds in ${judgement}. Puts the names of ${evidence} in order
 * and marks which of them count. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err judge_make(const struct verdict_setting *setting,
                                     struct evidence *evidence,
                                     const struct verdict_ground *ground,
                                     struct judgement *judgement);

/* Frees what ${judgement} holds; a zeroed one is allowed. */
void judge_fini(struct judgement *judgement);

#endif
