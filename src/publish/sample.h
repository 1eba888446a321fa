/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/sample.h: the list that is the proof of all publish formats: a handful of
 * names of known generators on one day, with one name of each state and ground, one that
 * no site could have, and one that is forecast twice, made by the same code as any list. A
 * descriptor says what its format writes of it.
 */
#ifndef PUBLISH_SAMPLE_H
#define PUBLISH_SAMPLE_H

#include "publish/format.h"

struct publish_sample {
	struct publish_list list;
	struct watch_roster *roster;
	struct watch_allow *allow; /* the roster's rulings point into these */
	struct watch_known *known;
};

/* Makes the sample list; publish_sample_fini() frees what it holds. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err publish_sample_init(struct publish_sample *sample);
void publish_sample_fini(struct publish_sample *sample);

/* Whether what ${format} writes of ${sample} is what its descriptor says. FSK_MISMATCH
 * when it is not: ${part} is the number of the first part that differs, and ${got} (freed
 * by the caller) what was written: the text, or the SHA-256 in hexadecimal digits where
 * that stands in the descriptor. FSK_NOMEM, FSK_IO. */
FSK_MUST_USE enum fsk_err publish_sample_prove(const struct publish_sample *sample,
                                               const struct publish_format *format,
                                               size_t *part, char **got);

#endif
