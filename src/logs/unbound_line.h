/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/unbound_line.h: one line of the log of Unbound: a question, an answer, what a
 * policy did, or a note.
 */
#ifndef LOGS_UNBOUND_LINE_H
#define LOGS_UNBOUND_LINE_H

#include "logs/entry.h"

/* Reads ${line} into ${entry}, as read() of logs/format.h does. An answer is asked only
 * where no line with a question was learnt. */
enum log_kind unbound_line_read(const struct log_dialect *dialect, struct span line,
                                struct log_scratch *scratch, struct log_entry *entry);

/* Notes in ${dialect} whether ${line} is a question, as learn() of logs/format.h. */
bool unbound_line_learn(struct span line, struct log_dialect *dialect);

#endif
