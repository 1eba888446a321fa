/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/walk.h: the names of a list that a format takes, one after the other:
 * those of its states, and of these the ones that its reader can read. Bots ask for
 * names that nobody could register ("lhewx:onv.com"), and a list is read by programs
 * that take a blank, a quote or a slash for something else; so a format says which
 * octets it is able to write, and what has others is left out and counted.
 */
#ifndef PUBLISH_WALK_H
#define PUBLISH_WALK_H

#include "publish/format.h"

enum publish_octets {
	PUBLISH_PLAIN, /* letters, digits, '-' and '_' in the labels */
	PUBLISH_ANY /* all that are printable, but the blank and '*', which is a wildcard */
};

struct publish_walk {
	const struct publish_list *list; /* the first five are set by the caller, the */
	struct publish_file *file;       /* rest zeroed */
	bool again;  /* this is not the first walk: nothing is counted */
	bool logged; /* log-only names, too */
	enum publish_octets octets;
	size_t most; /* octets of the longest name; 0: FSK_NAME_MAX */

	struct watch_entry entry; /* the name */
	bool odd;                 /* it has other octets than PUBLISH_PLAIN */
	bool inside;
	uint8_t kinds[256]; /* of octets */
	struct watch_roster_cursor cursor;
};

/* Turns to the next name, which counts as written; false behind the last.
 */
bool publish_walk_next(struct publish_walk *walk);

#endif
