/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/nearest.h: what a user who mistyped a family, or does not know the
 * name of a format, may have meant.
 */
#ifndef CMD_NEAREST_H
#define CMD_NEAREST_H

#include "dga/catalog.h"

/* Stores in ${near} the family, or the FAMILY/VARIANT when ${typed} has a
 * slash, whose name is the fewest letters away from ${typed}. False when every
 * one is further than half the length of ${typed}: then it is no typo. */
bool nearest_generator(const char *typed, char near[DGA_GENERATOR_NAME_SIZE]);

/* Bytes of what nearest_formats() writes, with its NUL. */
#define NEAREST_FORMATS_SIZE 128

/* Writes to ${near} the names of the log formats, parted by ", ", whose name or title
 * speaks of
 * ${typed}, in any case ("nginx"), or else of the one whose name is the fewest letters
 * away. False when there is none, as above. */
bool nearest_formats(const char *typed, char near[NEAREST_FORMATS_SIZE]);

#endif
