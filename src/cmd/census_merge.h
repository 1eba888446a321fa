/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_merge.h: foresink census merge.
 */
#ifndef CMD_CENSUS_MERGE_H
#define CMD_CENSUS_MERGE_H

#include "cmd/command.h"

enum status census_merge_run(int argc, char **argv);

#endif
