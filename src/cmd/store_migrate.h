/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/store_migrate.h: a store of an earlier version in this one's form.
 */
#ifndef CMD_STORE_MIGRATE_H
#define CMD_STORE_MIGRATE_H

#include "cmd/command.h"

/* `foresink store migrate'; argv[0] is these words. */
enum status store_migrate_run(int argc, char **argv);

#endif
