/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/store_export.h: the sightings of a store as CSV or JSON Lines.
 */
#ifndef CMD_STORE_EXPORT_H
#define CMD_STORE_EXPORT_H

#include "cmd/command.h"

/* `foresink store export'; argv[0] is these words. */
enum status store_export_run(int argc, char **argv);

#endif
