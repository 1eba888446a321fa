/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dga/period.h: the calendars of the families. Each function says in which
 * period an instant lies; a family names one of them in its descriptor or
 * writes its own from these. All take the variant (most ignore it), an instant
 * in seconds since 1970 UTC, and write ${period} and return true, or return
 * false when the algorithm has no list at that time. Times before 1601-01-01
 * or after 9999-12-31 never have one, but for lists that hold for ever.
 */
#ifndef DGA_PERIOD_H
#define DGA_PERIOD_H

#include <foresink/dga.h>

#include <stdbool.h>
#include <stdint.h>

struct dga_variant;

/* One list for ever. */
bool dga_period_always(const struct dga_variant *variant, int64_t instant,
                       struct fsk_period *period);

/* One list a day, from 00:00:00 to 23:59:59 UTC. */
bool dga_period_day(const struct dga_variant *variant, int64_t instant,
                    struct fsk_period *period);

/* One list a calendar month. */
bool dga_period_month(const struct dga_variant *variant, int64_t instant,
                      struct fsk_period *period);

/* Periods of ${length} seconds that follow one another from ${origin} (seconds
 * since 1970) on; none before it. */
bool dga_period_steps(int64_t instant, int64_t origin, int64_t length,
                      struct fsk_period *period);

/* Periods cut by the month: the run of days of this month around ${instant}
 * for which ${block} gives one value. ${block} takes the day of the month
 * (1..31) and never falls as the day rises. */
bool dga_period_blocks(int64_t instant, unsigned (*block)(unsigned day),
                       struct fsk_period *period);

#endif
