/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/allowing.h: the names that the role guard lets through for a while (guard/passes.h),
 * as somebody asked for by the control socket: each is logged when it begins and when it
 * ends, ends by itself, and is kept over a restart in the file "passes" of the state
 * folder. Of the thread of the loop.
 */
#ifndef UP_ALLOWING_H
#define UP_ALLOWING_H

#include "guard/guard.h"
#include "up/log.h"
#include "up/verb.h"

/* For how long at most: what is to be let through for longer belongs on an allow list,
 * where others see it. */
#define UP_ALLOWING_MOST INT64_C(2592000) /* seconds: 30 days */

struct up_allowing_setting {
	struct guard *guard;
	struct net_loop *loop;
	const struct up_log *log;
	const char *state; /* folder, copied; NULL: nothing is kept */
};

struct up_allowing;

/* Puts into force what was kept. A file that is broken is logged, and counts as none: more
 * is blocked then, not less. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_allowing_new(const struct up_allowing_setting *setting,
                                          struct up_allowing **allowing);
void up_allowing_free(struct up_allowing *allowing);

/* The verbs allow {name, for_s or until, reason, client}, end {name, client} and list; as
 * the answer of struct up_verb. */
const char *up_allowing_allow(struct up_allowing *allowing, struct up_request *request,
                              json_t *lines);
const char *up_allowing_end(struct up_allowing *allowing, struct up_request *request,
                            json_t *lines);
const char *up_allowing_list(struct up_allowing *allowing, struct up_request *request,
                             json_t *lines);

#endif
