/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_count.h: foresink census count.
 */
#ifndef CMD_CENSUS_COUNT_H
#define CMD_CENSUS_COUNT_H

#include "cmd/command.h"

enum status census_count_run(int argc, char **argv);

#endif
