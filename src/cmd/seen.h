/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/seen.h: which names have come by already. Exact: names are compared by
 * their text, without regard to case, as DNS compares them.
 */
#ifndef CMD_SEEN_H
#define CMD_SEEN_H

#include <foresink/err.h>

#include "base/span.h"

#include <stdint.h>

struct seen {
	char *names;   /* each name behind an octet with its length */
	size_t bytes;  /* of names in use */
	size_t room;   /* bytes of names */
	size_t *slots; /* offset + 1 of a name; 0: empty */
	size_t mask;   /* slots - 1, a power of two less one */
	size_t count;  /* names */
};

/* Empties ${seen}. */
void seen_init(struct seen *seen);

/* Adds ${name}, at most 253 octets, and stores in ${is_new} whether it came by
 * for the first time. FSK_NOMEM; then nothing was added. */
FSK_MUST_USE enum fsk_err seen_add(struct seen *seen, struct span name, bool *is_new);

/* Frees what ${seen} holds. */
void seen_fini(struct seen *seen);

#endif
