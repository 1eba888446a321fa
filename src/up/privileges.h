/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/privileges.h: as whom the daemon runs once its sockets are bound: another user,
 * without capabilities, and never with more rights than that.
 */
#ifndef UP_PRIVILEGES_H
#define UP_PRIVILEGES_H

#include "up/config.h"
#include "up/trouble.h"

#include <sys/types.h>

struct up_ids {
	bool wanted; /* the configuration names a user or a group */
	uid_t uid;   /* (uid_t)-1: the present one */
	gid_t gid;
};

/* Finds the user and the group of ${config}, while the files that know them can be
 * read. FSK_UNKNOWN with ${trouble}. */
FSK_MUST_USE enum fsk_err up_privileges_find(const struct up_config *config,
                                             struct up_ids *ids,
                                             struct up_trouble *trouble);

/* Lets this process have as many descriptors as it may, and sees that they are enough for
 * the clients of ${config}; of callers of a sinkhole whose number nobody asked for there
 * are less then. FSK_SYNTAX with ${trouble}: they are not enough. */
FSK_MUST_USE enum fsk_err up_privileges_descriptors(struct up_config *config,
                                                    struct up_trouble *trouble);

/* Whether this process may become another user. */
bool up_privileges_can_change(void);

/* Becomes ${ids}, if it may, and gives up every capability, other groups, and the way
 * back, for all programs that it could start (PR_SET_NO_NEW_PRIVS). Before any
 * other thread is started. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err up_privileges_drop(const struct up_ids *ids);

#endif
