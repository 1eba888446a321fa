/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_methods.h: foresink census methods.
 */
#ifndef CMD_CENSUS_METHODS_H
#define CMD_CENSUS_METHODS_H

#include "cmd/command.h"

enum status census_methods_run(int argc, char **argv);

#endif
