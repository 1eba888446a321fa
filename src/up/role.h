/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/role.h: what a role of the daemon must state about itself. A role is one file
 * under roles/ that ends in its constant entry, and one line in roles.def. What a role
 * serves is made in a thread of its own, beside what it serves now, and put in its
 * place as a whole; all else happens in the thread of the loop.
 */
#ifndef UP_ROLE_H
#define UP_ROLE_H

#include "alert/alert.h"
#include "net/loop.h"
#include "up/config.h"
#include "up/keeper.h"
#include "up/log.h"
#include "up/text.h"
#include "up/trouble.h"
#include "up/verb.h"

#include <stdatomic.h>

/* Roles there may be. */
#define UP_ROLE_MOST 8

/* What a role is made from. */
struct up_making {
	const struct up_config *config;
	struct watch_rulebook *book; /* who wants it longer keeps it */
	struct watch_rules rules;    /* of the book, now */
	int64_t now;                 /* seconds since 1970 */
	atomic_bool *stop;           /* only read here; true: FSK_STOPPED is wanted soon */
};

/* Where a role lives. */
struct up_host {
	struct net_loop *loop;
	const struct up_log *log;
	struct alert_hub *hub; /* whom it tells what it sees; lives longer; NULL: nobody */
};

struct up_role {
	const char *name;
	const char *summary; /* one line, lower case, without a full stop */
	bool tells;          /* what it sees, to the hub of its host */

	/* Its sections of the configuration, and what completes them when all is read;
	 * ${runs}: it is among the roles, and must have what it needs. FSK_SYNTAX with
	 * ${fault}, FSK_NOMEM. */
	const struct up_section *sections;
	const size_t *section_count;
	enum fsk_err (*settle)(struct up_config *config, bool runs, struct fault *fault);

	/* Makes what is to be served. Whatever it returns but FSK_OK is in
	 * ${trouble}, unless it is FSK_NOMEM or FSK_STOPPED. */
	enum fsk_err (*make)(const struct up_making *making, void **made,
	                     struct up_trouble *trouble);
	void (*unmake)(void *made); /* NULL is allowed */

	/* Tells in lines for people what ${made} would serve. */
	void (*describe)(const struct up_config *config, const void *made,
	                 void (*tell)(const char *line, void *context), void *context);

	/* Binds its sockets; it serves nothing yet. ${config} lives until change()
	 * brought another one, or close(). */
	enum fsk_err (*open)(const struct up_host *host, const struct up_config *config,
	                     void **state, struct up_trouble *trouble);

	/* Opens the journals of what it sees in ${keeper} (NULL: there is no store), when
	 * privileges are gone and before it serves: they outlive it. NULL: it keeps
	 * nothing. FSK_IO with ${trouble}, FSK_NOMEM. */
	enum fsk_err (*begin)(void *state, struct up_keeper *keeper,
	                      struct up_trouble *trouble);

	/* Takes ${config}; on failure the old one stays in force. Where another role does
	 * not take it, it is called once more with the old one. */
	enum fsk_err (*change)(void *state, const struct up_config *config,
	                       struct up_trouble *trouble);

	/* Serves ${made} from now on, and owns it in any case. What fails is logged, and
	 * what was served stays: FSK_NOMEM, and then it is worth making it again; or
	 * FSK_RANGE, and the same would be refused again. */
	enum fsk_err (*swap)(void *state, void *made, int64_t now);

	/* Writes its metrics in the text form of Prometheus. */
	void (*metrics)(const void *state, int64_t now, struct up_text *text);

	/* Opens the files anew that it writes, as they may have been moved away; NULL: it
	 * has none. */
	void (*reopen)(void *state);

	/* What the control socket may ask it, once it serves. */
	const struct up_verb *verbs;
	size_t verb_count;

	void (*close)(void *state); /* NULL is allowed */
};

/* How many roles there are, and role ${n} of them, counted from 0; NULL behind the
 * last. */
size_t up_role_count(void);
const struct up_role *up_role_at(size_t n);

/* For make(): how many threads the configuration asks for, and what fits struct watch_plan
 * when its context is the stop of struct up_making. */
unsigned up_role_threads(const struct up_config *config);
bool up_role_go_on(uint64_t done, uint64_t whole, void *context);

/* Whether there is a role ${name}, and its number. */
bool up_role_find(struct span name, size_t *number);

#endif
