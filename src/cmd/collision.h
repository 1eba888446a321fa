/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/collision.h: what commands that judge names ask their user for the collision
 * stage: allow lists, lists of popular names, snapshots of registered ones. A command
 * puts the rows into its own table of options and hands the keys to collision_take();
 * errors are said here, one line each.
 */
#ifndef CMD_COLLISION_H
#define CMD_COLLISION_H

#include <foresink/watch.h>

#include "cmd/options.h"
#include "watch/rulebook.h"

/* Rows for a table of struct argp_option, all repeatable. */
#define COLLISION_ALLOW                                                                    \
	{                                                                                  \
		"allow", OPTION_ALLOW, "FILE", 0,                                          \
		        "never block these names, NAME [UNTIL [REASON]] a line", 0         \
	}
#define COLLISION_POPULAR                                                                  \
	{                                                                                  \
		"popular", OPTION_POPULAR, "FILE[@DATE]", 0,                               \
		        "a list of popular names, as it was on DATE; repeatable", 0        \
	}
#define COLLISION_REGISTERED                                                               \
	{                                                                                  \
		"registered", OPTION_REGISTERED, "FILE[@DATE]", 0,                         \
		        "a list of registered names, as it was on DATE; repeatable", 0     \
	}
#define OPTIONS_COLLISION COLLISION_ALLOW, COLLISION_POPULAR, COLLISION_REGISTERED

/* What the user said; begins as all zeros. */
struct collision_ask {
	struct watch_rulebook_file *files;
	size_t count;
};

/* Takes ${key} with ${arg}, which is cut in front of its date and must outlive ${ask},
 * if it is one of the keys above; else gives ARGP_ERR_UNKNOWN. A date that does not
 * exist is said and ends the process. */
error_t collision_take(struct collision_ask *ask, int key, char *arg);

/* Reads the files of ${ask} into ${book}, which the caller frees; with no files it rules
 * nothing out. Lines that were passed over are counted on stderr,
 * and times that were assumed told. STATUS_DATA and
 * STATUS_SYSTEM, and said. */
enum status collision_load(const struct collision_ask *ask, struct watch_rulebook **book);

/* Rules on ${name}, in lower case, as the forecast ${match}: by the day from which its
 * family can be computed, and by the first second in which a bot of it may ask for that
 * name, in this period or, of a popular name, in an earlier one. */
void collision_rule(const struct watch_rules *rules, const struct fsk_match *match,
                    const struct fsk_name *name, struct watch_ruling *ruling);

/* Frees what ${ask} holds. */
void collision_fini(struct collision_ask *ask);

#endif
