/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/rises.h: which hosts are worse than when they were looked at last? For
 * those who watch a log grow.
 */
#ifndef CMD_RISES_H
#define CMD_RISES_H

#include "verdict/verdict.h"

struct rises_host {
	struct sighting_client client;
	enum verdict_word word;
};

/* The hosts that are more than chance, by client. Zeroed: none. */
struct rises {
	struct rises_host *hosts;
	size_t count;
};

/* Calls ${risen} (may be NULL) with ${context} for each host of ${verdict} whose
 * verdict is worse than in ${rises}, and keeps the verdicts. FSK_NOMEM: nothing was
 * called or kept. */
FSK_MUST_USE enum fsk_err
rises_look(struct rises *rises, const struct verdict *verdict,
           void (*risen)(const struct verdict_host *host, void *context), void *context);

void rises_fini(struct rises *rises);

#endif
