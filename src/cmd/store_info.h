/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/store_info.h: what is in a store, and reports of its sums.
 */
#ifndef CMD_STORE_INFO_H
#define CMD_STORE_INFO_H

#include "cmd/command.h"

/* `foresink store info'; argv[0] is these words. */
enum status store_info_run(int argc, char **argv);

#endif
