/* SPDX-License-Identifier: BSD-2-Clause
 *
 * base/span.h: bytes that somebody else owns. A span is a value; it may be
 * empty; it need not end in NUL; its bytes need not be text.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *text;
	size_t len; /* bytes */
};

/* The span of the NUL-terminated ${text}, without the NUL. */
static inline struct span
span_of(const char *text)
{
	return (struct span){text, strlen(text)};
}

/* Whether ${a} and ${b} hold the same bytes. */
static inline bool
span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.text, b.text, a.len) == 0);
}

/* The part of ${s} from byte ${start} on; empty when there is none. */
static inline struct span
span_from(struct span s, size_t start)
{
	if (start > s.len)
		start = s.len;
	return (struct span){s.text + start, s.len - start};
}

#endif
