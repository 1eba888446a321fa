/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/cut.h: cuts an open intake into pieces: whole lines of text, or records that are
 * read at once; and passes over what an earlier run read. The mark of the intake moves
 * with what was cut.
 */
#ifndef SCAN_CUT_H
#define SCAN_CUT_H

#include "scan/intake.h"

/* Fills ${part} with the next lines of ${intake}; the last piece, which may be
 * empty, has ${last}. A format that is no text is read at once, with ${take}.
 * FSK_END when there are no more; FSK_NOMEM, FSK_RANGE. */
FSK_MUST_USE enum fsk_err cut_next(struct intake *intake, struct take *take,
                                   struct part *part);

/* Passes over what is in front of ${mark}. Stores in ${same} whether that is what the
 * run read that wrote the mark; if not, the intake must be opened anew. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err cut_pass_over(struct intake *intake, const struct scan_mark *mark,
                                        bool *same);

/* Passes over records up to number ${count}, or as many as there are. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err cut_pass_records(struct intake *intake, uint64_t count);

/* What a file of records is known by, in place of its first bytes: what its first record
 * says. */
struct span cut_first_record(const struct intake *intake);

/* Notes in ${mark} by which bytes the file is known. */
void cut_set_head(struct scan_mark *mark, struct span head);

#endif
