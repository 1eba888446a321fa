/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fuzz/fuzz_lines.h: the lines of an input, and what holds for all that a log
 * format reads from one.
 */
#ifndef FUZZ_FUZZ_LINES_H
#define FUZZ_FUZZ_LINES_H

#include "fuzz.h"

#include "logs/entry.h"

/* Takes the next line off ${rest}, without its LF; false behind the last. */
static inline bool
fuzz_line(struct span *rest, struct span *line)
{
	const char *end = rest->len > 0 ? memchr(rest->text, '\n', rest->len) : NULL;

	if (rest->len == 0)
		return false;
	*line = (struct span){rest->text,
	                      end != NULL ? (size_t)(end - rest->text) : rest->len};
	*rest = span_from(*rest, line->len + 1);
	return true;
}

static inline bool
fuzz_within(struct span part, const char *text, size_t len)
{
	return part.text >= text && part.text + part.len <= text + len;
}

/* Claims that ${entry}, which was asked for in ${line}, is whole, and that all of
 * it lies in the line or in what was kept in ${scratch}; method and version may be
 * constants. */
static inline void
fuzz_entry(const struct log_entry *entry, struct span line,
           const struct log_scratch *scratch)
{
	const struct span parts[] = {entry->name,
	                             entry->client,
	                             entry->behind,
	                             entry->machine,
	                             entry->request.target,
	                             entry->request.agent,
	                             entry->request.referrer};

	FUZZ_CLAIM(scratch->used <= sizeof(scratch->text));
	FUZZ_CLAIM(entry->name.len > 0 || entry->request.target.len > 0);
	FUZZ_CLAIM(entry->behind_bits <= 128);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		FUZZ_CLAIM(parts[i].len == 0 ||
		           fuzz_within(parts[i], line.text, line.len) ||
		           fuzz_within(parts[i], scratch->text, scratch->used));
}

#endif
