/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/portion.h: names that are asked together and answered in the order in
 * which they came. A list of any length is answered portion by portion, so
 * memory does not grow with it.
 */
#ifndef CMD_PORTION_H
#define CMD_PORTION_H

#include "cmd/answer.h"

/* How the names of all portions are to be answered; set by the caller. */
struct portion_task {
	const struct selection *selection;
	struct span_of_time span;
	const struct watch_archive *archive; /* may be NULL */
	const char *path;                    /* of the archive */
	bool may_do_without; /* search if the archive turns out to be altered */
	unsigned threads;
	struct watch_rules rules; /* of the collision stage */
	bool json;
	int64_t now;
	struct output *output;
};

struct portion {
	const struct portion_task *task;
	const struct watch_archive *archive; /* NULL from where it was given up */
	struct portion_entry *entries;
	size_t count;
	struct hits hits;
	uint64_t names_made; /* by all portions so far */
	bool *met;           /* by number of the family: a name of it was asked */
	enum status status;  /* STATUS_DATA once a malformed name was met */
};

/* Begins with no names. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err portion_init(struct portion *portion,
                                       const struct portion_task *task);

/* Asks for ${text}, which stands in line ${line} of standard input, or among
 * the arguments if that is 0. What is no name is said and counted in status.
 * A full portion is answered. FSK_NOMEM, and the errors of hits_find(). */
FSK_MUST_USE enum fsk_err portion_ask(struct portion *portion, struct span text,
                                      size_t line);

/* Asks for every line of standard input; blank lines are skipped. Errors as
 * above, and FSK_IO with errno. */
FSK_MUST_USE enum fsk_err portion_ask_stdin(struct portion *portion);

/* Answers what was asked since the last answer. Errors of hits_find();
 * FSK_CORRUPT was said. */
FSK_MUST_USE enum fsk_err portion_answer(struct portion *portion);

/* Writes for people what was searched and what the families found mean. */
void portion_write_end(const struct portion *portion);

/* Frees what ${portion} holds. */
void portion_fini(struct portion *portion);

#endif
