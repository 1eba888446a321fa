/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/names.h: many names, each with a number, found by their text. They stand one
 * behind the other in one piece of memory, with no pointer each: some 40 octets a
 * name, its text included. A name may also be found by its parents, which take no
 * text of their own. Nothing is taken out again.
 */
#ifndef WATCH_NAMES_H
#define WATCH_NAMES_H

#include <foresink/err.h>

#include "base/span.h"

#include <stdint.h>

/* Where a name stands. With the hash beside it nearly every name that is another is told
 * without a look at the text, which lies elsewhere in memory. */
struct watch_names_place {
	uint32_t hash; /* the upper half, which also says where to look */
	uint32_t text; /* 0: free */
};

/* Holds no names when it is all zeros but for its key. */
struct watch_names {
	char *text; /* each name, NUL, its number, NUL; a NUL in front of all */
	size_t used;
	size_t room;
	struct watch_names_place *place; /* open addressing */
	size_t places;                   /* a power of 2, or 0 */
	size_t filled;                   /* of them */
	size_t count;                    /* names, without those that are only parents */
	uint64_t key;                    /* of the hash */
};

/* What watch_names_find() finds. */
struct watch_named {
	struct span name; /* as it was added; valid until more are added */
	uint32_t number;
};

/* Sees that names can be added, ${count} with their parents, of ${octets} in all,
 * without a failure. FSK_NOMEM, also for more than 32 bits can number; nothing is
 * changed then. */
FSK_MUST_USE enum fsk_err watch_names_reserve(struct watch_names *names, size_t count,
                                              size_t octets);

/* Adds ${name}, at most 253 octets without a NUL, with ${number}; if it is there, the
 * smaller number stays. FSK_NOMEM as above. */
FSK_MUST_USE enum fsk_err watch_names_add(struct watch_names *names, struct span name,
                                          uint32_t number);

/* Fetches what of the memory will be needed to add ${name} and its parents, soon. */
void watch_names_expect(const struct watch_names *names, struct span name);

/* As watch_names_add(), and ${name} can be found by each of its parents that has two
 * labels or more, unless the parent was added itself or another name with a number as
 * small is found by it. */
FSK_MUST_USE enum fsk_err watch_names_add_below(struct watch_names *names, struct span name,
                                                uint32_t number);

/* Finds ${name}, in lower case; ${named}->name is that name or, if only names below it
 * were added, the one of them with the smallest number. */
bool watch_names_find(const struct watch_names *names, struct span name,
                      struct watch_named *named);

/* Turns ${name}, which this set in ${name} before (an empty span: none yet), into the name
 * that was added next, parents left out; false behind the last. */
bool watch_names_next(const struct watch_names *names, struct span *name);

/* Gives back what memory is not needed, once all are added. */
void watch_names_settle(struct watch_names *names);

/* Frees what ${names} holds; it is empty then. NULL is allowed. */
void watch_names_fini(struct watch_names *names);

#endif
