/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/review.h: one run of `foresink scan`, from what the user asked for to the
 * reports and the status.
 */
#ifndef CMD_REVIEW_H
#define CMD_REVIEW_H

#include "cmd/options.h"

/* What the user asked for: the words of the command line, not looked at yet.
 * NULL is what was not said. */
struct review_ask {
	struct options common; /* families, output, threads */
	const char *format;
	const char *columns;
	const char *date_order;
	const char *zone;
	const char *year;
	const char *window;
	const char *v6_prefix;
	const char **allow;
	size_t allow_count;
	const char **leases;
	size_t lease_count;
	const char *index;
	const char *state;
	const char *html;
	const char *store;
	bool follow;
	bool json;
	bool sightings;
	bool verbose;
	char **paths;
	size_t path_count;
};

/* Reviews the logs of ${ask} and writes the reports. STATUS_DONE when no host
 * is infected or likely to be, else STATUS_FOUND; STATUS_DATA when nothing could
 * be read; STATUS_USAGE, STATUS_SYSTEM. What is wrong is said. */
enum status review_run(const struct review_ask *ask);

#endif
