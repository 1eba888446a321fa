/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/value.h: the values of configuration keys: what numbers, words, paths and
 * prefixes look like. Each gives false for what is none, and writes on success only.
 */
#ifndef UP_VALUE_H
#define UP_VALUE_H

#include "base/address.h"
#include "base/span.h"

#include <stdint.h>

/* Takes the next word off ${rest}: words are parted by blanks and commas. False when
 * there is none. */
bool up_value_word(struct span *rest, struct span *word);

/* The same for words that blanks alone part. */
bool up_value_part(struct span *rest, struct span *part);

/* A whole number of ${least}..${most}, in digits. */
bool up_value_number(struct span text, uint64_t least, uint64_t most, uint64_t *number);

/* The same into an unsigned, with the reason for people: NULL, or why it is none. */
const char *up_value_unsigned(struct span text, unsigned least, unsigned most,
                              unsigned *number);

/* "yes" or "no". */
bool up_value_yes(struct span text, bool *yes);

/* An absolute path: the daemon has no folder of its own from which a relative one
 * could count. */
bool up_value_path(struct span text);

/* Which of the ${count} ${words} ${text} is. */
bool up_value_choice(struct span text, const char *const *words, size_t count,
                     size_t *which);

#endif
