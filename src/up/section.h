/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/section.h: a section of foresink.conf as its table: which keys it has, and what
 * takes their values. The daemon has its own sections, and each role brings those that
 * it needs (up/role.h).
 */
#ifndef UP_SECTION_H
#define UP_SECTION_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

struct up_config;

/* Why a value cannot be taken, when it is only for want of memory: compared by its
 * place. */
extern const char up_nomem[];

/* Why a line is refused whose first word is worth telling, likewise. */
extern const char up_no_key[], up_no_section[];

/* Where the reading stands. */
struct up_reading {
	struct up_config *config;
	size_t line;
};

struct up_key {
	const char *name;
	bool many; /* may stand more than once in its section */

	/* Takes ${value}, which is not empty and has no blanks around. NULL, or
	 * why it cannot be, a static string. */
	const char *(*take)(struct up_reading *reading, struct span value);
};

/* At most 32 keys. */
struct up_section {
	const char *name;

	/* For "[name title]": begins another one, as ${take} does. NULL: the section
	 * has no title, and stands once. */
	const char *(*begin)(struct up_reading *reading, struct span title);
	const struct up_key *keys;
	size_t key_count;
};

#define UP_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
