/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/answer.h: what `foresink explain` writes about one asked name, for people
 * or as a JSON object.
 */
#ifndef CMD_ANSWER_H
#define CMD_ANSWER_H

#include "cmd/asked.h"
#include "cmd/hits.h"
#include "cmd/output.h"
#include "watch/ruling.h"

struct answer {
	struct span text;          /* as it was asked */
	const struct asked *asked; /* NULL: no name was in it */
	const char *why;           /* then: the reason */
	const struct hits *hits;
	const struct watch_rules *rules; /* of the collision stage */
	int64_t now;                     /* to tell past from future */
	size_t windows; /* matches of one name and generator that people see */

	/* What was searched, for an answer that must stand alone. */
	const struct selection *selection;
	struct span_of_time span;
};

/* Writes ${answer} as lines for people: one a match, with a second one that says why
 * its name is known (watch/reason.h), a third where the collision stage has something to
 * say, and notes. Of one name and
 * generator the matches nearest to now are listed, the others counted. */
void answer_write_text(struct output *output, const struct answer *answer);

/* Writes ${answer} as one JSON object on a line; foresink-explain(1) documents
 * its keys. */
void answer_write_json(struct output *output, const struct answer *answer);

#endif
