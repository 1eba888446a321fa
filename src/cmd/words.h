/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/words.h: numbers, times and foreign text as people read them. What has a
 * bounded length is a value, whose text is printable ASCII and ends in NUL.
 */
#ifndef CMD_WORDS_H
#define CMD_WORDS_H

#include "base/span.h"
#include "watch/sighting.h"

#include <stdint.h>
#include <stdio.h>

struct words {
	char text[72];
};

/* "1,204,311". */
struct words words_count(uint64_t number);

/* The same of a number that was estimated, rounded; "0" when it is no number. */
struct words words_about(double number);

/* "2.5e-6": a share that is small. */
struct words words_share(double share);

/* "0.9312", "> 0.9999", "< 0.0001". */
struct words words_probability(double probability);

/* Microseconds since 1970 as "2015-08-03T01:02:03.000000Z", and without the
 * fraction; "-" at the ends of time. */
struct words words_time(int64_t us);
struct words words_second(int64_t us);

/* An address; of a client with its prefix when it is a network. */
struct words words_address(const struct address *address);
struct words words_client(const struct sighting_client *client);

/* "conficker/b"; "-" for a number that is none. */
struct words words_generator(uint32_t generator);

/* "1 host", "1,200 hosts": ${number} and ${thing}, with an s where it is not one. */
struct words words_things(uint64_t number, const char *thing);

/* Puts ${text} behind ${words}, cut to what has room. */
void words_add(struct words *words, const char *text);

/* Writes ${text}, bytes that are not printable ASCII as \xHH, to ${out}, and
 * blanks behind it up to ${width} columns. */
void words_safe(FILE *out, struct span text, size_t width);

/* How many columns that takes. */
size_t words_safe_width(struct span text);

#endif
