/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/review_setup.h: the words of the command line turned into the setting of a
 * scan, and the files that it needs read: allow list, leases, state, index.
 */
#ifndef CMD_REVIEW_SETUP_H
#define CMD_REVIEW_SETUP_H

#include "cmd/review.h"
#include "scan/leases.h"
#include "scan/scan.h"
#include "scan/state.h"

struct review_setup {
	struct scan_setting setting; /* without its callbacks */
	struct selection selection;
	struct watch_allow *allow;     /* NULL: none */
	struct leases *leases;         /* NULL: none */
	struct watch_archive *archive; /* NULL: none */
	const char *index;             /* path of the archive; NULL: none */
	struct scan_state *state;      /* NULL: none */
};

/* Makes ${setup} after ${ask}. STATUS_USAGE, STATUS_DATA (a file that is not what
 * it should be), STATUS_SYSTEM, and said; call review_setup_fini() in any case. */
enum status review_setup_init(struct review_setup *setup, const struct review_ask *ask);
void review_setup_fini(struct review_setup *setup);

#endif
