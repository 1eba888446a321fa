/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/blame.h: which option on a command line is wrong, and why. argp itself
 * would tell in several lines, or not at all.
 */
#ifndef CMD_BLAME_H
#define CMD_BLAME_H

#include <argp.h>

/* Finds the first word of ${argv}[1..${argc}) that is no option of ${options}
 * (ended by a row of zeros) though it looks like one, or that lacks a value or
 * has one too many; stores it in ${word} and returns the reason, a few words.
 * NULL when every option is right. */
const char *blame_find(const struct argp_option *options, int argc, char **argv,
                       const char **word);

#endif
