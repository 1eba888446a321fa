/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/publish_lists.h: makes the lists that the user of `foresink publish' asked for, and
 * publishes them. What goes wrong is said here.
 */
#ifndef CMD_PUBLISH_LISTS_H
#define CMD_PUBLISH_LISTS_H

#include "cmd/publish_ask.h"

/* Publishes what ${ask} says. */
enum status publish_lists_run(const struct publish_ask *ask);

#endif
