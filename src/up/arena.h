/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/arena.h: memory that is freed all at once: what a configuration is made of,
 * many small pieces that live and end together. Of one thread.
 */
#ifndef UP_ARENA_H
#define UP_ARENA_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

struct up_chunk;

/* Zeroed: empty. */
struct up_arena {
	struct up_chunk *chunks;
};

/* ${count} zeroed objects of ${size} bytes, aligned for any; NULL: no memory. */
void *up_arena_take(struct up_arena *arena, size_t count, size_t size);

/* A copy of ${text} with a NUL behind it; NULL: no memory. */
char *up_arena_text(struct up_arena *arena, struct span text);

/* Makes room behind the ${count} objects of ${size} bytes at ${list}, for one more,
 * which is zeroed; returns where the list is then, NULL when there is no memory. The
 * old place stays readable as long as the arena. */
void *up_arena_grow(struct up_arena *arena, void *list, size_t count, size_t size);

/* Wipes and frees all, as secrets are among it; the arena is empty then. */
void up_arena_fini(struct up_arena *arena);

#endif
