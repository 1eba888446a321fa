/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prng/conficker_text.h: whole lists of Conficker's names as text, several days
 * at once. The chain of states does not depend on how results are read, so the
 * days are computed side by side, in the lanes of vectors where the processor
 * has them; afterwards each day's results are read off in order. One day alone
 * is one chain, and made by plain code. All ways give the same bytes. No heap;
 * some 40 KiB of stack.
 */
#ifndef PRNG_CONFICKER_TEXT_H
#define PRNG_CONFICKER_TEXT_H

#include "prng/conficker.h"
#include "prng/conficker_block.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names between two marks. */
#define CONFICKER_TEXT_MARK_STEP 64

/* Bytes that are written behind the end of a text. */
#define CONFICKER_TEXT_SLACK 16

/* What stands behind a label, with its dot: 7 octets at most, and LF. */
struct conficker_tail {
	char text[8];
	uint8_t len; /* octets, the LF included */
};

/* What lists are made of. */
struct conficker_kind {
	const struct conficker_reading *reading;
	const struct conficker_tail *tails; /* as many as the reading has suffixes */
	uint32_t names;                     /* of each list */
};

/* One list. */
struct conficker_list {
	uint64_t key;   /* state before the first name */
	char *text;     /* room for the names, each with LF, and the slack */
	uint8_t *len;   /* set: len[i], octets of name i without LF */
	uint64_t *mark; /* set: mark[k], the state before name k *
	                 * CONFICKER_TEXT_MARK_STEP; NULL: not wanted */
	size_t bytes;   /* set: octets of the text */
};

/* A way to advance many days. */
struct conficker_kernel {
	const char *name;
	bool (*usable)(void); /* whether this processor can run it */
	void (*fill)(struct conficker_block *block, size_t days);
};

/* All of them, the best first; the last one can be used everywhere. */
extern const struct conficker_kernel conficker_text_kernels[];
extern const size_t conficker_text_kernel_count;

/* How many of ${count} lists to make next: at most CONFICKER_DAYS, and evenly,
 * so that 25 are made as 13 and 12 and not as 24 and a slow one. */
size_t conficker_text_batch(size_t count);

/* Makes ${lists}[0..count), 1..CONFICKER_DAYS of them, as ${kind} says, by the
 * best kernel of this processor; one list alone by plain code. */
void conficker_text_make(const struct conficker_kind *kind, struct conficker_list *lists,
                         size_t count);

/* The same, always by ${kernel}. */
void conficker_text_make_with(const struct conficker_kernel *kernel,
                              const struct conficker_kind *kind,
                              struct conficker_list *lists, size_t count);

/* The same for one list, always by plain code. */
void conficker_text_make_one(const struct conficker_kind *kind,
                             struct conficker_list *list);

#endif
