/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/dated.h: the dated index (foresink/watch.h) for those who choose its
 * key. The key makes the hash of the table: with another key other names share
 * a bucket, and every answer stays the same. It need not be secret. What the
 * table holds is computed from the calendar, not brought by those who ask; they
 * can ask for names that share a bucket, but the dearest question is a name
 * that is in the index, and these are known to all. So fsk_index_new() takes a
 * constant, and the same index is laid out in the same way each time.
 */
#ifndef WATCH_DATED_H
#define WATCH_DATED_H

#include <foresink/watch.h>

#include "watch/plan.h"

/* Of fsk_index_new(): "foresink" in ASCII. */
#define WATCH_DATED_KEY UINT64_C(0x666f726573696e6b)

/* Makes an index of ${plan}, whose numbers must exist, with ${key}, and stores
 * it in ${index}; freed with fsk_index_free(). Of the plan's threads one is
 * used, and its progress is not called: a week takes less than a second.
 * FSK_RANGE and FSK_NOMEM as in fsk_index_new(). */
FSK_MUST_USE enum fsk_err watch_dated_new(const struct watch_plan *plan, uint64_t key,
                                          struct fsk_index **index);

#endif
