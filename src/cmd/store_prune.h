/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/store_prune.h: the oldest sightings of a store, removed.
 */
#ifndef CMD_STORE_PRUNE_H
#define CMD_STORE_PRUNE_H

#include "cmd/command.h"

/* `foresink store prune'; argv[0] is these words. */
enum status store_prune_run(int argc, char **argv);

#endif
