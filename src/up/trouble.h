/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/trouble.h: why the daemon cannot do what it was asked: the file and the place in
 * it that a person has to look at, and the reason in words.
 */
#ifndef UP_TROUBLE_H
#define UP_TROUBLE_H

#include "base/fault.h"

struct up_trouble {
	char file[1024]; /* empty: none; a longer path is cut */
	size_t line;     /* 0: none, as in struct fault */
	size_t column;
	char why[512];
};

/* Fills ${trouble} (may be NULL): ${file} may be NULL. */
void up_trouble_set(struct up_trouble *trouble, const char *file, size_t line,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same for a place that a parser named. */
void up_trouble_fault(struct up_trouble *trouble, const char *file,
                      const struct fault *fault);

#endif
