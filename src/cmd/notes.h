/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/notes.h: what a user should know of the lists that are asked for, said on
 * stderr before they are made.
 */
#ifndef CMD_NOTES_H
#define CMD_NOTES_H

#include "cmd/options.h"

/* Says when ${span} ends before families were met: their algorithms give lists
 * for any day, but no bot asked for those; and when one has no list at all. */
void notes_unborn(const struct selection *selection, struct span_of_time span);

#endif
