/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_names.h: names that the sinkhole holds (--held): how many of them were on each
 * day's list; and names for which only researchers ask (--canary).
 */
#ifndef CMD_CENSUS_NAMES_H
#define CMD_CENSUS_NAMES_H

#include "census/gather.h"
#include "cmd/command.h"
#include "watch/names.h"

/* Reads ${path}, a name a line; behind # and in empty lines is none. STATUS_DATA where a
 * line is no name, or none has one, STATUS_SYSTEM; said. */
enum status census_names_read(const char *path, struct watch_names *names);

/* Whether ${name}, in lower case, or a parent of it is one of ${names}. */
bool census_names_have(const struct watch_names *names, struct span name);

/* What is held of the lists of the days of a span. */
struct census_held_lists {
	int64_t from, to;
	const struct watch_names *names; /* NULL: every name */
	uint64_t **counts; /* by number of a generator: [days]; NULL: not made yet */
	bool nomem;        /* memory ran out: counts are wrong */
};

/* For struct census_held; ${context} is a struct census_held_lists, zeros but for from, to
 * and names. A name that is on a list twice counts twice. */
uint64_t census_held_count(int64_t day, struct span generator, void *context);
void census_held_fini(struct census_held_lists *lists);

#endif
