/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/options.h: what several commands ask their user: which families, which
 * time. A command puts the rows that it wants into its own table of options and
 * hands the keys to options_take(); errors are said here, one line each.
 */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "cmd/command.h"
#include "dga/catalog.h"

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

enum option_key {
	OPTION_FAMILY = 'f',
	OPTION_DATE = 'd',
	OPTION_DAYS = 'n',
	OPTION_OUTPUT = 'o',
	OPTION_HELP = '?',
	OPTION_FROM = 256,
	OPTION_TO,
	OPTION_AT,
	OPTION_THREADS,
	OPTION_ALLOW, /* these three of cmd/collision.h */
	OPTION_POPULAR,
	OPTION_REGISTERED,
	OPTION_OWN /* a command's own keys begin here */
};

/* Rows for a table of struct argp_option. */
#define OPTIONS_FAMILY                                                                     \
	{                                                                                  \
		"family", OPTION_FAMILY, "FAMILY[/VARIANT]", 0,                            \
		        "only these, repeatable; * ? [] are globs (default: all)", 0       \
	}
#define OPTIONS_FROM                                                                       \
	{                                                                                  \
		"from", OPTION_FROM, "D", 0, "first day or instant, UTC", 0                \
	}
#define OPTIONS_TO                                                                         \
	{                                                                                  \
		"to", OPTION_TO, "D", 0, "last day or instant, UTC", 0                     \
	}
#define OPTIONS_OUTPUT                                                                     \
	{                                                                                  \
		"output", OPTION_OUTPUT, "FILE", 0, "write FILE, whole or not at all", 0   \
	}
#define OPTIONS_THREADS                                                                    \
	{                                                                                  \
		"threads", OPTION_THREADS, "N", 0, "workers (default: one a core)", 0      \
	}

/* The first second of 2008-11-21, the day on which Conficker A was met: from
 * then on names are searched and indexed, if the user does not say otherwise. */
#define OPTIONS_FIRST_DAY INT64_C(1227225600)

struct options {
	const char **families; /* patterns, as given */
	size_t family_count;
	const char *date;
	const char *from;
	const char *to;
	const char *days;
	const char *at;
	const char *output;
	unsigned threads; /* at least 1 after options_span() or options_init() */
};

/* A span of time, seconds since 1970, both ends included. */
struct span_of_time {
	int64_t from;
	int64_t to;
};

/* The generators that were asked for. */
struct selection {
	size_t *generators; /* numbers, rising, each once */
	size_t count;
};

/* Empties ${options}; threads is the number of processors. */
void options_init(struct options *options);
void options_fini(struct options *options);

/* Reads the command line with ${argp}, whose parser gets ${input}. argv[0] is
 * "foresink COMMAND". STATUS_USAGE, and said in one line, when an option or a
 * word is wrong. */
enum status options_parse(const struct argp *argp, int argc, char **argv, void *input);

/* Takes ${key} with ${arg} if it is one of the keys above; else gives
 * ARGP_ERR_UNKNOWN. A wrong number is said and ends the process. */
error_t options_take(struct options *options, int key, char *arg);

/* The time that --date, --days, --from and --to give together: ${standard}
 * where nothing is said. STATUS_USAGE, and said, for dates that do not exist, a
 * span that runs backwards, or options that exclude one another. */
enum status options_span(const struct options *options, struct span_of_time standard,
                         struct span_of_time *span);

/* Reads ${text}, the value of the option ${name}: a date, an instant, or one of
 * the words now, today, yesterday and tomorrow. STATUS_USAGE, and said. */
enum status options_instant(const char *name, const char *text, struct span_of_time *span);

/* The generators that ${options} names (all, where none is): stored in
 * ${selection}, which the caller frees. STATUS_USAGE, and said with the nearest
 * name, when a pattern matches none. */
enum status options_select(const struct options *options, struct selection *selection);
void selection_fini(struct selection *selection);

/* Reads the whole number ${text}, ${least}..${most}; false when it is none. */
bool options_number(const char *text, uint64_t least, uint64_t most, uint64_t *number);

/* What --confidence ${word} means; what means nothing is said and ends the process. */
enum dga_confidence options_confidence(const char *word);

/* The present second, UTC. The only place where a command asks the clock. */
int64_t options_now(void);

/* The UTC day that holds ${instant}, as a span. */
struct span_of_time options_day(int64_t instant);

#endif
