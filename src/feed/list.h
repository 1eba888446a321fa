/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/list.h: names in the order of their octets, packed: each says how many octets it
 * shares with the one before it and adds the rest, so that a name of a bot takes some 10
 * bytes. Transfers walk it from front to back; every FEED_LIST_STRIDE names one stands
 * whole, from which a single name is found. Never changed once it is made.
 */
#ifndef FEED_LIST_H
#define FEED_LIST_H

#include <foresink/dga.h>

#include "base/span.h"

#include <stdbool.h>

#define FEED_LIST_STRIDE 256 /* names */

struct feed_list {
	uint8_t *octets; /* each name: log-only (1 bit) and octets shared (7), octets
	                  * added, these */
	size_t len;
	size_t count;   /* names */
	size_t *places; /* of every name that stands whole, in octets */
};

/* A list that is being made. */
struct feed_list_writer {
	struct feed_list list;
	size_t room;          /* of octets */
	size_t places_room;   /* of places */
	struct fsk_name last; /* name */
};

/* Appends ${name}, which must come after the last one, to ${writer}, which is zeroed
 * before its first. FSK_RANGE (not in order, or no length of a name), FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_list_add(struct feed_list_writer *writer, struct span name,
                                        bool log_only);

/* Gives the list of ${writer} to ${list}, without room to spare, and ends the writer. */
void feed_list_end(struct feed_list_writer *writer, struct feed_list *list);
void feed_list_writer_fini(struct feed_list_writer *writer);

/* A place in the list, and the name there. */
struct feed_cursor {
	const uint8_t *at, *end; /* what is still to be read */
	bool log_only;
	uint8_t len;
	char text[FSK_NAME_MAX + 1]; /* not ended by NUL */
};

void feed_list_begin(const struct feed_list *list, struct feed_cursor *cursor);

/* Moves ${cursor} to the next name; false behind the last. */
bool feed_list_next(struct feed_cursor *cursor);

static inline struct span
feed_cursor_name(const struct feed_cursor *cursor)
{
	return (struct span){cursor->text, cursor->len};
}

/* Compares as the list is ordered: below 0, 0, above 0. */
int feed_name_compare(struct span a, struct span b);

/* Whether ${name} stands in ${list}, and then as what. */
bool feed_list_find(const struct feed_list *list, struct span name, bool *log_only);

/* Takes ${len} octets that feed_list_add() once wrote, and owns them on success:
 * FSK_CORRUPT unless they are ${count} names in order, packed as they would be today;
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_list_take(uint8_t *octets, size_t len, size_t count,
                                         struct feed_list *list);

/* Bytes of memory that ${list} holds. */
size_t feed_list_bytes(const struct feed_list *list);

void feed_list_fini(struct feed_list *list);

#endif
