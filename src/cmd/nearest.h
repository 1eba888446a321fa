/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/nearest.h: what a user who mistyped a family may have meant.
 */
#ifndef CMD_NEAREST_H
#define CMD_NEAREST_H

#include "dga/catalog.h"

/* Stores in ${near} the family, or the FAMILY/VARIANT when ${typed} has a
 * slash, whose name is the fewest letters away from ${typed}. False when every
 * one is further than half the length of ${typed}: then it is no typo. */
bool nearest_generator(const char *typed, char near[DGA_GENERATOR_NAME_SIZE]);

#endif
