/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_ask.h: what the user of `foresink census' asks for: the command line, and what
 * it means. Errors are said here, one line each.
 */
#ifndef CMD_CENSUS_ASK_H
#define CMD_CENSUS_ASK_H

#include "census/gather.h"
#include "census/method.h"
#include "census/sketch.h"
#include "cmd/options.h"
#include "watch/sighting.h"

/* Of sketches; all NULL: none. */
struct census_ask_sketch {
	const char *path, *key_path, *node;
};

struct census_ask {
	struct options common;
	const char **words; /* stores and files; the command's, not its own */
	size_t word_count;
	const char *by_word, *held, *canary, *country, *network;
	const char *html;
	struct census_ask_sketch sketch;
	const char **method_words;
	size_t method_word_count;
	bool json, csv;

	/* After census_ask_settle(). */
	int64_t from, to; /* whole days, to not included; INT64_MIN, INT64_MAX: the last day
	                   * with a sighting, or up to it */
	bool by_set;
	enum census_by by;
	const struct census_method **methods; /* that were asked for; all of them if not */
	size_t method_count;
	bool *wanted; /* by number of a generator */
	uint8_t key[CENSUS_HLL_KEY];
};

/* Reads the command line; census_ask_fini() frees ${ask} in any case. STATUS_USAGE;
 * STATUS_DATA, STATUS_SYSTEM for the key; said. */
enum status census_ask_read(struct census_ask *ask, int argc, char **argv);
void census_ask_fini(struct census_ask *ask);

/* Whether ${generator}, "conficker/b", is wanted; "conficker" is if all of it is. */
bool census_ask_wants(const struct census_ask *ask, struct span generator);

/* The variant of ${family} that was asked for, if it is one alone; else NULL. */
const char *census_ask_variant(const struct census_ask *ask,
                               const struct dga_family *family);

/* The word of --by that means ${by}. */
const char *census_ask_by_name(enum census_by by);

/* Checks ${ask} and reads its key, if sketches are to be written: 32 hexadecimal digits, or
 * 16 octets. STATUS_USAGE, STATUS_DATA, STATUS_SYSTEM, and said for ${command}. */
enum status census_ask_sketch(const char *command, const struct census_ask_sketch *ask,
                              uint8_t key[CENSUS_HLL_KEY]);

#endif
