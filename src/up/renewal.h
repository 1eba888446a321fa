/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/renewal.h: one making of all that the roles serve, in a thread of its own, while
 * the loop serves on what there is.
 */
#ifndef UP_RENEWAL_H
#define UP_RENEWAL_H

#include "up/role.h"

#include <pthread.h>

struct up_renewal {
	/* Set by the caller: from what, for when, and whom to wake at the end. */
	const struct up_config *config;
	struct watch_rulebook *book; /* NULL: its lists are read, and then it is here */
	int64_t now;
	struct net_loop *loop; /* NULL: nobody is woken */

	/* The results, when it has ended. */
	enum fsk_err err;
	struct up_trouble trouble;
	void *made[UP_ROLE_MOST]; /* one a role of the configuration; what is taken
	                           * out is set to NULL */
	bool read_book;           /* the book was read here, and is the caller's now */

	pthread_t thread;
	bool running; /* begun, and not joined */
	atomic_bool stop, ended;
};

/* Does it in the calling thread. */
void up_renewal_run(struct up_renewal *renewal);

/* Begins it in a thread of its own; ${renewal} must keep its place. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err up_renewal_begin(struct up_renewal *renewal);

/* Whether the thread is at its end; and waits for that, asking it to stop if ${stop}. One
 * that does not run has ended. */
bool up_renewal_ended(const struct up_renewal *renewal);
void up_renewal_join(struct up_renewal *renewal, bool stop);

/* Asks the thread to stop and waits ${seconds} for that. False: it still runs, perhaps in
 * the kernel, and what it uses must stay. */
FSK_MUST_USE bool up_renewal_end(struct up_renewal *renewal, unsigned seconds);

/* Frees what is left in ${made}, and a book that was read here. */
void up_renewal_fini(struct up_renewal *renewal);

#endif
