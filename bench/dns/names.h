/* SPDX-License-Identifier: BSD-2-Clause
 *
 * names.h: the names that a load asks for, one after the other, again from the first when
 * all have been asked for.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stddef.h>
#include <stdint.h>

struct names {
	uint8_t *octets; /* of each its length, and itself in wire form */
	size_t size, at; /* octets; of the next one */
	size_t count;
};

/* Reads names, one a line; what is none ends the program. */
void names_read(const char *path, struct names *names);

/* The next one: an octet with the length, and the name; valid for ever. */
const uint8_t *names_next(struct names *names);

#endif
