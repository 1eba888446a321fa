/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/import_contact.h: from a line that another sinkhole wrote to the sighting that our
 * own would have made of it. Every caller is one, whether its request is known or not.
 */
#ifndef CMD_IMPORT_CONTACT_H
#define CMD_IMPORT_CONTACT_H

#include "logs/clock.h"
#include "logs/format.h"
#include "logs/shadowserver_row.h"
#include "watch/likeness.h"
#include "watch/sighting.h"
#include "watch/view.h"

/* Octets that a broken request's line gives back, at most. */
#define IMPORT_FIRST_MOST 1024

/* In front of what others say that a caller is infected with: their word stands in the
 * shape, whatever else is known of him, so that it is never lost. It groups better than
 * what is left of such a contact, and no request looks like it. */
#define IMPORT_SAID "said "

struct import_setting {
	struct watch_view *view; /* the lists of the time of each line */
	struct span sensor;      /* who saw it; empty: the format says, or nobody */
	struct address to;       /* which address was called, where the line does not say */
	uint16_t to_port;        /* 0: not known */
	unsigned v6_bits;        /* IPv6 addresses that share them are one client */
};

/* What is kept from line to line of one file, and what a sighting points to until the next
 * line is read. */
struct import_contact {
	const struct import_setting *setting;
	const struct log_format *format;
	struct log_clock clock;
	struct watch_block block; /* that answered last */
	struct shadowserver_columns columns;
	struct span cells[SHADOWSERVER_CELLS]; /* of the line */
	struct fsk_name name;
	char shape[WATCH_LIKENESS_SIZE];
	char first[IMPORT_FIRST_MOST];
};

/* A line as it was read. */
struct import_line {
	struct span text; /* empty: of a format that is no text */
	const struct log_entry *entry;
	enum log_kind kind;
};

/* What a line is. */
enum import_word {
	IMPORT_TAKEN,  /* the sighting is filled */
	IMPORT_ASIDE,  /* nobody called */
	IMPORT_SKIPPED /* it cannot be read */
};

/* Begins a file of ${format}. */
void import_contact_begin(struct import_contact *contact,
                          const struct import_setting *setting,
                          const struct log_format *format,
                          const struct log_clock_setting *clock);
void import_contact_end(struct import_contact *contact);

/* Makes ${sighting} of ${line}; stores in ${word} what it is, and in ${why} (static) why
 * it is skipped. FSK_NOMEM, FSK_RANGE: more forecasts than an index can hold. */
FSK_MUST_USE enum fsk_err import_contact_read(struct import_contact *contact,
                                              const struct import_line *line,
                                              struct sighting *sighting,
                                              enum import_word *word, const char **why);

#endif
