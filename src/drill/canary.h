/* SPDX-License-Identifier: BSD-2-Clause
 *
 * drill/canary.h: does the resolver obey a list of ours, and which? Only then may it be
 * asked for bots' names. Two things prove it:
 *
 *	"serial.<canary>" TXT says "foresink serial=N": zones (RPZ) and guard have it, and
 *	nobody else; and "sN.<canary>", which the same list blocks, is blocked;
 *
 *	or, of lists that have names alone, "open.<canary>" has an address, and so has each
 *	name below a domain with a wildcard, but "sN.<canary>" is blocked: that takes a
 *	domain of one's own for a canary.
 *
 * That N is not known in the second case: each that a list of the last days could have is
 * tried, which costs nobody anything.
 */
#ifndef DRILL_CANARY_H
#define DRILL_CANARY_H

#include "drill/ask.h"
#include "drill/judge.h"

/* Days that a list covers, when nobody says otherwise, back from its own and ahead: a list
 * that is older does not have today's names, nor has one of a later day. */
#define DRILL_DAYS_AHEAD 7
#define DRILL_DAYS_BACK 1

enum drill_proof {
	DRILL_NO_PROOF,
	DRILL_BY_TEXT, /* the TXT record, and the blocked name */
	DRILL_BY_NAME  /* the blocked name, and the open one */
};

struct drill_canary {
	enum drill_proof proof;
	bool has_serial; /* also without a proof: what the TXT record said */
	uint32_t serial;
	bool has_day;                   /* the serial tells of which day the list is */
	int64_t day;                    /* days since 1970 */
	struct drill_judgement blocked; /* of "sN.<canary>", when that was asked for */
	bool asked_blocked;
	const char *why; /* why there is no proof, in words; empty when there is one */
	struct drill_sinkholes learnt; /* addresses with which the blocked name was answered
	                                */
};

struct drill_canary_setting {
	struct fsk_name domain; /* lower case */
	uint32_t serial;        /* that it has to be; 0: any of these days */
	int64_t now;
	const struct drill_sinkholes *sinkholes;
};

/* Stores in ${day} the day (since 1970) that ${serial} tells; false when it tells none. */
bool drill_serial_day(uint32_t serial, int64_t *day);

/* Asks ${asker} for the canaries of ${setting} and stores what they prove in ${canary};
 * FSK_OK also when that is nothing. Errors of drill_ask(); FSK_END: it does not answer at
 * all. */
FSK_MUST_USE enum fsk_err drill_canary_find(struct drill_asker *asker,
                                            const struct drill_canary_setting *setting,
                                            struct drill_canary *canary);

#endif
