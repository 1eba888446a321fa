/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/drill_options.h: what the user of `foresink drill' asked for.
 */
#ifndef CMD_DRILL_OPTIONS_H
#define CMD_DRILL_OPTIONS_H

#include "cmd/collision.h"
#include "drill/drill.h"

#define DRILL_OPTIONS_PASSING 16

struct drill_options {
	struct options common;
	struct collision_ask collision;
	enum dga_confidence least;
	int64_t now;
	struct fsk_name canary;
	uint32_t serial; /* 0: any */
	struct drill_sinkholes sinkholes;
	struct fsk_name passing[DRILL_OPTIONS_PASSING];
	size_t passing_count;
	bool keep_going;
	bool public_too; /* resolvers of others may be asked */
	bool tcp;
	bool dry_run;
	bool json;
	unsigned timeout_s; /* for each resolver */
	char **words;       /* that are no options */
	size_t word_count;
	struct net_endpoint *resolvers;
	size_t resolver_count;
};

/* Reads the command line into ${ask}, which the caller ends in any case. What is wrong
 * with a value is said and ends the process, as cmd/options.h does. STATUS_USAGE and
 * STATUS_SYSTEM, and said. */
enum status drill_options_read(struct drill_options *ask, int argc, char **argv);
void drill_options_fini(struct drill_options *ask);

#endif
