/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/sinkhole_part.h: what foresink.conf(5) says to the role sinkhole: the sections
 * [sinkhole] and [set TITLE].
 */
#ifndef UP_SINKHOLE_PART_H
#define UP_SINKHOLE_PART_H

#include "base/fault.h"
#include "sinkhole/ground.h"
#include "up/take.h"

/* A file of names that are held. */
struct up_names {
	const char *path;
	size_t line;
	struct span text; /* what up/load.h has read of it */
};

/* An address that names lead to, and where that stands. */
struct up_lead {
	struct address address;
	size_t line;
};

/* A set: names, and the addresses that are theirs alone. */
struct up_set {
	const char *title; /* "": that of [sinkhole], which is the last */
	size_t line;
	struct up_names *names;
	size_t name_count; /* of files */
	bool *generators;  /* by number: whose forecast it is of; NULL: of none */
	struct up_lead *leads;
	struct address *addresses; /* of the leads */
	size_t address_count;
	unsigned per_name; /* 0: all */
};

struct up_sinkhole {
	struct up_places dns, web;
	bool forecast;       /* all names of [names] are held */
	struct up_set *sets; /* without that of [sinkhole], until all is read */
	size_t set_count;
	struct up_set rest;
	struct fsk_name *servers;
	size_t server_count;
	struct fsk_name mailbox;
	unsigned ttl, rate;
	const char *sensor; /* NULL: the name of this machine */
	unsigned keep;      /* octets */
	unsigned workers;   /* 0: one a processor */
	size_t workers_line;
	unsigned callers, of_prefix;
	size_t callers_line;     /* 0: nobody asked for a number, and it may be lowered */
	size_t descriptors_most; /* for which it was; 0: it was not */
	const char *avoid;       /* path of networks that a worm avoids; NULL: none */
	size_t avoid_line;
	const char *certificate, *key; /* paths; NULL: none */
	size_t certificate_line, key_line;
	struct span answer;
};

extern const struct up_section up_sinkhole_sections[];
extern const size_t up_sinkhole_section_count;

/* Puts the defaults into ${sinkhole}. */
void up_sinkhole_begin(struct up_sinkhole *sinkhole);

/* When all is read: completes the sets; with ${needed} there must be somewhere to listen,
 * something to hold and somewhere to keep. FSK_SYNTAX with ${fault}, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_sinkhole_settle(struct up_config *config, bool needed,
                                             struct fault *fault);

/* Whether names of a forecast are held, and not of lists alone. */
bool up_sinkhole_foresees(const struct up_sinkhole *sinkhole);

/* How many workers ${sinkhole} asks for, and how many descriptors it may need. */
unsigned up_sinkhole_workers(const struct up_sinkhole *sinkhole);
size_t up_sinkhole_descriptors(const struct up_sinkhole *sinkhole);

/* Lowers the number of callers, if nobody asked for it, so that of ${wanted} descriptors,
 * theirs among them, ${most} are enough. False: they are not. */
bool up_sinkhole_lower(struct up_sinkhole *sinkhole, size_t wanted, size_t most);

/* Whether it was lowered; then ${words} for people say so. */
#define UP_SINKHOLE_LOWERED_SIZE 160
bool up_sinkhole_lowered(const struct up_sinkhole *sinkhole,
                         char words[UP_SINKHOLE_LOWERED_SIZE]);

#endif
