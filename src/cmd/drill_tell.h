/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/drill_tell.h: what a drill finds, as text for people or as one JSON object a line,
 * as soon as it is found.
 */
#ifndef CMD_DRILL_TELL_H
#define CMD_DRILL_TELL_H

#include "cmd/output.h"
#include "drill/drill.h"

/* Who tells of one resolver. */
struct drill_teller {
	struct output *output;
	bool json;
	const char *resolver; /* address and port */
	int64_t now;
	const struct drill_plan *plan;
	bool rules_little; /* the user ruled less out than a list may */
};

/* For struct drill_setting; ${context} is a struct drill_teller. */
void drill_tell_canary(const struct drill_canary *canary, void *context);
void drill_tell_name(const struct drill_told *told, void *context);

/* Tells how the drill ended, with ${err} of drill_run(). */
void drill_tell_end(const struct drill_teller *teller, enum fsk_err err,
                    const struct drill_counts *counts);

/* Tells which names would be asked for, and of which families none is. */
void drill_tell_plan(const struct drill_teller *teller);

#endif
