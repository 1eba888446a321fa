/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/order.h: the orders in which names, findings, requests and hosts are
 * put, for qsort(). Each is whole: no two things that differ are equal, so that
 * the order in which they came does not show.
 */
#ifndef VERDICT_ORDER_H
#define VERDICT_ORDER_H

#include "verdict/verdict.h"

/* Whole days (UTC) that ${us} lies away from ${period}: 0 inside; > 0 before it,
 * as when the clock that asked is ahead; < 0 behind it. Outside never 0. */
int order_offset(struct fsk_period period, int64_t us);

/* What is known of when a name was asked for: its periods, and the first and last time. */
struct order_stretch {
	struct fsk_period period; /* from the first period to the last */
	int64_t first_us, last_us;
};

/* Lays ${stretch} over another one of the same name. */
void order_stretch_add(struct order_stretch *stretch, const struct order_stretch *other);

/* Whether it was asked for in more than the one period in which it holds. */
bool order_stretch_moves(const struct order_stretch *stretch);

/* Names by host, generator, text; of these the period that counts first. */
int order_names_by_text(const void *left, const void *right);

/* Names of one finding by period, and by time. */
int order_names_by_period(const void *left, const void *right);
int order_names_by_time(const void *left, const void *right);

/* Findings of one host, hosts: the worst first. Requests of one host: most first. */
int order_findings(const void *left, const void *right);
int order_hosts(const void *left, const void *right);
int order_requests(const void *left, const void *right);

#endif
