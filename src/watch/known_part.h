/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/known_part.h: one list of known names while it is read, and the readers of its
 * forms. Private to watch/known.c and these readers.
 */
#ifndef WATCH_KNOWN_PART_H
#define WATCH_KNOWN_PART_H

#include "watch/known.h"
#include "watch/names.h"

struct known_part {
	struct watch_known_list list; /* its file is in ${file} */
	struct watch_names names;
	struct watch_known_count count;
	char *file;
	struct fsk_name next; /* to be added; of no length: none */
	uint32_t next_number;
};

/* Takes ${name}, as it stands in the list, with ${number}. What is no name of a site is
 * counted; ${place} is where it stands, for the first such. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err known_part_take(struct known_part *part, struct span name,
                                          int32_t number, struct fault place);

/* Counts something that is no name, as ${fault} says. */
void known_part_skip(struct known_part *part, struct fault fault);

/* The rank of the next name in a list that is in the order of rank. */
int32_t known_part_next_rank(const struct known_part *part);

/* Reads ${text}: one name a line, with its rank or its day, or Majestic's CSV.
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err known_lines_read(struct known_part *part, struct span text);

/* Reads ${text}, a MISP warninglist. FSK_SYNTAX with ${fault}, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err known_json_read(struct known_part *part, struct span text,
                                          struct fault *fault);

#endif
