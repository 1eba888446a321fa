/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/sandbox.h: gives up, once all is bound and before the first foreign octet is read,
 * whatever serving does not take: root, capabilities, files, system calls. What this
 * kernel or this user cannot give up is logged.
 */
#ifndef UP_SANDBOX_H
#define UP_SANDBOX_H

#include "up/privileges.h"

/* Does it for ${config}; the daemon must have one thread. FSK_IO with ${trouble} when
 * the privileges cannot be dropped, when a folder cannot be kept, or when the state
 * folder cannot be written after that; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_sandbox_enter(const struct up_config *config,
                                           const struct up_ids *ids,
                                           const struct up_log *log,
                                           struct up_trouble *trouble);

#endif
