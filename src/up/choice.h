/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/choice.h: which forecasts a list is made of: the keys family, confidence and tld
 * of [names], and of each [zone], which overrules it.
 */
#ifndef UP_CHOICE_H
#define UP_CHOICE_H

#include "base/span.h"
#include "dga/family.h"
#include "up/arena.h"

struct up_choice {
	bool *chosen; /* by number of the generator; NULL: the key was not given */
	size_t *generators;
	size_t generator_count;
	bool has_least;
	enum dga_confidence least;
	struct span *suffixes;
	size_t suffix_count; /* 0: the key was not given */
};

/* Add a value of the keys family, confidence and tld. NULL, or why it cannot be;
 * UP_NOMEM when there is no memory. */
const char *up_choice_family(struct up_choice *choice, struct up_arena *arena,
                             struct span value);
const char *up_choice_confidence(struct up_choice *choice, struct span value);
const char *up_choice_tld(struct up_choice *choice, struct up_arena *arena,
                          struct span value);

/* Reads the key canary, a domain name or "none", into ${canary}; as above. */
const char *up_choice_canary(struct span *canary, struct up_arena *arena,
                             struct span value);

/* Marks the generators that ${word} means, FAMILY[/VARIANT] with globs, in ${chosen}, one a
 * generator; false when there is none. */
bool up_choice_mark(bool *chosen, struct span word);

/* Fills what ${choice} does not say from ${other}, or, where that is NULL, with all
 * there is. False when there is no memory. */
bool up_choice_complete(struct up_choice *choice, const struct up_choice *other,
                        struct up_arena *arena);

/* Whether two that are complete choose the same. */
bool up_choice_equal(const struct up_choice *a, const struct up_choice *b);

#endif
