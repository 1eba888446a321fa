/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/held.h: the names of the sets' lists, found by a name or one below it. It never
 * changes once it is made. A name takes its letters and about 30 octets, more if bots make
 * it.
 */
#ifndef SINKHOLE_HELD_H
#define SINKHOLE_HELD_H

#include "base/span.h"

#include <foresink/watch.h>

#include <stdbool.h>

/* A name of the lists; its letters stand behind it, with their NUL. */
struct sinkhole_entry {
	uint32_t match; /* number of its first one */
	uint8_t match_count;
	uint8_t set;
	uint8_t len;
	char text[];
};

/* The hash by which the same name is the same in every ground. */
uint64_t sinkhole_held_hash(const char *name, size_t len);

struct sinkhole_list;

/* Makes a list with room for ${count} names of ${octets} letters in all. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err sinkhole_list_new(size_t count, size_t octets,
                                            struct sinkhole_list **list);
void sinkhole_list_free(struct sinkhole_list *list);

/* Adds ${name}, for which there must be room, for ${set}. That it is there already for the
 * same set changes nothing; for another one: FSK_RANGE. */
FSK_MUST_USE enum fsk_err sinkhole_list_add(struct sinkhole_list *list,
                                            const struct fsk_name *name, uint8_t set);

/* Asks ${index} for each name, and keeps what it says besides what is there. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err sinkhole_list_match(struct sinkhole_list *list,
                                              const struct fsk_index *index);

/* The longest of ${name} and what is above it that is on the list, or NULL; its ${hash},
 * and how many octets of ${name} stand in front of it. */
const struct sinkhole_entry *sinkhole_list_find(const struct sinkhole_list *list,
                                                const struct fsk_name *name, uint64_t *hash,
                                                size_t *offset);

/* Fetches what that will read for the ${len} octets at ${name}, as they are asked. */
void sinkhole_list_fetch(const struct sinkhole_list *list, const char *name, size_t len);

/* The matches of ${entry}. */
const struct fsk_match *sinkhole_list_matches(const struct sinkhole_list *list,
                                              const struct sinkhole_entry *entry);

/* The entry behind ${entry}, in the order of adding; NULL: the first, or behind the last.
 */
const struct sinkhole_entry *sinkhole_list_next(const struct sinkhole_list *list,
                                                const struct sinkhole_entry *entry);

/* How many names there are, and octets of memory. */
size_t sinkhole_list_count(const struct sinkhole_list *list);
size_t sinkhole_list_bytes(const struct sinkhole_list *list);

#endif
