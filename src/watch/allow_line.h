/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/allow_line.h: one line of an allow list: NAME [UNTIL [REASON]].
 */
#ifndef WATCH_ALLOW_LINE_H
#define WATCH_ALLOW_LINE_H

#include <foresink/dga.h>

#include "base/fault.h"
#include "base/span.h"

struct allow_line {
	struct fsk_name name; /* of no length: the line says nothing */
	int64_t until;        /* last second; INT64_MAX: for ever */
	struct span reason;   /* in the line */
};

/* Reads ${text}, without its LF, as watch/allow.h says. FSK_SYNTAX with the column and
 * the reason in ${fault}, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err allow_line_read(struct span text, struct allow_line *line,
                                          struct fault *fault);

#endif
