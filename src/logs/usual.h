/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/usual.h: the usual lines of a log, many in one call. Nearly all lines of a large
 * log differ in nothing but time, client and name; what a format knows of their layout
 * finds these without taking the line apart. A line that is not as expected is left to
 * read() of logs/format.h, which gives the same of each line that can be read here.
 */
#ifndef LOGS_USUAL_H
#define LOGS_USUAL_H

#include "logs/entry.h"

/* A line that asks, and has neither a machine nor somebody behind its client. */
struct log_usual {
	const char *line;   /* its first octet */
	const char *name;   /* a domain name of at most 63 octets, without a final dot */
	const char *client; /* as in an entry */
	int64_t us;         /* as in an entry */
	uint64_t dots;      /* bit i is set where octet i of the name is a dot */
	uint32_t len;       /* of the line, without CR and LF */
	uint8_t name_len;
	uint8_t client_len;
};

/* Takes usual lines off the front of ${text}, at most ${most}, stores them in ${lines} and
 * returns how many they are: 0 when ${text} begins with another line, or with the last
 * few. ${scratch} is that of read(), and is not written. Nothing outside ${text} is
 * read. */
typedef size_t log_usual_read(const struct log_dialect *dialect, struct span *text,
                              const struct log_scratch *scratch, struct log_usual *lines,
                              size_t most);

log_usual_read log_usual_bind; /* within the minute of the last line that read() read */
log_usual_read log_usual_zeek; /* rows of dns.log between tabs */

#endif
