/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/load.h: the files of the daemon: its configuration, the secrets that it names, the
 * resolvers of this machine, and the lists of the collision stage. What is wrong in one of
 * them is told by its place.
 */
#ifndef UP_LOAD_H
#define UP_LOAD_H

#include "up/config.h"
#include "up/trouble.h"

/* Reads the configuration ${path}, its secrets, the upstreams of guard and the lists of the
 * sinkhole into ${config},
 * which the caller ends with up_config_fini(). FSK_SYNTAX for what stands wrong in a file,
 * FSK_IO for what cannot be read, both in ${trouble}; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_load_config(const char *path, struct up_config *config,
                                         struct up_trouble *trouble);

/* The same without the files that it names: for who only asks what stands in it. */
FSK_MUST_USE enum fsk_err up_load_alone(const char *path, struct up_config *config,
                                        struct up_trouble *trouble);

/* Reads the lists of ${config} into ${book}, which the caller frees. As above. */
FSK_MUST_USE enum fsk_err up_load_book(const struct up_config *config,
                                       struct watch_rulebook **book,
                                       struct up_trouble *trouble);

#endif
