/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/evidence.h: what was sighted, without repetition: hosts, the forecast
 * names that they asked for, and the requests that they sent. It keeps and does
 * not judge. A name takes 80 bytes, up to 11 in a table, and its text; what is
 * sighted again takes none.
 */
#ifndef VERDICT_EVIDENCE_H
#define VERDICT_EVIDENCE_H

#include "verdict/cells.h"
#include "verdict/machine.h"
#include "verdict/spot.h"
#include "verdict/verdict.h"

#define EVIDENCE_NONE UINT32_MAX

struct evidence_host {
	struct sighting_client client;
	uint32_t request; /* the first of its requests, or EVIDENCE_NONE */
	struct machine machine;
};

struct evidence_request {
	struct verdict_request said;
	uint32_t next; /* of the same host, or EVIDENCE_NONE */
};

struct evidence_block;

struct evidence {
	uint64_t key; /* of the hashes: it decides where things lie, and nothing else */
	struct verdict_name *names;
	size_t name_count;
	size_t name_room;
	struct cells name_cells;
	struct evidence_host *hosts;
	size_t host_count;
	size_t host_room;
	struct cells host_cells;
	struct evidence_request *requests;
	size_t request_count;
	size_t request_room;
	struct evidence_block *blocks; /* of texts, the newest first */
};

/* Makes ${evidence}, empty, whose hashes take ${key}. */
void evidence_init(struct evidence *evidence, uint64_t key);

/* Frees what ${evidence} holds. */
void evidence_fini(struct evidence *evidence);

/* Keeps ${sighting}. FSK_NOMEM, FSK_RANGE as verdict_add(); then what it knew of
 * names and requests is as it was, but there may be one host more. */
FSK_MUST_USE enum fsk_err evidence_add(struct evidence *evidence,
                                       const struct sighting *sighting);

/* To be called after the names were put in another order, before the next is
 * added. */
void evidence_settle(struct evidence *evidence);

/* The first sighting of ${name}. */
static inline struct spot
evidence_first(const struct verdict_name *name)
{
	return (struct spot){name->first_us, name->file, name->line};
}

#endif
