/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/store_import.h: `foresink store import': what another sinkhole wrote down (access
 * logs, DNS logs, Shadowserver's reports) goes into a store, each line once.
 */
#ifndef CMD_STORE_IMPORT_H
#define CMD_STORE_IMPORT_H

#include "cmd/command.h"

/* Runs it; argv[0] is "foresink store import". */
enum status store_import_run(int argc, char **argv);

#endif
