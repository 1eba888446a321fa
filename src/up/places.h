/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/places.h: the folders, files and endpoints of this machine that the configuration
 * names for the daemon's own use. They are looked at before the lists are made, which
 * takes long, and by who only checks: nothing is made or bound for it.
 */
#ifndef UP_PLACES_H
#define UP_PLACES_H

#include "up/config.h"
#include "up/trouble.h"

/* Whether the state folder is there, and the folders of the control socket, of files of
 * alerts, and that in which the store lies or is to lie; whether what stands there already
 * could be one; and whether no two parts listen on one endpoint. FSK_IO with ${trouble}. */
FSK_MUST_USE enum fsk_err up_places_check(const struct up_config *config,
                                          struct up_trouble *trouble);

/* Takes the state folder for this process, until ${fd} is closed; -1: there is none, or
 * its file system has no locks. FSK_IO with ${trouble}: another daemon has it. */
FSK_MUST_USE enum fsk_err up_places_lock(const struct up_config *config, int *fd,
                                         struct up_trouble *trouble);

#endif
