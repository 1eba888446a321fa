/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/catalog.h: all log formats, in the order of formats.def, and which of
 * them a file is of. The catalog is constant.
 */
#ifndef LOGS_CATALOG_H
#define LOGS_CATALOG_H

#include "logs/format.h"

/* How many formats there are, and format ${n} of them, from 0; NULL behind the
 * last. */
size_t log_format_count(void);
const struct log_format *log_format_at(size_t n);

/* The format called ${name}, or NULL. */
const struct log_format *log_format_find(struct span name);

/* The format of a file that begins with ${head}, by its content: the one that
 * reads the most of its first lines; NULL when none reads any. ${cut} says that
 * the file goes on behind the head, whose last line may be a part. What was
 * learnt is in ${dialect}, which the caller has filled with what the user said. */
const struct log_format *log_detect(struct span head, bool cut,
                                    struct log_dialect *dialect);

/* Learns ${dialect} for ${format} from ${head}, as log_detect() does. */
void log_learn(const struct log_format *format, struct span head, bool cut,
               struct log_dialect *dialect);

#endif
