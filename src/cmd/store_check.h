/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/store_check.h: whether a store is whole: its engine, and the journals that
 * wait.
 */
#ifndef CMD_STORE_CHECK_H
#define CMD_STORE_CHECK_H

#include "cmd/command.h"

/* `foresink store check'; argv[0] is these words. */
enum status store_check_run(int argc, char **argv);

#endif
