/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/tail_journals.h: what is put into the journals of a store, as it comes, whoever puts
 * it. Segments may be removed by the mover as soon as it has taken them: those that were
 * opened stay readable.
 */
#ifndef CMD_TAIL_JOURNALS_H
#define CMD_TAIL_JOURNALS_H

#include "store/journal.h"
#include "store/store.h"

/* A segment that is followed. */
struct tail_segment {
	char worker[STORE_WORKER_SIZE];
	uint64_t number;
	struct store_segment *segment; /* NULL: it was read to its end */
	uint64_t offset;
	bool listed; /* it is still there */
};

struct tail_journals {
	const char *folder;
	struct tail_segment *segments;
	size_t count, room;
	size_t last; /* that was found last */
	uint64_t damaged;

	/* Is told each contact; a result other than FSK_OK ends the round. */
	enum fsk_err (*tell)(const struct sighting *sighting, const struct store_said *said,
	                     void *context);
	void *context;
};

/* Begins to follow the journals of a store, from where ${store} has taken them (NULL: from
 * their start); in ${mark} what changes when more of them is taken. FSK_IO with errno,
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err tail_journals_begin(struct tail_journals *journals,
                                              struct store *store, uint64_t *mark);

/* Tells what came since; FSK_END when there is no more now. */
FSK_MUST_USE enum fsk_err tail_journals_look(struct tail_journals *journals);

void tail_journals_fini(struct tail_journals *journals);

#endif
