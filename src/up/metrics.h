/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/metrics.h: answers GET /metrics over HTTP, by libmicrohttpd in the thread of the
 * loop: what it writes belongs to that thread, and a page takes microseconds.
 */
#ifndef UP_METRICS_H
#define UP_METRICS_H

#include "net/loop.h"
#include "net/socket.h"
#include "up/text.h"

struct up_metrics;

/* Binds ${endpoint} and answers with what ${write} writes; ${bound} is where. FSK_IO
 * with errno, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err
up_metrics_open(const struct net_endpoint *endpoint,
                void (*write)(struct up_text *text, void *context), void *context,
                struct net_endpoint *bound, struct up_metrics **metrics);

/* Serves it in ${loop}. FSK_IO with errno, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_metrics_serve(struct up_metrics *metrics,
                                           struct net_loop *loop);

/* Closes all; NULL is allowed. */
void up_metrics_close(struct up_metrics *metrics);

#endif
